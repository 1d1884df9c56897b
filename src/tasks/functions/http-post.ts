// One POST of JSON over a connection that is kept open: for functions behind a URL and for a Lambda API.
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as SecureAgent, request as requestHttps } from "node:https";
import { descriptorShares } from "../../aws/descriptors.ts";
import { BoundedText } from "./bounded-text.ts";
import { maxReplyBytes } from "./invocation.ts";

export interface PostRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Counts from the moment the request has a connection. */
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

export type PostOutcome =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: string;
    }
  | { readonly kind: "tooLarge" | "timedOut" | "aborted" }
  | { readonly kind: "unreachable"; readonly message: string };

// More sockets to one host only queue in the kernel, or run out of files.
const { sockets: maxSockets } = descriptorShares;
const maxFreeSockets = Math.ceil(maxSockets / 2);
const agentOptions = { keepAlive: true, maxSockets, maxFreeSockets, scheduling: "lifo" } as const;
const httpAgent = new Agent(agentOptions);
const httpsAgent = new SecureAgent(agentOptions);

export async function postJson(request: PostRequest): Promise<PostOutcome> {
  const first = await attempt(request);
  // The other side had closed the idle connection before it saw the request: that says nothing about the function.
  return first.kind === "staleConnection" ? settled(await attempt(request)) : first;
}

type AttemptOutcome = PostOutcome | { readonly kind: "staleConnection"; readonly message: string };

function settled(outcome: AttemptOutcome): PostOutcome {
  return outcome.kind === "staleConnection" ? { kind: "unreachable", message: outcome.message } : outcome;
}

function attempt({ url, headers, body, timeoutMs, signal }: PostRequest): Promise<AttemptOutcome> {
  if (signal.aborted) return Promise.resolve({ kind: "aborted" });
  return new Promise((resolve) => {
    const isSecure = url.protocol === "https:";
    const length = Buffer.byteLength(body);
    const request = (isSecure ? requestHttps : requestHttp)(url, {
      method: "POST",
      agent: isSecure ? httpsAgent : httpAgent,
      headers: { "content-type": "application/json", ...headers, "content-length": String(length) },
    });
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
    request.on("response", (response) => receive(response, { finish, stopWith }));
    request.on("error", (error) => {
      const isReset = "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE");
      finish({ kind: isReset && request.reusedSocket ? "staleConnection" : "unreachable", message: messageOf(error) });
    });
    request.end(body);
  });
}

interface Ending {
  readonly finish: (outcome: AttemptOutcome) => void;
  readonly stopWith: (outcome: AttemptOutcome) => void;
}

function receive(response: IncomingMessage, { finish, stopWith }: Ending): void {
  const text = new BoundedText(maxReplyBytes);
  response.on("data", (chunk: Buffer) => {
    text.add(chunk);
    if (text.isOverfull) stopWith({ kind: "tooLarge" });
  });
  response.on("end", () => {
    finish({ kind: "answered", status: response.statusCode ?? 0, headers: response.headers, body: text.toString() });
  });
  response.on("error", (error) => finish({ kind: "unreachable", message: messageOf(error) }));
}

/** A refused connection is an AggregateError without a message when the host has several addresses. */
function messageOf(error: Error): string {
  if (error.message !== "") return error.message;
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? first.message : error.name;
}
