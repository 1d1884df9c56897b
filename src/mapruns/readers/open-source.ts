// Opens what an ItemReader names: an object, the objects of a bucket, or the files of a manifest. The data is pinned, so
// that a restart finds the same items or says that they have changed.
import type { JsonObject } from "../../asl/json.ts";
import { BucketError } from "../buckets/bucket-error.ts";
import {
  type Buckets,
  type ItemChunk,
  ItemReaderError,
  type ItemSource,
  type OpenSource,
  type ReaderRequest,
} from "../ports.ts";
import { type DataFile, fileItems } from "./file-items.ts";
import { listedItems, type Listing, pinListing } from "./listing.ts";
import { athenaFiles, inventoryFiles, manifestText, openFiles } from "./manifest.ts";
import { formatOf, type ReaderConfig, readerConfigOf, refuseOthers, requiredText, textOf } from "./reader-config.ts";
import { Window } from "./window.ts";

export function sourceOpener(buckets: Buckets): OpenSource {
  return async (request, signal) => {
    try {
      const dataset = await openDataset({ buckets, request, config: readerConfigOf(request.config), signal });
      return sourceOf(dataset);
    } catch (error) {
      signal.throwIfAborted();
      const problem = asReaderError(error);
      if (problem instanceof ItemReaderError) return { failure: problem.failure };
      throw problem;
    }
  };
}

interface Opening {
  readonly buckets: Buckets;
  readonly request: ReaderRequest;
  readonly config: ReaderConfig;
  readonly signal: AbortSignal;
}

interface Dataset {
  readonly pin: string;
  readonly maxItems: number;
  readonly items: (window: Window, signal: AbortSignal) => AsyncIterable<ItemChunk>;
}

function sourceOf({ pin, maxItems, items }: Dataset): ItemSource {
  return {
    pin,
    async *read(skip, signal) {
      try {
        yield* items(new Window(skip, maxItems), signal);
      } catch (error) {
        signal.throwIfAborted();
        throw asReaderError(error);
      }
    },
  };
}

function asReaderError(error: unknown): unknown {
  return error instanceof BucketError ? new ItemReaderError(error.message, { cause: error }) : error;
}

async function openDataset(opening: Opening): Promise<Dataset> {
  const { request, config } = opening;
  const action = /^arn:[a-z-]+:states:::s3:(\w+)$/.exec(request.resource)?.[1];
  if (action === "listObjectsV2") return config.isFlattened ? openAllListed(opening) : openListing(opening);
  if (action !== "getObject") throw new ItemReaderError(`The ItemReader cannot use the resource ${request.resource}.`);
  return config.manifest === undefined ? openObject(opening) : openManifest(opening);
}

async function openObject({ buckets, request, config, signal }: Opening): Promise<Dataset> {
  const { bucket, key, options } = objectPlace(request.arguments);
  const format = formatOf(config);
  // AWS's words, recorded.
  if (format.kind === "PARQUET" && options.versionId !== undefined)
    throw new ItemReaderError("S3 Version ID selection is not currently supported for PARQUET files");
  const { info, pin } = await buckets.open(bucket, key, { ...options, pin: request.pin }, signal);
  const file: DataFile = { bucket, info, options };
  return {
    pin,
    maxItems: config.maxItems,
    items: (window, reading) => fileItems(file, { buckets, format, window, signal: reading }),
  };
}

async function openListing({ buckets, request, config, signal }: Opening): Promise<Dataset> {
  const listing = listingOf(request.arguments, config.maxItems);
  const { bucket } = listing;
  const { pin, objects } = await pinListing(buckets, listing, { pin: request.pin, signal });
  return {
    pin,
    maxItems: config.maxItems,
    items: (window, reading) => listedItems(objects(reading), { bucket, window }),
  };
}

async function openAllListed({ buckets, request, config, signal }: Opening): Promise<Dataset> {
  const listing = listingOf(request.arguments, Number.POSITIVE_INFINITY);
  const { bucket, options } = listing;
  const format = formatOf(config);
  const { pin, objects } = await pinListing(buckets, listing, { pin: request.pin, signal });
  const { expectedBucketOwner, requestPayer } = options;
  async function* items(window: Window, reading: AbortSignal): AsyncGenerator<ItemChunk, void, undefined> {
    for await (const info of objects(reading)) {
      if (window.isPast) return;
      // The console of S3 makes such objects to show folders.
      if (info.size === 0 && info.key.endsWith("/")) continue;
      const file = { bucket, info, options: { expectedBucketOwner, requestPayer } };
      yield* fileItems(file, { buckets, format, window, signal: reading });
    }
  }
  return { pin, maxItems: config.maxItems, items };
}

async function openManifest({ buckets, request, config, signal }: Opening): Promise<Dataset> {
  const { bucket, key, options } = objectPlace(request.arguments);
  const manifest = await buckets.open(bucket, key, options, signal);
  const text = await manifestText(manifest.bytes);
  const named = config.manifest === "S3_INVENTORY" ? inventoryFiles(text, bucket) : athenaFiles(text, formatOf(config));
  const { expectedBucketOwner, requestPayer } = options;
  const { files, digest } = await openFiles(buckets, named, {
    options: { expectedBucketOwner, requestPayer },
    signal,
  });
  const pin = JSON.stringify([manifest.pin, digest]);
  if (request.pin !== undefined && request.pin !== pin)
    throw new ItemReaderError(
      `The manifest s3://${bucket}/${key} or one of its files has changed since the Map Run began to read it.`,
    );
  async function* items(window: Window, reading: AbortSignal): AsyncGenerator<ItemChunk, void, undefined> {
    for (const file of files) {
      if (window.isPast) return;
      yield* fileItems(file, { buckets, format: named.format, window, signal: reading });
    }
  }
  return { pin, maxItems: config.maxItems, items };
}

function objectPlace(given: JsonObject): Pick<DataFile, "bucket" | "options"> & { readonly key: string } {
  refuseOthers(given, ["Bucket", "Key", "VersionId", "ExpectedBucketOwner", "RequestPayer"]);
  return {
    bucket: requiredText(given, "Bucket"),
    key: requiredText(given, "Key"),
    options: {
      versionId: textOf(given, "VersionId"),
      expectedBucketOwner: textOf(given, "ExpectedBucketOwner"),
      requestPayer: textOf(given, "RequestPayer"),
    },
  };
}

function listingOf(given: JsonObject, most: number): Listing {
  refuseOthers(given, ["Bucket", "Prefix", "StartAfter", "ExpectedBucketOwner", "RequestPayer"]);
  return {
    bucket: requiredText(given, "Bucket"),
    options: {
      prefix: textOf(given, "Prefix"),
      startAfter: textOf(given, "StartAfter"),
      expectedBucketOwner: textOf(given, "ExpectedBucketOwner"),
      requestPayer: textOf(given, "RequestPayer"),
    },
    most,
  };
}
