// Invokes a function through a Lambda API (the Invoke operation): Lambda itself, or an emulator.
import { type Credentials, credentialsOf, endpointOf } from "../aws/endpoint.ts";
import { signedHeadersOf } from "../aws/sigv4.ts";
import { maxReplyBytes, parseJsonObject, type Reply } from "./functions/invocation.ts";
import { postJson } from "./functions/http-post.ts";
import type { FunctionReference } from "./lambda-name.ts";
import { failed, serviceFailed } from "./service-error.ts";

/** Where the Lambda API is, and who calls it. */
export interface LambdaApi {
  readonly endpoint: URL;
  readonly credentials: Credentials;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

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
  return { endpoint: new URL(endpoint), credentials: credentialsOf(environment), now };
}

export async function invokeThroughApi(
  api: LambdaApi,
  request: InvokeRequest,
  signal: AbortSignal,
): Promise<Invoked | ReturnType<typeof failed>> {
  const url = invokeUrl(api, request);
  const answer = await postJson({
    url,
    headers: headersOf(api, url, request),
    body: request.payload,
    signal,
  });
  switch (answer.kind) {
    case "unreachable":
      return failed("Lambda.SdkClientException", `Unable to execute HTTP request: ${answer.message}`);
    case "tooLarge":
      return failed("Lambda.SdkClientException", `The response is larger than ${maxReplyBytes} bytes.`);
    case "aborted":
    case "timedOut":
      return failed("Lambda.SdkClientException", "The request was given up.");
    case "answered":
  }
  const { status, headers, body } = answer;
  const header = (name: string): string | undefined => headers[name];
  const requestId = header("x-amzn-requestid") ?? request.requestId;
  if (status < 200 || status > 299) return refused({ status, body, requestId, errorType: header("x-amzn-errortype") });
  return {
    kind: "invoked",
    reply: { kind: header("x-amz-function-error") === undefined ? "returned" : "failed", payload: body },
    status,
    executedVersion: header("x-amz-executed-version"),
    logResult: header("x-amz-log-result"),
    requestId,
  };
}

function invokeUrl({ endpoint }: LambdaApi, { reference, qualifier }: InvokeRequest): URL {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/2015-03-31/functions/${encodeURIComponent(reference.arn)}/invocations`;
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
  };
  const { payload: body, reference } = request;
  const { region } = reference;
  return signedHeadersOf({ url, headers, body, region, service: "lambda", epochMs: now(), ...credentials });
}

interface Refusal {
  readonly status: number;
  readonly body: string;
  readonly requestId: string;
  readonly errorType: string | undefined;
}

/** Exceptions of Invoke in the Lambda API; any other name becomes the general one. */
const modelledExceptions =
  /^(EC2\w+|EFS\w+|ENILimitReached|InvalidParameterValue|InvalidRequestContent|InvalidRuntime|InvalidSecurityGroupID|InvalidSubnetID|InvalidZipFile|KMS\w+|RecursiveInvocation|RequestTooLarge|ResourceConflict|ResourceNotFound|ResourceNotReady|Service|SnapStart\w*|SubnetIPAddressLimitReached|TooManyRequests|UnsupportedMediaType)Exception$/;

function refused({ status, body, requestId, errorType }: Refusal): ReturnType<typeof failed> {
  const value = parseJsonObject(body);
  const text = (name: string): string | undefined => {
    const member = value?.[name];
    return typeof member === "string" ? member : undefined;
  };
  const code =
    (errorType ?? text("__type") ?? text("Code") ?? "AWSLambdaException").split(":")[0]?.split("#").at(-1) ?? "";
  const message = text("Message") ?? text("message") ?? body.trim();
  const error = serviceFailed({ prefix: "Lambda", service: "AWSLambda", status, code, message, requestId });
  return modelledExceptions.test(code) ? error : { ...error, error: "Lambda.AWSLambdaException" };
}
