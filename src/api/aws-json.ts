// AWS JSON 1.0 over node:http: `POST /` with the action in `X-Amz-Target`, whatever the Host (clients send `sync-` hosts). A
// request that a browser sends from another site does nothing. The same actions serve the console and the server itself.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ArnSpace } from "../aws/arn.ts";
import { awsQuotas, type Quotas } from "../runtime/starts/quotas.ts";
import { TurnSlice } from "../runtime/executions/turn-slice.ts";
import { TurnQueue } from "../runtime/executions/turn-queue.ts";
import { createKeyedQueue } from "../runtime/keyed-queue.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { TestState } from "../runtime/state-test.ts";
import type { Catalogue } from "../store/catalogue.ts";
import type { CallAction } from "../tasks/ports.ts";
import type { Versions } from "../store/versions.ts";
import { createCallAction } from "./call-action.ts";
import type { Answer, ApiContext, ValidateDefinition } from "./context.ts";
import { ApiError } from "./errors.ts";
import { createDescribedVariables, type InTurns } from "./described-variables.ts";
import { type ApiFailure, type Exchange, Exchanges, type HeldLimits, parseBody } from "./exchange.ts";
import { type Admit, createGuard, type Guard, type GuardOptions } from "./guard.ts";
import { type Perform, performers } from "./operations/registry.ts";
import { requireOwnOrigin } from "./origin.ts";
import { createPageTokens } from "./page-token.ts";

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
  /** How long GetActivityTask waits for a task; AWS's 60 seconds by default. */
  readonly activityPollMs?: number;
}

export type ApiHandler = (request: IncomingMessage, response: ServerResponse) => void;

export interface Api {
  /** Takes `POST /`. */
  readonly handler: ApiHandler;
  /** The same actions for callers within the server. */
  readonly callAction: CallAction;
  /** From now on every request is refused with the news that the server is stopping. */
  readonly stop: () => void;
  readonly isStopped: () => boolean;
  /** Settles when nothing is being performed any more, also for callers that have gone. */
  readonly settled: () => Promise<unknown>;
  /** The parts that the console's own API is made of. */
  readonly parts: ApiParts;
}

export interface ApiParts {
  readonly context: ApiContext;
  readonly exchanges: Exchanges;
  readonly guard: Guard | undefined;
}

export function createApi(options: ApiOptions): Api {
  const context = contextOf(options);
  const exchanges = new Exchanges(options);
  const guard = createGuard(options, context);
  const callAction = createCallAction(context, (action, error) =>
    options.reportFailure({ requestId: context.newId(), target: `AWSStepFunctions.${action}`, error }),
  );
  return {
    handler: handlerOf(options, { context, exchanges, guard }),
    callAction: (...call) => exchanges.track(callAction(...call)),
    stop: () => exchanges.stop(),
    isStopped: () => exchanges.isStopped,
    settled: () => exchanges.settled(),
    parts: { context, exchanges, guard },
  };
}

function contextOf(options: ApiOptions): ApiContext {
  const { now = Date.now, newId = randomUUID, random = Math.random, activityPollMs = 60_000 } = options;
  const turns = new TurnQueue({ slice: new TurnSlice(() => performance.now()), isFull: () => false });
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

const jsonHeaders = ["Content-Type", "application/x-amz-json-1.0"];

function handlerOf(options: ApiOptions, parts: ApiParts): ApiHandler {
  const { origins = [] } = options;
  const { exchanges, guard } = parts;
  return (request, response) => {
    const target = request.headers["x-amz-target"];
    const exchange = exchanges.open(request, response, {
      target: typeof target === "string" ? target : "",
      accessKeyId: options.auth === undefined ? "" : claimedKey(request.headers.authorization),
      headers: jsonHeaders,
    });
    let admit: Admit | undefined;
    try {
      requireOwnOrigin(request, origins);
      admit = guard?.request(request);
    } catch (error) {
      return exchanges.refuse(exchange, error);
    }
    performAction(exchange, parts, admit);
  };
}

/** Reads the input of the action that the exchange is for, and answers with its output. */
export function performAction(exchange: Exchange, { context, exchanges }: ApiParts, admit: Admit | undefined): void {
  const { target, call } = exchange;
  const operation = performers.get(target);
  // The body is no parameter of a function that waits, which would keep it for as long.
  const begin = async (perform: Perform, body: Buffer): Promise<Answer> => {
    exchanges.requireOpen();
    const permit = admit?.(target, body);
    const input = parseBody(body);
    permit?.(input);
    return perform(input, context, call);
  };
  exchanges.readBody(exchange, (body) => {
    if (operation === undefined) exchanges.refuse(exchange, unknownOperation(target));
    else exchanges.answer(exchange, begin(operation, body));
  });
}

/** The access key that a request names, whether it is signed with it or not. */
function claimedKey(authorization = ""): string {
  return /Credential=([^/,\s]{1,128})/.exec(authorization.slice(0, 512))?.[1] ?? "";
}

const unknownOperation = (target: string): ApiError =>
  new ApiError("UnknownOperationException", `There is no action '${target}' in AWS Step Functions`);
