// The events that one commit adds to one execution <-> the text of one journal row. A line of JSON gives the structure,
// the texts of the payloads follow it unescaped and unparsed, each of them once however often the events repeat it:
// {"v":1,"at":1763826531000,"payloads":[13],"events":[["ExecutionStarted",1,0,0,0,"arn:…"],["StateEntered",2,0,0,0,"Pass","A",0]]}
// Every event is [kind, id, previousEventId, milliseconds after `at`, ...members]; a payload stands as its index.
import { Payload } from "../../asl/payload.ts";
import type { TaskResource } from "../../asl/resource.ts";
import type { TaskAttempt } from "../effect.ts";
import type {
  EventBody,
  Failure,
  JournalEvent,
  StateAborted,
  StateExited,
  StateType,
  TaskFailed,
  TaskScheduled,
  TaskStarted,
  TaskSubmitted,
  TaskSucceeded,
} from "./event.ts";

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
  const payloads: PayloadTable = { texts: [], indexes: new Map() };
  const at = events[0]?.at ?? 0;
  const rows: Cell[][] = [];
  for (const event of events) {
    const row: Cell[] = [event.kind, event.id, event.previousEventId, event.at - at];
    pushMembers(row, event, payloads);
    while (row.at(-1) === null) row.pop();
    rows.push(row);
  }
  const { texts } = payloads;
  const chunk: Chunk = { v: version, at, payloads: texts.map((text) => text.length), events: rows };
  return `${JSON.stringify(chunk)}\n${texts.join("")}`;
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
    const kind = row[0] as EventBody["kind"];
    const header = { id: row[1] as number, previousEventId: row[2] as number, at: chunk.at + (row[3] as number) };
    return Object.assign(decodeBody(kind, row, payloads), header);
  });
}

/** The distinct payloads of a chunk, found by identity first, which costs no look at the text. */
interface PayloadTable {
  readonly texts: string[];
  readonly indexes: Map<Payload | string, number>;
}

function indexOf(payload: Payload, { texts, indexes }: PayloadTable): number {
  const known = indexes.get(payload);
  if (known !== undefined) return known;
  const { text } = payload;
  let index = indexes.get(text);
  if (index === undefined) {
    index = texts.push(text) - 1;
    indexes.set(text, index);
  }
  indexes.set(payload, index);
  return index;
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
      row.push(indexOf(event.input, payloads), event.roleArn);
      row.push(event.stateMachineVersionArn ?? null, event.stateMachineAliasArn ?? null, event.testCase ?? null);
      row.push(event.startedBy?.executionArn ?? null, event.startedBy?.scheduledEventId ?? null);
      return;
    case "ExecutionSucceeded":
      row.push(indexOf(event.output, payloads));
      return;
    case "ExecutionFailed":
    case "ExecutionTimedOut":
    case "ExecutionAborted":
      row.push(event.error ?? null, event.cause ?? null);
      return;
    case "ExecutionRedriven":
      row.push(event.redriveCount, event.clientToken ?? null);
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
      row.push(event.stateType, event.name, indexOf(event.input, payloads));
      return;
    case "StateExited":
      row.push(event.stateType, event.name, indexOf(event.output, payloads), event.next ?? null);
      if (event.assigned !== undefined) row.push(encodeAssigned(event.assigned, payloads));
      return;
    case "StateAborted":
      row.push(event.stateType);
      return;
    case "TaskScheduled":
      row.push(event.resource, indexOf(event.parameters, payloads), event.timeoutSeconds ?? null);
      row.push(event.heartbeatSeconds ?? null, event.credentialsRoleArn ?? null, event.token ?? null);
      return;
    case "TaskStarted":
      row.push(event.workerName ?? null);
      return;
    case "TaskSubmitted":
    case "TaskSucceeded":
      row.push(indexOf(event.output, payloads));
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
      row.push(event.name, event.index, indexOf(event.input, payloads));
      return;
    case "MapIterationSucceeded":
    case "MapIterationFailed":
    case "MapIterationAborted":
      row.push(event.name, event.index);
      return;
    case "ParallelStateStarted":
      row.push(indexOf(event.input, payloads));
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
  return Object.entries(assigned).flatMap(([name, payload]) => [name, indexOf(payload, payloads)]);
}

/** The members stand behind the header, in the order of `pushMembers`. */
function decodeBody(kind: EventBody["kind"], row: readonly Cell[], payloads: readonly Payload[]): EventBody {
  switch (kind) {
    case "ExecutionStarted":
      return {
        kind,
        input: payloadAt(row[4], payloads),
        roleArn: row[5] as string,
        ...optional("stateMachineVersionArn", row[6] as Maybe<string>),
        ...optional("stateMachineAliasArn", row[7] as Maybe<string>),
        ...optional("testCase", row[8] as Maybe<string>),
        ...optional("startedBy", decodeAttempt(row[9], row[10])),
      };
    case "ExecutionSucceeded":
      return { kind, output: payloadAt(row[4], payloads) };
    case "ExecutionFailed":
    case "ExecutionTimedOut":
    case "ExecutionAborted":
      return { kind, ...decodeFailure(row[4], row[5]) };
    case "ExecutionRedriven":
      return { kind, redriveCount: row[4] as number, ...optional("clientToken", row[5] as Maybe<string>) };
    default:
      return decodeScopedBody(kind, row, payloads);
  }
}

