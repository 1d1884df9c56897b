// Choice: the first rule that holds says where to go on.
import type { Choice, ChoiceState } from "../../asl/program.ts";
import type { Payload } from "../../asl/payload.ts";
import { effectiveInput, evaluate, mistyped, type Result, outputOfInput, runtimeFailure } from "../data-flow.ts";
import type { Scope } from "../execution.ts";
import { failState } from "../transition/failure.ts";
import { currentView } from "../map/items.ts";
import type { Turn } from "../turn.ts";
import { bindings, pathScope, type View } from "../view.ts";
import { exitState } from "../transition/exit.ts";

export function enterChoice(turn: Turn, scope: Scope, state: ChoiceState): void {
  const view = currentView(turn, scope);
  const input = effectiveInput(view, state.flow);
  if ("failure" in input) return failState(turn, scope, input.failure);
  for (const [position, choice] of state.choices.entries()) {
    const outcome = holds(view, choice, position, input.value);
    if ("failure" in outcome) return failState(turn, scope, outcome.failure);
    if (outcome.value) return leave(turn, scope, state, view, choice);
  }
  if (state.default !== undefined) return leave(turn, scope, state, view, undefined);
  // The specification calls it States.NoChoiceMatched; the service does not.
  const detail = "Failed to transition out of the state. The state does not point to a next state.";
  failState(turn, scope, runtimeFailure(view, detail));
}

function leave(turn: Turn, scope: Scope, state: ChoiceState, view: View, choice: Choice | undefined): void {
  const outcome = outputOfInput(view, state.flow, choice);
  if ("failure" in outcome) return failState(turn, scope, outcome.failure);
  exitState(turn, scope, outcome.value, choice === undefined ? state.default : choice.next);
}

function holds(view: View, { condition }: Choice, position: number, input: Payload): Result<boolean> {
  if ("location" in condition) {
    view.trace?.("choice", { position, expression: condition, bindings: bindings(view), context: view.jsonata });
    const outcome = evaluate(view, condition);
    if ("failure" in outcome) return outcome;
    if (typeof outcome.value === "boolean") return { value: outcome.value };
    return { failure: mistyped(view, condition, "boolean", outcome.value) };
  }
  const scope = pathScope(view, input.value);
  view.trace?.("choice", { position, rule: condition, scope });
  const outcome = condition.evaluate(scope);
  if (outcome.ok) return { value: outcome.matched };
  view.trace?.("problem", { path: outcome.path, scope });
  return { failure: runtimeFailure(view, outcome.message) };
}
