// The way from state to state: entering one, trying it again, and what the end of the last one means.
import { assert } from "../../asl/assert.ts";
import type { Scope } from "../execution.ts";
import { activeState, statesOf } from "../scopes.ts";
import { endIteration } from "../states/map.ts";
import { endBranch } from "../states/parallel.ts";
import { beginState } from "../states/states.ts";
import type { Turn } from "../turn.ts";
import { endExecution } from "./end-execution.ts";

export function enterState(turn: Turn, scope: Scope, name: string): void {
  const state = statesOf(turn.execution, scope).states.get(name);
  assert(state !== undefined, `the state ${name} is defined`);
  turn.emit(scope.lastEventId, {
    kind: "StateEntered",
    scope: scope.id,
    stateType: state.type,
    name,
    input: scope.data,
  });
  beginState(turn, scope, state);
}

/** Another attempt of the active state: after its back-off, or because the execution was redriven. */
export function beginAgain(turn: Turn, scope: Scope): void {
  const state = statesOf(turn.execution, scope).states.get(activeState(scope).name);
  assert(state !== undefined, "an active state is defined");
  beginState(turn, scope, state);
}

/** The last state of a scope has been left. */
export function endScope(turn: Turn, scope: Scope): void {
  const { parent } = scope;
  if (parent === undefined) endExecution(turn, scope.lastEventId, { kind: "ExecutionSucceeded", output: scope.data });
  else if (activeState(parent).type === "Map") endIteration(turn, parent, scope);
  else endBranch(turn, parent);
}
