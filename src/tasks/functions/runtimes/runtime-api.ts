// The Lambda Runtime API (2018-06-01) for one process, which asks it for its events and answers them. Every process has an
// API of its own, on a port of its own, because AWS_LAMBDA_RUNTIME_API holds a host and a port and nothing else that would
// tell one from another. Answers follow AWS's Runtime Interface Emulator.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { BoundedText } from "../bounded-text.ts";
import type { LinkEvents } from "../function-process.ts";
import { failedReply, type Invocation, maxReplyBytes, tooLargeReply } from "../invocation.ts";
import { type ApiAnswer, accepted, refusal, refusedElsewhere } from "./api-answers.ts";
import { isOwnPeer } from "./peer.ts";
import { errorReply, responseReply } from "./posted-reply.ts";

export interface RuntimeApiOptions {
  readonly timeoutSeconds: number;
  readonly events: Pick<LinkEvents, "started" | "ended">;
  /** Whether a connection may be answered; only those of this user by default. */
  readonly isPeer?: ((socket: Socket) => Promise<boolean>) | undefined;
}

/** Clients send causes for X-Ray of up to a megabyte in a header. */
const maxHeaderBytes = 1024 * 1024 + 64 * 1024;
/** A client has one or two. */
const maxConnections = 8;
const prefix = "/2018-06-01/";
const posted = /^runtime\/invocation\/([^/]+)\/(response|error)$/;

export class RuntimeApi {
  readonly #options: RuntimeApiOptions;
  readonly #server: Server;
  readonly #peers = new WeakMap<Socket, Promise<boolean>>();
  /** The request for the next event that waits for one. */
  #asking: ServerResponse | undefined;
  /** An event that nobody has asked for yet. */
  #offered: Invocation | undefined;
  /** An event that was handed out and is not answered. */
  #running: Invocation | undefined;
  #hasAsked = false;

