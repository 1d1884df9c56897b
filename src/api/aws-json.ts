// AWS JSON 1.0 over node:http: `POST /` with the action in `X-Amz-Target`, whatever the Host (clients send `sync-` hosts),
// `GET /health` and `GET /ready`. A request that a browser sends from another site does nothing.
import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Json } from "../asl/json.ts";
import type { ArnSpace } from "../aws/arn.ts";
import { awsQuotas, type Quotas } from "../runtime/starts/quotas.ts";
import { TurnQueue } from "../runtime/executions/turn-queue.ts";
import { createKeyedQueue } from "../runtime/keyed-queue.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { TestState } from "../runtime/state-test.ts";
import type { Catalogue } from "../store/catalogue.ts";
import type { CallAction } from "../tasks/ports.ts";
import type { Versions } from "../store/versions.ts";
import { createCallAction } from "./call-action.ts";
import type { Answer, ApiContext, ValidateDefinition } from "./context.ts";
import { answerFor, ApiError, isFault, serverStopping } from "./errors.ts";
import { createDescribedVariables, type InTurns } from "./described-variables.ts";
import { type Admit, createGuard, type GuardOptions } from "./guard.ts";
import { type Perform, performers } from "./operations/registry.ts";
import { HeldBytes } from "./held-bytes.ts";
import { createPageTokens } from "./page-token.ts";
import { readBody } from "./read-body.ts";
import { callOf, type ResponseCall } from "./response-call.ts";

/** A request that failed for a reason that its caller must not see. */
export interface ApiFailure {
  readonly requestId: string;
  /** The value of `X-Amz-Target`. */
  readonly target: string;
  readonly error: unknown;
}

export interface ApiOptions extends GuardOptions {
  readonly runtime: Runtime;
  readonly catalogue: Catalogue;
  readonly versions: Versions;
  readonly arnSpace: ArnSpace;
  readonly validateDefinition: ValidateDefinition;
  readonly isUnknownAction?: ApiContext["isUnknownAction"];
  readonly testState: TestState;
  /** Where a start may name a test case behind the ARN. */
  readonly mocks?: ApiContext["mocks"];
  /** Every log group by default. */
  readonly admitLogging?: ApiContext["admitLogging"];
  /** Seals page tokens; the same after a restart, so that clients can go on paging. */
  readonly pageTokenSecret: string | Uint8Array;
  readonly reportFailure: (failure: ApiFailure) => void;
  /** Origins beside the loopback ones whose pages may call this server, such as `https://pawl.example.com`. */
  readonly origins?: readonly string[];
  /** Epoch milliseconds; the clock of the machine by default. */
  readonly now?: () => number;
  /** A new UUID; random by default. */
  readonly newId?: () => string;
  /** Chooses the versions that aliases start; `Math.random` by default. */
  readonly random?: () => number;
  /** Quotas of state machines and activities, AWS's by default, and what may be held for slow clients. */
  readonly limits?: Partial<Quotas & HeldLimits> | undefined;
  /** Asked at GET /ready: why this server cannot do its work, `undefined` when it can, as by default. */
  readonly readinessProblem?: () => Promise<string | undefined>;
  /** How long GetActivityTask waits for a task; AWS's 60 seconds by default. */
  readonly activityPollMs?: number;
}

/** Bytes of memory. */
export interface HeldLimits {
  /** Requests that are not read to their end. */
  readonly maxRequestBytes: number;
  /** Answers that are not read by their clients. */
  readonly maxAnswerBytes: number;
}

export const heldLimits: HeldLimits = { maxRequestBytes: 64 * 1024 * 1024, maxAnswerBytes: 64 * 1024 * 1024 };

export type ApiHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** The AWS limit is 1 MB; JSON escapes make a definition of that size longer. */
const maxBodyBytes = 1.5 * 1024 * 1024;

export interface Api {
  readonly handler: ApiHandler;
  /** The same actions for callers within the server. */
  readonly callAction: CallAction;
  /** From now on every request is refused with the news that the server is stopping. */
  readonly stop: () => void;
  /** Settles when nothing is being performed any more, also for callers that have gone. */
  readonly settled: () => Promise<unknown>;
}

