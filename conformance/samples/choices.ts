// Values by which Choice states go towards a good end: the nearest target, whose rule is made true and those before it false.
import type { Json, JsonObject } from "../../src/asl/json.ts";
import { distancesToEnd, listOf, objectOf, type Scope } from "./definition.ts";
import { parsePath, placeAt, type Shape } from "./shape.ts";

export function decideChoices(shape: Shape, scope: Scope): void {
  const distances = distancesToEnd(scope);
  const farness = (name: Json | undefined): number => distances.get(String(name)) ?? Infinity;
  for (const state of scope.states.values()) {
    if (state["Type"] !== "Choice") continue;
    const rules = listOf(state["Choices"]);
    const nearest = Math.min(...rules.map(({ Next }) => farness(Next)), farness(state["Default"]));
    const wanted = rules.findIndex(({ Next }) => farness(Next) === nearest);
    const chosen = wanted === -1 ? rules.length : wanted;
    const rule = rules[chosen];
    if (rule !== undefined) make(shape, rule, true);
    for (const before of rules.slice(0, chosen)) make(shape, before, false);
  }
}

/** Gives the places that a rule reads what makes it come out as is wanted; a value that is there already stays. */
function make(shape: Shape, rule: JsonObject, isWanted: boolean): void {
  for (const [operator, isAll] of [
    ["And", true],
    ["Or", false],
  ] as const) {
    const rules = listOf(rule[operator]);
    for (const one of isAll === isWanted ? rules : rules.slice(-1)) make(shape, one, isWanted);
  }
  if (rule["Not"] !== undefined) make(shape, objectOf(rule["Not"]), !isWanted);
  const variable = rule["Variable"];
  if (typeof variable !== "string") return;
  const { path, atLeast } = parsePath(variable.replace(/^\$\$\.Execution\.Input/, "$"));
  const place = placeAt(shape, path, atLeast);
  for (const [operator, operand] of Object.entries(rule)) {
    if (operator === "IsPresent") place.isAbsent ??= operand !== isWanted;
    else if (/^(?:Is|String|Numeric|Boolean|Timestamp)/.test(operator)) {
      compare(shape, place, { operator, operand, isWanted });
    }
  }
}

interface Comparison {
  readonly operator: string;
  readonly operand: Json;
  readonly isWanted: boolean;
}

function compare(shape: Shape, place: Shape, { operator, operand, isWanted }: Comparison): void {
  if (operator.startsWith("Is")) {
    place.value ??= (operand === isWanted ? ofType : ofAnotherType)[operator];
    return;
  }
  const [, type = "", relation = "", isPath] = /^([A-Z][a-z]+)([A-Z]\w+?)(Path)?$/.exec(operator) ?? [];
  if (isPath === undefined) {
    place.value ??= related(relation, operand, isWanted);
    return;
  }
  const { path, atLeast } = parsePath(String(operand).replace(/^\$\$\.Execution\.Input/, "$"));
  const other = placeAt(shape, path, atLeast);
  other.value ??= type === "Numeric" ? 5 : type === "Boolean" ? true : type === "Timestamp" ? aTime : "same";
  place.value ??= related(relation, other.value, isWanted);
}

const aTime = "2040-01-01T00:00:00Z";
const ofType: Readonly<Record<string, Json>> = {
  IsNull: null,
  IsString: "text",
  IsNumeric: 5,
  IsBoolean: true,
  IsTimestamp: aTime,
};
const ofAnotherType: Readonly<Record<string, Json>> = {
  IsNull: "text",
  IsString: 5,
  IsNumeric: "text",
  IsBoolean: "text",
  IsTimestamp: "text",
};

function related(relation: string, operand: Json, isWanted: boolean): Json {
  const isEqual = relation === "Matches" || relation.includes("Equals") === isWanted;
  const isGreater = relation.startsWith("Greater") === isWanted;
  switch (typeof operand) {
    case "number":
      return isEqual ? operand : operand + (isGreater ? 1 : -1);
    case "boolean":
      return operand === isWanted;
    case "string": {
      if (relation === "Matches") return isWanted ? operand.replaceAll("*", "x") : `not ${operand}`;
      if (isEqual) return operand;
      if (/^\d{4}-/.test(operand)) return isGreater ? "2999-01-01T00:00:00Z" : "1999-01-01T00:00:00Z";
      return isGreater || !isWanted ? `${operand} not` : "";
    }
    default:
      return operand;
  }
}
