// The rules of a Choice state: conditions of JSONata states, comparisons and their combinations of JSONPath states.
import { compileChoiceRule } from "../choice/choice-rule.ts";
import { type ComparisonOperator, comparisonOperators } from "../choice/comparison-operator.ts";
import type { Json, JsonObject } from "../json.ts";
import { compileJsonPath } from "../jsonpath/jsonpath.ts";
import type { Pieces } from "../pieces.ts";
import { boolean, items, looksLikePath, orExpression, string } from "./checks.ts";
import { compiled } from "./costs.ts";
import { type Place, reportSchema, warn } from "./place.ts";
import { type Check, checkObject, type Shape, shapeOf } from "./shape.ts";
import { assign, template } from "./templates.ts";

/** One entry of `Choices`. */
export const choice: Check = function* choice(value, place) {
  const before = place.findings.count;
  const rule = yield* checkRule(value, topLevel, place);
  if (rule === undefined || place.language === "JSONata" || place.findings.hasErrorSince(before)) return;
  // A rule that cannot be compiled is refused, even where no check above has words for it.
  const result = compiled((work) => compileChoiceRule(rule, place.location, work), place);
  if (result === undefined || "rule" in result) return;
  for (const { location, message } of result.problems) reportSchema({ ...place, location }, message);
};

function* checkRule(value: Json, shape: Shape, place: Place): Pieces<JsonObject | undefined> {
  const rule = yield* checkObject(value, shape, place);
  if (rule === undefined) return undefined;
  const kinds = ruleKinds.filter((name) => Object.hasOwn(rule, name));
  if (kinds.length !== 1) {
    reportSchema(place, `The object must have only one of the following fields, [${ruleKinds.join(", ")}]`);
  } else if (kinds[0] === "Variable") {
    const count = Object.keys(comparisons).filter((name) => Object.hasOwn(rule, name)).length;
    if (count > 1) reportSchema(place, `There should only be one of the following fields: [${operatorNames}]`);
    const isMisspelt = Object.keys(rule).some((name) => !shape.fields.has(name));
    if (count === 0 && !isMisspelt) {
      reportSchema(place, `This object should have only one of the following fields: [${operatorNames}]`);
    }
  }
  return rule;
}

const ruleKinds = ["And", "Or", "Not", "Variable", "Condition"];
/** All comparison operators in the order in which AWS lists them (recorded). */
const operatorNames =
  "StringEquals, IsBoolean, StringLessThan, IsNumeric, BooleanEquals, StringLessThanEqualsPath, NumericLessThan, " +
  "NumericGreaterThan, NumericLessThanPath, StringMatches, TimestampLessThanEqualsPath, NumericEquals, " +
  "TimestampGreaterThan, StringGreaterThanEqualsPath, TimestampGreaterThanEqualsPath, TimestampLessThanEquals, " +
  "NumericLessThanEqualsPath, TimestampEquals, BooleanEqualsPath, IsTimestamp, StringLessThanEquals, " +
  "NumericLessThanEquals, StringLessThanPath, TimestampGreaterThanPath, StringGreaterThan, StringGreaterThanPath, " +
  "IsString, StringEqualsPath, TimestampEqualsPath, TimestampLessThan, StringGreaterThanEquals, " +
  "NumericGreaterThanPath, NumericGreaterThanEquals, NumericEqualsPath, TimestampLessThanPath, IsNull, IsPresent, " +
  "TimestampGreaterThanEquals, NumericGreaterThanEqualsPath";

const condition = orExpression(boolean);

/** AWS checks `Variable` and the operands that are paths as Reference Paths, which may also begin in the context object. */
const comparedPath: Check = (value, place) => {
  const problem = comparedPathProblem(value, place);
  if (problem !== undefined) reportSchema(place, `Value is not a Reference Path: ${problem}`);
};

function comparedPathProblem(value: Json, place: Place): string | undefined {
  if (typeof value !== "string" || !value.startsWith("$")) return "Reference path didn't start with '$'";
  const result = compiled((work) => compileJsonPath(value, work), place);
  if (result === undefined) return undefined;
  if ("problem" in result) return result.problem;
  return result.path.isReference ? undefined : "The path must identify exactly one node";
}

function operand(operator: ComparisonOperator): Check {
  return (value, place) => {
    const test = compiled((work) => operator.test(value, work) ?? "unfit", place);
    if (test === "unfit") reportSchema(place, operator.operandProblem);
    else if (typeof value === "string" && looksLikePath(value)) {
      const field = place.location.slice(place.location.lastIndexOf("/") + 1);
      warn(
        place,
        "NO_PATH",
        `Field '${field}' has a value that looks like a path, but its name does not end with 'Path'.`,
      );
    }
  };
}

const nestedRule: Check = (value, place) => checkRule(value, nested, place);

const comparisons: Readonly<Record<string, Check>> = Object.fromEntries(
  [...comparisonOperators].flatMap(([name, operator]) => [
    [name, operand(operator)],
    ...(operator.hasPathForm ? [[`${name}Path`, comparedPath] as const] : []),
  ]),
);
const combinations = {
  And: items(nestedRule, { mayBeEmpty: false }),
  Or: items(nestedRule, { mayBeEmpty: false }),
  Not: nestedRule,
  Variable: comparedPath,
  ...comparisons,
};
const nested = shapeOf({ jsonPath: combinations, jsonata: { Condition: condition } });
const topLevel = shapeOf({
  both: { Next: string, Assign: assign },
  jsonPath: combinations,
  jsonata: { Condition: condition, Output: template },
  required: ["Next"],
});
