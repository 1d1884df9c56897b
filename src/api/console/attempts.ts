// Attempts to log in: so many at once from each address, and one more after a while. Only so many addresses are remembered.

export interface AttemptsOptions {
  readonly most: number;
  /** One more attempt after so long. */
  readonly refillMs: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const mostAddresses = 1_000;

export class Attempts {
  readonly #options: AttemptsOptions;
  /** When all attempts of an address are there again, epoch milliseconds; the address that tried last stands last. */
  readonly #fullAt = new Map<string, number>();

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  /** @returns false where there was no attempt left. */
  take(address: string): boolean {
    const { most, refillMs, now } = this.#options;
    const time = now();
    const spentMs = most * refillMs;
    // A clock that was set back makes nobody wait longer than for all attempts.
    const before = Math.min(Math.max(this.#fullAt.get(address) ?? time, time), time + spentMs);
    const isLeft = before + refillMs <= time + spentMs;
    this.#fullAt.delete(address);
    this.#fullAt.set(address, isLeft ? before + refillMs : before);
    const [longestAgo] = this.#fullAt.keys();
    if (this.#fullAt.size > mostAddresses && longestAgo !== undefined) this.#fullAt.delete(longestAgo);
    return isLeft;
  }
}
