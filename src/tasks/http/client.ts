// The HTTP client of HTTP tasks: one request, one bounded answer, no redirects. The address that a host has is judged when the
// connection to it is made, so that no name can lead elsewhere in between.
import { lookup as lookupAddress, type LookupAddress } from "node:dns";
import { Agent, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { request as requestHttp } from "node:http";
import { Agent as SecureAgent, request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { descriptorShares } from "../../aws/descriptors.ts";
import { Turnstile } from "../functions/turnstile.ts";

export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  /** A name may come several times. */
  readonly headers: readonly Header[];
  readonly body?: string | undefined;
  /** Whether an address of the host may be called. */
  readonly admits: (address: string) => boolean;
  /** All of it: waiting for a connection, sending, receiving. */
  readonly timeoutMs: number;
  /** Bytes of the answer's body; one that has more is cut. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export type Header = readonly [name: string, value: string];

export interface HttpAnswer {
  readonly kind: "answered";
  readonly status: number;
  /** The phrase that the server sent; may be empty. */
  readonly statusText: string;
  /** As the server wrote and ordered them. */
  readonly headers: readonly Header[];
  readonly body: Buffer;
  readonly isCut: boolean;
}

export type HttpOutcome =
  | HttpAnswer
  /** An address of the host is not admitted: nothing was sent. */
  | { readonly kind: "refused" }
  | { readonly kind: "timedOut" | "aborted" }
  /** The message has neither header nor body in it. */
  | { readonly kind: "unreachable"; readonly message: string };

export type Send = (request: HttpRequest) => Promise<HttpOutcome>;

export interface HttpClient {
  readonly send: Send;
  close(): void;
}

export interface HttpClientOptions {
  /** Certificates of authorities that are trusted instead of those that Node.js knows. */
  readonly ca?: string | undefined;
  /** The system's resolver by default. */
  readonly lookup?: Resolve | undefined;
}

export type Resolve = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

export function createHttpClient({ ca, lookup = lookupAddress }: HttpClientOptions = {}): HttpClient {
  const { sockets: maxSockets } = descriptorShares;
  const turnstile = new Turnstile(maxSockets);
  const own = { maxSockets, scheduling: "lifo" } as const;
  // Idle connections to many hosts must not keep others from theirs.
  const kept = { ...own, keepAlive: true, maxTotalSockets: Math.ceil(maxSockets / 2), timeout: idleMs };
  const agents = {
    "http:": { kept: new Agent(kept), own: new Agent(own) },
    "https:": { kept: new SecureAgent({ ...kept, ca }), own: new SecureAgent({ ...own, ca }) },
  };
  const send: Send = async (request) => {
    const isSecure = request.url.protocol === "https:";
    const pair = agents[isSecure ? "https:" : "http:"];
    // A kept connection may be closing: only requests that may be made twice are sent on one.
    const isRepeatable = repeatable.has(request.method);
    const attempt = (): Promise<Attempted> =>
      exchange(request, (headers) =>
        (isSecure ? requestHttps : requestHttp)(request.url, {
          method: request.method,
          agent: isRepeatable ? pair.kept : pair.own,
          headers,
          lookup: guarded(lookup, request.admits),
        }),
      );
    const first = await attempt();
    return first.kind === "stale" ? settled(await attempt()) : first;
  };
  return {
    send: (request) => turnstile.pass(() => send(request)),
    close() {
      for (const { kept: one, own: other } of Object.values(agents)) {
        one.destroy();
        other.destroy();
      }
    },
  };
}

const idleMs = 4000;

const repeatable: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);

type Attempted = HttpOutcome | { readonly kind: "stale"; readonly message: string };

function settled(outcome: Attempted): HttpOutcome {
  return outcome.kind === "stale" ? { kind: "unreachable", message: outcome.message } : outcome;
}

class RefusedAddressError extends Error {
  override readonly name = "RefusedAddressError";
}

