// The scopes of an execution: what states each runs through, and how one is opened, found and closed with all below it.
import { assert } from "../asl/assert.ts";
import type { State, StateScope } from "../asl/program.ts";
import type { ProgramShape, StateShape } from "../asl/program-shape.ts";
import { mayMeetAnother } from "./branch-scope.ts";
import type { ActiveState, Execution, FoldedExecution, Scope, Work } from "./execution.ts";

/** The states that a scope runs through. */
export function statesOf(execution: Execution, scope: Scope): StateScope;
export function statesOf(execution: FoldedExecution, scope: Scope): ProgramShape;
export function statesOf(execution: FoldedExecution, scope: Scope): ProgramShape {
  if (scope.parent === undefined) return execution.identity.program;
  const container = stateOf(execution, scope.parent);
  if (container.type === "Map") return container.processor;
  assert(container.type === "Parallel", "a scope is an iteration or a branch");
  const branch = container.branches[scope.index];
  assert(branch !== undefined, "a branch scope has a branch");
  return branch;
}

/** The definition of the state that is active in a scope. */
export function stateOf(execution: Execution, scope: Scope): State;
export function stateOf(execution: FoldedExecution, scope: Scope): StateShape;
export function stateOf(execution: FoldedExecution, scope: Scope): StateShape {
  const state = statesOf(execution, scope).states.get(activeState(scope).name);
  assert(state !== undefined, "an active state is defined");
  return state;
}

export function activeState(scope: Scope): ActiveState {
  assert(scope.state !== undefined, "a state is active");
  return scope.state;
}

export function scopeOf(execution: FoldedExecution, id: number): Scope {
  const scope = execution.scopes.get(id);
  assert(scope !== undefined, "the scope is open");
  return scope;
}

export function openScope(
  execution: FoldedExecution,
  parent: Scope,
  part: Pick<Scope, "id" | "index" | "startedAt" | "lastEventId" | "data">,
): Scope {
  const taken = execution.scopes.get(part.id);
  assert(taken === undefined || mayMeetAnother(taken), "a scope has a number of its own");
  const scope: Scope = {
    ...part,
    parent,
    variables: parent.variables,
    variableBytes: parent.variableBytes,
    next: undefined,
    state: undefined,
    hasEnded: false,
    hasFailed: false,
  };
  scope.next = statesOf(execution, scope).startAt;
  execution.scopes.set(scope.id, scope);
  return scope;
}

/** Forgets what the active state waited for, the scopes below it included. */
export function closeWork(execution: FoldedExecution, scope: Scope): void {
  const state = activeState(scope);
  const { work } = state;
  state.work = undefined;
  if (work === undefined) return;
  if (work.kind === "task") execution.tasks.delete(work.scheduledEventId);
  for (const child of childrenOf(work)) {
    if (child.state !== undefined) closeWork(execution, child);
    execution.scopes.delete(child.id);
  }
}

/** The open scopes directly below what a state waits for, in the order of their index. */
export function childrenOf(work: Work | undefined): Iterable<Scope> {
  if (work?.kind === "map") return work.children;
  return work?.kind === "parallel" ? work.branches : [];
}