export function createApi(options: ApiOptions): Api {
  const context = contextOf(options);
  const callAction = createCallAction(context, (action, error) =>
    options.reportFailure({ requestId: context.newId(), target: `AWSStepFunctions.${action}`, error }),
  );
  const underWay = new Set<Promise<unknown>>();
  const track: Track = (performing) => {
    underWay.add(performing);
    void performing.finally(() => underWay.delete(performing));
    return performing;
  };
  const door: Door = { isClosed: false };
  return {
    handler: handlerOf(options, context, { track, door }),
    callAction: (...call) => track(callAction(...call)),
    stop: () => {
      door.isClosed = true;
    },
    settled: () => Promise.all(underWay),
  };
}

/** A promise that never rejects. */
type Track = <Result>(performing: Promise<Result>) => Promise<Result>;

/** Closed once the server stops. */
interface Door {
  isClosed: boolean;
}

interface Serving {
  readonly track: Track;
  readonly door: Door;
}

function contextOf(options: ApiOptions): ApiContext {
  const { now = Date.now, newId = randomUUID, random = Math.random, activityPollMs = 60_000 } = options;
  const turns = new TurnQueue({ elapsed: () => performance.now(), isFull: () => false });
  const inTurns: InTurns = (pieces) => turns.runPieces(pieces);
  return {
    runtime: options.runtime,
    catalogue: options.catalogue,
    versions: options.versions,
    arnSpace: options.arnSpace,
    validateDefinition: options.validateDefinition,
    isUnknownAction: options.isUnknownAction,
    inTurns,
    describedVariables: createDescribedVariables(inTurns),
    testState: options.testState,
    mocks: options.mocks,
    admitLogging: options.admitLogging ?? (() => Promise.resolve(true)),
    pageTokens: createPageTokens({ secret: options.pageTokenSecret, now }),
    now,
    newId,
    random,
    quotas: { ...awsQuotas, ...options.limits },
    activityPollMs,
    inOrder: createKeyedQueue(),
  };
}

function handlerOf(options: ApiOptions, context: ApiContext, { track, door }: Serving): ApiHandler {
  const { origins = [] } = options;
  const guard = createGuard(options, context);
  const { maxRequestBytes, maxAnswerBytes } = { ...heldLimits, ...options.limits };
  const bodies = new HeldBytes(maxRequestBytes);
  const answers = new HeldBytes(maxAnswerBytes);

  // The body is no parameter of a function that waits, which would keep it for as long.
  const begin = async (operation: Perform, body: Buffer, exchange: Exchange, admit?: Admit): Promise<Answer> => {
    if (door.isClosed) throw serverStopping;
    const permit = admit?.(exchange.target, body);
    const input = parseBody(body);
    permit?.(input);
    return operation(input, context, exchange.call);
  };
  const answer = async (performing: Promise<Answer>, exchange: Exchange): Promise<void> => {
    try {
      respond(exchange, 200, JSON.stringify(await performing));
      exchange.call.answered();
    } catch (error) {
      exchange.call.refused();
      refuse(exchange, error);
    }
  };
  const refuse = (exchange: Exchange, thrown: unknown): void => {
    const error = answerFor(thrown);
    const { requestId, target } = exchange;
    if (isFault(error, thrown)) options.reportFailure({ requestId, target, error: thrown });
    const body = { __type: error.name, message: error.message, ...error.members };
    respond(exchange, error.status, JSON.stringify(body));
  };

  return (request, response) => {
    if (door.isClosed) response.shouldKeepAlive = false;
    const target = request.headers["x-amz-target"];
    const exchange: Exchange = {
      response,
      call: callOf(response),
      requestId: randomUUID(),
      target: typeof target === "string" ? target : "",
      accessKeyId: options.auth === undefined ? "" : claimedKey(request.headers.authorization),
      answers,
    };
    const { origin } = request.headers;
    if (origin !== undefined && !isOwnOrigin(origin, request.headers.host, origins)) {
      request.resume();
      refuse(exchange, foreignOrigin(origin));
    } else if (request.method === "POST" && isRoot(request.url)) {
      const operation = performers.get(exchange.target);
      let admit: Admit | undefined;
      try {
        admit = guard?.(request);
      } catch (error) {
        request.resume();
        refuse(exchange, error);
        return;
      }
      const { accessKeyId } = exchange;
      readBody(request, { maxBytes: maxBodyBytes, heldBytes: bodies, accessKeyId }, (body) => {
        if (body === "gone") return;
        if (body === "endless") response.shouldKeepAlive = false;
        if (body === "tooLarge" || body === "endless") refuse(exchange, bodyTooLarge());
        else if (body === "crowded") refuse(exchange, tooManyBodies(maxRequestBytes));
        else if (operation === undefined) refuse(exchange, unknownOperation(exchange.target));
        else void track(answer(begin(operation, body, exchange, admit), exchange));
      });
    } else {
      request.resume();
      void answerProbe(request, exchange, options);
    }
  };
}

