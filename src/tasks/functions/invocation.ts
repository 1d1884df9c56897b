// One call of a Lambda function and its reply, whatever performs it: a module, a command, a URL or a Lambda API.
// Error payloads have the form that Lambda's Node.js runtime gives them.

export interface Invocation {
  readonly functionName: string;
  readonly functionArn: string;
  /** A UUID, the same for repeated performances of one task attempt. */
  readonly requestId: string;
  readonly idempotencyKey: string;
  /** JSON text of the event. */
  readonly payload: string;
  /** JSON text of the client context. */
  readonly clientContext?: string | undefined;
  /** An X-Ray trace header. */
  readonly traceHeader?: string | undefined;
  /** The execution and the state that the call is made for, where there are. */
  readonly executionArn?: string | undefined;
  readonly stateName?: string | undefined;
}

export type Reply =
  /** JSON text of what the function returned. */
  | { readonly kind: "returned"; readonly payload: string }
  /** Text of the error payload: a JSON object with `errorType` and `errorMessage` wherever the function named one. */
  | { readonly kind: "failed"; readonly payload: string };

/** Largest payload that a function may reply with (Lambda quota). */
export const maxReplyBytes = 6_291_556;

export function failedReply(errorType: string, errorMessage: string): Reply {
  return { kind: "failed", payload: JSON.stringify({ errorType, errorMessage }) };
}

export function timedOutReply(requestId: string, timeoutSeconds: number): Reply {
  const message = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
  return failedReply("Sandbox.Timedout", message);
}

export function tooLargeReply(): Reply {
  const message = `Response payload size exceeded maximum allowed payload size (${maxReplyBytes} bytes).`;
  return failedReply("Function.ResponseSizeTooLarge", message);
}

/** The outcome of a call that nobody waits for any more; nobody reads it. */
export function abandonedReply(): Reply {
  return failedReply("Function.Abandoned", "The call was given up because nobody waits for its outcome any more.");
}

/** The error payload of a reply's text: an object that names an error type. */
export function isErrorPayload(text: string): boolean {
  if (!text.includes('"errorType"')) return false;
  const value = parseJsonObject(text);
  return value !== undefined && typeof value["errorType"] === "string" && Object.hasOwn(value, "errorMessage");
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** `undefined` when the text is not JSON or not an object. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The start of a text that is shown to a person. */
export function excerpt(text: string, maxLength: number): string {
  const trimmed = text.trim();
  return trimmed.length <= maxLength ? trimmed : `${trimmed.slice(0, maxLength)}…`;
}
