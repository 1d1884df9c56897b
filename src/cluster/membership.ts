// A node among others: it tells the database that it lives, hears who else does, and fences itself when it has not been heard
// for long. Time is that of a clock that only goes forward; a wall clock that ran ahead says that the machine slept.
import type { Clock } from "../runtime/clock.ts";
import type { Beat, ClusterNode, Ownership, Wish } from "../store/cluster-store.ts";

export interface MembershipOptions {
  readonly ownership: Ownership;
  readonly node: ClusterNode;
  readonly clock: Clock;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsed: () => number;
  readonly wish: () => Wish;
  /** The catalogue is another one than at the last good beat. A beat is good once this has settled. */
  readonly catalogueChanged: () => Promise<void>;
  /** Told of every good beat. */
  readonly heard: (beat: Beat) => void;
  /** The lease may have run out: whatever is owned is no longer. */
  readonly expired: () => void;
  readonly log: (message: string, error?: unknown) => void;
}

/** Beats within a lease; and the part of it after which nothing new is begun that cannot be taken back. */
const beatsPerLease = 4;
const fencedAfter = 0.6;
/** Between two beats there is at least so much time. */
const leastBetweenMs = 100;

export class Membership {
  readonly #options: MembershipOptions;
  /** When the last good beat began, by either clock. */
  #goodAt = -Infinity;
  #goodWallAt = 0;
  #last: Beat | undefined;
  #catalogueChange: number | undefined;
  #news = Promise.withResolvers<void>();
  #isBeating = false;
  #isWanted = false;
  #isStopped = false;
  #isTold = false;
  #beganAt = -Infinity;
  #callOffBeat: (() => void) | undefined;
  #callOffExpiry: (() => void) | undefined;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** The state of the cluster as of the last good beat. */
  get last(): Beat | undefined {
    return this.#last;
  }

  /**
   * Nothing new may leave this node: others may take over what it owns soon, or have done so. A wall clock that was set forward
   * looks like a machine that slept: then the next beat says which it was.
   */
  get isFenced(): boolean {
    const { clock } = this.#options;
    return Math.max(this.#sinceGood, clock.now() - this.#goodWallAt) >= fencedAfter * this.#leaseMs;
  }

  /** Milliseconds since the last good beat began. */
  get #sinceGood(): number {
    return this.#options.elapsed() - this.#goodAt;
  }

  get #leaseMs(): number {
    return this.#options.ownership.leaseMs;
  }

  /** Looks whether the lease still stands; where it may not, what was owned is given up first. */
  verify(): boolean {
    if (this.#last !== undefined && this.#sinceGood < this.#leaseMs) return true;
    this.#expire();
    return false;
  }

  /** Settles at once where something may leave the node, else when it may, or when `signal` aborts. @returns whether it may. */
  async mayAct(signal: AbortSignal): Promise<boolean> {
    while (this.isFenced && !signal.aborted && !this.#isStopped) await this.#newsOr(signal);
    return !signal.aborted && !this.#isStopped;
  }

  /** Has a beat come soon. Settles with the next good one, or after a while. */
  async news(): Promise<void> {
    const { clock } = this.#options;
    this.wake();
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const callOff = clock.callAfter(this.#leaseMs / beatsPerLease, resolve);
    await Promise.race([this.#news.promise, late]);
    callOff();
  }

  /** Has a beat come soon. */
  wake(): void {
    if (this.#isStopped) return;
    if (this.#isBeating) this.#isWanted = true;
    else this.#beatAfter(Math.max(0, leastBetweenMs - (this.#options.elapsed() - this.#beganAt)));
  }

  /** No beat comes any more. */
  stop(): void {
    this.#isStopped = true;
    this.#callOffBeat?.();
    this.#callOffExpiry?.();
    this.#news.resolve();
  }

  async #newsOr(signal: AbortSignal): Promise<void> {
    const { promise: aborted, resolve } = Promise.withResolvers<void>();
    const give = (): void => resolve();
    signal.addEventListener("abort", give, { once: true });
    await Promise.race([this.#news.promise, aborted]);
    signal.removeEventListener("abort", give);
  }

  #beatAfter(ms: number): void {
    this.#callOffBeat?.();
    this.#callOffBeat = this.#options.clock.callAfter(ms, () => void this.#beat());
  }

  async #beat(): Promise<void> {
    const { clock, elapsed, log } = this.#options;
    if (this.#isStopped || this.#isBeating) return;
    this.#isBeating = true;
    this.#isWanted = false;
    this.#beganAt = elapsed();
    const [beganAt, wallAt] = [this.#beganAt, clock.now()];
    try {
      const beat = await this.#inTime(this.#ask());
      if (!this.#isStopped) this.#good(beat, beganAt, wallAt);
    } catch (error) {
      if (!this.#isTold && !this.#isStopped)
        log("The database does not hear from this node; it is tried again, and others may take over its work.", error);
      this.#isTold = true;
    }
    this.#isBeating = false;
    if (this.#isStopped) return;
    const wait = this.#isWanted ? leastBetweenMs : this.#leaseMs / beatsPerLease;
    this.#beatAfter(Math.max(0, wait - (elapsed() - this.#beganAt)));
  }

  async #ask(): Promise<Beat> {
    const { ownership, node, wish, catalogueChanged } = this.#options;
    const beat = await ownership.beat(node, wish());
    if (beat.catalogueChange !== this.#catalogueChange) await catalogueChanged();
    this.#catalogueChange = beat.catalogueChange;
    return beat;
  }

  /** A beat that comes too late says nothing, and must not keep the next one from being made. */
  async #inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const callOff = this.#options.clock.callAfter(this.#leaseMs, () => reject(new Error("The database is silent.")));
    try {
      return await Promise.race([answer, late]);
    } finally {
      callOff();
    }
  }

  #good(beat: Beat, beganAt: number, wallAt: number): void {
    const { clock, elapsed, heard, log } = this.#options;
    // The lease may have run out while this beat was under way, and that which it brought too.
    this.verify();
    if (elapsed() - beganAt >= this.#leaseMs) return;
    this.#goodAt = beganAt;
    this.#goodWallAt = wallAt;
    if (this.#isTold) log("The database hears from this node again.");
    this.#isTold = false;
    this.#last = beat;
    this.#callOffExpiry?.();
    const left = Math.max(0, beganAt + this.#leaseMs - elapsed());
    this.#callOffExpiry = clock.callAfter(left, () => this.#expire());
    heard(beat);
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  #expire(): void {
    this.#last = undefined;
    this.#callOffExpiry?.();
    this.#options.expired();
  }
}
