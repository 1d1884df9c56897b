// Reads JSON Lines: a value a line. Lines of white space are no items.
import type { Json } from "../../asl/json.ts";
import { joined, jsonItem, maxItemBytes, type Parser, tooLargeItem } from "./parsed-items.ts";

const newline = 0x0a;

export class JsonLinesParser implements Parser<Buffer> {
  readonly isMembers = false;
  /** The beginning of a line, in the pieces in which it came. */
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  *push(bytes: Uint8Array): Generator<Buffer, void, undefined> {
    let start = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
      this.#keep(bytes.subarray(start, end));
      start = end + 1;
      yield* this.end();
    }
    this.#keep(bytes.subarray(start));
  }

  *end(): Generator<Buffer, void, undefined> {
    const line = joined(this.#pieces);
    this.#pieces = [];
    this.#bytes = 0;
    if (!isBlank(line)) yield line;
  }

  itemOf(line: Buffer, index: number): Json {
    return jsonItem(line, index);
  }

  bytesOf(line: Buffer): number {
    return line.length;
  }

  #keep(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    if (this.#bytes > maxItemBytes) throw tooLargeItem();
  }
}

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}
