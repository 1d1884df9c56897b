// Lambda functions as tasks: named directly by their ARN, or through `lambda:invoke`. A function runs here when the
// configuration maps it, else through a Lambda API when one is set.
import { isJsonObject, type Json, memberOf, parseJson, stringifyJson } from "../asl/json.ts";
import { nearestName } from "../asl/nearest-name.ts";
import { placeholdersIn, substitutionLine } from "../asl/placeholder.ts";
import { jsonLimitProblem } from "../asl/json-limits.ts";
import { Payload, utf8Length } from "../asl/payload.ts";
import type { PerformTask, TaskOutcome } from "../engine/effect.ts";
import { type Connector, idempotencyKey } from "./connector.ts";
import type { Invocation } from "./functions/invocation.ts";
import { isJson } from "./functions/invocation.ts";
import { type LocalFunctions, maxLogBytes } from "./functions/local-functions.ts";
import {
  type Invoked,
  invokeThroughApi,
  type InvokeRequest,
  type InvocationType,
  type LambdaApi,
} from "./lambda-api.ts";
import { type FunctionReference, functionNamePattern, parseFunctionName } from "./lambda-name.ts";
import { parameterProblem, parametersOf, textMember } from "./parameters.ts";
import { requestIdOf } from "./request-id.ts";
import { lambdaMetadata } from "./sdk-metadata.ts";
import { failed, serviceFailed } from "./service-error.ts";

