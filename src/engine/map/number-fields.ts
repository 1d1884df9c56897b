// The fields of a Map that are numbers, or paths to numbers, or expressions that give some.
import { isJsonNumber, type Json, toDouble } from "../../asl/json.ts";
import { type Payload, shownJson } from "../../asl/payload.ts";
import type { Expression } from "../../asl/expression.ts";
import type { ValueSource } from "../../asl/program.ts";
import {
  evaluationFailure,
  mistyped,
  type Result,
  readSource,
  runtimeFailure,
  type StateFailure,
} from "../data-flow.ts";
import type { View } from "../view.ts";

export interface NumberField {
  readonly field: string;
  readonly type: "integer" | "float";
}

/** `undefined` where the field is absent. @param input the effective input of the Map state */
export function numberField(
  view: View,
  source: ValueSource | undefined,
  input: Payload,
  { field, type }: NumberField,
): Result<number | undefined> {
  if (source === undefined) return { value: undefined };
  const outcome = readSource(view, source, input, (path, message) => `Invalid path '${path.source}' : ${message}`);
  if ("failure" in outcome) return outcome;
  const { value } = outcome;
  const number = type === "integer" ? readInteger(value) : readFloat(value);
  if (!Number.isNaN(number)) return { value: number };
  if (source.kind === "expression") return { failure: mistakenExpression(view, source.expression, value, field) };
  const text = typeof value === "string" ? value : shownJson(value);
  const path = source.kind === "path" ? source.path.source : field;
  const detail = `The ${field}Path field refers to value "${text}" which is not a valid ${type}: ${path}`;
  return { failure: runtimeFailure(view, detail) };
}

/** AWS's words for a number that is no integer are recorded of TimeoutSeconds. */
export function mistakenExpression(view: View, expression: Expression, value: Json, field: string): StateFailure {
  if (!isJsonNumber(value)) return mistyped(view, expression, "number", value);
  const detail = `The ${field} field cannot be parsed as an integer: ${shownJson(value)}`;
  return evaluationFailure(view, detail, expression.location);
}

/** A path may refer to a text: AWS reads its digits. NaN for anything that is no integer. */
export function readInteger(value: Json): number {
  if (typeof value === "string") return /^[+-]?\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  const number = isJsonNumber(value) ? toDouble(value) : Number.NaN;
  return Number.isInteger(number) ? number : Number.NaN;
}

function readFloat(value: Json): number {
  if (typeof value === "string") return /^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  return isJsonNumber(value) ? toDouble(value) : Number.NaN;
}
