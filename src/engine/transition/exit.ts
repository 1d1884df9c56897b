// Leaving a state.
import { activeState } from "../scopes.ts";
import type { StateOutput } from "../data-flow.ts";
import type { Scope } from "../execution.ts";
import type { Turn } from "../turn.ts";

/** @param next the state that follows; `undefined` ends the scope. */
export function exitState(turn: Turn, scope: Scope, { output, assigned }: StateOutput, next: string | undefined): void {
  const { name, type: stateType } = activeState(scope);
  turn.emit(scope.lastEventId, { kind: "StateExited", scope: scope.id, stateType, name, output, assigned, next });
  turn.touch(scope);
}
