// A clock that stands still until it is told to go on: timers fire in order, and no test has to sleep.
import type { Clock } from "../runtime/clock.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

export class SimulatedClock implements Clock {
  #now: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  /** @param start epoch milliseconds. */
  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  callAt(at: number, callback: () => void): () => void {
    const timer = { at, order: this.#order++, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** The time of the next timer, epoch milliseconds; `undefined` when none is set. */
  get nextAt(): number | undefined {
    return this.#next()?.at;
  }

  /** Goes to the next timer and fires it; false when none is set. */
  advanceToNext(): boolean {
    const timer = this.#next();
    if (timer === undefined) return false;
    this.#timers.delete(timer);
    this.#now = Math.max(this.#now, timer.at);
    timer.callback();
    return true;
  }

  /** Goes on by some milliseconds, firing on the way what is due. */
  advance(ms: number): void {
    const end = this.#now + ms;
    while ((this.nextAt ?? Infinity) <= end) this.advanceToNext();
    this.#now = end;
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (next === undefined || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer;
    }
    return next;
  }
}
