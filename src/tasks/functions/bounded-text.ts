// Collects a stream's text up to a number of bytes, so that what is called cannot fill the memory of the caller.

export class BoundedText {
  readonly #maxBytes: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get isOverfull(): boolean {
    return this.#bytes > this.#maxBytes;
  }

  /** Chunks beyond the bound are dropped. */
  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (!this.isOverfull) this.#chunks.push(chunk);
  }

  toString(): string {
    const [only, ...others] = this.#chunks;
    if (only === undefined) return "";
    return (others.length === 0 ? only : Buffer.concat(this.#chunks)).toString("utf8");
  }
}
