// Leaving a Task, Parallel or Map with its result.
import type { Payload } from "../../asl/payload.ts";
import type { MapState, ParallelState, TaskState } from "../../asl/program.ts";
import { outputOfResult } from "../data-flow.ts";
import type { Scope } from "../execution.ts";
import { failState } from "./failure.ts";
import { currentView } from "../map/items.ts";
import type { Turn } from "../turn.ts";
import { exitState } from "./exit.ts";

/** @param succeeded the event by which a Map or Parallel has its result: what ends the execution then hangs there. */
export function leaveWithResult(
  turn: Turn,
  scope: Scope,
  state: TaskState | ParallelState | MapState,
  result: Payload,
  succeeded?: number,
): void {
  const view = currentView(turn, scope);
  view.trace?.("result", result);
  const outcome = outputOfResult(view, state.flow, result);
  if ("failure" in outcome) {
    const isFinal = outcome.failure.error === "States.Runtime";
    return failState(turn, scope, outcome.failure, isFinal ? succeeded : undefined);
  }
  exitState(turn, scope, outcome.value, state.next);
}