type Maybe<Value> = Value | null | undefined;

function optional<Name extends string, Value>(name: Name, cell: Maybe<Value>): { readonly [key in Name]?: Value } {
  return (cell === null || cell === undefined ? {} : { [name]: cell }) as { readonly [key in Name]?: Value };
}

function payloadAt(cell: Cell | undefined, payloads: readonly Payload[]): Payload {
  const payload = payloads[cell as number];
  if (payload === undefined) throw new Error(`journal row is damaged: it has no payload ${String(cell)}`);
  return payload;
}

function decodeAttempt(executionArn: Maybe<Cell>, scheduledEventId: Maybe<Cell>): Maybe<TaskAttempt> {
  if (executionArn === null || executionArn === undefined) return undefined;
  return { executionArn: executionArn as string, scheduledEventId: scheduledEventId as number };
}

function decodeFailure(error: Maybe<Cell>, cause: Maybe<Cell>): Failure {
  return { ...optional("error", error as Maybe<string>), ...optional("cause", cause as Maybe<string>) };
}

function decodeAssigned(cells: Maybe<readonly Cell[]>, payloads: readonly Payload[]): Pick<StateExited, "assigned"> {
  if (cells === null || cells === undefined) return {};
  const entries: [string, Payload][] = [];
  for (let i = 0; i < cells.length; i += 2) entries.push([cells[i] as string, payloadAt(cells[i + 1], payloads)]);
  return { assigned: Object.fromEntries(entries) };
}

function decodeScopedBody(kind: ScopedEvent["kind"], row: readonly Cell[], payloads: readonly Payload[]): ScopedEvent {
  const scope = row[4] as number;
  switch (kind) {
    case "StateEntered":
      return { kind, scope, ...decodeState(row[5], row[6]), input: payloadAt(row[7], payloads) };
    case "StateExited":
      return {
        kind,
        scope,
        ...decodeState(row[5], row[6]),
        output: payloadAt(row[7], payloads),
        ...optional("next", row[8] as Maybe<string>),
        ...decodeAssigned(row[9] as Maybe<readonly Cell[]>, payloads),
      };
    case "StateAborted":
      return { kind, scope, stateType: row[5] as StateAborted["stateType"] };
    case "TaskScheduled":
    case "TaskStarted":
    case "TaskSubmitted":
    case "TaskSucceeded":
    case "TaskFailed":
    case "TaskSubmitFailed":
    case "TaskTimedOut":
      return decodeTaskBody(kind, row, payloads);
    case "MapStateStarted":
      return { kind, scope, length: row[5] as number };
    case "MapIterationStarted":
      return { kind, scope, name: row[5] as string, index: row[6] as number, input: payloadAt(row[7], payloads) };
    case "MapIterationSucceeded":
    case "MapIterationFailed":
    case "MapIterationAborted":
      return { kind, scope, name: row[5] as string, index: row[6] as number };
    case "ParallelStateStarted":
      return { kind, scope, input: payloadAt(row[5], payloads) };
    case "EvaluationFailed":
      return {
        kind,
        scope,
        state: row[5] as string,
        error: row[6] as string,
        cause: row[7] as string,
        ...optional("location", row[8] as Maybe<string>),
      };
    case "WaitStarted":
      return { kind, scope, until: row[5] as number };
    case "RetryScheduled":
      return { kind, scope, retrier: row[5] as number, until: row[6] as number };
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

type TaskEvent = TaskScheduled | TaskStarted | TaskSubmitted | TaskSucceeded | TaskFailed;

function decodeTaskBody(kind: TaskEvent["kind"], row: readonly Cell[], payloads: readonly Payload[]): TaskEvent {
  const scope = row[4] as number;
  switch (kind) {
    case "TaskScheduled":
      return {
        kind,
        scope,
        resource: row[5] as TaskResource,
        parameters: payloadAt(row[6], payloads),
        ...optional("timeoutSeconds", row[7] as Maybe<number>),
        ...optional("heartbeatSeconds", row[8] as Maybe<number>),
        ...optional("credentialsRoleArn", row[9] as Maybe<string>),
        ...optional("token", row[10] as Maybe<string>),
      };
    case "TaskStarted":
      return { kind, scope, ...optional("workerName", row[5] as Maybe<string>) };
    case "TaskSubmitted":
    case "TaskSucceeded":
      return { kind, scope, output: payloadAt(row[5], payloads) };
    case "TaskFailed":
    case "TaskSubmitFailed":
    case "TaskTimedOut":
      return { kind, scope, ...decodeFailure(row[5], row[6]) };
  }
}

function decodeState(stateType: Cell | undefined, name: Cell | undefined): Pick<StateExited, "stateType" | "name"> {
  return { stateType: stateType as StateType, name: name as string };
}
