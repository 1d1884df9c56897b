// Pass: hands its input on, changed or replaced.
import type { PassState } from "../../asl/program.ts";
import { argumentsOf, outputOfInput, outputOfResult } from "../data-flow.ts";
import type { Scope } from "../execution.ts";
import { failState } from "../transition/failure.ts";
import { currentView } from "../map/items.ts";
import type { Turn } from "../turn.ts";
import { exitState } from "../transition/exit.ts";

export function enterPass(turn: Turn, scope: Scope, state: PassState): void {
  const view = currentView(turn, scope);
  if (state.flow.language === "JSONata") {
    const outcome = outputOfInput(view, state.flow);
    return "failure" in outcome
      ? failState(turn, scope, outcome.failure)
      : exitState(turn, scope, outcome.value, state.next);
  }
  // `Result` wins over `Parameters` and stays as it is written.
  const result = state.result === undefined ? argumentsOf(view, state.flow) : { value: state.result };
  if ("failure" in result) return failState(turn, scope, result.failure);
  if (state.result !== undefined) view.trace?.("result", state.result);
  const outcome = outputOfResult(view, state.flow, result.value);
  if ("failure" in outcome) return failState(turn, scope, outcome.failure);
  exitState(turn, scope, outcome.value, state.next);
}
