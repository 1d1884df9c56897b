// Ids of a partition: from blocks that nobody else is given, `(block * idsPerBlock + n) * partitions + partition`. The next
// block is fetched ahead, so that an id is there at once.

export const idsPerBlock = 2 ** 20;

export interface IdBlocksOptions {
  readonly partition: number;
  readonly partitions: number;
  readonly block: number;
  readonly fetch: () => Promise<number>;
}

export class IdBlocks {
  readonly #options: IdBlocksOptions;
  #block: number;
  /** The first id of a block is left out: no id is 0. */
  #n = 1;
  #next: number | undefined;
  #isFetching = false;

  constructor(options: IdBlocksOptions) {
    this.#options = options;
    this.#block = options.block;
  }

  /** @throws Error when the block is used up and the database gave no other. */
  next(): number {
    if (this.#n >= idsPerBlock / 2) this.#fetchAhead();
    if (this.#n >= idsPerBlock) {
      if (this.#next === undefined) throw new Error("no new id can be given: the database gave no block of them");
      this.#block = this.#next;
      this.#next = undefined;
      this.#n = 1;
    }
    const { partition, partitions } = this.#options;
    const id = (this.#block * idsPerBlock + this.#n) * partitions + partition;
    this.#n += 1;
    return id;
  }

  /** Ids that are given from now on are above one that was used. */
  used(id: number): void {
    const place = Math.floor(id / this.#options.partitions) - this.#block * idsPerBlock;
    if (place >= this.#n && place < idsPerBlock) this.#n = place + 1;
  }

  #fetchAhead(): void {
    if (this.#next !== undefined || this.#isFetching) return;
    this.#isFetching = true;
    const keep = (block: number): void => void (this.#next = block);
    // The next call asks again.
    const forget = (): void => undefined;
    void this.#options
      .fetch()
      .then(keep, forget)
      .finally(() => (this.#isFetching = false));
  }
}
