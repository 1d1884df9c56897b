// A row of the journal as it is stored: its text, or that text compressed where it is long, and a checksum that tells when
// the disk gives back something else.
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { decodeEvents, encodeEvents } from "../engine/journal/event-codec.ts";
import type { JournalEvent } from "../engine/journal/event.ts";
import { StoreDamagedError } from "./errors.ts";
import { cutIntoRows, isBeginningOfBlock, unmarkedCharacters } from "./event-blocks.ts";
import type { EncodedChange, EncodedRow, ExecutionChange, RowContent } from "./journal.ts";

/** Shorter texts are kept as they are: one can read them, and there is little to gain. */
const compressedFrom = 16 * 1024;

/** A loop over large data repeats them from event to event: the fastest level finds that. */
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** No row has a longer text; one that claims to is damaged. */
const mostTextBytes = 256 * 1024 * 1024;

/** Makes the rows of a change, where that was not done before. */
export function encodeChange(change: ExecutionChange | EncodedChange): EncodedChange {
  if ("rows" in change) return change;
  const rows = encodeRows(change.events);
  return { ...change, rows, length: rows.reduce((sum, { content }) => sum + content.length, 0) };
}

function encodeRows(events: readonly JournalEvent[]): readonly EncodedRow[] {
  if (events.length === 0) return [];
  // Most commits are short, and one row.
  const text = events.length < shortCommit ? encodeEvents(events) : "";
  if (text !== "" && text.length <= unmarkedCharacters && !events.some(isBeginningOfBlock))
    return [encodeRow(text, undefined)];
  return cutIntoRows(events).map((row) =>
    encodeRow(encodeEvents(row.events), row.isMarked ? row.events[0]?.id : undefined),
  );
}

const shortCommit = 64;

function encodeRow(text: string, mark: number | undefined): EncodedRow {
  const content = text.length < compressedFrom ? text : zstdCompressSync(text, compression);
  return { mark, content, checksum: checksumOf(content) };
}

/** CRC-32; of a text, that of its UTF-8. */
export function checksumOf(content: RowContent): number {
  return crc32(content);
}

export interface StoredRow {
  /** A text may stand as its bytes. */
  readonly content: RowContent;
  /** Absent for a row of before there were checksums, and for one that is sealed, which tells by itself. */
  readonly checksum?: number | undefined;
  /** Names the row in errors: `data.db: journal row 17`. */
  readonly name: string;
}

/** The events of a row, and the length of the text that they are made of. */
export interface DecodedRow {
  readonly events: readonly JournalEvent[];
  readonly characters: number;
}

/** @throws StoreDamagedError when they are not what was written. */
export function decodeRow({ content, checksum, name }: StoredRow): DecodedRow {
  if (checksum !== undefined) verifyChecksum(content, checksum, name);
  const text = typeof content === "string" ? content : textOf(content, name);
  try {
    return { events: decodeEvents(text), characters: text.length };
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new StoreDamagedError(`${name} cannot be read: ${problem}`, { cause });
  }
}

/** @throws StoreDamagedError */
export function verifyChecksum(content: RowContent, checksum: number, name: string): void {
  if (checksumOf(content) !== checksum) throw damaged(name);
}

/** The bytes that a compressed text begins with: no JSON does. */
const zstdMagic = 0x28b52ffd;

/** The content of a row whose text may stand as its bytes: the text, or the bytes that it was compressed to. */
export function normalContent(content: Uint8Array): RowContent {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  return bytes.length < 4 || bytes.readUInt32BE(0) !== zstdMagic ? bytes.toString() : bytes;
}

function textOf(content: Uint8Array, name: string): string {
  const bytes = normalContent(content);
  if (typeof bytes === "string") return bytes;
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: mostTextBytes }).toString();
  } catch (cause) {
    throw damaged(name, cause);
  }
}

export function damaged(name: string, cause?: unknown): StoreDamagedError {
  const problem = `${name} is damaged: what stands there is not what was written. Restore the store from a backup`;
  return new StoreDamagedError(problem, { cause });
}
