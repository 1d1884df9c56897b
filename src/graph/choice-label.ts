// A choice rule as a short human text for an edge of the graph: `$.total > 100`, `not (…)`, or the JSONata condition itself
// (specification: Choice state). Wrong rules give a text too.
import { isJsonArray, isJsonObject, memberOf, stringifyJson, type Json, type JsonObject } from "../asl/json.ts";
import { cleanText, longestText } from "./text-size.ts";

const comparisons: ReadonlyMap<string, string> = new Map([
  ["Equals", "=="],
  ["LessThan", "<"],
  ["LessThanEquals", "<="],
  ["GreaterThan", ">"],
  ["GreaterThanEquals", ">="],
]);

const typeTests: ReadonlyMap<string, string> = new Map([
  ["IsNull", "null"],
  ["IsPresent", "present"],
  ["IsNumeric", "a number"],
  ["IsString", "a string"],
  ["IsBoolean", "a boolean"],
  ["IsTimestamp", "a timestamp"],
]);

const comparisonName = /^(?:String|Numeric|Boolean|Timestamp)([A-Z][A-Za-z]{3,20}?)(Path)?$/;
const deepest = 6;

/** The text of a rule; `?` for what cannot be read. */
export function choiceRuleLabel(rule: Json): string {
  return cleanText(ruleText(rule, 0));
}

function ruleText(rule: Json, depth: number): string {
  if (!isJsonObject(rule)) return "?";
  if (depth > deepest) return "…";
  const condition = memberOf(rule, "Condition");
  if (condition !== undefined) return conditionText(condition);
  const all = memberOf(rule, "And");
  if (isJsonArray(all)) return joined(all, " and ", depth);
  const any = memberOf(rule, "Or");
  if (isJsonArray(any)) return joined(any, " or ", depth);
  const negated = memberOf(rule, "Not");
  if (negated !== undefined) return negatedText(negated, depth);
  return comparisonText(rule) ?? "?";
}

function conditionText(condition: Json): string {
  if (typeof condition !== "string") return stringifyJson(condition).slice(0, longestText);
  const text = condition.slice(0, 2 * longestText);
  return text.startsWith("{%") ? text.slice(2).replace(/%\}$/, "") : text;
}

function joined(rules: readonly Json[], word: string, depth: number): string {
  const [first] = rules;
  if (first === undefined) return "?";
  if (rules.length === 1) return ruleText(first, depth + 1);
  let text = "";
  for (const rule of rules) {
    if (text.length > longestText) break;
    const part = ruleText(rule, depth + 1);
    text += (text === "" ? "" : word) + (isCompound(rule) ? `(${part})` : part);
  }
  return text;
}

function isCompound(rule: Json): boolean {
  return isJsonObject(rule) && ["And", "Or"].some((name) => lengthOf(memberOf(rule, name)) > 1);
}

function lengthOf(value: Json | undefined): number {
  return isJsonArray(value) ? value.length : 0;
}

function negatedText(rule: Json, depth: number): string {
  const short = isJsonObject(rule) && !isCompound(rule) ? comparisonText(rule, "negated") : undefined;
  return short ?? `not (${ruleText(rule, depth + 1)})`;
}

/**
 * The text of a rule that compares one variable. `Not` of `<` is not simply `>=` in ASL (a value of another type makes both
 * false), so only what is true of every value is written shorter: `!=` and the type tests.
 */
function comparisonText(rule: JsonObject, mode: "plain" | "negated" = "plain"): string | undefined {
  for (const name of Object.keys(rule)) {
    const operand = memberOf(rule, name) ?? null;
    const variable = variableText(rule);
    const test = typeTests.get(name);
    if (test !== undefined)
      return `${variable} is ${(operand === false) === (mode === "negated") ? "" : "not "}${test}`;
    const [, operator = "", path] = comparisonName.exec(name) ?? [];
    const value = path === undefined ? operandText(operand) : rawText(operand);
    if (operator === "Matches") return mode === "negated" ? undefined : `${variable} matches ${value}`;
    const sign = comparisons.get(operator);
    if (sign === undefined) continue;
    if (mode === "plain") return `${variable} ${sign} ${value}`;
    return operator === "Equals" ? `${variable} != ${value}` : undefined;
  }
  return undefined;
}

function variableText(rule: JsonObject): string {
  return rawText(memberOf(rule, "Variable") ?? "?");
}

function rawText(value: Json): string {
  return typeof value === "string" ? value.slice(0, longestText) : operandText(value);
}

function operandText(value: Json): string {
  if (typeof value === "string") return `"${value.slice(0, longestText)}"`;
  return typeof value === "object" && value !== null ? stringifyJson(value).slice(0, longestText) : String(value);
}
