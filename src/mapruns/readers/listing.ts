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

interface Pin {
  readonly count: number;
  /** Epoch milliseconds. */
  readonly newest: number;
  readonly digest: string;
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
): Promise<{ readonly pin: string; readonly newest: number }> {
  const first = pin === undefined ? undefined : readPin(pin);
  const seen = createHash("sha256");
  let count = 0;
  let newest = 0;
  const giveWay = givingWay();
  for await (const { key, etag, size, lastModified } of listed(buckets, listing, { newest: first?.newest, signal })) {
    count += 1;
    newest = Math.max(newest, lastModified);
    seen.update(JSON.stringify([key, etag, size]));
    await giveWay();
  }
  const now: Pin = { count, newest: first?.newest ?? newest, digest: seen.digest("base64url") };
  if (first !== undefined && first.digest !== now.digest) {
    const place = `s3://${listing.bucket}/${listing.options.prefix ?? ""}`;
    throw new ItemReaderError(`The objects below ${place} have changed since the Map Run began to read them.`);
  }
  return { pin: JSON.stringify(now), newest: now.newest };
}

function readPin(text: string): Pin {
  const value = parseJson(text);
  const [count, newest, digest] = isJsonObject(value)
    ? [memberOf(value, "count"), memberOf(value, "newest"), memberOf(value, "digest")]
    : [];
  if (!isJsonNumber(count) || !isJsonNumber(newest) || typeof digest !== "string")
    throw new ItemReaderError("The ItemReader began with another dataset than the one that it has now.");
  return { count: toDouble(count), newest: toDouble(newest), digest };
}

/** The objects of a listing up to the time of the newest one. */
export async function* listed(
  buckets: Buckets,
  { bucket, options, most }: Listing,
  { newest = Number.POSITIVE_INFINITY, signal }: { readonly newest: number | undefined; readonly signal: AbortSignal },
): AsyncGenerator<ObjectInfo, void, undefined> {
  let count = 0;
  for await (const info of buckets.list(bucket, options, signal)) {
    if (count >= most) return;
    if (info.lastModified > newest) continue;
    count += 1;
    yield info;
  }
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
