// The events that one commit adds to one execution <-> the text of one journal row. A line of JSON gives the structure,
// the texts of the payloads follow it unescaped and unparsed, each of them once however often the events repeat it:
// {"v":1,"at":1763826531000,"payloads":[13],"events":[["ExecutionStarted",1,0,0,0,"arn:…"],["StateEntered",2,0,0,0,"Pass","A",0]]}
// Every event is [kind, id, previousEventId, milliseconds after `at`, ...members]; a payload stands as its index.
import { Payload } from "../asl/payload.ts";
import type { TaskResource } from "../asl/resource.ts";
import type { EventBody, JournalEvent, StateAborted, StateType } from "../engine/event.ts";

type Cell = string | number | null | TaskResource | readonly Cell[];
interface Chunk {
  readonly v: number;
  readonly at: number;
  /** Lengths in UTF-16 units, in the order of the texts. */
  readonly payloads: readonly number[];
  readonly events: readonly (readonly Cell[])[];
}

const version = 1;

export function encodeEvents(events: readonly JournalEvent[]): string {
  const payloads = new PayloadTable();
  const at = events[0]?.at ?? 0;
  const rows: Cell[][] = [];
  for (const event of events) {
    const row: Cell[] = [event.kind, event.id, event.previousEventId, event.at - at];
    pushMembers(row, event, payloads);
    while (row.at(-1) === null) row.pop();
    rows.push(row);
  }
  const chunk: Chunk = { v: version, at, payloads: payloads.lengths, events: rows };
  return `${JSON.stringify(chunk)}\n${payloads.text}`;
}

/** @throws Error when the text is not what `encodeEvents` of this version writes. */
export function decodeEvents(text: string): JournalEvent[] {
  const end = text.indexOf("\n");
  const chunk = JSON.parse(text.slice(0, end)) as Chunk;
  if (chunk.v !== version) {
    throw new Error(`journal row is in encoding ${chunk.v}, this version of Pawl reads encoding ${version}`);
  }
  const payloads = decodePayloads(text, end + 1, chunk.payloads);
  return chunk.events.map((row) => {
    const [kind, id, previousEventId, delay] = row as readonly [EventBody["kind"], number, number, number];
    return { ...decodeBody(kind, new Cells(row, payloads)), id, previousEventId, at: chunk.at + delay };
  });
}

/** Gives every distinct payload its index: found by identity first, which costs no look at the text. */
class PayloadTable {
  readonly lengths: number[] = [];
  text = "";
  readonly #indexes = new Map<Payload | string, number>();

  indexOf(payload: Payload): number {
    const known = this.#indexes.get(payload);
    if (known !== undefined) return known;
    const { text } = payload;
    let index = this.#indexes.get(text);
    if (index === undefined) {
      index = this.lengths.push(text.length) - 1;
      this.text += text;
      this.#indexes.set(text, index);
    }
    this.#indexes.set(payload, index);
    return index;
  }
}

function decodePayloads(text: string, from: number, lengths: readonly number[]): readonly Payload[] {
  let start = from;
  const payloads = lengths.map((length) => Payload.ofText(text.slice(start, (start += length))));
  if (start !== text.length) throw new Error("journal row is damaged: its payloads are not as long as it says");
  return payloads;
}

/** Members that may be absent stand as null, or not at all at the end. */
function pushMembers(row: Cell[], event: EventBody, payloads: PayloadTable): void {
  switch (event.kind) {
    case "ExecutionStarted":
      row.push(payloads.indexOf(event.input), event.roleArn);
      row.push(event.stateMachineVersionArn ?? null, event.stateMachineAliasArn ?? null);
      return;
    case "ExecutionSucceeded":
      row.push(payloads.indexOf(event.output));
      return;
    case "ExecutionFailed":
    case "ExecutionTimedOut":
    case "ExecutionAborted":
      row.push(event.error ?? null, event.cause ?? null);
      return;
    default:
      row.push(event.scope);
      pushScopedMembers(row, event, payloads);
  }
}

