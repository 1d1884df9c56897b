// The events that one commit adds to one execution <-> the text of one journal row. A line of JSON gives the structure,
// the texts of the payloads follow it unescaped and unparsed, each of them once however often the events repeat it:
// {"v":1,"at":1763826531000,"payloads":[13],"events":[["ExecutionStarted",1,0,0,0,"arn:…"],["StateEntered",2,0,0,0,"Pass","A",0]]}
// Every event is [kind, id, previousEventId, milliseconds after `at`, ...members] in the order of event-members.ts. An
// event whose kind has another meaning than at first says so with the kind: "ParallelStateStarted@2".
import { Payload } from "../../asl/payload.ts";
import type { TaskResource } from "../../asl/resource.ts";
import type { TaskAttempt } from "../effect.ts";
import type { EventBody, JournalEvent } from "./event.ts";
import { type CellType, type CellTypes, eventMembers } from "./event-members.ts";
import { latestVersion } from "./event-versions.ts";

type Cell = string | number | null | TaskResource | readonly Cell[];
interface Chunk {
  readonly v: number;
  readonly at: number;
  /** Lengths in UTF-16 units, in the order of the texts. */
  readonly payloads: readonly number[];
  readonly events: readonly (readonly Cell[])[];
}

const encoding = 1;

/** Gives the text of a journal row; equal events give equal texts. */
export function encodeEvents(events: readonly JournalEvent[]): string {
  const payloads: PayloadTable = { texts: [], indexes: new Map() };
  const at = events[0]?.at ?? 0;
  let rows = "";
  for (const event of events) rows += `${rows === "" ? "" : ","}${encodeEvent(event, at, payloads)}`;
  const { texts } = payloads;
  const lengths = texts.map((text) => text.length).join(",");
  return `{"v":${encoding},"at":${at},"payloads":[${lengths}],"events":[${rows}]}\n${texts.join("")}`;
}

/**
 * Gives the events of a journal row; those that shared a payload share it again.
 * @throws Error when the text is not what `encodeEvents` of this version or an older one of Pawl writes.
 */
export function decodeEvents(text: string): JournalEvent[] {
  const end = text.indexOf("\n");
  const chunk = JSON.parse(text.slice(0, end)) as Chunk;
  if (chunk.v !== encoding) {
    throw new Error(`journal row is in encoding ${chunk.v}, this version of Pawl reads encoding ${encoding}`);
  }
  const payloads = decodePayloads(text, end + 1, chunk.payloads);
  return chunk.events.map((row) => decodeEvent(row, chunk.at, payloads));
}

/** The JSON of a row, made without the row: every commit waits for it. Absent members are null, or cut off at the end. */
function encodeEvent(event: JournalEvent, at: number, payloads: PayloadTable): string {
  const members = event as unknown as { readonly [name: string]: unknown };
  const kindCell = kindCellOf(event.kind, event.version ?? 1);
  let row = `["${kindCell}",${event.id},${event.previousEventId},${event.at - at}`;
  let absent = "";
  for (const { name, type, width } of meaningOf(kindCell).columns) {
    const member = members[name];
    if (member === undefined) {
      absent += width === 1 ? ",null" : ",null,null";
      continue;
    }
    if (absent !== "") row += absent;
    absent = "";
    row += `,${encodeMember(type, member, payloads)}`;
  }
  return `${row}]`;
}

function encodeMember(type: keyof CellTypes, member: unknown, payloads: PayloadTable): string {
  switch (type) {
    case "number":
      return `${member as number}`;
    case "text":
      return quoted(member as string);
    case "payload":
      return `${indexOf(member as Payload, payloads)}`;
    case "resource":
      return encodeResource(member as TaskResource);
    case "attempt": {
      const { executionArn, scheduledEventId } = member as TaskAttempt;
      return `${quoted(executionArn)},${scheduledEventId}`;
    }
    case "assigned": {
      // Name and payload by turns: an array has no names that mean something to a prototype.
      const entries = Object.entries(member as CellTypes["assigned"]);
      return JSON.stringify(entries.flatMap(([name, payload]) => [name, indexOf(payload, payloads)]));
    }
  }
}

function decodeEvent(row: readonly Cell[], at: number, payloads: readonly Payload[]): JournalEvent {
  const [kindCell, id, previousEventId, after] = row as readonly [string, number, number, number];
  const { kind, version, columns } = meaningOf(kindCell);
  const event: { [name: string]: unknown } = { kind, id, previousEventId, at: at + after };
  if (version > 1) event["version"] = version;
  let position = 4;
  for (const { name, type, isOptional, width } of columns) {
    const cell = row[position];
    const isAbsent = cell === null || cell === undefined;
    if (!isAbsent || !isOptional) event[name] = decodeMember(type, cell, row[position + 1], payloads);
    position += width;
  }
  return event as unknown as JournalEvent;
}

