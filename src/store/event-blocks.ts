// How the events of an execution are cut, so that a range of a long history is read without the rest of it: no row of the
// journal reaches over the beginning of a block of events, and the row that begins one can be found by its first event.
import { isUnlisted, type JournalEvent } from "../engine/journal/event.ts";

/** Ids of listed events in a block: block n begins with the event `n * eventsPerBlock`. Stored marks rely on the number. */
export const eventsPerBlock = 128;

export function isBeginningOfBlock(event: JournalEvent): boolean {
  return event.id % eventsPerBlock === 0 && !isUnlisted(event);
}

/** The events of a commit, as its rows hold them. */
export function cutIntoRows(events: readonly JournalEvent[]): readonly (readonly JournalEvent[])[] {
  if (events.length === 0) return [];
  const cuts = events.flatMap((event, i) => (i > 0 && isBeginningOfBlock(event) ? [i] : []));
  return cuts.length === 0 ? [events] : [0, ...cuts].map((from, i) => events.slice(from, cuts[i]));
}
