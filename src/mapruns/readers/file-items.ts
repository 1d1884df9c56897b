// The items of one file, by its format.
import type { Buckets, ItemChunk, ObjectInfo, OpenOptions } from "../ports.ts";
import { CsvParser } from "./csv.ts";
import { decompressed } from "./decompress.ts";
import { JsonParser } from "./json.ts";
import { JsonLinesParser } from "./json-lines.ts";
import { parquetItems } from "./parquet.ts";
import { parsedItems } from "./parsed-items.ts";
import type { Format } from "./reader-config.ts";
import type { Window } from "./window.ts";

/** A file as it was when the Map Run began. */
export interface DataFile {
  readonly bucket: string;
  readonly info: ObjectInfo;
  readonly options: Pick<OpenOptions, "versionId" | "expectedBucketOwner" | "requestPayer">;
}

export interface Reading {
  readonly buckets: Buckets;
  readonly format: Format;
  readonly window: Window;
  readonly signal: AbortSignal;
}

export async function* fileItems(
  file: DataFile,
  { buckets, format, window, signal }: Reading,
): AsyncGenerator<ItemChunk, void, undefined> {
  const { bucket, info, options } = file;
  const source = `s3://${bucket}/${info.key}`;
  const bytesOf = async (range?: OpenOptions["range"]): Promise<AsyncIterable<Uint8Array>> =>
    (await buckets.open(bucket, info.key, { ...options, known: info, range }, signal)).bytes;
  if (format.kind === "PARQUET") {
    yield* parquetItems({ size: info.size, bytesOf }, { window, source, signal });
    return;
  }
  const bytes = decompressed(info.key, await bytesOf());
  switch (format.kind) {
    case "CSV":
      yield* parsedItems(bytes, { parser: new CsvParser(format), window, source });
      break;
    case "JSON":
      yield* parsedItems(bytes, { parser: new JsonParser(format.pointer), window, source });
      break;
    case "JSONL":
      yield* parsedItems(bytes, { parser: new JsonLinesParser(), window, source });
      break;
  }
}
