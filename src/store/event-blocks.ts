// How the events of an execution are cut, so that a range of a long history is read without the rest of it: no row of the
// journal holds more than a block of events, and a row in which a block begins can be found by the id of that event.
import { isUnlisted, type JournalEvent } from "../engine/journal/event.ts";

/** Ids of listed events in a block: block n begins with the event `n * eventsPerBlock`. Stored marks rely on the number. */
export const eventsPerBlock = 128;

/** The events of a commit, as its rows hold them. */
export function cutIntoRows(events: readonly JournalEvent[]): readonly (readonly JournalEvent[])[] {
  if (events.length <= eventsPerBlock) return events.length === 0 ? [] : [events];
  const count = Math.ceil(events.length / eventsPerBlock);
  return Array.from({ length: count }, (_, i) => events.slice(i * eventsPerBlock, (i + 1) * eventsPerBlock));
}

/** The id of the event that begins a block in this row; a row has one at most. */
export function blockBegunBy(row: readonly JournalEvent[]): number | undefined {
  return row.find((event) => event.id % eventsPerBlock === 0 && !isUnlisted(event))?.id;
}
