// Reads the body of a request up to a limit. A body that is too large, or has given way to others, is read to its end and
// thrown away, because a client that still sends does not read the answer; one that does not come to an end is cut off.
import type { IncomingMessage } from "node:http";
import type { HeldBytes, Holding } from "./held-bytes.ts";

/**
 * `crowded`: it had to give way to other bodies. `endless`: the connection must be closed after the answer. `gone`: there is
 * nobody to answer.
 */
export type BodyOutcome = Buffer | "tooLarge" | "crowded" | "endless" | "gone";

export interface BodyOptions {
  readonly maxBytes: number;
  readonly heldBytes: HeldBytes;
  /** The access key that the request names, rightly or wrongly; empty for none. */
  readonly accessKeyId: string;
}

/** How many times the limit is read and thrown away before the sender is cut off. */
const patience = 16;

/** Calls `done` once. */
export function readBody(
  request: IncomingMessage,
  { maxBytes, heldBytes, accessKeyId }: BodyOptions,
  done: (outcome: BodyOutcome) => void,
): void {
  let bytes = 0;
  let isDone = false;
  let isCrowded = false;
  const text = new GrowingBuffer(declaredBytes(request, maxBytes), maxBytes);
  const holding: Holding = heldBytes.open(accessKeyId, () => {
    isCrowded = true;
    text.clear();
  });
  const finish = (outcome: BodyOutcome): void => {
    if (isDone) return;
    isDone = true;
    text.clear();
    holding.release();
    done(outcome);
  };
  request.on("data", (chunk: Buffer) => {
    if (isDone) return;
    bytes += chunk.length;
    if (bytes > maxBytes * patience) finish("endless");
    else if (bytes > maxBytes) {
      text.clear();
      holding.release();
    } else if (!isCrowded && text.add(chunk)) holding.hold(text.capacity);
  });
  request.on("end", () => {
    if (bytes > maxBytes) finish("tooLarge");
    else finish(isCrowded ? "crowded" : text.content);
  });
  request.on("error", () => finish("gone"));
  request.on("close", () => finish("gone"));
}

function declaredBytes({ headers }: IncomingMessage, maxBytes: number): number {
  const declared = Number(headers["content-length"] ?? maxBytes);
  return Number.isSafeInteger(declared) ? Math.min(declared, maxBytes) : maxBytes;
}

const nothing = Buffer.alloc(0);

/** One buffer that grows: a list of chunks would take a hundred times their bytes, were they sent one byte at a time. */
class GrowingBuffer {
  readonly #expected: number;
  readonly #most: number;
  #buffer: Buffer = nothing;
  #length = 0;

  constructor(expected: number, most: number) {
    this.#expected = expected;
    this.#most = most;
  }

  get capacity(): number {
    return this.#buffer.length;
  }

  get content(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** @returns whether it takes more memory now, and waits for more: a body that came whole is held by nobody. */
  add(chunk: Buffer): boolean {
    const length = this.#length + chunk.length;
    const isGrowing = length > this.#buffer.length;
    if (this.#length === 0) this.#buffer = chunk;
    else {
      if (isGrowing) this.#grow(length);
      chunk.copy(this.#buffer, this.#length);
    }
    this.#length = length;
    return isGrowing && length !== this.#expected;
  }

  clear(): void {
    this.#buffer = nothing;
    this.#length = 0;
  }

  #grow(needed: number): void {
    const bound = needed <= this.#expected ? this.#expected : this.#most;
    const larger = Buffer.allocUnsafeSlow(Math.min(bound, Math.max(needed, 2 * this.#buffer.length)));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
