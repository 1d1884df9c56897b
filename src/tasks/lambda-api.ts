// Invokes a function through a Lambda API (the Invoke operation): Lambda itself, or an emulator.
import { type Credentials, credentialsOf, endpointOf } from "../aws/endpoint.ts";
import { signedHeadersOf } from "../aws/sigv4.ts";
import { maxReplyBytes, parseJsonObject, type Reply } from "./functions/invocation.ts";
import { type PostOutcome, postJson } from "./functions/http-post.ts";
import type { FunctionReference } from "./lambda-name.ts";
import { failed, serviceFailed } from "./service-error.ts";

/** Where the Lambda API is, and who calls it. */
export interface LambdaApi {
  readonly endpoint: URL;
  readonly credentials: Credentials;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The parts of requests that it was found not to understand. */
  readonly notUnderstood: Set<Extra>;
}

/** Parts of a request that emulators may refuse, as SAM's does, and that a call can do without. */
type Extra = "qualifier" | "logType";

export type InvocationType = "RequestResponse" | "Event" | "DryRun";

export interface InvokeRequest {
  readonly reference: FunctionReference;
  readonly qualifier: string | undefined;
  readonly invocationType: InvocationType;
  readonly logType: string | undefined;
  /** As given: base64 of JSON. */
  readonly clientContext: string | undefined;
  /** JSON text. */
  readonly payload: string;
  readonly requestId: string;
  readonly traceHeader?: string | undefined;
}

/** The answer of Invoke, wherever the function ran. */
export interface Invoked {
  readonly kind: "invoked";
  readonly reply: Reply;
  readonly status: number;
  readonly executedVersion: string | undefined;
  readonly logResult: string | undefined;
  readonly requestId: string;
}

/**
 * From the standard variables `AWS_ENDPOINT_URL_LAMBDA` and `AWS_ENDPOINT_URL`; `undefined` when neither is set.
 * @throws Error when it is no address.
 */
export function lambdaApiOf(
  environment: Readonly<Record<string, string | undefined>>,
  now: () => number,
): LambdaApi | undefined {
  const endpoint = endpointOf(environment, "LAMBDA");
  if (endpoint === undefined) return undefined;
  return { endpoint: new URL(endpoint), credentials: credentialsOf(environment), now, notUnderstood: new Set() };
}

type Failed = ReturnType<typeof failed>;

/** A request that is refused is made once more without what may be the reason; if that was it, it is remembered. */
export async function invokeThroughApi(
  api: LambdaApi,
  request: InvokeRequest,
  signal: AbortSignal,
): Promise<Invoked | Failed> {
  return (await invoke(api, without(request, ...api.notUnderstood), signal)).outcome;
}

interface Outcome {
  readonly outcome: Invoked | Failed;
  /** The name of the exception where the API has refused the request. */
  readonly refusal?: string | undefined;
}

async function invoke(api: LambdaApi, request: InvokeRequest, signal: AbortSignal): Promise<Outcome> {
  const first = await invokeOnce(api, request, signal);
  const extra = isAws(api) ? undefined : suspectOf(first, request);
  if (extra === undefined) return first;
  const second = await invoke(api, without(request, extra), signal);
  if (second.refusal === first.refusal) return first;
  api.notUnderstood.add(extra);
  return second;
}

/** Lambda itself understands everything, and would run another version without a qualifier. */
function isAws({ endpoint }: LambdaApi): boolean {
  return /\.amazonaws\.com(\.cn)?$/.test(endpoint.hostname);
}

/** SAM's emulator refuses every query, and every log type but None. Nothing was run then. */
function suspectOf({ refusal }: Outcome, { qualifier, logType }: InvokeRequest): Extra | undefined {
  if (refusal === "InvalidRequestContentException" && qualifier !== undefined) return "qualifier";
  return refusal === "NotImplementedException" && logType !== undefined ? "logType" : undefined;
}

function without(request: InvokeRequest, ...extras: readonly Extra[]): InvokeRequest {
  return { ...request, ...Object.fromEntries(extras.map((extra) => [extra, undefined])) };
}