type ScopedEvent = Extract<EventBody, { readonly scope: number }>;

function pushScopedMembers(row: Cell[], event: ScopedEvent, payloads: PayloadTable): void {
  switch (event.kind) {
    case "StateEntered":
      row.push(event.stateType, event.name, payloads.indexOf(event.input));
      return;
    case "StateExited":
      row.push(event.stateType, event.name, payloads.indexOf(event.output), event.next ?? null);
      if (event.assigned !== undefined) row.push(encodeAssigned(event.assigned, payloads));
      return;
    case "StateAborted":
      row.push(event.stateType);
      return;
    case "TaskScheduled":
      row.push(event.resource, payloads.indexOf(event.parameters), event.timeoutSeconds ?? null);
      row.push(event.heartbeatSeconds ?? null, event.credentialsRoleArn ?? null, event.token ?? null);
      return;
    case "TaskStarted":
      row.push(event.workerName ?? null);
      return;
    case "TaskSubmitted":
    case "TaskSucceeded":
      row.push(payloads.indexOf(event.output));
      return;
    case "TaskFailed":
    case "TaskSubmitFailed":
    case "TaskTimedOut":
      row.push(event.error ?? null, event.cause ?? null);
      return;
    case "MapStateStarted":
      row.push(event.length);
      return;
    case "MapIterationStarted":
      row.push(event.name, event.index, payloads.indexOf(event.input));
      return;
    case "MapIterationSucceeded":
    case "MapIterationFailed":
    case "MapIterationAborted":
      row.push(event.name, event.index);
      return;
    case "ParallelStateStarted":
      row.push(payloads.indexOf(event.input));
      return;
    case "EvaluationFailed":
      row.push(event.state, event.error, event.cause, event.location ?? null);
      return;
    case "WaitStarted":
      row.push(event.until);
      return;
    case "RetryScheduled":
      row.push(event.retrier, event.until);
      return;
    case "MapStateSucceeded":
    case "MapStateFailed":
    case "ParallelStateSucceeded":
    case "ParallelStateFailed":
    case "TaskHeartbeat":
      return;
    default:
      event satisfies never;
  }
}

/** Name and payload by turns: an array has no names that mean something to a prototype. */
function encodeAssigned(assigned: Readonly<Record<string, Payload>>, payloads: PayloadTable): readonly Cell[] {
  return Object.entries(assigned).flatMap(([name, payload]) => [name, payloads.indexOf(payload)]);
}

/** Reads the members of one event from left to right. */
class Cells {
  readonly #row: readonly Cell[];
  readonly #payloads: readonly Payload[];
  #next = 4;

  constructor(row: readonly Cell[], payloads: readonly Payload[]) {
    this.#row = row;
    this.#payloads = payloads;
  }