export interface LambdaOptions {
  readonly functions: LocalFunctions;
  /** Where functions are called that are not mapped. */
  readonly api: LambdaApi | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

type Failed = Extract<TaskOutcome, { readonly kind: "failed" }>;

/** A task whose Resource is the ARN of a function: its parameters are the event, its result is what the function returns. */
export function functionArnConnector(options: LambdaOptions): Connector {
  return {
    async perform(task, signal) {
      const reference = parseFunctionName(task.resource.arn, task.stateMachineArn);
      if (reference === undefined) return invalidName(task.resource.arn, requestIdOf(idempotencyKey(task)));
      const request = requestOf(task, { reference, functionName: task.resource.arn, payload: task.parameters.text });
      const invoked = await invoke(options, request, signal);
      if (invoked.kind === "failed") return invoked;
      const { kind, payload } = invoked.reply;
      return kind === "failed" ? functionFailed(payload, payload) : returned(payload);
    },
  };
}

/** `lambda:invoke`, also `.waitForTaskToken`. */
export function lambdaInvokeConnector(options: LambdaOptions): Connector {
  return {
    parameterProblem: (parameters) => parameterProblem(parameters, invokeNames),
    async perform(task, signal) {
      const request = parseInvoke(task);
      if (request.kind === "failed") return request;
      const invoked = await invoke(options, request, signal);
      if (invoked.kind === "failed") return invoked;
      const { kind, payload } = invoked.reply;
      if (kind === "failed") return functionFailed(payload, compact(payload));
      const problem = isJson(payload) ? jsonLimitProblem(payload) : undefined;
      if (problem !== undefined) return beyondLimits(problem);
      const output = Payload.ofValue(invokeResult(invoked, options.now()));
      return { kind: task.resource.pattern === "waitForTaskToken" ? "submitted" : "succeeded", output };
    },
  };
}

const invokeNames = {
  required: "FunctionName",
  texts: ["ClientContext", "InvocationType", "LogType", "Qualifier"],
  others: ["Payload"],
};

interface Request extends InvokeRequest, Pick<Invocation, "executionArn" | "stateName"> {
  readonly kind: "request";
  /** As the workflow gave it. */
  readonly functionName: string;
  readonly idempotencyKey: string;
}

type RequestParts = Pick<Request, "reference" | "functionName" | "payload"> & Partial<InvokeRequest>;

function requestOf(task: PerformTask, parts: RequestParts): Request {
  const key = idempotencyKey(task);
  return {
    kind: "request",
    requestId: requestIdOf(key),
    idempotencyKey: key,
    executionArn: task.attempt.executionArn,
    stateName: task.stateName,
    traceHeader: task.traceHeader,
    invocationType: "RequestResponse",
    qualifier: parts.reference.qualifier,
    logType: undefined,
    clientContext: undefined,
    ...parts,
  };
}

function parseInvoke(task: PerformTask): Request | Failed {
  const parameters = parametersOf(task.parameters);
  const requestId = requestIdOf(idempotencyKey(task));
  const functionName = textMember(parameters, "FunctionName") ?? "";
  const reference = parseFunctionName(functionName, task.stateMachineArn);
  if (reference === undefined) return invalidName(functionName, requestId);
  const invocationType = textMember(parameters, "InvocationType") ?? "RequestResponse";
  if (!isInvocationType(invocationType)) return invalidInvocationType(invocationType, requestId);
  const qualifier = textMember(parameters, "Qualifier") ?? reference.qualifier;
  if (reference.qualifier !== undefined && qualifier !== reference.qualifier) return qualifiersDiffer(requestId);
  const payload = payloadText(memberOf(parameters, "Payload"));
  if (!isJson(payload)) return payloadNotJson(requestId);
  const logType = textMember(parameters, "LogType");
  const clientContext = textMember(parameters, "ClientContext");
  const options = { invocationType, qualifier, logType, clientContext };
  return requestOf(task, { reference, functionName, payload, ...options });
}

/** A text is sent as it is, so it must hold JSON; null and absent are an empty payload, which a function sees as `{}`. */
function payloadText(payload: Json | undefined): string {
  if (payload === undefined || payload === null || payload === "") return "{}";
  return typeof payload === "string" ? payload : stringifyJson(payload);
}

async function invoke(options: LambdaOptions, request: Request, signal: AbortSignal): Promise<Invoked | Failed> {
  const { reference, qualifier, requestId } = request;
  const qualified = (text: string): string => (qualifier === undefined ? text : `${text}:${qualifier}`);
  const arn = qualified(reference.arn);
  const { name } = reference;
  const target = options.functions.find([request.functionName, arn, qualified(name), reference.arn, name]);
  if (target === undefined) {
    return options.api === undefined
      ? notMapped(reference, options.functions.names, qualifier)
      : invokeThroughApi(options.api, request, signal);
  }
  const facts = { kind: "invoked", executedVersion: versionOf(qualifier), logResult: undefined, requestId } as const;
  if (request.invocationType === "DryRun") return { ...facts, reply: { kind: "returned", payload: "" }, status: 204 };
  const invocation: Invocation = {
    functionName: name,
    functionArn: arn,
    requestId,
    idempotencyKey: request.idempotencyKey,
    payload: request.payload,
    clientContext: decodeClientContext(request.clientContext),
    executionArn: request.executionArn,
    stateName: request.stateName,
    traceHeader: request.traceHeader,
  };
  if (request.invocationType === "Event") {
    options.functions.callInBackground(target, invocation);
    return { ...facts, executedVersion: undefined, reply: { kind: "returned", payload: "" }, status: 202 };
  }
  if (request.logType === "Tail") {
    const { reply, log } = await options.functions.callForLog(target, invocation, signal);
    return { ...facts, reply, status: 200, logResult: logResultOf(log, facts) };
  }
  const reply = await options.functions.call(target, invocation, signal);
  return { ...facts, reply, status: 200 };
}

/** As in Lambda's log, but for the line that tells of its own measurements. */
function logResultOf(
  printed: Buffer,
  { requestId, executedVersion }: { requestId: string; executedVersion: string },
): string {
  const start = `START RequestId: ${requestId} Version: ${executedVersion}\n`;
  const isEnded = printed.length === 0 || printed.at(-1) === newline;
  const end = `${isEnded ? "" : "\n"}END RequestId: ${requestId}\n`;
  return Buffer.concat([Buffer.from(start), printed, Buffer.from(end)])
    .subarray(-maxLogBytes)
    .toString("base64");
}

const newline = 0x0a;

/** A local function has one version; an alias stands for it. */
function versionOf(qualifier: string | undefined): string {
  return qualifier !== undefined && /^\d+$/.test(qualifier) ? qualifier : "$LATEST";
}

function decodeClientContext(base64: string | undefined): string | undefined {
  if (base64 === undefined) return undefined;
  const text = Buffer.from(base64, "base64").toString("utf8");
  return isJson(text) ? text : undefined;
}

function returned(payload: string): TaskOutcome {
  if (!isJson(payload)) return failed("Lambda.Unknown", `The function returned something that is not JSON: ${payload}`);
  const problem = jsonLimitProblem(payload);
  return problem === undefined ? { kind: "succeeded", output: Payload.ofText(payload) } : beyondLimits(problem);
}

function invokeResult(invoked: Invoked, at: number): Json {
  const { status, executedVersion, logResult, requestId, reply } = invoked;
  const { payload } = reply;
  const contentLength = utf8Length(payload);
  return {
    ...(executedVersion === undefined ? {} : { ExecutedVersion: executedVersion }),
    ...(logResult === undefined ? {} : { LogResult: logResult }),
    Payload: isJson(payload) ? parseJson(payload) : payload,
    ...lambdaMetadata({ requestId, status, contentLength, executedVersion, logResult, at }),
    StatusCode: status,
  };
}

function functionFailed(payload: string, cause: string): Failed {
  const value = isReadable(payload) ? parseJson(payload) : null;
  const errorType = isJsonObject(value) ? memberOf(value, "errorType") : undefined;
  if (typeof errorType === "string" && errorType !== "") return failed(errorType, cause);
  const reason = "The cause could not be determined because Lambda did not return an error type.";
  return failed("Lambda.Unknown", `${reason} Returned payload: ${cause}`);
}

function compact(text: string): string {
  return isReadable(text) ? stringifyJson(parseJson(text)) : text;
}

function isReadable(text: string): boolean {
  return isJson(text) && jsonLimitProblem(text) === undefined;
}

function beyondLimits(problem: string): Failed {
  return failed("States.Runtime", `The function returned JSON that cannot be read: ${problem}`);
}

function isInvocationType(text: string): text is InvocationType {
  return text === "RequestResponse" || text === "Event" || text === "DryRun";
}

/** Without a Lambda API nothing else can be called; the cause is written for the person who reads it. */
function notMapped({ arn, name }: FunctionReference, known: readonly string[], qualifier = "$LATEST"): Failed {
  const file = name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .toLowerCase();
  const nearest = nearestName(name, known);
  return failed(
    "Lambda.ResourceNotFoundException",
    `Function not found: ${arn}:${qualifier}. ${nearest === undefined ? "" : `Did you mean ${nearest}? `}` +
      `To run it here, add it to pawl.config.json: ` +
      `"functions": { ${JSON.stringify(name)}: "./${file}.js#handler" } ` +
      `(or set AWS_ENDPOINT_URL_LAMBDA to the address of a Lambda API that has it).`,
  );
}

const lambdaService = { prefix: "Lambda", service: "AWSLambda", status: 400 } as const;

function invalidName(functionName: string, requestId: string): Failed {
  const message =
    `1 validation error detected: Value '${functionName}' at 'functionName' failed to satisfy constraint: ` +
    `Member must satisfy regular expression pattern: ${functionNamePattern}${unfilledText(functionName)}`;
  const error = serviceFailed({ ...lambdaService, code: "ValidationException", message, requestId });
  return { ...error, error: "Lambda.AWSLambdaException" };
}

/** Beside what AWS says, for the person who forgot to fill a template. */
function unfilledText(functionName: string): string {
  const [placeholder] = placeholdersIn(functionName);
  if (placeholder === undefined) return "";
  const line = substitutionLine(placeholder.name, "my-function");
  return `. \${${placeholder.name}} is a placeholder that nothing has filled: add it to pawl.config.json: ${line}`;
}

function invalidInvocationType(invocationType: string, requestId: string): Failed {
  const message =
    `1 validation error detected: Value '${invocationType}' at 'invocationType' failed to satisfy constraint: ` +
    `Member must satisfy enum value set: [Event, RequestResponse, DryRun]`;
  const error = serviceFailed({ ...lambdaService, code: "ValidationException", message, requestId });
  return { ...error, error: "Lambda.AWSLambdaException" };
}

function qualifiersDiffer(requestId: string): Failed {
  const message = "The derived qualifier from the function name does not match the specified qualifier.";
  return serviceFailed({ ...lambdaService, code: "InvalidParameterValueException", message, requestId });
}

function payloadNotJson(requestId: string): Failed {
  const message = "Could not parse request body into json: Could not parse payload into json";
  return serviceFailed({ ...lambdaService, code: "InvalidRequestContentException", message, requestId });
}
