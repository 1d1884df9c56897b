// One HTTP request and its answer over connections that are kept open, bounded in time and size. That nobody answers is a
// value, as is an answer that says no.
import type { Dispatcher } from "undici";
import { areConnectionsLoaded, type Connection, type Host, hostOf, loadConnections } from "./connections.ts";

export interface ExchangeRequest {
  readonly method: string;
  /** Scheme, host and port; the rest of it is not looked at. */
  readonly url: URL;
  /** Path and query as they are sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Counts from the moment the request has a connection, which may still be being opened. */
  readonly timeoutMs?: number | undefined;
  /** An answer with more is not read to its end. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface ExchangeAnswer {
  readonly kind: "answered";
  readonly status: number;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly (Uint8Array | string)[];
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type ExchangeOutcome =
  | ExchangeAnswer
  | { readonly kind: "tooLarge" | "timedOut" | "aborted" }
  | { readonly kind: "unreachable"; readonly message: string };

export async function exchange(request: ExchangeRequest): Promise<ExchangeOutcome> {
  if (!areConnectionsLoaded()) await loadConnections();
  const first = await attempt(request, false);
  // The other side had closed the idle connection before it saw the request: that says nothing about the request.
  return first.kind === "staleConnection" ? settled(await attempt(request, true)) : first;
}

type AttemptOutcome = ExchangeOutcome | { readonly kind: "staleConnection"; readonly message: string };

function settled(outcome: AttemptOutcome): ExchangeOutcome {
  return outcome.kind === "staleConnection" ? { kind: "unreachable", message: outcome.message } : outcome;
}

function attempt(request: ExchangeRequest, isSecond: boolean): Promise<AttemptOutcome> {
  if (request.signal.aborted) return Promise.resolve({ kind: "aborted" });
  return new Promise((resolve) => new Attempt(request, resolve).begin(isSecond));
}

/** A connection that had been closed while it was idle says so at once. A server that closes later may have done its work. */
const staleWithinMs = 1_000;

const closedUnanswered = "the connection was closed without an answer";

class Attempt implements Dispatcher.DispatchHandler {
  readonly #request: ExchangeRequest;
  readonly #host: Host;
  #resolve: ((outcome: AttemptOutcome) => void) | undefined;
  #connection: Connection | undefined;
  #isReused = false;
  #sentAt = 0;
  /** Something of an answer has come, and be it the announcement of one. */
  #isAnswering = false;
  #stopWaiting: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #answer: Pick<ExchangeAnswer, "status" | "rawHeaders" | "headers"> | undefined;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(request: ExchangeRequest, resolve: (outcome: AttemptOutcome) => void) {
    this.#request = request;
    this.#host = hostOf(request.url);
    this.#resolve = resolve;
  }

  /** @param wantsNew a connection that was not used before. */
  begin(wantsNew: boolean): void {
    this.#request.signal.addEventListener("abort", this.#abort, { once: true });
    this.#stopWaiting = this.#host.take((connection) => this.#send(connection), wantsNew);
  }

  onRequestStart(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#isReused = !connection.isFresh;
    connection.isFresh = false;
  }

  onResponseStarted(): void {
    this.#isAnswering = true;
  }

  onResponseStart(
    { rawHeaders }: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // Statuses below 200 only announce the answer.
    if (status < 200) return;
    this.#answer = { status, rawHeaders: Array.isArray(rawHeaders) ? rawHeaders : [], headers: singleHeaders(headers) };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#request.maxBytes) this.#finish({ kind: "tooLarge" });
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [only] = this.#chunks;
    const body = this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
    if (this.#answer === undefined) this.#finish({ kind: "unreachable", message: closedUnanswered });
    else this.#finish({ kind: "answered", ...this.#answer, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    const isClosed = "code" in error && closings.has(error.code);
    const isSoon = performance.now() - this.#sentAt < staleWithinMs;
    const isStale = isClosed && this.#isReused && !this.#isAnswering && isSoon;
    this.#finish({ kind: isStale ? "staleConnection" : "unreachable", message: messageOf(error) });
  }

  readonly #abort = (): void => this.#finish({ kind: "aborted" });

  #send(connection: Connection): void {
    const { method, target, body, timeoutMs } = this.#request;
    this.#connection = connection;
    this.#isReused = !connection.isFresh;
    this.#sentAt = performance.now();
    if (timeoutMs !== undefined) this.#timer = setTimeout(() => this.#finish({ kind: "timedOut" }), timeoutMs);
    try {
      connection.client.dispatch({ path: target, method, headers: headersOf(this.#request), body }, this);
    } catch (error) {
      // An address or a header that no request can carry.
      this.#finish({ kind: "unreachable", message: error instanceof Error ? error.message : String(error) });
    }
  }

  /** The first outcome counts. A connection on which something may still be under way is closed. */
  #finish(outcome: AttemptOutcome): void {
    const resolve = this.#resolve;
    if (resolve === undefined) return;
    this.#resolve = undefined;
    clearTimeout(this.#timer);
    this.#request.signal.removeEventListener("abort", this.#abort);
    this.#stopWaiting?.();
    resolve(outcome);
    if (this.#connection === undefined) return;
    if (outcome.kind === "answered") this.#host.giveBack(this.#connection);
    else this.#host.drop(this.#connection);
  }
}

/** Codes of errors that mean that the other side has closed the connection. */
const closings: ReadonlySet<unknown> = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

/** They are about the connection, which is not the caller's. */
const ofConnection: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
]);

/** Names that differ by their case are one, whose last value counts. Name and password of an address are one more. */
function headersOf({ headers, url: { username, password } }: ExchangeRequest): string[] {
  const byName = new Map<string, readonly [name: string, value: string]>();
  if (username !== "" || password !== "") {
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    byName.set("authorization", ["authorization", `Basic ${Buffer.from(credentials).toString("base64")}`]);
  }
  for (const name of Object.keys(headers)) {
    const key = name.toLowerCase();
    if (!ofConnection.has(key)) byName.set(key, [name, headers[name] ?? ""]);
  }
  return [...byName.values()].flat();
}

/** Headers as they came, in their order. */
export function headerPairs({
  rawHeaders,
}: Pick<ExchangeAnswer, "rawHeaders">): readonly (readonly [string, string])[] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) pairs.push([textOf(rawHeaders[i]), textOf(rawHeaders[i + 1])]);
  return pairs;
}

function textOf(header: Uint8Array | string = ""): string {
  return typeof header === "string" ? header : Buffer.from(header).toString("latin1");
}

function singleHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
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
  if ("code" in error && error.code === "UND_ERR_SOCKET") return closedUnanswered;
  if (error.message !== "") return error.message;
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? first.message : error.name;
}
