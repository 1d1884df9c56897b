// The rows of the catalogue that are remembered: those that every request reads and hardly anything changes. Other nodes change them too:
// each change has a number, and whoever hears of another number than its own forgets.

export class CatalogueCache {
  #number: number | undefined;
  readonly #caches = new Set<{ forget(): void }>();

  /** A change with this number was made, here or elsewhere. */
  changed(number: number): void {
    if (number === this.#number) return;
    this.#number = number;
    this.forget();
  }

  /** Something may have changed. */
  forget(): void {
    for (const cache of this.#caches) cache.forget();
  }

  /** @param capacity how many are kept; the one that was read first gives way. */
  keep<Key, Value>(
    capacity: number,
    read: (key: Key) => Promise<Value | undefined>,
  ): (key: Key) => Promise<Value | undefined> {
    const cache = new RowCache(capacity, read);
    this.#caches.add(cache);
    return (key) => cache.get(key);
  }
}

class RowCache<Key, Value> {
  readonly #capacity: number;
  readonly #read: (key: Key) => Promise<Value | undefined>;
  #values = new Map<Key, Value>();

  constructor(capacity: number, read: (key: Key) => Promise<Value | undefined>) {
    this.#capacity = capacity;
    this.#read = read;
  }

  /** `undefined` when there is none; that is not remembered. */
  async get(key: Key): Promise<Value | undefined> {
    const values = this.#values;
    const known = values.get(key);
    if (known !== undefined) return known;
    const value = await this.#read(key);
    // A row that was read before something changed is not kept for those who ask after.
    if (value === undefined || values !== this.#values) return value;
    for (const oldest of values.keys()) {
      if (values.size < this.#capacity) break;
      values.delete(oldest);
    }
    values.set(key, value);
    return value;
  }

  forget(): void {
    this.#values = new Map();
  }
}
