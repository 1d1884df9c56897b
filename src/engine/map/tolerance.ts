// The failed items that a distributed Map puts up with: `ToleratedFailureCount` and `ToleratedFailurePercentage`.
import { isJsonNumber, type Json, toDouble } from "../../asl/json.ts";
import { type Payload, shownJson } from "../../asl/payload.ts";
import type { MapState, ValueSource } from "../../asl/program.ts";
import { mistyped, type Result, readSource, runtimeFailure } from "../data-flow.ts";
import type { Tolerance } from "../effect.ts";
import type { Failure } from "../journal/event.ts";
import { readInteger } from "./items.ts";
import type { View } from "../view.ts";

export const thresholdExceeded: Failure = {
  error: "States.ExceedToleratedFailureThreshold",
  cause: "The specified tolerated failure threshold was exceeded",
};

export function toleranceOf(view: View, state: MapState, input: Payload): Result<Tolerance> {
  const count = numberOf(view, state.toleratedFailureCount, input, {
    field: "ToleratedFailureCount",
    type: "integer",
    read: readInteger,
  });
  if ("failure" in count) return count;
  if (count.value !== undefined && count.value < 0) {
    return { failure: runtimeFailure(view, "ToleratedFailureCount cannot be negative.") };
  }
  const percentage = numberOf(view, state.toleratedFailurePercentage, input, {
    field: "ToleratedFailurePercentage",
    type: "float",
    read: readFloat,
  });
  if ("failure" in percentage) return percentage;
  if (percentage.value !== undefined && (percentage.value < 0 || percentage.value > 100)) {
    return { failure: runtimeFailure(view, "ToleratedFailurePercentage must be between 0 and 100.") };
  }
  if (count.value !== undefined) view.trace?.("toleratedFailureCount", count.value);
  if (percentage.value !== undefined) view.trace?.("toleratedFailurePercentage", percentage.value);
  return { value: { count: count.value, percentage: percentage.value } };
}

interface NumberField {
  readonly field: string;
  readonly type: "integer" | "float";
  /** Gives NaN for anything that is no such number. */
  readonly read: (value: Json) => number;
}

function numberOf(
  view: View,
  source: ValueSource | undefined,
  input: Payload,
  { field, type, read }: NumberField,
): Result<number | undefined> {
  if (source === undefined) return { value: undefined };
  const outcome = readSource(view, source, input, (path, message) => `Invalid path '${path.source}' : ${message}`);
  if ("failure" in outcome) return outcome;
  const { value } = outcome;
  const number = read(value);
  const isRight = type === "integer" ? Number.isInteger(number) : !Number.isNaN(number);
  if (isRight) return { value: number };
  if (source.kind === "expression") return { failure: mistyped(view, source.expression, "number", value) };
  const text = typeof value === "string" ? value : shownJson(value);
  const path = source.kind === "path" ? source.path.source : field;
  const detail = `The ${field}Path field refers to value "${text}" which is not a valid ${type}: ${path}`;
  return { failure: runtimeFailure(view, detail) };
}

function readFloat(value: Json): number {
  if (typeof value === "string") return /^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  return isJsonNumber(value) ? toDouble(value) : Number.NaN;
}

/** Without a threshold there is none to exceed. */
export function isExceeded({ count, percentage }: Tolerance, failed: number, total: number): boolean {
  if (count !== undefined && failed > count) return true;
  return percentage !== undefined && total > 0 && (failed / total) * 100 > percentage;
}