async function invokeOnce(api: LambdaApi, request: InvokeRequest, signal: AbortSignal): Promise<Outcome> {
  const url = invokeUrl(api, request);
  const answer = await postJson({
    url,
    headers: headersOf(api, url, request),
    body: request.payload,
    signal,
  });
  switch (answer.kind) {
    case "unreachable":
      return clientFailed(`Unable to execute HTTP request: ${answer.message}`);
    case "tooLarge":
      return clientFailed(`The response is larger than ${maxReplyBytes} bytes.`);
    case "aborted":
    case "timedOut":
      return clientFailed("The request was given up.");
    case "answered":
      return outcomeOf(answer, request);
  }
}

function clientFailed(cause: string): Outcome {
  return { outcome: failed("Lambda.SdkClientException", cause) };
}

function outcomeOf({ status, headers, body }: Answered, request: InvokeRequest): Outcome {
  const header = (name: string): string | undefined => headers[name];
  const requestId = header("x-amzn-requestid") ?? request.requestId;
  if (status < 200 || status > 299) return refused({ status, body, requestId, errorType: header("x-amzn-errortype") });
  const isFailed = header("x-amz-function-error") !== undefined;
  // Emulators answer with nothing at all for a function that returns nothing.
  const isNothing = body === "" && request.invocationType === "RequestResponse" && !isFailed;
  const outcome: Invoked = {
    kind: "invoked",
    reply: { kind: isFailed ? "failed" : "returned", payload: isNothing ? "null" : body },
    status,
    executedVersion: header("x-amz-executed-version"),
    logResult: header("x-amz-log-result"),
    requestId,
  };
  return { outcome };
}

/** Emulators know functions by their names; Lambda takes a name for one of the account and region that it is asked in. */
function invokeUrl({ endpoint }: LambdaApi, { reference, qualifier }: InvokeRequest): URL {
  const url = new URL(endpoint);
  const name = encodeURIComponent(reference.isHome ? reference.name : reference.arn);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/2015-03-31/functions/${name}/invocations`;
  if (qualifier !== undefined) url.searchParams.set("Qualifier", qualifier);
  return url;
}

function headersOf(
  { credentials, now }: LambdaApi,
  { href: url }: URL,
  request: InvokeRequest,
): Readonly<Record<string, string>> {
  const headers = {
    "content-type": "application/json",
    "x-amz-invocation-type": request.invocationType,
    "amz-sdk-invocation-id": request.requestId,
    ...(request.logType === "Tail" ? { "x-amz-log-type": "Tail" } : {}),
    ...(request.clientContext === undefined ? {} : { "x-amz-client-context": request.clientContext }),
    ...(request.traceHeader === undefined ? {} : { "x-amzn-trace-id": request.traceHeader }),
  };
  const { payload: body, reference } = request;
  const { region } = reference;
  return signedHeadersOf({ url, headers, body, region, service: "lambda", epochMs: now(), ...credentials });
}

type Answered = Extract<PostOutcome, { readonly kind: "answered" }>;

interface Refusal {
  readonly status: number;
  readonly body: string;
  readonly requestId: string;
  readonly errorType: string | undefined;
}

/** Exceptions of Invoke in the Lambda API; any other name becomes the general one. */
const modelledExceptions =
  /^(EC2\w+|EFS\w+|ENILimitReached|InvalidParameterValue|InvalidRequestContent|InvalidRuntime|InvalidSecurityGroupID|InvalidSubnetID|InvalidZipFile|KMS\w+|RecursiveInvocation|RequestTooLarge|ResourceConflict|ResourceNotFound|ResourceNotReady|Service|SnapStart\w*|SubnetIPAddressLimitReached|TooManyRequests|UnsupportedMediaType)Exception$/;

function refused({ status, body, requestId, errorType }: Refusal): Outcome {
  const value = parseJsonObject(body);
  const text = (name: string): string | undefined => {
    const member = value?.[name];
    return typeof member === "string" ? member : undefined;
  };
  const given = (errorType ?? text("__type") ?? text("Code") ?? "AWSLambda").split(":")[0]?.split("#").at(-1) ?? "";
  // SAM's emulator leaves the last word out.
  const code = given.endsWith("Exception") ? given : `${given}Exception`;
  const message = text("Message") ?? text("message") ?? body.trim();
  const error = serviceFailed({ prefix: "Lambda", service: "AWSLambda", status, code, message, requestId });
  const outcome = modelledExceptions.test(code) ? error : { ...error, error: "Lambda.AWSLambdaException" };
  return { outcome, refusal: code };
}
