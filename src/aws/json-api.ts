// Calls of AWS services that speak AWS JSON: the action in `X-Amz-Target`, input and answer as JSON, signed.
import type { Credentials } from "./endpoint.ts";
import { post } from "./post.ts";
import { signedHeadersOf } from "./sigv4.ts";

export interface JsonApi {
  readonly endpoint: string;
  /** As the signature names it, such as `logs`. */
  readonly service: string;
  /** Before the action, such as `Logs_20140328`. */
  readonly targetPrefix: string;
  readonly credentials: Credentials;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface JsonCall {
  readonly action: string;
  readonly input: object;
  readonly region: string;
  readonly signal: AbortSignal;
}

export type JsonAnswer =
  | { readonly kind: "answered"; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: "refused"; readonly status: number; readonly code: string; readonly message: string }
  | { readonly kind: "unreachable"; readonly message: string };

export async function callJsonApi(api: JsonApi, { action, input, region, signal }: JsonCall): Promise<JsonAnswer> {
  const { endpoint, service, targetPrefix, credentials, now } = api;
  const body = JSON.stringify(input);
  const url = new URL(endpoint).href;
  const unsigned = { "content-type": "application/x-amz-json-1.1", "x-amz-target": `${targetPrefix}.${action}` };
  const headers = signedHeadersOf({ url, headers: unsigned, body, region, service, epochMs: now(), ...credentials });
  const posted = await post({ url, headers, body, signal });
  if (posted.kind === "unreachable") return posted;
  const answer = membersOf(posted.body);
  const { status } = posted;
  if (status === 200) return { kind: "answered", body: answer };
  const text = (name: string): string => {
    const { [name]: value } = answer;
    return typeof value === "string" ? value : "";
  };
  // Such as `com.amazonaws.logs#ResourceNotFoundException`.
  const code = (text("__type") || text("code")).split("#").at(-1)?.split(":")[0] ?? "";
  return { kind: "refused", status, code, message: text("message") || text("Message") };
}

/** An answer that is no JSON object, such as a gateway's page, has none. */
function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isMembers(value) ? value : {};
  } catch {
    return {};
  }
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the same request may be taken later: the fault is with the other side, with its load, or with the credentials. */
export function mayBeTakenLater({ status, code }: { readonly status: number; readonly code: string }): boolean {
  if (status >= 500 || [401, 403, 408, 429].includes(status)) return true;
  return /Throttl|TooManyRequests|LimitExceeded|Unavailable|AccessDenied|Token|Signature|UnrecognizedClient|Expired|Skewed|Internal/.test(
    code,
  );
}
