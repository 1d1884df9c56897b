// The stream that a streaming handler writes its answer to, kept until it is whole.
import { Writable } from "node:stream";
import { maxReplyBytes } from "../invocation.ts";
import { runtimeError } from "./describe-error.ts";

type Written = (error?: Error | null) => void;

export class ResponseStream extends Writable {
  /** Set by `HttpResponseStream`: it writes what goes before everything else. */
  _onBeforeFirstWrite: ((write: (chunk: string | Uint8Array) => void) => void) | undefined;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #isWritten = false;

  /** The type has no reader here; that it can come too late is all that is left of it. */
  setContentType(_contentType: string): void {
    if (!this.#isWritten) return;
    throw runtimeError("InvalidStreamingOperation", "Cannot set content-type, too late.");
  }

  /** Lambda's stream takes any value, and writes what is no text and no bytes as JSON. */
  override write(chunk: unknown, encoding?: BufferEncoding | Written, onWritten?: Written): boolean {
    if (!this.#isWritten) {
      this.#isWritten = true;
      this._onBeforeFirstWrite?.((first) => void super.write(first));
    }
    const data = typeof chunk === "string" || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk);
    return typeof encoding === "string" ? super.write(data, encoding, onWritten) : super.write(data, encoding);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, onWritten: Written): void {
    this.#bytes += chunk.length;
    // One piece too many shows that it is too much; the rest need not be kept.
    if (this.#bytes - chunk.length <= maxReplyBytes) this.#chunks.push(chunk);
    onWritten();
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
  }
}
