// The memory that bodies may take which are not yet read to their end: nobody has been asked who sends them, or the signature
// cannot be verified before the end. It is bounded for all together, and for each access key that they name.

/** The beginning of every body is free, so that ordinary requests pass while somebody floods the server with large ones. */
export const freeBytes = 16 * 1024;

export interface BodyLimits {
  readonly total: number;
  /** For the bodies that name the same access key. */
  readonly ofKey: number;
}

const defaults: BodyLimits = { total: 64 * 1024 * 1024, ofKey: 24 * 1024 * 1024 };

/** The part of the budget that one body takes. */
export interface BodyShare {
  /** @param bytes read so far. @returns false when there is no room for as many. */
  grow(bytes: number): boolean;
  /** To be called once the body is done with. */
  release(): void;
}

export class BodyBudget {
  readonly #limits: BodyLimits;
  readonly #ofKeys = new Map<string, number>();
  #total = 0;

  constructor(limits: BodyLimits = defaults) {
    this.#limits = limits;
  }

  /** @param key the access key that the request names, rightly or wrongly; empty for none. */
  open(key: string): BodyShare {
    let taken = 0;
    const take = (bytes: number): void => {
      taken += bytes;
      this.#total += bytes;
      const ofKey = (this.#ofKeys.get(key) ?? 0) + bytes;
      if (ofKey === 0) this.#ofKeys.delete(key);
      else this.#ofKeys.set(key, ofKey);
    };
    return {
      grow: (bytes) => {
        const more = Math.max(0, bytes - freeBytes) - taken;
        if (more <= 0) return true;
        const { total, ofKey } = this.#limits;
        if (this.#total + more > total || (key !== "" && (this.#ofKeys.get(key) ?? 0) + more > ofKey)) return false;
        take(more);
        return true;
      },
      release: () => take(-taken),
    };
  }
}
