// One request to S3: signed, and made again after a while where the other side or the line is at fault. Bytes are given as they
// are stored, whatever their Content-Encoding says.
import { Agent, type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as SecureAgent, request as requestHttps } from "node:https";
import { setTimeout } from "node:timers/promises";
import { signedHeadersOf } from "../../aws/sigv4.ts";
import { BucketError, type BucketProblem } from "./bucket-error.ts";
import type { FindS3, S3Access } from "./s3-access.ts";
import { textIn } from "./s3-xml.ts";

export interface S3Client {
  readonly find: FindS3;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Waits before something is tried again. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface S3Request {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  readonly bucket: string;
  readonly key?: string | undefined;
  readonly query?: Readonly<Record<string, string | undefined>> | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly body?: Uint8Array | undefined;
  readonly signal: AbortSignal;
}

export async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal });
}

/** Times that a request is made, or a download goes on where it broke. */
export const maxAttempts = 6;
const firstWaitMs = 100;
const silenceMs = 60_000;
/** The most of an answer that is not the bytes of an object. */
const maxAnswerBytes = 16 * 1024 * 1024;

const agentOptions = { keepAlive: true, maxSockets: 64, timeout: silenceMs } as const;
const agents = { "http:": new Agent(agentOptions), "https:": new SecureAgent(agentOptions) } as const;

/** @returns an answer of success, whose body is to be read. @throws BucketError */
export async function callS3(client: S3Client, request: S3Request): Promise<IncomingMessage> {
  checkBucket(request.bucket);
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptOf(client, request);
    if (outcome.kind === "answered") return outcome.response;
    request.signal.throwIfAborted();
    if (!outcome.mayBeTriedAgain || attempt >= maxAttempts) throw outcome.error;
    await backOff(client, attempt, request.signal);
  }
}

/** Twice as long each time, so that many who have failed at once do not come again at once. */
export async function backOff({ wait }: S3Client, failures: number, signal: AbortSignal): Promise<void> {
  const longest = firstWaitMs * 2 ** (failures - 1);
  await wait(longest / 2 + (Math.random() * longest) / 2, signal);
}

/** The text of an answer. @throws BucketError where it is too large, or breaks off. */
export async function callS3ForText(client: S3Client, request: S3Request): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const response = await callS3(client, request);
    try {
      return (await bodyOf(response)).toString("utf8");
    } catch (error) {
      request.signal.throwIfAborted();
      if (error instanceof BucketError || attempt >= maxAttempts) throw unreachable(request, error);
      await backOff(client, attempt, request.signal);
    }
  }
}

async function bodyOf(response: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    pieces.push(piece);
    size += piece.length;
    if (size > maxAnswerBytes)
      throw new BucketError("Failed", `An answer of S3 has more than ${maxAnswerBytes} bytes.`);
  }
  return Buffer.concat(pieces);
}

type Attempt =
  | { readonly kind: "answered"; readonly response: IncomingMessage }
  | { readonly kind: "failed"; readonly error: BucketError; readonly mayBeTriedAgain: boolean };

async function attemptOf(client: S3Client, request: S3Request): Promise<Attempt> {
  const access = await client.find(request.bucket);
  let response: IncomingMessage;
  try {
    response = await sent(access, request, client.now());
  } catch (error) {
    return { kind: "failed", error: unreachable(request, error), mayBeTriedAgain: true };
  }
  const { statusCode: status = 0 } = response;
  if (status >= 200 && status < 300) return { kind: "answered", response };
  const body = await bodyOf(response).catch(() => Buffer.of());
  const mayBeTriedAgain = status >= 500 || status === 429 || status === 408;
  return { kind: "failed", error: refused(request, response, body.toString("utf8")), mayBeTriedAgain };
}

export function unreachable({ bucket }: Pick<S3Request, "bucket">, error: unknown): BucketError {
  if (error instanceof BucketError) return error;
  // A refused connection is an AggregateError without a message where the host has several addresses.
  const [first] = error instanceof AggregateError ? error.errors : [];
  const reason =
    error instanceof Error ? error.message || (first instanceof Error ? first.message : error.name) : error;
  return new BucketError("Failed", `S3 cannot be reached for the bucket ${bucket}: ${String(reason)}`, {
    cause: error,
  });
}

const problems: ReadonlyMap<string, BucketProblem> = new Map([
  ["NoSuchBucket", "NoSuchBucket"],
  ["NoSuchKey", "NoSuchKey"],
  ["NoSuchVersion", "NoSuchVersion"],
  ["AccessDenied", "AccessDenied"],
  ["PreconditionFailed", "Changed"],
]);

/** In the words of AWS's SDK for Java, in which AWS shows what S3 says (recorded). */
function refused(
  { method }: S3Request,
  { statusCode: status = 0, headers }: IncomingMessage,
  body: string,
): BucketError {
  const code = textIn(body, "Code") ?? (status === 412 ? "PreconditionFailed" : "");
  const said = (textIn(body, "Message") ?? (code || `The answer to ${method} has no body`)).slice(0, 1000);
  const id = textIn(body, "RequestId") ?? headers["x-amz-request-id"];
  const details = [`Service: S3`, `Status Code: ${status}`, ...(id === undefined ? [] : [`Request ID: ${String(id)}`])];
  return new BucketError(problems.get(code) ?? "Failed", `${said} (${details.join(", ")})`);
}

function sent(access: S3Access, request: S3Request, epochMs: number): Promise<IncomingMessage> {
  const { method, body = Buffer.of(), signal } = request;
  const { url, credentials, region } = access;
  const target = targetOf(request, url);
  const given = Object.entries(request.headers ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  const headers = signedHeadersOf({
    method,
    url: { host: url.host, target },
    headers: Object.fromEntries(given) as Record<string, string>,
    body,
    isS3: true,
    region,
    service: "s3",
    epochMs,
    ...credentials,
  });
  const isSecure = url.protocol === "https:";
  const hasBody = method === "PUT" || method === "POST";
  return new Promise((resolve, reject) => {
    const options = {
      host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: url.port,
      path: target,
      method,
      signal,
      agent: isSecure ? agents["https:"] : agents["http:"],
      headers: { ...headers, ...(hasBody ? { "content-length": String(body.length) } : {}) },
    };
    const outgoing: ClientRequest = (isSecure ? requestHttps : requestHttp)(options, resolve);
    outgoing.on("error", reject);
    outgoing.setTimeout(silenceMs, () => outgoing.destroy(new Error(`nothing came for ${silenceMs} ms`)));
    outgoing.end(body);
  });
}

function targetOf({ key = "", query = {} }: S3Request, { pathname }: URL): string {
  const path = `${pathname.replace(/\/$/, "")}${key === "" && pathname !== "/" ? "" : "/"}${escapedKey(key)}`;
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${escapedText(name)}=${escapedText(value)}`],
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
}

function escapedKey(key: string): string {
  return key.split("/").map(escapedText).join("/");
}

function escapedText(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A name goes into addresses as it is. */
function checkBucket(bucket: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{1,253}$/.test(bucket)) return;
  throw new BucketError("NoSuchBucket", `The specified bucket is not valid. (${JSON.stringify(bucket.slice(0, 100))})`);
}
