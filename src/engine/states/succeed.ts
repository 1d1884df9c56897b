// Succeed: ends its scope well.
import type { SucceedState } from "../../asl/program.ts";
import { outputOfInput } from "../data-flow.ts";
import type { Scope } from "../execution.ts";
import { failState } from "../transition/failure.ts";
import { currentView } from "../map/items.ts";
import type { Turn } from "../turn.ts";
import { exitState } from "../transition/exit.ts";

export function enterSucceed(turn: Turn, scope: Scope, state: SucceedState): void {
  const outcome = outputOfInput(currentView(turn, scope), state.flow);
  if ("failure" in outcome) return failState(turn, scope, outcome.failure);
  exitState(turn, scope, outcome.value, undefined);
}
