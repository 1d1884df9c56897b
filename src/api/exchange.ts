// One request and its answer, whichever part of the API it is for: reads the body, answers with JSON, tells errors in AWS's
// form, and bounds what is held for clients that take their time.
import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Json } from "../asl/json.ts";
import type { Answer } from "./context.ts";
import { answerFor, ApiError, isFault, serverStopping } from "./errors.ts";
import { HeldBytes } from "./held-bytes.ts";
import { Outbox } from "./outbox.ts";
import { readBody } from "./read-body.ts";
import { callOf, type ResponseCall } from "./response-call.ts";

/** A request that failed for a reason that its caller must not see. */
export interface ApiFailure {
  readonly requestId: string;
  /** The value of `X-Amz-Target`, or the path. */
  readonly target: string;
  readonly error: unknown;
}

/** Bytes of memory. */
export interface HeldLimits {
  /** Requests that are not read to their end. */
  readonly maxRequestBytes: number;
  /** Answers that are not read by their clients. */
  readonly maxAnswerBytes: number;
}

export const heldLimits: HeldLimits = { maxRequestBytes: 64 * 1024 * 1024, maxAnswerBytes: 64 * 1024 * 1024 };

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly call: ResponseCall;
  readonly requestId: string;
  readonly target: string;
  /** The access key that the request names, where keys are asked for. */
  readonly accessKeyId: string;
  /** Names and values by turns. */
  readonly headers: readonly string[];
}

export interface ExchangeOptions {
  readonly target: string;
  readonly accessKeyId: string;
  readonly headers: readonly string[];
}

export interface ExchangesOptions {
  readonly reportFailure: (failure: ApiFailure) => void;
  readonly limits?: Partial<HeldLimits> | undefined;
}

/** The AWS limit is 1 MB; JSON escapes make a definition of that size longer. */
const maxBodyBytes = 1.5 * 1024 * 1024;
/** Shorter answers are not counted: the system takes them, and the number of connections bounds them. */
const countedFrom = 64 * 1024;
/** A client that reads nothing of a large answer for so long is cut off. */
const stallMs = 30_000;

export class Exchanges {
  readonly #options: ExchangesOptions;
  readonly #limits: HeldLimits;
  readonly #bodies: HeldBytes;
  readonly #answers: HeldBytes;
  readonly #outbox = new Outbox();
  readonly #underWay = new Set<Promise<unknown>>();
  #isStopped = false;

  constructor(options: ExchangesOptions) {
    this.#options = options;
    this.#limits = { ...heldLimits, ...options.limits };
    this.#bodies = new HeldBytes(this.#limits.maxRequestBytes);
    this.#answers = new HeldBytes(this.#limits.maxAnswerBytes);
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** From now on every request is refused with the news that the server is stopping. */
  stop(): void {
    this.#isStopped = true;
    this.#outbox.stop();
  }

  /** Settles when nothing is being performed any more, also for callers that have gone. */
  settled(): Promise<unknown> {
    return Promise.all(this.#underWay);
  }

  /** @param performing a promise that never rejects. */
  track<Result>(performing: Promise<Result>): Promise<Result> {
    this.#underWay.add(performing);
    void performing.finally(() => this.#underWay.delete(performing));
    return performing;
  }

  open(request: IncomingMessage, response: ServerResponse, options: ExchangeOptions): Exchange {
    if (this.#isStopped) response.shouldKeepAlive = false;
    return { request, response, call: callOf(response), requestId: randomUUID(), ...options };
  }

  /** Calls `take` with the body; one that cannot be taken is refused. */
  readBody(exchange: Exchange, take: (body: Buffer) => void): void {
    const { request, response, accessKeyId } = exchange;
    readBody(request, { maxBytes: maxBodyBytes, heldBytes: this.#bodies, accessKeyId }, (body) => {
      if (body === "gone") return;
      if (body === "endless") response.shouldKeepAlive = false;
      if (body === "tooLarge" || body === "endless") this.refuse(exchange, bodyTooLarge());
      else if (body === "crowded") this.refuse(exchange, tooManyBodies(this.#limits.maxRequestBytes));
      else take(body);
    });
  }

  /** @throws ServiceUnavailable once the server stops. */
  requireOpen(): void {
    if (this.#isStopped) throw serverStopping;
  }

  /** Answers with what is being performed, or with why it was not. */
  answer(exchange: Exchange, performing: Promise<Answer>): void {
    void this.track(this.#answer(exchange, performing));
  }

  async #answer(exchange: Exchange, performing: Promise<Answer>): Promise<void> {
    try {
      this.respond(exchange, 200, JSON.stringify(await performing));
      exchange.call.answered();
    } catch (error) {
      exchange.call.refused();
      this.refuse(exchange, error);
    }
  }

  /** Tells an error. The body of the request may still come: it is thrown away. */
  refuse(exchange: Exchange, thrown: unknown): void {
    const error = answerFor(thrown);
    const { request, requestId, target } = exchange;
    request.resume();
    if (isFault(error, thrown)) this.#options.reportFailure({ requestId, target, error: thrown });
    const body = { __type: error.name, message: error.message, ...error.members };
    this.respond(exchange, error.status, JSON.stringify(body));
  }

  respond({ request, response, requestId, accessKeyId, headers }: Exchange, status: number, body: string): void {
    if (response.destroyed || response.headersSent) return;
    const length = Buffer.byteLength(body);
    if (length >= countedFrom) {
      const { socket } = request;
      const holding = this.#answers.open(accessKeyId, () => socket.destroy());
      response.once("close", () => holding.release());
      socket.setTimeout(stallMs);
      // Before Node.js sets the time for which the connection may be idle; a request behind this one may wait longer.
      response.prependOnceListener("finish", () => socket.setTimeout(0));
      holding.hold(length);
      if (socket.destroyed) return;
    }
    response.writeHead(status, ["x-amzn-RequestId", requestId, ...headers, "Content-Length", String(length)]);
    this.#outbox.send({ response, body });
  }
}

/**
 * The JSON of a body. Bytes that are no text would all become the same replacement character, and different names one.
 * @throws SerializationException
 */
export function parseBody(body: Buffer): Json {
  if (!isUtf8(body)) throw notText();
  try {
    return JSON.parse(body.toString("utf8")) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) throw notJson();
    throw error;
  }
}

const tooManyBodies = (most: number): ApiError =>
  new ApiError(
    "ServiceUnavailable",
    `Requests that are under way hold ${most} bytes, as many as they may (limits.requestBytes), and this one has been ` +
      "under way longest: nothing was done. Send it again.",
  );
const bodyTooLarge = (): ApiError =>
  new ApiError("RequestEntityTooLargeException", `The request exceeds the maximum size of ${maxBodyBytes} bytes`);
const notText = (): ApiError => new ApiError("SerializationException", "The body of the request is not valid UTF-8");
const notJson = (): ApiError => new ApiError("SerializationException", "The body of the request is not valid JSON");
