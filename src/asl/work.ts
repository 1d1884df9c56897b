// Work that is counted while it is done: what a state, a definition or a request costs is paid from one allowance, by all
// that is evaluated, compiled and checked for it. Every loop whose length the data or the definition decides pays here.

/** Thrown when more is to be done than is allowed. */
export class WorkExceeded extends Error {
  override readonly name = "WorkExceeded";
}

export interface WorkOptions {
  /**
   * The allowance in steps. A step is about one node evaluated, one element moved or 16 characters copied: 20 nanoseconds. It
   * is a count and no time, so that what is repeated ends as it did.
   */
  readonly steps: number;
  /** The last resort against a cost that nobody foresaw: asked every few milliseconds of work, and `true` ends it. */
  readonly isLate?: (() => boolean) | undefined;
}

/** Steps between two looks at the time. */
const stepsPerLook = 250_000;

export class Work {
  readonly #isLate: (() => boolean) | undefined;
  #left: number;
  #spent = 0;
  #lookAt: number;

  constructor({ steps, isLate }: WorkOptions) {
    this.#left = steps;
    this.#isLate = isLate;
    this.#lookAt = isLate === undefined ? Infinity : stepsPerLook;
  }

  get left(): number {
    return this.#left;
  }

  get spent(): number {
    return this.#spent;
  }

  /**
   * To be called before the work is done, where its cost is known before.
   * @throws WorkExceeded
   */
  pay(steps: number): void {
    this.#left -= steps;
    this.#spent += steps;
    if (this.#left < 0) throw new WorkExceeded("more work than is allowed");
    if (this.#spent >= this.#lookAt) this.#look();
  }

  /** Pays for characters that are copied or scanned. @throws WorkExceeded */
  payText(length: number): void {
    this.pay(1 + (length >> 4));
  }

  #look(): void {
    this.#lookAt = this.#spent + stepsPerLook;
    if (this.#isLate?.() === true) throw new WorkExceeded("it takes too long");
  }
}

/** An allowance without an end, for who counts nothing. */
export function unlimitedWork(): Work {
  return new Work({ steps: Infinity });
}
