// A copy of an execution, for whoever wants to see what would happen: the console's scrubber, a fork, a test.
import type { ActiveState, FoldedExecution, Scope, Work } from "./execution.ts";

/**
 * A copy that goes on by itself: nothing that is applied to it is seen in `execution`, and the other way round. Parts that
 * never change are shared: the program, payloads, variables, a Map's items.
 */
export function copyExecution<Copied extends FoldedExecution>(execution: Copied): Copied {
  const copies = new Map<Scope, Scope>();
  return {
    ...execution,
    namedRedrives: [...execution.namedRedrives],
    scopes: new Map([...execution.scopes].map(([id, scope]) => [id, copyScope(scope, copies)])),
    tasks: new Map([...execution.tasks].map(([id, scope]) => [id, copyScope(scope, copies)])),
    invocations: new Map(execution.invocations),
  };
}

/** @param copies those that were made: a scope is the same one for its parent, its children and the tables. */
function copyScope(scope: Scope, copies: Map<Scope, Scope>): Scope {
  const parent = scope.parent === undefined ? undefined : copyScope(scope.parent, copies);
  // It may have been made with the work of its parent.
  const known = copies.get(scope);
  if (known !== undefined) return known;
  const copy: Scope = { ...scope, parent, state: undefined };
  copies.set(scope, copy);
  copy.state = scope.state === undefined ? undefined : copyState(scope.state, copies);
  return copy;
}

function copyState(state: ActiveState, copies: Map<Scope, Scope>): ActiveState {
  return {
    ...state,
    attempts: new Map(state.attempts),
    work: state.work === undefined ? undefined : copyWork(state.work, copies),
  };
}

function copyWork(work: Work, copies: Map<Scope, Scope>): Work {
  switch (work.kind) {
    case "map":
      // Outputs of iterations that have not ended are holes, which a spread would fill.
      return {
        ...work,
        outputs: work.outputs.slice(),
        children: new Set([...work.children].map((child) => copyScope(child, copies))),
      };
    case "parallel":
      return { ...work, branches: work.branches.map((branch) => copyScope(branch, copies)) };
    default:
      return { ...work };
  }
}
