// The history of an Express execution, which waits in memory for its end. AWS bounds it by nothing but the five minutes that
// such an execution may last; memory is finite: the beginning is kept, and the end.
import { EventSizes } from "../../engine/journal/event-size.ts";
import type { JournalEvent } from "../../engine/journal/event.ts";

/** As many events as a Standard execution may have, with as much text. */
const mostEvents = 25_000;
const mostCharacters = 8 * 1024 * 1024;

export class ExpressHistory {
  readonly #kept: JournalEvent[] = [];
  readonly #sizes = new EventSizes();
  #characters = 0;
  /** The newest event, where it came after there was no more room. */
  #end: JournalEvent | undefined;

  add(events: readonly JournalEvent[]): void {
    for (const event of events) {
      const hasRoom = this.#end === undefined && this.#kept.length < mostEvents && this.#characters < mostCharacters;
      if (!hasRoom) {
        this.#end = event;
        continue;
      }
      this.#characters += this.#sizes.add(event);
      this.#kept.push(event);
    }
  }

  /** All that was kept: the ids of the events tell where some are missing. */
  get events(): readonly JournalEvent[] {
    return this.#end === undefined ? this.#kept : [...this.#kept, this.#end];
  }
}
