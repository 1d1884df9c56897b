// Buckets of an S3-compatible endpoint. An object is read as it was when it was opened: a download that breaks goes on where it
// broke, and only with the same object.
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Buckets, ListOptions, ObjectInfo, OpenedObject, OpenOptions } from "../ports.ts";
import { BucketError, changedError } from "./bucket-error.ts";
import { backOff, callS3, callS3ForText, maxAttempts, type S3Client, unreachable } from "./s3-request.ts";
import { upload } from "./s3-upload.ts";
import { contentsOf, textIn } from "./s3-xml.ts";

export function s3Buckets(client: S3Client): Buckets {
  return {
    list: (bucket, options, signal) => listObjects(client, bucket, options, signal),
    open: (bucket, key, options, signal) => openObject(client, { bucket, key, options, signal }),
    put: (bucket, key, bytes, signal) => upload(client, { bucket, key, signal }, bytes),
  };
}

async function* listObjects(
  client: S3Client,
  bucket: string,
  options: ListOptions,
  signal: AbortSignal,
): AsyncGenerator<ObjectInfo, void, undefined> {
  let token: string | undefined;
  do {
    const query = {
      "list-type": "2",
      // XML cannot hold all the characters that keys can.
      "encoding-type": "url",
      prefix: options.prefix,
      "start-after": token === undefined ? options.startAfter : undefined,
      "continuation-token": token,
    };
    const page = await callS3ForText(client, { method: "GET", bucket, query, headers: ownerHeaders(options), signal });
    const isEncoded = textIn(page, "EncodingType") === "url";
    for (const entry of contentsOf(page, "Contents")) yield listedObject(entry, isEncoded);
    const next = textIn(page, "IsTruncated") === "true" ? textIn(page, "NextContinuationToken") : undefined;
    if (next !== undefined && next === token)
      throw new BucketError("Failed", `The listing of the bucket ${bucket} does not come to an end.`);
    token = next;
  } while (token !== undefined);
}

function listedObject(entry: string, isEncoded: boolean): ObjectInfo {
  const key = textIn(entry, "Key") ?? "";
  return {
    key: isEncoded ? decodedKey(key) : key,
    size: bytesIn(textIn(entry, "Size")),
    etag: textIn(entry, "ETag") ?? "",
    lastModified: timeOf(textIn(entry, "LastModified")),
    storageClass: textIn(entry, "StorageClass") ?? "STANDARD",
  };
}

function decodedKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    throw new BucketError("Failed", `S3 listed a key that is not encoded as it says: ${key.slice(0, 200)}`);
  }
}

function bytesIn(text: string | undefined): number {
  const bytes = Number(text);
  return Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : 0;
}

function timeOf(text: string | undefined): number {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? 0 : time;
}

interface ObjectRequest {
  readonly bucket: string;
  readonly key: string;
  readonly options: OpenOptions;
  readonly signal: AbortSignal;
}

async function openObject(client: S3Client, request: ObjectRequest): Promise<OpenedObject> {
  const { key, options, bucket } = request;
  const pinned = options.pin === undefined ? undefined : readPin(options.pin);
  const versionId = pinned?.versionId ?? options.versionId;
  const info = options.known ?? infoOf(key, (await headOf(client, request, versionId)).headers);
  if (pinned !== undefined && pinned.etag !== info.etag) throw changedError(bucket, key);
  return { info, pin: pinOf(info), bytes: bytesOf(client, request, info) };
}

/** An object that has versions is read as the version that it was, whatever has come since. */
function pinOf({ etag, versionId }: ObjectInfo): string {
  return versionId === undefined ? etag : `${versionId} ${etag}`;
}

function readPin(pin: string): { readonly etag: string; readonly versionId: string | undefined } {
  const at = pin.indexOf(" ");
  return { etag: pin.slice(at + 1), versionId: at === -1 ? undefined : pin.slice(0, at) };
}

/** The answer to HEAD has no body that says why not: the one to GET has. */
async function headOf(
  client: S3Client,
  { bucket, key, options, signal }: ObjectRequest,
  versionId: string | undefined,
): Promise<IncomingMessage> {
  const request = { bucket, key, query: { versionId }, headers: ownerHeaders(options), signal };
  try {
    const head = await callS3(client, { method: "HEAD", ...request });
    head.resume();
    return head;
  } catch (error) {
    if (!(error instanceof BucketError)) throw error;
    const headers = { ...request.headers, range: "bytes=0-0" };
    (await callS3(client, { method: "GET", ...request, headers })).destroy();
    throw error;
  }
}

function infoOf(key: string, headers: IncomingHttpHeaders): ObjectInfo {
  const { etag = "", "content-length": length, "last-modified": modified } = headers;
  const { "x-amz-storage-class": storageClass, "x-amz-version-id": versionId } = headers;
  return {
    key,
    size: bytesIn(length),
    etag,
    lastModified: timeOf(modified),
    storageClass: typeof storageClass === "string" ? storageClass : "STANDARD",
    versionId: typeof versionId === "string" && versionId !== "null" ? versionId : undefined,
  };
}

async function* bytesOf(
  client: S3Client,
  request: ObjectRequest,
  info: ObjectInfo,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { bucket, key, options, signal } = request;
  const end = Math.min(options.range?.end ?? info.size, info.size);
  let position = options.range?.start ?? 0;
  for (let failures = 0; position < end;) {
    try {
      const response = await rangeOf(client, request, { info, start: position, end });
      for await (const piece of response as AsyncIterable<Buffer>) {
        position += piece.length;
        failures = 0;
        yield piece;
      }
      if (position > end) throw new BucketError("Failed", `S3 gave more of s3://${bucket}/${key} than was asked for.`);
      if (position < end) throw new Error("the answer broke off");
    } catch (error) {
      signal.throwIfAborted();
      failures += 1;
      if (error instanceof BucketError || failures >= maxAttempts) throw unreachable({ bucket }, error);
      await backOff(client, failures, signal);
    }
  }
}

async function rangeOf(
  client: S3Client,
  { bucket, key, options, signal }: ObjectRequest,
  { info, start, end }: { readonly info: ObjectInfo; readonly start: number; readonly end: number },
): Promise<IncomingMessage> {
  const isWhole = start === 0 && end === info.size;
  const range = isWhole ? undefined : `bytes=${start}-${end - 1}`;
  const headers = { ...ownerHeaders(options), "if-match": info.etag, range };
  const query = { versionId: info.versionId ?? options.versionId };
  let response: IncomingMessage;
  try {
    response = await callS3(client, { method: "GET", bucket, key, query, headers, signal });
  } catch (error) {
    const hasGone = error instanceof BucketError && ["Changed", "NoSuchKey", "NoSuchVersion"].includes(error.problem);
    throw hasGone ? changedError(bucket, key) : error;
  }
  // Not every maker of S3 knows If-Match.
  const isSame = response.headers.etag === info.etag;
  const isRange = isWhole || (response.headers["content-range"] ?? "").startsWith(`bytes ${start}-`);
  if (isSame && isRange) return response;
  response.destroy();
  if (!isSame) throw changedError(bucket, key);
  throw new BucketError("Failed", `S3 gave all of s3://${bucket}/${key} where a part was asked for.`);
}

function ownerHeaders({
  expectedBucketOwner,
  requestPayer,
}: Pick<OpenOptions, "expectedBucketOwner" | "requestPayer">): Readonly<Record<string, string | undefined>> {
  return { "x-amz-expected-bucket-owner": expectedBucketOwner, "x-amz-request-payer": requestPayer };
}
