// Calls of APIs that API Gateway has: to AWS by the host that the task names, or to an endpoint that has APIs of all hosts.
import type { AwsAnswer } from "./call.ts";
import type { Credentials } from "./endpoint.ts";
import { exchange, headerPairs } from "./exchange.ts";
import { signedHeadersOf } from "./sigv4.ts";
import type { Target, Targets } from "./targets.ts";

export interface ApiCall {
  /** Such as `abc.execute-api.us-east-1.amazonaws.com`. */
  readonly host: string;
  readonly method: string;
  /** Path and query, as they are sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the API wants to know by a signature who calls. */
  readonly isSigned: boolean;
  readonly roleArn?: string | undefined;
}

export type ApiAnswer =
  | {
      readonly kind: "answered";
      readonly status: number;
      /** Names and values as they came and in their order. */
      readonly headers: readonly (readonly [name: string, value: string])[];
      readonly contentType: string;
      readonly body: string;
    }
  | Exclude<AwsAnswer, { readonly kind: "answered" }>;

export type CallApi = (call: ApiCall, signal: AbortSignal) => Promise<ApiAnswer>;

export interface ApiCallerOptions {
  readonly targets: Targets;
  readonly credentialsFor: (
    target: Target,
    roleArn: string | undefined,
  ) => Promise<Credentials | Exclude<AwsAnswer, { readonly kind: "answered" }>>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const service = { name: "ApiGateway", serviceId: "API Gateway" };
/** Those of private APIs and of domains of one's own are not called from Step Functions either. */
const awsHost = /^[a-z0-9-]+\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;
const maxAnswerBytes = 6 * 1024 * 1024;

export function createApiCaller({ targets, credentialsFor, now }: ApiCallerOptions): CallApi {
  return async (call, signal) => {
    const target = await targets.targetOf(service, awsHost.exec(call.host)?.[1]);
    if (target.kind === "notConfigured") return target;
    const place = placeOf(call, target);
    if ("kind" in place) return place;
    const headers = { ...call.headers, host: call.host };
    const credentials = call.isSigned ? await credentialsFor(target, call.roleArn) : undefined;
    if (credentials !== undefined && "kind" in credentials) return credentials;
    const { method, target: path, body } = call;
    const outcome = await exchange({
      method,
      url: place,
      target: path,
      headers:
        credentials === undefined
          ? headers
          : signed(call, { headers, credentials, region: target.region, epochMs: now() }),
      body,
      maxBytes: maxAnswerBytes,
      signal,
    });
    switch (outcome.kind) {
      case "answered": {
        const { status, headers: named } = outcome;
        const contentType = named["content-type"] ?? "";
        return {
          kind: "answered",
          status,
          headers: headerPairs(outcome),
          contentType,
          body: outcome.body.toString("utf8"),
        };
      }
      case "tooLarge":
        return { kind: "tooLarge", message: `The answer is larger than ${maxAnswerBytes} bytes.` };
      case "unreachable":
        return outcome;
      default:
        return { kind: "unreachable", message: "The request was given up." };
    }
  };
}

function placeOf({ host }: ApiCall, target: Exclude<Target, { readonly kind: "notConfigured" }>): URL | ApiAnswer {
  if (target.kind === "endpoint") return target.url;
  if (awsHost.test(host)) return new URL(`https://${host}`);
  return { kind: "invalid", message: `${JSON.stringify(host.slice(0, 253))} is no host of an API in API Gateway` };
}

interface Signing {
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials: Credentials;
  readonly region: string;
  readonly epochMs: number;
}

function signed(
  { method, host, target, body }: ApiCall,
  { headers, credentials, ...rest }: Signing,
): Signing["headers"] {
  return signedHeadersOf({
    ...credentials,
    ...rest,
    method,
    url: { host, target },
    headers,
    body,
    service: "execute-api",
  });
}