/** One refused address spoils the others of its name: which of them is taken is chance. */
function guarded(lookup: Resolve, admits: (address: string) => boolean): LookupFunction {
  return (hostname, { all = false }, callback) => {
    lookup(hostname, { all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null) return callback(error, "");
      if (first === undefined) return callback(new Error(`${hostname} has no address`), "");
      if (!addresses.every(({ address }) => admits(address))) return callback(new RefusedAddressError(), "");
      return all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}

type Open = (headers: OutgoingHttpHeaders) => ClientRequest;

function exchange(wanted: HttpRequest, open: Open): Promise<Attempted> {
  const { body, timeoutMs, maxBytes, signal } = wanted;
  if (signal.aborted) return Promise.resolve({ kind: "aborted" });
  return new Promise((resolve) => {
    const request = opened(wanted, open);
    if (request === undefined)
      return resolve({ kind: "unreachable", message: "a header has characters that none can hold" });
    const finish = (outcome: Attempted): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      resolve(outcome);
    };
    const stopWith = (outcome: Attempted): void => {
      finish(outcome);
      request.destroy();
    };
    const abort = (): void => stopWith({ kind: "aborted" });
    const timer = setTimeout(() => stopWith({ kind: "timedOut" }), timeoutMs);
    signal.addEventListener("abort", abort, { once: true });
    let isAnswered = false;
    request.on("response", (response) => {
      isAnswered = true;
      receive(response, { maxBytes, finish, stopWith });
    });
    request.on("error", (error) => finish(failureOf(error, request)));
    // Such as a server that switches to another protocol.
    request.on("close", () => {
      if (!isAnswered) finish({ kind: "unreachable", message: "the connection was closed without an answer" });
    });
    request.end(body);
  });
}

/** `undefined` for headers that cannot be sent: the error quotes them, and they may be secret. */
function opened(wanted: HttpRequest, open: Open): ClientRequest | undefined {
  try {
    return open(headersOf(wanted));
  } catch {
    return undefined;
  }
}

/** Node.js writes a header with several values several times. */
function headersOf({ headers, method, body }: HttpRequest): OutgoingHttpHeaders {
  const grouped = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (const [name, value] of headers) {
    const known = grouped.get(name.toLowerCase());
    if (known === undefined) grouped.set(name.toLowerCase(), { name, values: [value] });
    else known.values.push(value);
  }
  // Any name may come, also one that objects have by themselves.
  const all = Object.create(null) as OutgoingHttpHeaders;
  for (const { name, values } of grouped.values()) all[name] = values;
  const takesBody = method === "POST" || method === "PUT" || method === "PATCH";
  if (body !== undefined || takesBody) all["Content-Length"] = String(Buffer.byteLength(body ?? ""));
  return all;
}

function failureOf(error: Error, request: ClientRequest): Attempted {
  if (error instanceof RefusedAddressError) return { kind: "refused" };
  const isReset = "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE");
  return { kind: isReset && request.reusedSocket ? "stale" : "unreachable", message: messageOf(error) };
}

interface Ending {
  readonly maxBytes: number;
  readonly finish: (outcome: Attempted) => void;
  readonly stopWith: (outcome: Attempted) => void;
}

function receive(response: IncomingMessage, { maxBytes, finish, stopWith }: Ending): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const answer = (isCut: boolean): HttpAnswer => ({
    kind: "answered",
    status: response.statusCode ?? 0,
    statusText: response.statusMessage ?? "",
    headers: pairsOf(response.rawHeaders),
    body: Buffer.concat(chunks),
    isCut,
  });
  response.on("data", (chunk: Buffer) => {
    const room = maxBytes - bytes;
    bytes += chunk.length;
    chunks.push(chunk.subarray(0, room));
    if (chunk.length > room) stopWith(answer(true));
  });
  response.on("end", () => finish(answer(false)));
  response.on("close", () => finish({ kind: "unreachable", message: "the answer broke off" }));
  response.on("error", (error) =>
    finish({ kind: "unreachable", message: `the answer broke off: ${messageOf(error)}` }),
  );
}

function pairsOf(raw: readonly string[]): readonly Header[] {
  return raw.flatMap((name, i): Header[] => (i % 2 === 0 ? [[name, raw[i + 1] ?? ""]] : []));
}

/** A refused connection is an AggregateError without a message when the host has several addresses. */
function messageOf(error: Error): string {
  if (error.message !== "") return error.message;
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? first.message : error.name;
}
