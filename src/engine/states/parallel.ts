// Parallel: several branches with the same input, together.
import { assert } from "../../asl/assert.ts";
import { Payload } from "../../asl/payload.ts";
import type { ParallelState } from "../../asl/program.ts";
import { versionForBranches } from "../branch-scope.ts";
import { activeState, stateOf } from "../scopes.ts";
import { argumentsOf, dataLimitFailure } from "../data-flow.ts";
import { isResultTooLarge, type ParallelWork, type Scope } from "../execution.ts";
import { failState } from "../transition/failure.ts";
import { currentView } from "../map/items.ts";
import type { Turn } from "../turn.ts";
import { leaveWithResult } from "../transition/leave.ts";

export function startParallel(turn: Turn, scope: Scope, state: ParallelState): void {
  const input = argumentsOf(currentView(turn, scope), state.flow);
  if ("failure" in input) return failState(turn, scope, input.failure);
  if (input.value.isTooLarge) return failState(turn, scope, dataLimitFailure(state.name));
  const version = versionForBranches(state.branches.length);
  const started = { kind: "ParallelStateStarted", scope: scope.id, input: input.value } as const;
  turn.emit(scope.lastEventId, version === undefined ? started : { version, ...started });
  for (const branch of workOf(scope).branches) turn.touch(branch);
}

/** A branch has run to its end. */
export function endBranch(turn: Turn, parent: Scope): void {
  const work = workOf(parent);
  if (work.ended < work.branches.length) return;
  const state = stateOf(turn.execution, parent);
  assert(state.type === "Parallel", "a branch belongs to a Parallel state");
  const succeeded = turn.emit(parent.lastEventId, { kind: "ParallelStateSucceeded", scope: parent.id });
  if (isResultTooLarge(work)) return failState(turn, parent, dataLimitFailure(state.name));
  leaveWithResult(turn, parent, state, Payload.ofList(work.branches.map(({ data }) => data)), succeeded);
}

function workOf(scope: Scope): ParallelWork {
  const { work } = activeState(scope);
  assert(work?.kind === "parallel", "a Parallel is at work");
  return work;
}
