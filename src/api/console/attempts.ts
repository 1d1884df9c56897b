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
    const fullAt = Math.max(time, Math.min(this.#fullAt.get(address) ?? time, time + most * refillMs)) + refillMs;
    if (fullAt > time + most * refillMs) return false;
    this.#fullAt.delete(address);
    this.#fullAt.set(address, fullAt);
    const [longestAgo] = this.#fullAt.keys();
    if (this.#fullAt.size > mostAddresses && longestAgo !== undefined) this.#fullAt.delete(longestAgo);
    return true;
  }
}
