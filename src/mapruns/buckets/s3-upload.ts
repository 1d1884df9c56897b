// Writes an object to S3: at once where it is small, else in parts that become the object when the last one is there.
import type { BucketError } from "./bucket-error.ts";
import { callS3, callS3ForText, type S3Client, unreachable } from "./s3-request.ts";
import { escaped, textIn } from "./s3-xml.ts";

export interface UploadPlace {
  readonly bucket: string;
  readonly key: string;
  readonly signal: AbortSignal;
}

/** The least that S3 takes for a part that is not the last one; with 10,000 parts they make 50 GB. */
const partBytes = 5 * 1024 * 1024;

export async function upload(
  client: S3Client,
  place: UploadPlace,
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ readonly size: number }> {
  const parts = partsOf(bytes)[Symbol.asyncIterator]();
  try {
    const first = await parts.next();
    const second = first.done === true ? first : await parts.next();
    if (second.done === true) {
      const body = first.done === true ? Buffer.of() : first.value;
      (await callS3(client, { method: "PUT", ...place, body })).resume();
      return { size: body.length };
    }
    return await uploadParts(client, place, [first.value ?? Buffer.of(), second.value], parts);
  } finally {
    await parts.return?.();
  }
}

async function uploadParts(
  client: S3Client,
  place: UploadPlace,
  begun: readonly Buffer[],
  rest: AsyncIterator<Buffer, void>,
): Promise<{ readonly size: number }> {
  const answer = await callS3ForText(client, { method: "POST", ...place, query: { uploads: "" } });
  const uploadId = textIn(answer, "UploadId");
  if (uploadId === undefined) throw noUpload(place, "it gave no UploadId");
  try {
    const etags: string[] = [];
    let size = 0;
    const add = async (body: Buffer): Promise<void> => {
      const query = { partNumber: String(etags.length + 1), uploadId };
      const response = await callS3(client, { method: "PUT", ...place, query, body });
      response.resume();
      etags.push(response.headers.etag ?? "");
      size += body.length;
    };
    for (const body of begun) await add(body);
    for (let part = await rest.next(); part.done !== true; part = await rest.next()) await add(part.value);
    await complete(client, place, { uploadId, etags });
    return { size };
  } catch (error) {
    await abandon(client, place, uploadId);
    throw error;
  }
}

/** S3 may say no after it has begun to say yes. */
async function complete(
  client: S3Client,
  place: UploadPlace,
  { uploadId, etags }: { readonly uploadId: string; readonly etags: readonly string[] },
): Promise<void> {
  const parts = etags.map(
    (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escaped(etag)}</ETag></Part>`,
  );
  const body = Buffer.from(
    `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join("")}</CompleteMultipartUpload>`,
  );
  const answer = await callS3ForText(client, { method: "POST", ...place, query: { uploadId }, body });
  if (textIn(answer, "ETag") === undefined)
    throw noUpload(place, textIn(answer, "Message")?.slice(0, 1000) ?? "it did not say that the object is there");
}

/** Parts that nobody wants any more would be paid for. That they stay where this fails changes nothing for the object. */
async function abandon(client: S3Client, place: UploadPlace, uploadId: string): Promise<void> {
  const signal = AbortSignal.timeout(10_000);
  await callS3(client, { method: "DELETE", ...place, query: { uploadId }, signal }).then(
    (response) => response.resume(),
    () => undefined,
  );
}

function noUpload({ bucket }: UploadPlace, problem: string): BucketError {
  return unreachable({ bucket }, new Error(`the upload failed: ${problem}`));
}

async function* partsOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, undefined> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bytes) {
    pieces.push(piece);
    size += piece.length;
    if (size < partBytes) continue;
    yield Buffer.concat(pieces);
    pieces = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(pieces);
}
