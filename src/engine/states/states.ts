// The way from state to state: entering one, trying it again, and what the end of the last one means.
import { assert } from "../../asl/assert.ts";
import type { State } from "../../asl/program.ts";
import { activeState, statesOf } from "../scopes.ts";
import { endExecution } from "../transition/end-execution.ts";
import type { Scope } from "../execution.ts";
import type { Turn } from "../turn.ts";
import { enterChoice } from "./choice.ts";
import { enterFail } from "./fail.ts";
import { endIteration, startMap } from "./map.ts";
import { endBranch, startParallel } from "./parallel.ts";
import { enterPass } from "./pass.ts";
import { enterSucceed } from "./succeed.ts";
import { scheduleTask } from "./task.ts";
import { enterWait } from "./wait.ts";

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
  begin(turn, scope, state);
}

/** Another attempt of the active state: after its back-off, or because the execution was redriven. */
export function beginAgain(turn: Turn, scope: Scope): void {
  const state = statesOf(turn.execution, scope).states.get(activeState(scope).name);
  assert(state !== undefined, "an active state is defined");
  begin(turn, scope, state);
}

/** The last state of a scope has been left. */
export function endScope(turn: Turn, scope: Scope): void {
  const { parent } = scope;
  if (parent === undefined) endExecution(turn, scope.lastEventId, { kind: "ExecutionSucceeded", output: scope.data });
  else if (activeState(parent).type === "Map") endIteration(turn, parent, scope);
  else endBranch(turn, parent);
}

function begin(turn: Turn, scope: Scope, state: State): void {
  switch (state.type) {
    case "Task":
      return scheduleTask(turn, scope, state);
    case "Pass":
      return enterPass(turn, scope, state);
    case "Wait":
      return enterWait(turn, scope, state);
    case "Choice":
      return enterChoice(turn, scope, state);
    case "Succeed":
      return enterSucceed(turn, scope, state);
    case "Fail":
      return enterFail(turn, scope, state);
    case "Parallel":
      return startParallel(turn, scope, state);
    case "Map":
      return startMap(turn, scope, state);
  }
}
