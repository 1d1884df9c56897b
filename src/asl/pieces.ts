// Long work in pieces: between two of them, others may have their turn. The work says where it can pause, and whoever has
// it done decides whether it does.
import type { Work } from "./work.ts";

/** Yields where it can pause, and returns its result. */
export type Pieces<Result> = Generator<undefined, Result, undefined>;

/** Does all the work at once. */
export function inOneGo<Result>(pieces: Pieces<Result>): Result {
  for (;;) {
    const { done, value } = pieces.next();
    if (done === true) return value;
  }
}

/** Half a millisecond. */
const stepsPerPiece = 25_000;

/** Tells when a piece has become long enough, by what has been paid since the last one. */
export class Pace {
  readonly #work: Work;
  #pauseAt = stepsPerPiece;

  constructor(work: Work) {
    this.#work = work;
  }

  isPauseDue(): boolean {
    const { spent } = this.#work;
    if (spent < this.#pauseAt) return false;
    this.#pauseAt = spent + stepsPerPiece;
    return true;
  }
}
