// Events as the console is shown them: never with a task token, which is as good as the right to answer, and with as much
// data as was asked for and may be seen.
import { Payload } from "../../asl/payload.ts";
import { encodeEvents } from "../../engine/journal/event-codec.ts";
import { type CellTypes, eventMembers } from "../../engine/journal/event-members.ts";
import type { JournalEvent } from "../../engine/journal/event.ts";
import { withheldPayload, type Withheld } from "../../engine/journal/withheld.ts";
import type { JournalRow } from "../../store/journal.ts";
import type { DataShown, EventDatum, JournalRowText } from "./contract.ts";

export interface Showing {
  readonly data: DataShown;
  readonly mayData: boolean;
}

/** Longer payloads are withheld unless all data are asked for; characters. */
export const shortCharacters = 16 * 1024;

export function showRow({ id, events }: Pick<JournalRow, "id" | "events">, showing: Showing): JournalRowText {
  const shown = new Map<Payload, Payload>();
  return { id, events: encodeEvents(events.map((event) => showEvent(event, showing, shown))) };
}

/** The payloads of an event, with their texts. */
export function dataOf(event: JournalEvent): readonly EventDatum[] {
  return payloadsOf(event).map(({ member, variable, payload }) => ({
    member,
    ...(variable === undefined ? {} : { variable }),
    text: blankTokens(payload.text),
  }));
}

/**
 * Task tokens (runtime/workers/task-token.ts) as they stand in a text: two bytes of 0, an execution's number below 2^40 in
 * six, an event's below 2^20 in four, and the secret.
 */
const taskTokens = /AAAA(?!A{7})[\w-]{6}[AEIMQUYcgkosw048]A(?!A{4})[A-D][\w-]{27}/g;

/** The text with something else where task tokens were, wherever a workflow has carried them. */
export function blankTokens(text: string): string {
  return text.includes("AAAA") ? text.replaceAll(taskTokens, "(task token)") : text;
}

interface DataMember {
  readonly member: string;
  readonly variable?: string | undefined;
  readonly payload: Payload;
}

type Members = Record<string, unknown>;

/** @param shown the payloads of the row that were met: what events share they share again. */
function showEvent(event: JournalEvent, showing: Showing, shown: Map<Payload, Payload>): JournalEvent {
  const members: Members = { ...event };
  if ("token" in members) members["token"] = undefined;
  if ("clientToken" in members) members["clientToken"] = undefined;
  if (typeof members["cause"] === "string") members["cause"] = showCause(event, members["cause"], showing);
  if (typeof members["error"] === "string") members["error"] = blankTokens(members["error"]);
  for (const datum of payloadsOf(event)) {
    const { member, variable, payload } = datum;
    const inPlace = shown.get(payload) ?? showPayload(event.id, datum, showing);
    shown.set(payload, inPlace);
    members[member] =
      variable === undefined ? inPlace : { ...(members[member] as CellTypes["assigned"]), [variable]: inPlace };
  }
  return members as unknown as JournalEvent;
}

/** Causes quote data. The member is no option where an evaluation failed. */
function showCause({ kind }: JournalEvent, cause: string, { mayData }: Showing): string | undefined {
  if (mayData) return blankTokens(cause);
  return kind === "EvaluationFailed" ? "" : undefined;
}

function showPayload(eventId: number, { member, variable, payload }: DataMember, showing: Showing): Payload {
  const { data, mayData } = showing;
  const withhold = (reason: Withheld["reason"], bytes?: number): Payload =>
    withheldPayload({ reason, eventId, member, variable, bytes });
  if (!mayData) return withhold("rights");
  if (data === "none") return withhold("unasked", payload.bytes);
  if (data === "short" && payload.text.length > shortCharacters) return withhold("size", payload.bytes);
  const text = blankTokens(payload.text);
  return text === payload.text ? payload : Payload.ofText(text);
}

/** The names of the members of each kind that hold data. */
const dataMembers: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(eventMembers).map(([kind, members]) => [
    kind,
    Object.entries(members)
      .filter(([, type]) => type === "payload" || type === "assigned?")
      .map(([name]) => name),
  ]),
);

function payloadsOf(event: JournalEvent): readonly DataMember[] {
  const members = event as unknown as Members;
  return (dataMembers.get(event.kind) ?? []).flatMap((member) => {
    const value = members[member] as Payload | CellTypes["assigned"] | undefined;
    if (value === undefined) return [];
    if (value instanceof Payload) return [{ member, payload: value }];
    return Object.entries(value).map(([variable, payload]) => ({ member, variable, payload }));
  });
}