  constructor(options: RuntimeApiOptions) {
    this.#options = options;
    this.#server = createServer(
      // An event may take any time to come, and its answer any time to be made, while its connection stays.
      { maxHeaderSize: maxHeaderBytes, keepAliveTimeout: 0, requestTimeout: 0 },
      (request, response) => void this.#answer(request, response),
    );
    this.#server.maxConnections = maxConnections;
    const isPeer = options.isPeer ?? ((socket: Socket) => isOwnPeer(socket));
    this.#server.on("connection", (socket: Socket) => this.#peers.set(socket, isPeer(socket)));
    // A request that is no HTTP; the default would answer to it.
    this.#server.on("clientError", (_error, socket) => socket.destroy());
  }

  /** @returns the value of AWS_LAMBDA_RUNTIME_API. Rejects when there is no port to be had. */
  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this.#host();
  }

  /** Gives the process its next event; only when the last one is answered. */
  offer(invocation: Invocation): void {
    this.#offered = invocation;
    this.#handOut();
  }

  /** Settles when the connections have ended; those that a process left open are cut after a second. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const timer = setTimeout(() => this.#server.closeAllConnections(), 1000);
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#asking?.destroy();
      this.#server.closeIdleConnections();
    });
    clearTimeout(timer);
  }

  #host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo | null)?.port}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on("error", () => undefined);
    if (!(await this.#mayAsk(request))) {
      request.socket.destroy();
      return;
    }
    const [path = ""] = (request.url ?? "").split("?");
    const route = path.startsWith(prefix) ? path.slice(prefix.length) : "";
    const key = `${request.method} ${route}`;
    const [, requestId, kind] = posted.exec(route) ?? [];
    if (key === "GET runtime/invocation/next") this.#next(response);
    else if (key === "GET ping") response.end("pong");
    else if (key === "POST runtime/init/error") await this.#takeInitError(request, response);
    else if (requestId !== undefined && request.method === "POST") {
      if (requestId !== this.#running?.requestId) send(response, refusal.requestId);
      else if (kind === "response") await this.#takeResponse(request, response);
      else await this.#takeError(request, response);
    } else send(response, refusedElsewhere(path));
    // The rest of a body that is refused would hold the connection up.
    request.resume();
  }

  /** A page in a browser can send a request here without knowing what answers; it names its origin, or another host. */
  async #mayAsk({ socket, headers }: IncomingMessage): Promise<boolean> {
    const { host, origin, "sec-fetch-site": site } = headers;
    if (host !== this.#host() || origin !== undefined || site !== undefined) return false;
    return (await this.#peers.get(socket)) ?? false;
  }

  #next(response: ServerResponse): void {
    if (this.#running !== undefined) {
      send(response, refusal.transition("Running", "Ready"));
      return;
    }
    this.#hasAsked = true;
    // A client that asks again has given up the connection on which it asked before.
    this.#asking?.destroy();
    this.#asking = response;
    response.once("close", () => {
      if (this.#asking === response) this.#asking = undefined;
    });
    this.#handOut();
  }

  #handOut(): void {
    const invocation = this.#offered;
    const response = this.#asking;
    if (invocation === undefined || response === undefined) return;
    this.#offered = undefined;
    this.#asking = undefined;
    this.#running = invocation;
    const { requestId, functionArn, clientContext, traceHeader, payload } = invocation;
    const deadline = Date.now() + this.#options.timeoutSeconds * 1000;
    response.writeHead(200, {
      "Lambda-Runtime-Aws-Request-Id": requestId,
      "Lambda-Runtime-Deadline-Ms": String(Math.round(deadline)),
      "Lambda-Runtime-Invoked-Function-Arn": functionArn,
      ...(traceHeader === undefined ? {} : { "Lambda-Runtime-Trace-Id": inHeader(traceHeader) }),
      ...(clientContext === undefined ? {} : { "Lambda-Runtime-Client-Context": inHeader(clientContext) }),
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(payload),
    });
    response.end(payload);
    this.#options.events.started();
  }

  async #takeResponse(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const mode = request.headers["lambda-runtime-function-response-mode"];
    if (mode !== undefined && mode !== "streaming") {
      this.#end(response, refusal.responseMode, failedReply("Runtime.InvalidResponseModeHeader", `It is "${mode}".`));
      return;
    }
    const invocation = this.#running;
    const body = await read(request);
    // It may have timed out meanwhile.
    if (body === undefined || this.#running !== invocation) return;
    if (body.isOverfull) this.#end(response, refusal.tooLarge, tooLargeReply());
    else this.#end(response, accepted, responseReply(body.toString(), request.trailers));
  }

  async #takeError(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const invocation = this.#running;
    const body = await read(request);
    if (body === undefined || this.#running !== invocation) return;
    if (body.isOverfull) this.#end(response, refusal.tooLarge, tooLargeReply());
    else this.#end(response, accepted, errorReply(body.toString(), request.headers));
  }

  /** The function could not be loaded: the call for which the process was started fails with that. */
  async #takeInitError(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#hasAsked) {
      send(response, refusal.transition("Ready", "InitError"));
      return;
    }
    const body = await read(request);
    if (body === undefined) return;
    send(response, accepted);
    const reply = body.isOverfull ? tooLargeReply() : errorReply(body.toString(), request.headers);
    this.#options.events.ended(reply, false);
  }

  #end(response: ServerResponse, answer: ApiAnswer, reply: ReturnType<typeof tooLargeReply>): void {
    this.#running = undefined;
    send(response, answer);
    this.#options.events.ended(reply, true);
  }
}

/** JSON says the same with escapes for what no header can hold. */
function inHeader(json: string): string {
  // oxlint-disable-next-line no-control-regex -- what no header can hold is looked for
  return json.replaceAll(/[^\x20-\x7e]/g, (character) =>
    character <= " " ? " " : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** `undefined` when the connection broke before the end: a client that lives sends it again. */
async function read(request: IncomingMessage): Promise<BoundedText | undefined> {
  const text = new BoundedText(maxReplyBytes);
  return new Promise((resolve) => {
    request.on("data", (chunk: Buffer) => {
      text.add(chunk);
      if (text.isOverfull) resolve(text);
    });
    request.once("end", () => resolve(text));
    request.once("close", () => resolve(undefined));
  });
}

function send(response: ServerResponse, { status, body }: ApiAnswer): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) })
    .end(text);
}