  text(): string {
    return this.#row[this.#next++] as string;
  }
  number(): number {
    return this.#row[this.#next++] as number;
  }
  stateType(): StateType {
    return this.#row[this.#next++] as StateType;
  }
  resource(): TaskResource {
    return this.#row[this.#next++] as TaskResource;
  }
  payload(): Payload {
    return this.#payloadAt(this.number());
  }
  optional<Name extends string, Value extends string | number>(name: Name): { readonly [key in Name]?: Value } {
    const cell = this.#row[this.#next++] as Value | null | undefined;
    return (cell === null || cell === undefined ? {} : { [name]: cell }) as { readonly [key in Name]?: Value };
  }
  assigned(): { readonly assigned?: Readonly<Record<string, Payload>> } {
    const cells = this.#row[this.#next++] as readonly Cell[] | undefined;
    if (cells === undefined) return {};
    const entries: [string, Payload][] = [];
    for (let i = 0; i < cells.length; i += 2)
      entries.push([cells[i] as string, this.#payloadAt(cells[i + 1] as number)]);
    return { assigned: Object.fromEntries(entries) };
  }
  #payloadAt(index: number): Payload {
    const payload = this.#payloads[index];
    if (payload === undefined) throw new Error(`journal row is damaged: it has no payload ${index}`);
    return payload;
  }
}

// The members of an object literal are evaluated in the order they are written: the order of `pushMembers`.
function decodeBody(kind: EventBody["kind"], cells: Cells): EventBody {
  switch (kind) {
    case "ExecutionStarted":
      return {
        kind,
        input: cells.payload(),
        roleArn: cells.text(),
        ...cells.optional<"stateMachineVersionArn", string>("stateMachineVersionArn"),
        ...cells.optional<"stateMachineAliasArn", string>("stateMachineAliasArn"),
      };
    case "ExecutionSucceeded":
      return { kind, output: cells.payload() };
    case "ExecutionFailed":
    case "ExecutionTimedOut":
    case "ExecutionAborted":
      return { kind, ...decodeFailure(cells) };
    default:
      return decodeScopedBody(kind, cells.number(), cells);
  }
}

function decodeFailure(cells: Cells): { readonly error?: string; readonly cause?: string } {
  return { ...cells.optional<"error", string>("error"), ...cells.optional<"cause", string>("cause") };
}

function decodeScopedBody(kind: ScopedEvent["kind"], scope: number, cells: Cells): ScopedEvent {
  switch (kind) {
    case "StateEntered":
      return { kind, scope, stateType: cells.stateType(), name: cells.text(), input: cells.payload() };
    case "StateExited":
      return {
        kind,
        scope,
        stateType: cells.stateType(),
        name: cells.text(),
        output: cells.payload(),
        ...cells.optional<"next", string>("next"),
        ...cells.assigned(),
      };
    case "StateAborted":
      return { kind, scope, stateType: cells.stateType() as StateAborted["stateType"] };
    case "TaskScheduled":
      return {
        kind,
        scope,
        resource: cells.resource(),
        parameters: cells.payload(),
        ...cells.optional<"timeoutSeconds", number>("timeoutSeconds"),
        ...cells.optional<"heartbeatSeconds", number>("heartbeatSeconds"),
        ...cells.optional<"credentialsRoleArn", string>("credentialsRoleArn"),
        ...cells.optional<"token", string>("token"),
      };
    case "TaskStarted":
      return { kind, scope, ...cells.optional<"workerName", string>("workerName") };
    case "TaskSubmitted":
    case "TaskSucceeded":
      return { kind, scope, output: cells.payload() };
    case "TaskFailed":
    case "TaskSubmitFailed":
    case "TaskTimedOut":
      return { kind, scope, ...decodeFailure(cells) };
    case "MapStateStarted":
      return { kind, scope, length: cells.number() };
    case "MapIterationStarted":
      return { kind, scope, name: cells.text(), index: cells.number(), input: cells.payload() };
    case "MapIterationSucceeded":
    case "MapIterationFailed":
    case "MapIterationAborted":
      return { kind, scope, name: cells.text(), index: cells.number() };
    case "ParallelStateStarted":
      return { kind, scope, input: cells.payload() };
    case "EvaluationFailed":
      return {
        kind,
        scope,
        state: cells.text(),
        error: cells.text(),
        cause: cells.text(),
        ...cells.optional<"location", string>("location"),
      };
    case "WaitStarted":
      return { kind, scope, until: cells.number() };
    case "RetryScheduled":
      return { kind, scope, retrier: cells.number(), until: cells.number() };
    case "MapStateSucceeded":
    case "MapStateFailed":
    case "ParallelStateSucceeded":
    case "ParallelStateFailed":
    case "TaskHeartbeat":
      return { kind, scope };
    default:
      kind satisfies never;
      throw new Error(`journal row holds an event of the unknown kind ${String(kind)}`);
  }
}
