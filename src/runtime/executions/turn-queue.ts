// The order in which executions get their turns: a turn holds the event loop, so after some milliseconds of them whoever
// else waits is served first, and no turn begins while what was decided before is too much to be written soon.
import type { Pieces } from "../../asl/pieces.ts";

export interface TurnQueueOptions {
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsed: () => number;
  /** Says that what waits to be written is enough; `release` is to be called when it no longer is. */
  readonly isFull: () => boolean;
}

/** Milliseconds of turns before others are served. */
export const sliceMs = 10;

export class TurnQueue {
  readonly #options: TurnQueueOptions;
  readonly #waiting: (() => void)[] = [];
  /** When the first turn since others were served began. */
  #sliceBegan: number | undefined;
  /** When the last turn ended. */
  #endedAt = -Infinity;
  #isScheduled = false;

  constructor(options: TurnQueueOptions) {
    this.#options = options;
  }

  /** Performs a turn when it is due: at once where nothing speaks against it. */
  run<Result>(turn: () => Result): Promise<Result> {
    if (this.#waiting.length === 0 && this.#isFree()) return new Promise((resolve) => resolve(this.#perform(turn)));
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(this.#perform(turn));
        } catch (error) {
          reject(error as Error);
        }
      });
      this.#schedule();
    });
  }

  /** Does long work in turns of as many pieces as there is time for. */
  async runPieces<Result>(pieces: Pieces<Result>): Promise<Result> {
    for (;;) {
      const last = await this.run(() => {
        let piece = pieces.next();
        while (piece.done !== true && this.#isInTime()) piece = pieces.next();
        return piece;
      });
      if (last.done === true) return last.value;
    }
  }

  /** Lets others be served in the midst of long work; `undefined` where they need not be. */
  pause(): Promise<void> | undefined {
    this.#beginSlice();
    this.#endedAt = this.#options.elapsed();
    return this.#isInTime() ? undefined : new Promise((resolve) => setImmediate(() => resolve(this.#endSlice())));
  }

  /** There is room again for what is to be written. */
  release(): void {
    if (this.#waiting.length > 0) this.#schedule();
  }

  #perform<Result>(turn: () => Result): Result {
    try {
      return turn();
    } finally {
      this.#endedAt = this.#options.elapsed();
    }
  }

  #isFree(): boolean {
    this.#beginSlice();
    return this.#isInTime() && !this.#options.isFull();
  }

  /** A slice that goes on ends by itself, so that a loop that is quick schedules nothing; so does one with a pause in it. */
  #beginSlice(): void {
    const now = this.#options.elapsed();
    if (now - this.#endedAt >= sliceMs) this.#sliceBegan = undefined;
  }

  #isInTime(): boolean {
    const now = this.#options.elapsed();
    if (this.#sliceBegan !== undefined) return now - this.#sliceBegan < sliceMs;
    this.#sliceBegan = now;
    return true;
  }

  #endSlice(): void {
    this.#sliceBegan = undefined;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#endSlice();
      while (this.#waiting.length > 0 && this.#isFree()) this.#waiting.shift()?.();
      // Where there is no room, the end of a commit says when there is.
      if (this.#waiting.length > 0 && !this.#options.isFull()) this.#schedule();
    });
  }
}
