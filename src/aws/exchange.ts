// One HTTP request and its answer over connections that are kept open, bounded in time and size. That nobody answers is a
// value, as is an answer that says no.
import {
  Agent,
  type ClientRequest,
  type IncomingMessage,
  request as requestHttp,
  type RequestOptions,
} from "node:http";
import { Agent as SecureAgent, request as requestHttps } from "node:https";
import { descriptorShares } from "./descriptors.ts";

export interface ExchangeRequest {
  readonly method: string;
  /** Scheme, host and port; the rest of it is not looked at. */
  readonly url: URL;
  /** Path and query as they are sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Counts from the moment the request has a connection. */
  readonly timeoutMs?: number | undefined;
  /** An answer with more is not read to its end. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface ExchangeAnswer {
  readonly kind: "answered";
  readonly status: number;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type ExchangeOutcome =
  | ExchangeAnswer
  | { readonly kind: "tooLarge" | "timedOut" | "aborted" }
  | { readonly kind: "unreachable"; readonly message: string };

// More sockets to one host only queue in the kernel, or run out of files.
const { sockets: maxSockets } = descriptorShares;
const maxFreeSockets = Math.ceil(maxSockets / 2);
const agentOptions = { keepAlive: true, maxSockets, maxFreeSockets, scheduling: "lifo" } as const;
const httpAgent = new Agent(agentOptions);
const httpsAgent = new SecureAgent(agentOptions);

export async function exchange(request: ExchangeRequest): Promise<ExchangeOutcome> {
  const first = await attempt(request);
  // The other side had closed the idle connection before it saw the request: that says nothing about the request.
  return first.kind === "staleConnection" ? settled(await attempt(request)) : first;
}

type AttemptOutcome = ExchangeOutcome | { readonly kind: "staleConnection"; readonly message: string };

function settled(outcome: AttemptOutcome): ExchangeOutcome {
  return outcome.kind === "staleConnection" ? { kind: "unreachable", message: outcome.message } : outcome;
}

function attempt({
  method,
  url,
  target,
  headers,
  body,
  timeoutMs,
  maxBytes,
  signal,
}: ExchangeRequest): Promise<AttemptOutcome> {
  if (signal.aborted) return Promise.resolve({ kind: "aborted" });
  return new Promise((resolve) => {
    const isSecure = url.protocol === "https:";
    const length = Buffer.byteLength(body);
    const hasLength = length > 0 || !bodiless.has(method);
    const options = {
      ...placeOf(url),
      path: target,
      method,
      agent: isSecure ? httpsAgent : httpAgent,
      headers: { ...headers, ...(hasLength ? { "content-length": String(length) } : {}) },
    };
    let request: ClientRequest;
    try {
      request = (isSecure ? requestHttps : requestHttp)(options);
    } catch (error) {
      // A header or a path that no request can carry; the message has its name only.
      return resolve({ kind: "unreachable", message: error instanceof Error ? error.message : String(error) });
    }
    let timer: NodeJS.Timeout | undefined;
    const finish = (outcome: AttemptOutcome): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      resolve(outcome);
    };
    const stopWith = (outcome: AttemptOutcome): void => {
      finish(outcome);
      request.destroy();
    };
    const abort = (): void => stopWith({ kind: "aborted" });
    signal.addEventListener("abort", abort, { once: true });
    request.on("socket", () => {
      if (timeoutMs !== undefined) timer = setTimeout(() => stopWith({ kind: "timedOut" }), timeoutMs);
    });
    let isAnswered = false;
    request.on("response", (response) => {
      isAnswered = true;
      receive(response, { maxBytes, finish, stopWith });
    });
    // Such as a server that switches to another protocol.
    request.on("close", () => {
      if (!isAnswered) finish({ kind: "unreachable", message: "the connection was closed without an answer" });
    });
    request.on("error", (error) => {
      const isReset = "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE");
      finish({ kind: isReset && request.reusedSocket ? "staleConnection" : "unreachable", message: messageOf(error) });
    });
    // Text goes out in one piece with the headers, bytes in a piece of their own.
    if (typeof body === "string" || body.length > longestText) request.end(body);
    else request.end(Buffer.from(body.buffer, body.byteOffset, body.length).toString("latin1"), "latin1");
  });
}

/** Longer bodies are not copied. */
const longestText = 65_536;

/** Addresses are few, and taking one apart takes longer than keeping its parts. */
const places = new WeakMap<URL, RequestOptions>();

function placeOf(url: URL): RequestOptions {
  let place = places.get(url);
  if (place === undefined) {
    place = placeIn(url);
    places.set(url, place);
  }
  return place;
}

function placeIn({ hostname, port, username, password }: URL): RequestOptions {
  return {
    // Brackets around an address of IPv6 belong to URLs.
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port,
    ...(username === "" ? {} : { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` }),
  };
}

/** Without a body they have no length either. */
const bodiless: ReadonlySet<string> = new Set(["GET", "HEAD", "DELETE", "OPTIONS"]);

interface Ending {
  readonly maxBytes: number;
  readonly finish: (outcome: AttemptOutcome) => void;
  readonly stopWith: (outcome: AttemptOutcome) => void;
}

function receive(response: IncomingMessage, { maxBytes, finish, stopWith }: Ending): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) stopWith({ kind: "tooLarge" });
    else chunks.push(chunk);
  });
  response.on("end", () => {
    const { statusCode: status = 0, rawHeaders, headers } = response;
    const [only] = chunks;
    const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
    finish({ kind: "answered", status, rawHeaders, headers: singleHeaders(headers), body });
  });
  response.on("error", (error) => finish({ kind: "unreachable", message: messageOf(error) }));
}

/** Headers as they came, in their order. */
export function headerPairs({
  rawHeaders,
}: Pick<ExchangeAnswer, "rawHeaders">): readonly (readonly [string, string])[] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) pairs.push([rawHeaders[i] ?? "", rawHeaders[i + 1] ?? ""]);
  return pairs;
}

function singleHeaders(headers: IncomingMessage["headers"]): Readonly<Record<string, string>> {
  const single: { [name: string]: string } = {};
  for (const name of Object.keys(headers)) {
    const { [name]: value } = headers;
    if (value !== undefined) single[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return single;
}

/**
 * A host that nobody knows is told in AWS's words. A refused connection is an AggregateError without a message when the host
 * has several addresses.
 */
function messageOf(error: Error): string {
  if ("code" in error && error.code === "ENOTFOUND" && "hostname" in error) {
    return `${String(error.hostname)}: Name or service not known`;
  }
  if (error.message !== "") return error.message;
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? first.message : error.name;
}
