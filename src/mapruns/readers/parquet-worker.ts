// The thread that reads a Parquet file: decoding pages takes long, and a hostile file may take all the memory of the thread.
// Asked by parquet.ts.
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { parentPort } from "node:worker_threads";
import { type Compressors, type FileMetaData, parquetMetadata, parquetReadObjects, snappyUncompress } from "hyparquet";
import { maxFooterBytes, maxRowGroupBytes, type ParquetAnswer, type ParquetQuestion } from "./parquet-messages.ts";
import { rowText } from "./parquet-values.ts";

/** Rows that are decoded at a time, and about how many bytes they may have. */
const windowRows = 4096;
const windowBytes = 2 * 1024 * 1024;

let giveBytes: ((bytes: ArrayBuffer) => void) | undefined;
let file: OpenFile | undefined;

interface OpenFile {
  readonly size: number;
  readonly metadata: FileMetaData;
  /** Bytes of the row group that was read last, by where they begin and end: several windows need the same. */
  cached: { readonly group: number; readonly bytes: Map<string, ArrayBuffer> };
  /** Rows that have been decoded and not been given. */
  decoded: { from: number; texts: readonly string[] };
}

parentPort?.on("message", (question: ParquetQuestion) => {
  if (question.kind === "bytes") giveBytes?.(question.bytes);
  else {
    answerTo(question).then(say, (error: unknown) =>
      say({ kind: "problem", message: error instanceof Error ? error.message : String(error) }),
    );
  }
});

function say(answer: ParquetAnswer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
  parentPort?.postMessage(answer);
}

async function answerTo(question: Exclude<ParquetQuestion, { kind: "bytes" }>): Promise<ParquetAnswer> {
  if (question.kind === "open") {
    const metadata = await readMetadata(question.size);
    const cached = { group: -1, bytes: new Map<string, ArrayBuffer>() };
    file = { size: question.size, metadata, cached, decoded: { from: 0, texts: [] } };
    return { kind: "opened", rows: Number(metadata.num_rows) };
  }
  if (file === undefined) throw new Error("the file is not open");
  return { kind: "rows", rows: await readRows(file, question) };
}

/** One range at a time: the questions of the library come one after the other. */
let turn: Promise<unknown> = Promise.resolve();

function readBytes(start: number, end: number): Promise<ArrayBuffer> {
  const read = turn.then(
    () =>
      new Promise<ArrayBuffer>((resolve) => {
        giveBytes = resolve;
        say({ kind: "wantsBytes", start, end });
      }),
  );
  turn = read;
  return read;
}

const magic = "PAR1";
/** The length of the footer and the magic bytes. */
const tailBytes = 8;

async function readMetadata(size: number): Promise<FileMetaData> {
  if (size < tailBytes + magic.length) throw new Error("it is too short");
  const tail = Buffer.from(await readBytes(size - tailBytes, size));
  if (tail.toString("latin1", 4) !== magic) throw new Error("it does not end with PAR1");
  const footer = tail.readUInt32LE(0);
  if (footer > maxFooterBytes) throw new Error(`its footer is larger than ${maxFooterBytes} bytes`);
  if (footer + tailBytes > size) throw new Error("its footer is longer than the file");
  return parquetMetadata(await readBytes(size - tailBytes - footer, size));
}

async function readRows(open: OpenFile, { from, most }: { from: number; most: number }): Promise<readonly string[]> {
  const { decoded } = open;
  if (from < decoded.from || from >= decoded.from + decoded.texts.length)
    open.decoded = { from, texts: await decodeRows(open, from, most) };
  const start = from - open.decoded.from;
  return open.decoded.texts.slice(start, start + Math.min(most, windowRows));
}

async function decodeRows(open: OpenFile, from: number, most: number): Promise<readonly string[]> {
  const { metadata, size } = open;
  const group = groupAt(metadata, from);
  if (group === undefined) return [];
  if (group.index !== open.cached.group) open.cached = { group: group.index, bytes: new Map() };
  const { bytes } = open.cached;
  const slice = async (start: number, end = size): Promise<ArrayBuffer> => {
    if (end - start > maxRowGroupBytes) throw new Error(`it has a column of more than ${maxRowGroupBytes} bytes`);
    const known = bytes.get(`${start}-${end}`);
    if (known !== undefined) return known;
    const read = await readBytes(start, end);
    if (!group.isIndexed) bytes.set(`${start}-${end}`, read);
    return read;
  };
  const rows = await parquetReadObjects({
    file: { byteLength: size, slice },
    metadata,
    compressors,
    useOffsetIndex: group.isIndexed,
    rowStart: from,
    rowEnd: Math.min(from + rowsAtOnce(group, most), group.end),
  });
  return rows.map(rowText);
}

/** Without an index a column of lists or structures is decoded from its beginning to its end, so that once is enough. */
function rowsAtOnce({ start, end, bytes, isIndexed, isNested }: Group, most: number): number {
  if (isNested && !isIndexed) return end - start;
  const rowBytes = Math.max(1, bytes / Math.max(1, end - start));
  return Math.min(most, windowRows, Math.max(1, Math.floor(windowBytes / rowBytes)));
}

interface Group {
  readonly index: number;
  /** Rows of the file. */
  readonly start: number;
  readonly end: number;
  /** Uncompressed. */
  readonly bytes: number;
  /** The file says where each page is. */
  readonly isIndexed: boolean;
  readonly isNested: boolean;
}

function groupAt({ row_groups: groups }: FileMetaData, row: number): Group | undefined {
  let start = 0;
  for (const [index, { num_rows: rows, columns, total_byte_size: bytes }] of groups.entries()) {
    const end = start + Number(rows);
    if (row >= start && row < end) {
      const compressed = columns.reduce(
        (sum, { meta_data: data }) => sum + Number(data?.total_compressed_size ?? 0),
        0,
      );
      if (compressed > maxRowGroupBytes)
        throw new Error(
          `it has a row group of more than ${maxRowGroupBytes} bytes, which is the most that one may have`,
        );
      const isIndexed = columns.every(({ offset_index_offset: offset }) => offset !== undefined);
      const isNested = columns.some(({ meta_data: data }) => (data?.path_in_schema.length ?? 0) > 1);
      return { index, start, end, bytes: Number(bytes), isIndexed, isNested };
    }
    start = end;
  }
  return undefined;
}

/** Decompression of Node.js, bounded by what the file says of each page. */
const compressors: Compressors = {
  SNAPPY: (input, length) => {
    const output = new Uint8Array(bounded(length));
    snappyUncompress(input, output);
    return output;
  },
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: bounded(length) }),
  ZSTD: (input, length) => zstdDecompressSync(input, { maxOutputLength: bounded(length) }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: bounded(length) }),
};

function bounded(length: number): number {
  if (length > maxRowGroupBytes) throw new Error(`it has a page of more than ${maxRowGroupBytes} bytes`);
  return Math.max(1, length);
}
