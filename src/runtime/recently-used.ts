// Values that were made of records and can be made again: they are kept while they are used, and let go, longest unused
// first, where they are too many or weigh too much in all.

export interface RecentlyUsedOptions {
  readonly mostEntries: number;
  /** In the unit of the weights. */
  readonly mostWeight: number;
}

interface Entry<Value> {
  readonly value: Value;
  weight: number;
}

export class RecentlyUsed<Value, Key = number> {
  readonly #options: RecentlyUsedOptions;
  /** Those used last stand last. */
  readonly #entries = new Map<Key, Entry<Value>>();
  #weight = 0;

  constructor(options: RecentlyUsedOptions) {
    this.#options = options;
  }

  get(id: Key): Value | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    return entry.value;
  }

  /** Adds what is not there. It stays at least until another one is used, however much it weighs. */
  add(id: Key, value: Value, weight: number): void {
    this.#entries.set(id, { value, weight });
    this.#weight += weight;
    this.#letGo();
  }

  /** A value weighs more than before; of no matter where it has been let go. */
  grow(id: Key, value: Value, weight: number): void {
    const entry = this.#entries.get(id);
    if (entry?.value !== value) return;
    entry.weight += weight;
    this.#weight += weight;
    this.#letGo();
  }

  #letGo(): void {
    const { mostEntries, mostWeight } = this.#options;
    for (const [id, { weight }] of this.#entries) {
      const isTooMuch = this.#entries.size > mostEntries || this.#weight > mostWeight;
      if (!isTooMuch || this.#entries.size === 1) return;
      this.#entries.delete(id);
      this.#weight -= weight;
    }
  }
}
