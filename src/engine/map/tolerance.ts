// The failed items that a distributed Map puts up with: `ToleratedFailureCount` and `ToleratedFailurePercentage`.
import type { Payload } from "../../asl/payload.ts";
import type { MapState } from "../../asl/program.ts";
import { type Result, runtimeFailure } from "../data-flow.ts";
import type { Tolerance } from "../effect.ts";
import type { Failure } from "../journal/event.ts";
import { numberField } from "./number-fields.ts";
import type { View } from "../view.ts";

export const thresholdExceeded: Failure = {
  error: "States.ExceedToleratedFailureThreshold",
  cause: "The specified tolerated failure threshold was exceeded",
};

export function toleranceOf(view: View, state: MapState, input: Payload): Result<Tolerance> {
  const count = numberField(view, state.toleratedFailureCount, input, {
    field: "ToleratedFailureCount",
    type: "integer",
  });
  if ("failure" in count) return count;
  if (count.value !== undefined && count.value < 0) {
    return { failure: runtimeFailure(view, "ToleratedFailureCount cannot be negative.") };
  }
  const percentage = numberField(view, state.toleratedFailurePercentage, input, {
    field: "ToleratedFailurePercentage",
    type: "float",
  });
  if ("failure" in percentage) return percentage;
  if (percentage.value !== undefined && (percentage.value < 0 || percentage.value > 100)) {
    return { failure: runtimeFailure(view, "ToleratedFailurePercentage must be between 0 and 100.") };
  }
  if (count.value !== undefined) view.trace?.("toleratedFailureCount", count.value);
  if (percentage.value !== undefined) view.trace?.("toleratedFailurePercentage", percentage.value);
  return { value: { count: count.value, percentage: percentage.value } };
}

/** Without a threshold there is none to exceed. */
export function isExceeded({ count, percentage }: Tolerance, failed: number, total: number): boolean {
  if (count !== undefined && failed > count) return true;
  return percentage !== undefined && total > 0 && (failed / total) * 100 > percentage;
}
