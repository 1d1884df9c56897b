// Time travel: an execution as it was after any of its events. Folding thousands of events at every step of a scrubber
// would be felt, so that copies are kept on the way.
import { apply } from "../apply.ts";
import { copyExecution } from "../copy-execution.ts";
import type { FoldedExecution } from "../execution.ts";
import type { JournalEvent } from "../journal/event.ts";

/** Measured: an event is folded in about a microsecond, and a copy takes as long as the scopes that are open. */
const eventsPerCheckpoint = 1_000;

export class TimeTravel<Viewed extends FoldedExecution> {
  readonly #events: JournalEvent[] = [];
  /** The execution after each thousand of events, as far as anybody asked. */
  readonly #checkpoints: Viewed[];

  /** @param start the execution before its first event: `newExecution` of its identity. */
  constructor(start: Viewed) {
    this.#checkpoints = [copyExecution(start)];
  }

  get events(): readonly JournalEvent[] {
    return this.#events;
  }

  /** More has happened: a live execution goes on. */
  append(events: Iterable<JournalEvent>): void {
    for (const event of events) this.#events.push(event);
  }

  /**
   * The execution after the first `position` events, a copy that belongs to the caller.
   * @throws Error where the journal is broken: an event that does not fit what was before it.
   */
  at(position: number): Viewed {
    const to = Math.max(0, Math.min(position, this.#events.length));
    const wanted = Math.floor(to / eventsPerCheckpoint);
    while (this.#checkpoints.length <= wanted) {
      const last = this.#checkpoints.length - 1;
      this.#checkpoints.push(this.#folded(last, (last + 1) * eventsPerCheckpoint));
    }
    return this.#folded(wanted, to);
  }

  #folded(checkpoint: number, to: number): Viewed {
    const start = this.#checkpoints[checkpoint];
    if (start === undefined) throw new Error(`There is no checkpoint ${checkpoint}.`);
    const execution = copyExecution(start);
    for (let i = checkpoint * eventsPerCheckpoint; i < to; i++) {
      const event = this.#events[i];
      if (event !== undefined) apply(execution, event);
    }
    return execution;
  }
}
