// How many processes a function should have while its calls wait. Long calls wait for something, and each of them needs a
// process of its own. With short ones a trial shows it: more processes stay when they end clearly more calls in the same time;
// they do not where the processors, or the server, are what calls wait for.

/** By then it is known whether calls are short. */
const sampleMs = 40;
/** As many calls of each process are a sample. */
const callsOfEach = 4;
const clearlyMore = 1.3;
/** Trials end at so many times the processes that need no reason: each has its memory, and starting it takes processor time. */
const mostOnTrial = 4;
/** A trial that brought nothing is not repeated before. */
const trialAgainMs = 30_000;

export class LaneGrowth {
  readonly #least: number;
  #limit: number;
  #sampledSince: number | undefined;
  #ended = 0;
  /** Calls for each millisecond, and processes, before the trial that is under way. */
  #before: { readonly rate: number; readonly size: number } | undefined;
  #noTrialUntil = Number.NEGATIVE_INFINITY;

  /** @param least processes that a function may have without a reason. */
  constructor(least: number) {
    this.#least = least;
    this.#limit = least;
  }

  /** The most processes that there is a reason for. */
  get limit(): number {
    return this.#limit;
  }

  /** Says that a call has ended. */
  ended(): void {
    this.#ended += 1;
  }

  /** Says that calls begin to wait where none waited, with as many processes: what was found before is old. */
  begin(size: number): void {
    this.#limit = Math.max(this.#least, size);
    this.#before = undefined;
    this.restart();
  }

  /** Says that the number of processes is changing: what they do meanwhile says nothing. */
  restart(): void {
    this.#sampledSince = undefined;
  }

  /** Looks at what so many processes do while calls wait; every some milliseconds. */
  look(now: number, size: number): void {
    if (this.#sampledSince === undefined) {
      this.#sampledSince = now;
      this.#ended = 0;
      return;
    }
    const elapsed = now - this.#sampledSince;
    const isSample = this.#ended >= callsOfEach * size;
    if (elapsed < sampleMs || (this.#before !== undefined && !isSample && elapsed < 4 * sampleMs)) return;
    const rate = this.#ended / elapsed;
    this.restart();
    if (!isSample) {
      this.#before = undefined;
      this.#limit = 4 * size;
    } else if (this.#before === undefined) {
      if (now >= this.#noTrialUntil) this.#try({ rate, size });
    } else if (rate >= clearlyMore * this.#before.rate) {
      this.#try({ rate, size });
    } else {
      this.#limit = this.#before.size;
      this.#before = undefined;
      this.#noTrialUntil = now + trialAgainMs;
    }
  }
  #try(before: { readonly rate: number; readonly size: number }): void {
    const most = mostOnTrial * this.#least;
    this.#before = before.size < most ? before : undefined;
    this.#limit = Math.max(before.size, Math.min(2 * before.size, most));
  }
}
