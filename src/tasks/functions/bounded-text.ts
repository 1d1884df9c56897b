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

/** Keeps the end of a stream's text: that is where an error is told. */
export class TextEnd {
  readonly #maxBytes: number;
  #bytes = Buffer.alloc(0);

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(chunk: Buffer): void {
    const isAll = chunk.length >= this.#maxBytes;
    this.#bytes = Buffer.from((isAll ? chunk : Buffer.concat([this.#bytes, chunk])).subarray(-this.#maxBytes));
  }

  toBuffer(): Buffer {
    return this.#bytes;
  }

  /** The first character may be a broken one. */
  toString(): string {
    return this.#bytes.toString("utf8");
  }
}
