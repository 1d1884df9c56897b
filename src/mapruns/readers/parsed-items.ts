// Items of a text that comes in pieces, wherever it is cut: what the readers of CSV, JSON and JSON Lines have in common.
import { type Json, parseJson } from "../../asl/json.ts";
import { jsonLimitProblem } from "../../asl/json-limits.ts";
import { isUtf8 } from "node:buffer";
import { type ItemChunk, ItemReaderError } from "../ports.ts";
import { givingWay } from "./event-loop.ts";
import { ChunkBuilder, type Window } from "./window.ts";

/** Most bytes of an item as it stands in a file (AWS quota): an ItemSelector makes less of it. */
export const maxItemBytes = 8 * 1024 * 1024;

/** Cuts a text into items. An item that is passed over is cut and not made. */
export interface Parser<Raw> {
  /** The items that end in what has come so far. */
  push(bytes: Uint8Array): Iterable<Raw>;
  /** The items that the end of the text ends. @throws ItemReaderError where the text may not end here. */
  end(): Iterable<Raw>;
  /** @param index of the item in the dataset. @throws ItemReaderError */
  itemOf(raw: Raw, index: number): Json;
  /** About. */
  bytesOf(raw: Raw): number;
  /** The items are the members of an object. Known when the first one has come. */
  readonly isMembers: boolean;
}

/** Pieces that are parsed without giving way. */
const pieceBytes = 64 * 1024;

export async function* parsedItems<Raw>(
  bytes: AsyncIterable<Uint8Array>,
  { parser, window, source }: { readonly parser: Parser<Raw>; readonly window: Window; readonly source: string },
): AsyncGenerator<ItemChunk, void, undefined> {
  const giveWay = givingWay();
  let chunk: ChunkBuilder | undefined;
  for await (const raws of cutItems(bytes, parser)) {
    for (const raw of raws) {
      const { index } = window;
      if (window.admit()) {
        chunk ??= new ChunkBuilder({ source, isMembers: parser.isMembers });
        chunk.add(parser.itemOf(raw, index), parser.bytesOf(raw));
        if (chunk.isFull) {
          yield chunk.take();
          await giveWay();
        }
      }
      if (window.isPast) break;
    }
    if (window.isPast) break;
    await giveWay();
  }
  if (chunk?.isEmpty === false) yield chunk.take();
}

async function* cutItems<Raw>(
  bytes: AsyncIterable<Uint8Array>,
  parser: Parser<Raw>,
): AsyncGenerator<Iterable<Raw>, void, undefined> {
  for await (const piece of withoutByteOrderMark(bytes)) {
    for (let at = 0; at < piece.length; at += pieceBytes) yield parser.push(piece.subarray(at, at + pieceBytes));
  }
  yield parser.end();
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

async function* withoutByteOrderMark(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let start: Uint8Array | undefined = new Uint8Array();
  for await (const piece of bytes) {
    if (start === undefined) {
      yield piece;
      continue;
    }
    start = Buffer.concat([start, piece]);
    if (start.length < byteOrderMark.length) continue;
    yield byteOrderMark.equals(start.subarray(0, byteOrderMark.length)) ? start.subarray(byteOrderMark.length) : start;
    start = undefined;
  }
  if (start !== undefined) yield start;
}

/** @throws ItemReaderError */
export function jsonItem(bytes: Buffer, index: number): Json {
  const text = bytes.toString("utf8");
  if (text.includes("\u{fffd}") && !isUtf8(bytes)) throw badItem(index, "is not UTF-8.");
  const problem = jsonLimitProblem(text);
  if (problem !== undefined) throw badItem(index, `cannot be read: ${problem}`);
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw badItem(index, "is not JSON.", error);
    throw error;
  }
}

/** Pieces as one; a single one is not copied. */
export function joined(pieces: readonly Uint8Array[]): Buffer {
  const [first] = pieces;
  if (first === undefined || pieces.length > 1) return Buffer.concat(pieces);
  return Buffer.from(first.buffer, first.byteOffset, first.byteLength);
}

/** @param says a verb and what follows. */
export function badItem(index: number, says: string, cause?: Error): ItemReaderError {
  return new ItemReaderError(`The item at index ${index} of the dataset ${says}`, { cause });
}

export function tooLargeItem(): ItemReaderError {
  return new ItemReaderError(
    `An item of the dataset is larger than ${maxItemBytes} bytes, which is the most that one may have.`,
  );
}
