// An S3 of one bucket in this process, which can be made to fail: answers that break off, errors, objects that change.
import { hash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeS3 extends AsyncDisposable, Held {
  readonly url: URL;
}

interface Held {
  readonly objects: Map<string, Buffer>;
  /** Parts by upload. */
  readonly uploads: Map<string, Buffer[]>;
  /** Method and path of each request. */
  readonly requests: string[];
  /** Asked before each request: whether it has answered in the place of the usual answer. */
  before: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export async function startFakeS3(bucket: string): Promise<FakeS3> {
  const held: Held = { objects: new Map(), uploads: new Map(), requests: [], before: () => false };
  const server = createServer((request, response) => {
    fake.requests.push(`${request.method} ${request.url}`);
    if (fake.before(request, response)) return;
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => answer(fake, bucket, { request, response, body: Buffer.concat(pieces) }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const fake: FakeS3 = Object.assign(held, {
    url: new URL(`http://127.0.0.1:${port}`),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  return fake;
}

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
}

function answer(held: Held, bucket: string, asked: Asked): void {
  const { request, response } = asked;
  const { pathname, searchParams } = new URL(request.url ?? "", "http://fake");
  const [, name, ...path] = pathname.split("/");
  const key = decodeURIComponent(path.join("/"));
  if (name !== bucket) refuse(response, 404, "NoSuchBucket", "The specified bucket does not exist");
  else if (searchParams.has("list-type")) list(held, response, searchParams);
  else if (request.method === "GET" || request.method === "HEAD") get(held, asked, key);
  else write(held, asked, { key, query: searchParams });
}

function write(
  { objects, uploads }: Held,
  { request, response, body }: Asked,
  { key, query }: { readonly key: string; readonly query: URLSearchParams },
): void {
  const uploadId = query.get("uploadId");
  const parts = uploads.get(uploadId ?? "") ?? [];
  if (request.method === "DELETE") response.writeHead(204).end();
  else if (request.method === "POST" && uploadId === null) {
    uploads.set(key, []);
    response.end(`<R><UploadId>${key}</UploadId></R>`);
  } else if (request.method === "PUT" && uploadId !== null) {
    parts[Number(query.get("partNumber")) - 1] = body;
    response.setHeader("etag", etagOf(body)).end();
  } else {
    const whole = uploadId === null ? body : Buffer.concat(parts);
    objects.set(key, whole);
    response.setHeader("etag", etagOf(whole)).end(`<R><ETag>${etagOf(whole)}</ETag></R>`);
  }
}

function get({ objects }: Held, { request, response }: Asked, key: string): void {
  const content = objects.get(key);
  if (content === undefined) {
    refuse(response, 404, "NoSuchKey", "The specified key does not exist.");
    return;
  }
  const etag = etagOf(content);
  const wanted = request.headers["if-match"];
  if (wanted !== undefined && wanted !== etag) {
    refuse(response, 412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
    return;
  }
  response.setHeader("etag", etag).setHeader("last-modified", new Date(1_700_000_000_000).toUTCString());
  const [, first, last] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
  const part = first === undefined ? content : content.subarray(Number(first), Number(last) + 1);
  if (first !== undefined) {
    response.statusCode = 206;
    response.setHeader("content-range", `bytes ${first}-${last}/${content.length}`);
  }
  response.setHeader("content-length", part.length);
  response.end(request.method === "HEAD" ? undefined : part);
}

const pageKeys = 3;

function list({ objects }: Held, response: ServerResponse, query: URLSearchParams): void {
  const after = query.get("continuation-token") ?? query.get("start-after") ?? "";
  const prefix = query.get("prefix") ?? "";
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).toSorted();
  const page = keys.slice(0, pageKeys);
  const entries = page.map((key) => {
    const content = objects.get(key) ?? Buffer.of();
    const etag = etagOf(content).replaceAll('"', "&quot;");
    const time = "<LastModified>2023-11-14T22:13:20.000Z</LastModified>";
    const rest = `<ETag>${etag}</ETag><Size>${content.length}</Size><StorageClass>STANDARD</StorageClass>`;
    return `<Contents><Key>${encodeURIComponent(key)}</Key>${time}${rest}</Contents>`;
  });
  const token = `<NextContinuationToken>${page.at(-1) ?? ""}</NextContinuationToken>`;
  const next = keys.length > pageKeys ? `<IsTruncated>true</IsTruncated>${token}` : "";
  response.end(`<ListBucketResult><EncodingType>url</EncodingType>${entries.join("")}${next}</ListBucketResult>`);
}

export function etagOf(content: Buffer): string {
  return `"${hash("md5", content, "hex")}"`;
}

export function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { "x-amz-request-id": "R1" });
  response.end(`<Error><Code>${code}</Code><Message>${message}</Message><RequestId>R1</RequestId></Error>`);
}