/** @param next the cell behind it, for members that take two. */
function decodeMember(
  type: keyof CellTypes,
  cell: Cell | undefined,
  next: Cell | undefined,
  payloads: readonly Payload[],
): unknown {
  switch (type) {
    case "number":
    case "text":
    case "resource":
      return cell;
    case "payload":
      return payloadAt(cell, payloads);
    case "attempt":
      return { executionArn: cell, scheduledEventId: next };
    case "assigned": {
      const cells = cell as readonly Cell[];
      const entries: [string, Payload][] = [];
      for (let i = 0; i < cells.length; i += 2) entries.push([cells[i] as string, payloadAt(cells[i + 1], payloads)]);
      return Object.fromEntries(entries);
    }
  }
}

interface Column {
  readonly name: string;
  readonly type: keyof CellTypes;
  readonly isOptional: boolean;
  /** Cells that the member takes. */
  readonly width: number;
}

/** A kind of events with one of its meanings. */
interface Meaning {
  readonly kind: EventBody["kind"];
  readonly version: number;
  readonly columns: readonly Column[];
}

/** The table of members, taken apart once, by the words that rows have for the kinds. */
const meanings: ReadonlyMap<string, Meaning> = new Map(
  (Object.keys(eventMembers) as readonly EventBody["kind"][]).flatMap((kind) => {
    const columns = Object.entries(eventMembers[kind]).map(([name, type]) => columnOf(name, type));
    const versions = Array.from({ length: latestVersion(kind) }, (_, index) => index + 1);
    return versions.map((version) => [kindCellOf(kind, version), { kind, version, columns }]);
  }),
);

function meaningOf(kindCell: string): Meaning {
  const meaning = meanings.get(kindCell);
  if (meaning !== undefined) return meaning;
  const [kind = "", version] = kindCell.split("@");
  const isNewer = version !== undefined && meanings.has(kind);
  throw new Error(
    isNewer
      ? `journal row holds the event ${kindCell}, which was written by a newer version of Pawl: open it with that one`
      : `journal row holds an event of the unknown kind ${kindCell}`,
  );
}

function kindCellOf(kind: EventBody["kind"], version: number): string {
  return version === 1 ? kind : `${kind}@${version}`;
}

function columnOf(name: string, cellType: CellType): Column {
  const type = cellType.replace("?", "") as keyof CellTypes;
  return { name, type, isOptional: cellType.endsWith("?"), width: type === "attempt" ? 2 : 1 };
}

/** A text that JSON only sets between quotes; of any other, JSON decides itself what to escape. */
const plainText = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

function quoted(text: string): string {
  return plainText.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** A resource belongs to a program, and stands in as many events as there are calls of it. */
const resourceTexts = new WeakMap<TaskResource, string>();

function encodeResource(resource: TaskResource): string {
  const known = resourceTexts.get(resource);
  if (known !== undefined) return known;
  const text = JSON.stringify(resource);
  resourceTexts.set(resource, text);
  return text;
}

/** The distinct payloads of a chunk, found by identity first, which costs no look at the text. */
interface PayloadTable {
  readonly texts: string[];
  readonly indexes: Map<Payload | string, number>;
}

/** A longer text is looked up by a sample of it: the platform hashes long texts by their length alone, or reads all of them. */
const longText = 1024;
const sampledCharacters = 64;

function indexOf(payload: Payload, { texts, indexes }: PayloadTable): number {
  const known = indexes.get(payload);
  if (known !== undefined) return known;
  const { text } = payload;
  const key = text.length > longText ? sampleOf(text) : text;
  let index = indexes.get(key);
  // Only the newest of those with the same sample is compared: encoding takes time in proportion to the texts.
  if (index === undefined || (key !== text && texts[index] !== text)) {
    index = texts.push(text) - 1;
    indexes.set(key, index);
  }
  indexes.set(payload, index);
  return index;
}

/** Tells most long texts from each other, and from all short ones. */
function sampleOf(text: string): string {
  const step = Math.floor(text.length / sampledCharacters);
  let sample = `${text.length}:${text.slice(0, sampledCharacters)}`;
  for (let i = 0; i < text.length; i += step) sample += text.charAt(i);
  return sample + text.slice(-sampledCharacters);
}

function decodePayloads(text: string, from: number, lengths: readonly number[]): readonly Payload[] {
  let start = from;
  const payloads = lengths.map((length) => Payload.ofText(text.slice(start, (start += length))));
  if (start !== text.length) throw new Error("journal row is damaged: its payloads are not as long as it says");
  return payloads;
}

function payloadAt(cell: Cell | undefined, payloads: readonly Payload[]): Payload {
  const payload = payloads[cell as number];
  if (payload === undefined) throw new Error(`journal row is damaged: it has no payload ${String(cell)}`);
  return payload;
}
