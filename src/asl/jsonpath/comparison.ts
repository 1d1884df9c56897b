// The operators of JSONPath filters, with json-path 2.0.0's ideas of equality and order: what a filter writes is text,
// and a text is read as what it is compared with.
import { type ExactNumber, isJsonNumber, type Json } from "../json.ts";
import type { Work } from "../work.ts";
import { compareDecimals, parseDecimal } from "./java-decimal.ts";
import { javaClassName, javaText } from "./java-text.ts";
import { Regex } from "./parse-regex.ts";
import type { Operator } from "./path-syntax.ts";

export type Operand = Json | Regex;

export type Comparison = {
  readonly operator: Operator;
  readonly left: Operand;
  readonly right: Operand;
  /** The nearest double of a number that the filter writes. */
  readonly rightDouble: number | undefined;
  readonly work: Work;
};

/** A comparison that Java answers with an exception, which ends the reading of the path. */
export type ComparisonProblem = { readonly problem: string };

export function compare({ operator, left, right, rightDouble, work }: Comparison): boolean | ComparisonProblem {
  if (operator === "=~") return matches(left, right, work);
  if (operator !== "==" && operator !== "!=" && (left === null) !== (right === null)) return false;
  const isFar = typeof left === "number" && rightDouble !== undefined && left !== rightDouble;
  // Rounding keeps order: only numbers with the same nearest double have to be compared digit by digit.
  const order = isFar ? Math.sign(rightDouble - left) : orderOf(right, left, work);
  // Values of types that do not compare are neither equal nor unequal.
  if (order === undefined) return false;
  if (typeof order === "object") return order;
  return holds(operator, order);
}

/** @param order negative where the right side is less than the left one */
function holds(operator: Exclude<Operator, "=~">, order: number): boolean {
  switch (operator) {
    case "==":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order > 0;
    case "<=":
      return order >= 0;
    case ">":
      return order < 0;
    case ">=":
      return order <= 0;
  }
}

/** Only a text on the right is read as a number or boolean; the text `null` is null. */
function orderOf(right: Operand, left: Operand, work: Work): number | ComparisonProblem | undefined {
  if (typeof right === "string") work.pay(1 + (right.length >> 5));
  if (right === left) return 0;
  if (isNullish(right) || isNullish(left)) return Number(isNullish(left)) - Number(isNullish(right));
  if (typeof right === "string") {
    if (typeof left === "string") return orderOfTexts(unescaped(right), left);
    if (typeof left === "boolean") return Number(right.toLowerCase() === "true") - Number(left);
  }
  if (typeof right === "boolean" && typeof left === "boolean") return Number(right) - Number(left);
  if (typeof right === "number" && typeof left === "number") return right - left;
  const isComparable = isNumber(left) && (isNumber(right) || typeof right === "string");
  return isComparable ? orderOfNumbers(javaText(right, work), javaText(left, work), work) : undefined;
}

function isNullish(value: Operand): boolean {
  return value === null || value === "null";
}

function isNumber(value: Operand): value is number | ExactNumber {
  return !(value instanceof Regex) && isJsonNumber(value);
}

function unescaped(text: string): string {
  return text.includes("\\'") ? text.replaceAll("\\'", "'") : text;
}

function orderOfTexts(right: string, left: string): number {
  return right === left ? 0 : right < left ? -1 : 1;
}

function orderOfNumbers(right: string, left: string, work: Work): number | ComparisonProblem {
  work.pay(20 + right.length + left.length);
  const [first, second] = [parseDecimal(right), parseDecimal(left)];
  if ("problem" in first) return first;
  return "problem" in second ? second : compareDecimals(first, second);
}

function matches(left: Operand, right: Operand, work: Work): boolean | ComparisonProblem {
  const [regex, target] = left instanceof Regex ? [left, right] : [right, left];
  if (!(regex instanceof Regex)) return noRegex(regex, target);
  if (target === null) return false;
  return regex.matches(target instanceof Regex ? target.pattern : javaText(target, work), work);
}

function noRegex(regex: Json, target: Operand): boolean | ComparisonProblem {
  const name = javaClassName(regex);
  if (regex !== null) {
    const modules = `(${name} and java.util.regex.Pattern are in module java.base of loader 'bootstrap')`;
    return { problem: `class ${name} cannot be cast to class java.util.regex.Pattern ${modules}` };
  }
  if (target === null) return false;
  const call = "java.util.regex.Pattern.matcher(java.lang.CharSequence)";
  return { problem: `Cannot invoke "${call}" because "pattern" is null` };
}
