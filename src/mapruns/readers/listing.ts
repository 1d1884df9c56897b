// The objects of a bucket as items. A listing cannot be pinned as an object can: what is pinned is the digest of it, and the
// time of its newest object, so that objects that come later are no part of it, before a restart as after it.
import { createHash } from "node:crypto";
import { ExactNumber, isJsonNumber, isJsonObject, type Json, memberOf, parseJson, toDouble } from "../../asl/json.ts";
import { type Buckets, type ItemChunk, ItemReaderError, type ListOptions, type ObjectInfo } from "../ports.ts";
import { givingWay } from "./event-loop.ts";
import { ChunkBuilder, type Window } from "./window.ts";

export interface Listing {
  readonly bucket: string;
  readonly options: ListOptions;
  /** The most objects that are wanted. */
  readonly most: number;
}

/** Tells a listing from another. */
interface Pin {
  /** Epoch milliseconds of the newest object. */
  readonly newest: number;
  readonly digest: string;
}

/** A listing as it was when the Map Run began. */
export interface PinnedListing {
  readonly pin: string;
  /** The objects of then, one by one. @throws ItemReaderError at the end, where one was changed or deleted since. */
  objects(signal: AbortSignal): AsyncIterable<ObjectInfo>;
}

/**
 * Lists once to pin what is listed.
 * @param pin of the first time.
 * @throws ItemReaderError where an object has been changed or deleted since.
 */
export async function pinListing(
  buckets: Buckets,
  listing: Listing,
  { pin, signal }: { readonly pin: string | undefined; readonly signal: AbortSignal },
): Promise<PinnedListing> {
  const pinned = pin === undefined ? undefined : readPin(pin);
  const giveWay = givingWay();
  let newest = 0;
  const digest = new ListingDigest();
  for await (const info of listed(buckets, listing, { pinned, signal })) {
    newest = Math.max(newest, info.lastModified);
    digest.add(info);
    await giveWay();
  }
  const now = pinned ?? { newest, digest: digest.end() };
  return {
    pin: JSON.stringify(now),
    objects: (reading) => listed(buckets, listing, { pinned: now, signal: reading }),
  };
}

class ListingDigest {
  readonly #hash = createHash("sha256");

  add({ key, etag, size }: ObjectInfo): void {
    this.#hash.update(JSON.stringify([key, etag, size]));
  }

  end(): string {
    return this.#hash.digest("base64url");
  }
}

function readPin(text: string): Pin {
  const value = parseJson(text);
  const [newest, digest] = isJsonObject(value) ? [memberOf(value, "newest"), memberOf(value, "digest")] : [];
  if (!isJsonNumber(newest) || typeof digest !== "string")
    throw new ItemReaderError("The ItemReader began with another dataset than the one that it has now.");
  return { newest: toDouble(newest), digest };
}

/** An object that was changed is newer than all: it is missing then, which the digest shows. */
async function* listed(
  buckets: Buckets,
  { bucket, options, most }: Listing,
  { pinned, signal }: { readonly pinned: Pin | undefined; readonly signal: AbortSignal },
): AsyncGenerator<ObjectInfo, void, undefined> {
  const digest = new ListingDigest();
  let count = 0;
  for await (const info of buckets.list(bucket, options, signal)) {
    if (count >= most) break;
    if (pinned !== undefined && info.lastModified > pinned.newest) continue;
    count += 1;
    digest.add(info);
    yield info;
  }
  if (pinned === undefined || digest.end() === pinned.digest) return;
  const place = `s3://${bucket}/${options.prefix ?? ""}`;
  throw new ItemReaderError(`The objects below ${place} have changed since the Map Run began to read them.`);
}

export async function* listedItems(
  objects: AsyncIterable<ObjectInfo>,
  { bucket, window }: { readonly bucket: string; readonly window: Window },
): AsyncGenerator<ItemChunk, void, undefined> {
  const chunk = new ChunkBuilder({ source: `s3://${bucket}`, isMembers: false });
  const giveWay = givingWay();
  for await (const info of objects) {
    if (window.isPast) break;
    if (window.admit()) chunk.add(itemOf(info), info.key.length + bytesBesideKey);
    if (chunk.isFull) yield chunk.take();
    await giveWay();
  }
  if (!chunk.isEmpty) yield chunk.take();
}

/** About. */
const bytesBesideKey = 150;

/** Names and their order are AWS's, recorded: `Etag` is not what S3 calls it. */
function itemOf({ etag, key, lastModified, size, storageClass }: ObjectInfo): Json {
  return { Etag: etag, Key: key, LastModified: javaSeconds(lastModified), Size: size, StorageClass: storageClass };
}

/** Seconds as AWS writes them: `1.789180622E9` (measured). */
function javaSeconds(epochMs: number): number | ExactNumber {
  const seconds = Math.floor(epochMs / 1000);
  // Java's `Double.toString` changes to an exponent there.
  if (seconds < 10_000_000) return new ExactNumber(`${seconds}.0`);
  const [digits = "", exponent = ""] = seconds.toExponential().split("e+");
  return new ExactNumber(`${digits.includes(".") ? digits : `${digits}.0`}E${exponent}`);
}
