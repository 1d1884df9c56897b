// Values that are evaluated: payload templates of JSONPath states, expressions of JSONata states, and what they assign.
import { isJsonArray, isJsonObject, type Json } from "../json.ts";
import type { Pieces } from "../pieces.ts";
import { compileTemplate, evaluatedProblem, type TemplateProblem } from "../template.ts";
import { assignedNames } from "./assigned-names.ts";
import { looksLikePath } from "./checks.ts";
import { compiled, isPauseDueAfter } from "./costs.ts";
import { checkExpressions } from "./expressions.ts";
import { below, type Place, report, reportSchema, warn } from "./place.ts";
import { type Check, checkValue } from "./shape.ts";

/** Any value; evaluated as the state's query language says. */
export const template: Check = (value, place) =>
  place.language === "JSONata" ? checkExpressions(value, place) : checkTemplate(value, place);

function* checkTemplate(value: Json, place: Place): Pieces<void> {
  const result = compiled((work) => compileTemplate(value, place.location, work), place);
  if (result === undefined) return;
  if ("template" in result) yield* checkMembers(value, place, []);
  else for (const problem of result.problems) reportTemplate(problem, place);
}

function reportTemplate({ location, message, within, evaluated }: TemplateProblem, place: Place): void {
  const mistake = evaluated === undefined ? {} : { mistake: { kind: "evaluated", ...evaluated } as const };
  reportSchema({ ...place, location }, message, { within, ...mistake });
}

/** In JSONata states also one expression that gives the object. */
export const objectTemplate: Check = (value, place) => {
  const mayBeExpression = place.language === "JSONata" && typeof value === "string";
  return isJsonObject(value) || mayBeExpression
    ? template(value, place)
    : reportSchema(place, "Expected value of type [OBJECT]");
};

/** @param within the steps from the place to the value; the same list all along, cut back after each member. */
function* checkMembers(value: Json, place: Place, within: string[]): Pieces<void> {
  if (isPauseDueAfter(stepsPerMember, place)) yield;
  if (isJsonArray(value)) {
    for (const [index, item] of value.entries()) {
      within.push(`[${index}]`);
      yield* checkMembers(item, place, within);
      within.pop();
    }
  } else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      within.push(name);
      if (typeof member === "string") checkMember({ name, text: member, within }, place);
      yield* checkMembers(member, place, within);
      within.pop();
    }
  }
}

interface TextMember {
  readonly name: string;
  readonly text: string;
  readonly within: readonly string[];
}

/** Measured. */
const stepsPerMember = 10;

/**
 * White space may stand within a call, but not before it. A text that looks like a path and is passed on as it stands is
 * warned of.
 */
function checkMember({ name, text, within }: TextMember, place: Place): void {
  const isEvaluated = name.endsWith(".$");
  if (isEvaluated && /^\s/.test(text)) {
    const mistake = { kind: "evaluated", name, value: text } as const;
    reportSchema(place, evaluatedProblem(name), { within: [...within], mistake });
  } else if (!isEvaluated && looksLikePath(text)) {
    const message = `The value of '${name}' looks like a JSONPath or an intrinsic function call, but the field name does not end with '.$'.`;
    warn(place, "NO_DOLLAR", message, { within: [...within] });
  }
}

const maxNameLength = 80;
const variableName = /^\p{ID_Start}\p{ID_Continue}*$/u;

export const assign: Check = function* assign(value, place) {
  if (!isJsonObject(value)) return reportSchema(place, "Expected value of type [OBJECT]");
  for (const name of assignedNames(value, place.language)) {
    if (isPauseDueAfter(stepsPerMember + (name.length >> 2), place)) yield;
    checkVariableName(name, below(place, name));
  }
  return yield* checkValue(template, value, place);
};

function checkVariableName(name: string, place: Place): void {
  if (name === "states") report(place, "RESERVED_VARIABLE_NAME", "Cannot assign to reserved variable '$states'.");
  else if (!variableName.test(name)) {
    const message = `Invalid variable name '${name}': the variable name contains invalid characters.`;
    report(place, "INVALID_VARIABLE_NAME", message);
  } else if ([...name].length > maxNameLength) {
    const message = `Invalid variable name '${name}': the variable name exceeds the ${maxNameLength}-character limit.`;
    report(place, "INVALID_VARIABLE_NAME", message);
  } else if (place.outerVariables.some((isAssigned) => isAssigned(name))) {
    const message = `The variable name '${name}' was already defined in a parent scope.`;
    report(place, "DUPLICATE_VARIABLE_NAME", message);
  }
}
