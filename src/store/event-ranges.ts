// Where a range of events begins and ends among the rows of a journal.
import { isUnlisted, type JournalEvent } from "../engine/journal/event.ts";
import type { EventRange } from "./journal.ts";

export function isWithin({ from, to }: EventRange): (event: JournalEvent) => boolean {
  return ({ id }) => id >= from && id <= to;
}

/** Says whether no row before this one holds anything from an event on. An unlisted event may have followed others of its id. */
export function isBeginningOf(from: number, [first]: readonly JournalEvent[]): boolean {
  return first !== undefined && (first.id < from || (first.id === from && !isUnlisted(first)));
}

/** An unlisted event has the id of the listed one before it, which may stand in another row. */
export function beginsAnId([first]: readonly JournalEvent[]): boolean {
  return first === undefined || !isUnlisted(first);
}
