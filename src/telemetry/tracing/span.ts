// One span as it is told, before it is put into a trace. Names and attributes never hold what goes in or out of a state.
import { placedCause } from "../../engine/failure-place.ts";
import type { Failure } from "../../engine/journal/event.ts";
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
  /** Bounded, too: a Fail state makes one out of its data. */
  readonly error?: string | undefined;
  /** For a person; bounded. */
  readonly message?: string | undefined;
}

const maxMessageLength = 256;
/** Causes can be as long as payloads. */
const maxParsedLength = 65_536;

export function spanFailure({ error: name, cause }: Failure): SpanFailure {
  const error = name === undefined ? undefined : bounded(name);
  const said = cause === undefined ? "" : wordsOf(cause, error);
  const message = [error, said].filter((part) => part !== undefined && part !== "").join(": ");
  return { error, message: message === "" ? undefined : message };
}

/**
 * The part of a cause that holds no data. Failed evaluations quote the input they failed on, and a cause that is JSON describes a
 * function's failure, whose own words are taken, or a job with all that went into it.
 */
function wordsOf(cause: string, error: string | undefined): string {
  const isEvaluation = error?.startsWith("States.") === true && error !== "States.TaskFailed";
  const isJson = /^\s*[{[]/.test(cause);
  const text = isEvaluation ? (placedCause(cause)?.place ?? "") : isJson ? errorMessageOf(cause) : cause;
  return bounded(/[^\r\n]+/.exec(text)?.[0] ?? "");
}

/** A copy: what `slice` gives keeps the whole text in memory for as long as the span waits. */
function bounded(text: string): string {
  return Buffer.from(text.slice(0, maxMessageLength)).toString();
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
