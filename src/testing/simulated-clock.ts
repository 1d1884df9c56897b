// A clock that stands still until it is told to go on: timers fire in order, and no test has to sleep. It can be set, as a
// wall clock can.
import type { Clock } from "../runtime/clock.ts";

interface Timer {
  /** Epoch milliseconds; of a timer that waits for a while, by the clock that is never set. */
  readonly at: number;
  readonly isSpan: boolean;
  readonly order: number;
  readonly callback: () => void;
}

export class SimulatedClock implements Clock {
  /** As if the clock had never been set. */
  #steady: number;
  #setForwardMs = 0;
  #order = 0;
  readonly #timers = new Set<Timer>();

  /** @param start epoch milliseconds. */
  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#steady = start;
  }

  now(): number {
    return this.#steady + this.#setForwardMs;
  }

  callAt(at: number, callback: () => void): () => void {
    return this.#add({ at, isSpan: false, order: this.#order++, callback });
  }

  callAfter(ms: number, callback: () => void): () => void {
    return this.#add({ at: this.#steady + ms, isSpan: true, order: this.#order++, callback });
  }

  /** Sets the clock forward, or back by a negative number. No time passes: what is due fires as it goes on. */
  jump(ms: number): void {
    this.#setForwardMs += ms;
  }

  /** The time of the next timer, epoch milliseconds; `undefined` when none is set. */
  get nextAt(): number | undefined {
    const timer = this.#next();
    return timer && this.#dueAt(timer) + this.#setForwardMs;
  }

  /** Goes to the next timer and fires it; false when none is set. */
  advanceToNext(): boolean {
    const timer = this.#next();
    if (timer === undefined) return false;
    this.#timers.delete(timer);
    this.#steady = Math.max(this.#steady, this.#dueAt(timer));
    timer.callback();
    return true;
  }

  /** Goes on by some milliseconds, firing on the way what is due. */
  advance(ms: number): void {
    const end = this.#steady + ms;
    for (let timer = this.#next(); timer !== undefined && this.#dueAt(timer) <= end; timer = this.#next()) {
      this.advanceToNext();
    }
    this.#steady = end;
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  #dueAt({ at, isSpan }: Timer): number {
    return isSpan ? at : at - this.#setForwardMs;
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (next === undefined || this.#isBefore(timer, next)) next = timer;
    }
    return next;
  }

  #isBefore(timer: Timer, other: Timer): boolean {
    return (
      this.#dueAt(timer) - this.#dueAt(other) < 0 ||
      (this.#dueAt(timer) === this.#dueAt(other) && timer.order < other.order)
    );
  }
}
