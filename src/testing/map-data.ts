// Datasets of Map Runs in tests: bytes in pieces, the items of chunks, and buckets that are folders of their own.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import type { Json, JsonObject } from "../asl/json.ts";
import { localFolders } from "../mapruns/buckets/local-folder.ts";
import { type Buckets, type ItemChunk, ItemReaderError, type ItemSource } from "../mapruns/ports.ts";
import { sourceOpener } from "../mapruns/readers/open-source.ts";
import { type Parser, parsedItems } from "../mapruns/readers/parsed-items.ts";
import { Window } from "../mapruns/readers/window.ts";
import { makeFolder } from "../server/make-folder.ts";

export const bucket = "item-reader";
export const never: AbortSignal = new AbortController().signal;

/** A bucket with objects by their keys, in a folder that goes with the test. */
export function folderBucket(
  test: Pick<TestContext, "after">,
  objects: Readonly<Record<string, string | Uint8Array>> = {},
): { readonly folder: string; readonly buckets: Buckets } {
  const folder = mkdtempSync(join(tmpdir(), "pawl-bucket-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [key, content] of Object.entries(objects)) {
    makeFolder(dirname(join(folder, key)));
    writeFileSync(join(folder, key), content);
  }
  return { folder, buckets: localFolders(new Map([[bucket, folder]])) };
}

export async function* pieces(...parts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const part of parts) yield typeof part === "string" ? Buffer.from(part) : part;
}

export async function allOf<T>(iterable: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const each of iterable) all.push(each);
  return all;
}

/** Bytes in two pieces, and in pieces of one byte: wherever a text may be cut. */
export function* everyCut(text: string | Uint8Array): Generator<readonly Uint8Array[], void, undefined> {
  const bytes = Buffer.from(text);
  for (let at = 0; at <= bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)];
  yield Array.from(bytes, (byte) => Buffer.of(byte));
}

/** The items of a text, or the cause of what went wrong. */
export async function parsed<Raw>(
  parser: Parser<Raw>,
  parts: readonly (string | Uint8Array)[],
  { skip = 0, most = Number.POSITIVE_INFINITY }: { readonly skip?: number; readonly most?: number } = {},
): Promise<readonly Json[] | string> {
  const window = new Window(skip, most);
  return itemsOf(parsedItems(pieces(...parts), { parser, window, source: "s3://b/k" }));
}

/** The items of chunks, or the cause of what went wrong. */
export async function itemsOf(chunks: AsyncIterable<ItemChunk>): Promise<readonly Json[] | string> {
  const items: Json[] = [];
  try {
    for await (const chunk of chunks) items.push(...chunk);
    return items;
  } catch (error) {
    if (error instanceof ItemReaderError) return error.failure.cause;
    throw error;
  }
}

export interface ReaderOfTest {
  readonly arguments?: JsonObject;
  readonly config?: JsonObject;
  readonly pin?: string;
  readonly resource?: "getObject" | "listObjectsV2";
}

/** @throws ItemReaderError where it cannot be opened. */
export async function opened(buckets: Buckets, reader: ReaderOfTest): Promise<ItemSource> {
  const source = await sourceOpener(buckets)(
    {
      resource: `arn:aws:states:::s3:${reader.resource ?? "getObject"}`,
      arguments: { Bucket: bucket, ...reader.arguments },
      config: reader.config ?? {},
      pin: reader.pin,
    },
    never,
  );
  if ("failure" in source) throw new ItemReaderError(source.failure.cause);
  return source;
}

/** All items of an ItemReader, or the cause of what went wrong. */
export async function readAll(buckets: Buckets, reader: ReaderOfTest, skip = 0): Promise<readonly Json[] | string> {
  try {
    return await itemsOf((await opened(buckets, reader)).read(skip, never));
  } catch (error) {
    if (error instanceof ItemReaderError) return error.failure.cause;
    throw error;
  }
}
