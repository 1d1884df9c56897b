// How the events of an execution are cut, so that a range of a long history is read without the rest of it: no row of the
// journal reaches over the beginning of a block of events, none holds much more text than it may, and the rows that begin a
// block or hold much can be found by their first event.
import { EventSizes } from "../engine/journal/event-size.ts";
import { isUnlisted, type JournalEvent } from "../engine/journal/event.ts";

/** Ids of listed events in a block: block n begins with the event `n * eventsPerBlock`. Stored marks rely on the number. */
export const eventsPerBlock = 128;

/**
 * A row ends before an event with which it would hold more characters. One event may have more by itself. The longer a row
 * is, the better are the data of a loop compressed.
 */
export const rowCharacters = 2 * 1024 * 1024;

/** A row with more characters has a mark of its own: what stands between two marks is bounded. */
export const unmarkedCharacters = 64 * 1024;

/** The events of one row. */
export interface RowOfEvents {
  readonly events: readonly JournalEvent[];
  /** Whether the row can be found by its first event. */
  readonly isMarked: boolean;
}

export function isBeginningOfBlock(event: JournalEvent): boolean {
  return event.id % eventsPerBlock === 0 && !isUnlisted(event);
}

/** The events of a commit, as its rows hold them. */
export function cutIntoRows(events: readonly JournalEvent[]): readonly RowOfEvents[] {
  const rows: RowOfEvents[] = [];
  let sizes = new EventSizes();
  let from = 0;
  let characters = 0;
  for (let i = 0; i < events.length; i++) {
    const event = events[i] as JournalEvent;
    let added = sizes.add(event);
    if (i > from && (isBeginningOfBlock(event) || (characters + added > rowCharacters && !isUnlisted(event)))) {
      rows.push(rowOf(events.slice(from, i), characters));
      from = i;
      characters = 0;
      sizes = new EventSizes();
      added = sizes.add(event);
    }
    characters += added;
  }
  if (from < events.length) rows.push(rowOf(from === 0 ? events : events.slice(from), characters));
  return rows;
}

function rowOf(events: readonly JournalEvent[], characters: number): RowOfEvents {
  const [first] = events;
  const isListed = first !== undefined && !isUnlisted(first);
  return { events, isMarked: isListed && (isBeginningOfBlock(first) || characters > unmarkedCharacters) };
}
