// Fail: ends its scope with an error of the author's choice.
import type { Json } from "../../asl/json.ts";
import { shownJson } from "../../asl/payload.ts";
import type { FailState, ValueSource } from "../../asl/program.ts";
import { effectiveInput, mistyped, type Result, readSource, runtimeFailure } from "../data-flow.ts";
import type { Scope } from "../execution.ts";
import { failState, recover } from "../transition/failure.ts";
import { currentView } from "../map/items.ts";
import type { Turn } from "../turn.ts";
import type { View } from "../view.ts";

export function enterFail(turn: Turn, scope: Scope, state: FailState): void {
  const view = currentView(turn, scope);
  const input = effectiveInput(view, state.flow);
  if ("failure" in input) return failState(turn, scope, input.failure);
  const error = textOf(view, state.error, "ErrorPath");
  if ("failure" in error) return failState(turn, scope, error.failure);
  const cause = textOf(view, state.cause, "CausePath");
  if ("failure" in cause) return failState(turn, scope, cause.failure);
  recover(turn, scope, { error: error.value, cause: cause.value }, scope.lastEventId);
}

function textOf(view: View, source: ValueSource | undefined, field: string): Result<string | undefined> {
  if (source === undefined) return { value: undefined };
  const { input } = view.state;
  const outcome = readSource(
    view,
    source,
    input,
    (path) =>
      `The JSONPath '${path.source}' specified for the field '${field}' could not be found in the input '${input.text}'`,
  );
  if ("failure" in outcome || typeof outcome.value === "string") return outcome as Result<string>;
  return { failure: notText(view, source, field, outcome.value) };
}

function notText(view: View, source: ValueSource, field: string, value: Json) {
  if (source.kind === "expression") return mistyped(view, source.expression, "string", value);
  return runtimeFailure(view, `The ${field} field refers to value "${shownJson(value)}" which is not a string.`);
}