/** For monitors, which may ask with HEAD and write something behind the path. */
async function answerProbe(
  { method, url = "" }: IncomingMessage,
  exchange: Exchange,
  options: ApiOptions,
): Promise<void> {
  const [path] = url.split("?");
  const isAsked = method === "GET" || method === "HEAD";
  if (isAsked && path === "/health") return respond(exchange, 200, '{"status":"ok"}');
  if (!isAsked || path !== "/ready") return respond(exchange, 404, notFoundBody);
  const reason = await options.readinessProblem?.();
  const { quarantined } = options.runtime;
  // A number that is not 0 is news for whoever watches the server.
  const news = quarantined === 0 ? {} : { quarantined };
  if (reason === undefined) respond(exchange, 200, JSON.stringify({ status: "ready", ...news }));
  else respond(exchange, 503, JSON.stringify({ status: "unavailable", reason }));
}

interface Exchange {
  readonly response: ServerResponse;
  readonly call: ResponseCall;
  readonly requestId: string;
  readonly target: string;
  /** The access key that the request names, where keys are asked for. */
  readonly accessKeyId: string;
  readonly answers: HeldBytes;
}

/** Shorter answers are not counted: the system takes them, and the number of connections bounds them. */
const countedFrom = 64 * 1024;
/** A client that reads nothing of a large answer for so long is cut off. */
const stallMs = 30_000;

function respond({ response, requestId, accessKeyId, answers }: Exchange, status: number, body: string): void {
  if (response.destroyed) return;
  const length = Buffer.byteLength(body);
  if (length >= countedFrom) {
    const { socket } = response.req;
    const holding = answers.open(accessKeyId, () => socket.destroy());
    response.once("close", () => holding.release());
    socket.setTimeout(stallMs);
    // Before Node.js sets the time for which the connection may be idle; a request behind this one may wait longer.
    response.prependOnceListener("finish", () => socket.setTimeout(0));
    holding.hold(length);
    if (socket.destroyed) return;
  }
  response.writeHead(status, [
    "x-amzn-RequestId",
    requestId,
    "Content-Type",
    "application/x-amz-json-1.0",
    "Content-Length",
    String(length),
  ]);
  response.end(body);
}

/** Bytes that are no text would all become the same replacement character, and different names one. */
function parseBody(body: Buffer): Json {
  if (!isUtf8(body)) throw notText();
  try {
    return JSON.parse(body.toString("utf8")) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) throw notJson();
    throw error;
  }
}

/** The access key that a request names, whether it is signed with it or not. */
function claimedKey(authorization = ""): string {
  return /Credential=([^/,\s]{1,128})/.exec(authorization.slice(0, 512))?.[1] ?? "";
}

function isRoot(url = ""): boolean {
  return url === "/" || url === "" || url.startsWith("/?");
}

/**
 * Browsers send `Origin` with every POST and give a page no means to leave it out. A loopback origin must be this very
 * host and port. Any other must be configured even where it equals Host: a page whose name was rebound to this machine
 * sends both alike.
 */
function isOwnOrigin(origin: string, host: string | undefined, origins: readonly string[]): boolean {
  if (origins.includes(origin)) return true;
  const authority = origin.slice(origin.indexOf("://") + 3).toLowerCase();
  if (host === undefined || authority !== host.toLowerCase()) return false;
  return loopbackAuthority.test(authority);
}

const loopbackAuthority = /^(?:(?:[a-z0-9-]+\.)*localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?::\d{1,5})?$/;

const notFoundBody = JSON.stringify({
  __type: "UnknownOperationException",
  message:
    "Send AWS JSON 1.0 requests as POST to /; GET /health tells whether the server runs, GET /ready whether it can work.",
});

const foreignOrigin = (origin: string): ApiError =>
  new ApiError(
    "CrossOriginException",
    `Pages of ${origin} may not call this server. Add the origin to the allowed ones if they should.`,
  );
const unknownOperation = (target: string): ApiError =>
  new ApiError("UnknownOperationException", `There is no action '${target}' in AWS Step Functions`);
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
