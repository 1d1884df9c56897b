// The journal of an execution for the console: page by page behind a row, and all the data of one event.
import { isUnlisted } from "../../engine/journal/event.ts";
import { nothingInConsole } from "../errors.ts";
import { type ConsoleCall, type ConsoleContext, pause, requireExecution } from "./context.ts";
import type { DataShown, EventData, JournalPage, JournalRowText } from "./contract.ts";
import { choiceIn, numberIn, unusable } from "./query.ts";
import { dataOf, showRow } from "./shown-events.ts";

/** Characters of a page, and those that are read at a time, so many times at most, while others have their turns between. */
const mostPageCharacters = 2 * 1024 * 1024;
const readAtATime = 64 * 1024;
const mostReads = 512;

export const dataChoices: readonly DataShown[] = ["none", "short", "full"];

export async function readJournal(call: ConsoleCall, context: ConsoleContext): Promise<JournalPage> {
  const { path, query, viewer } = call;
  const [arn = ""] = path;
  const data = choiceIn(query, "data", dataChoices) ?? "short";
  let next = numberIn(query, "after") ?? 0;
  const { record } = await requireExecution(arn, viewer, context);
  const showing = { data, mayData: viewer.may("GetExecutionHistory", arn) };
  const rows: JournalRowText[] = [];
  let characters = 0;
  let isComplete = false;
  for (let reads = 0; !isComplete && reads < mostReads && characters < mostPageCharacters; reads++) {
    if (reads > 0) await pause();
    const behind = { after: next, mostCharacters: readAtATime };
    const read = await context.store.journal.readRowsOf(record.id, behind);
    for (const row of read.rows) {
      const shown = showRow(row, showing);
      characters += shown.events.length;
      rows.push(shown);
      next = row.id;
    }
    isComplete = read.isLast;
  }
  return { rows, next, isComplete };
}

export async function readEventData({ path, viewer }: ConsoleCall, context: ConsoleContext): Promise<EventData> {
  const [arn = "", text = ""] = path;
  const eventId = eventIdOf(text);
  const { record } = await requireExecution(arn, viewer, context);
  viewer.require("GetExecutionHistory", arn);
  const events = await context.store.journal.readEvents(record.id, { from: eventId, to: eventId });
  const event = events.find((each) => !isUnlisted(each));
  if (event === undefined) throw nothingInConsole(`The execution ${arn} has no event ${eventId}.`);
  return { eventId, data: dataOf(event) };
}

/** @throws ValidationException */
export function eventIdOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw unusable("event id", "it is no number of an event");
  return Number(text);
}
