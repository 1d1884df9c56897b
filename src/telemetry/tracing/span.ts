// What is told of one span, before it is put into a trace. Names and attributes never hold what goes in or out of a state.
import type { Failure } from "../../engine/event.ts";
import { parseJson, isJsonObject, memberOf } from "../../asl/json.ts";

export type SpanKind = "internal" | "server" | "client";
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface Span {
  readonly id: string;
  /** `undefined` for the first span of an execution, which stands under what its trace context names. */
  readonly parentId: string | undefined;
  readonly name: string;
  readonly kind: SpanKind;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: SpanAttributes;
  readonly failure?: SpanFailure | undefined;
}

export interface SpanFailure {
  readonly error?: string | undefined;
  /** For a person; bounded. */
  readonly message?: string | undefined;
}

const maxMessageLength = 256;
/** Causes can be as long as payloads. */
const maxParsedLength = 65_536;

export function spanFailure({ error, cause }: Failure): SpanFailure {
  const said = cause === undefined ? "" : firstLine(cause);
  const message = [error, said].filter((part) => part !== undefined && part !== "").join(": ");
  return { error, message: message === "" ? undefined : message };
}

/** A cause that is JSON tells of inputs and outputs; only a Lambda function's own words are taken from it. */
function firstLine(cause: string): string {
  const text = /^\s*[{[]/.test(cause) ? errorMessageOf(cause) : cause;
  return (/[^\r\n]+/.exec(text)?.[0] ?? "").slice(0, maxMessageLength);
}

function errorMessageOf(cause: string): string {
  if (cause.length > maxParsedLength) return "";
  try {
    const value = parseJson(cause);
    const message = isJsonObject(value) ? memberOf(value, "errorMessage") : undefined;
    return typeof message === "string" ? message : "";
  } catch {
    // Something like `[Errno 2] …`: not JSON, and not known to hold no data.
    return "";
  }
}
