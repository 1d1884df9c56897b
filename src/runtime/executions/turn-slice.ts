// The time for which turns hold the event loop before whoever else waits is served. The queues of all runtimes of a process share
// it, and are served one after the other.

/** Milliseconds of turns before others are served. */
export const sliceMs = 10;

export class TurnSlice {
  readonly #elapsed: () => number;
  /** When the first turn since others were served began. */
  #began: number | undefined;
  /** When the last turn ended. */
  #endedAt = -Infinity;
  readonly #waiting = new Set<() => void>();
  #isScheduled = false;

  /** @param elapsed milliseconds of a clock that only goes forward. */
  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  /** A slice that goes on ends by itself, so that a loop that is quick schedules nothing; so does one with a pause in it. */
  begin(): void {
    const now = this.#elapsed();
    if (now - this.#endedAt >= sliceMs) this.#began = undefined;
  }

  isInTime(): boolean {
    const now = this.#elapsed();
    if (this.#began !== undefined) return now - this.#began < sliceMs;
    this.#began = now;
    return true;
  }

  turnEnded(): void {
    this.#endedAt = this.#elapsed();
  }

  /** Others have been served. */
  end(): void {
    this.#began = undefined;
  }

  /** Has a queue served once others have been. */
  schedule(serve: () => void): void {
    this.#waiting.add(serve);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#serve());
  }

  #serve(): void {
    this.#isScheduled = false;
    this.end();
    for (const serve of this.#waiting) {
      if (!this.isInTime()) break;
      this.#waiting.delete(serve);
      serve();
    }
    const [next] = this.#waiting;
    if (next !== undefined) this.schedule(next);
  }
}
