// The order in which executions get their turns: a turn holds the event loop, so after some milliseconds of them whoever
// else waits is served first, and no turn begins while what was decided before is too much to be written soon.
import type { Pieces } from "../../asl/pieces.ts";
import type { TurnSlice } from "./turn-slice.ts";

export interface TurnQueueOptions {
  readonly slice: TurnSlice;
  /** Says that what waits to be written is enough; `release` is to be called when it no longer is. */
  readonly isFull: () => boolean;
}

export class TurnQueue {
  readonly #options: TurnQueueOptions;
  readonly #waiting: (() => void)[] = [];
  readonly #serve = (): void => {
    while (this.#waiting.length > 0 && this.#isFree()) this.#waiting.shift()?.();
    // Where there is no room, the end of a commit says when there is.
    if (this.#waiting.length > 0 && !this.#options.isFull()) this.#schedule();
  };

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
        while (piece.done !== true && this.#options.slice.isInTime()) piece = pieces.next();
        return piece;
      });
      if (last.done === true) return last.value;
    }
  }

  /** Lets others be served in the midst of long work; `undefined` where they need not be. */
  pause(): Promise<void> | undefined {
    const { slice } = this.#options;
    slice.begin();
    slice.turnEnded();
    return slice.isInTime() ? undefined : new Promise((resolve) => setImmediate(() => resolve(slice.end())));
  }

  /** There is room again for what is to be written. */
  release(): void {
    if (this.#waiting.length > 0) this.#schedule();
  }

  #perform<Result>(turn: () => Result): Result {
    try {
      return turn();
    } finally {
      this.#options.slice.turnEnded();
    }
  }

  #isFree(): boolean {
    const { slice, isFull } = this.#options;
    slice.begin();
    return slice.isInTime() && !isFull();
  }

  #schedule(): void {
    this.#options.slice.schedule(this.#serve);
  }
}
