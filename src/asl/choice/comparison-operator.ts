// The comparison operators of JSONPath choice rules. Each is a function of its operand that gives the test of the
// variable's value, so that operands written in the definition are understood once.
import { isJsonNumber, type Json, toDouble } from "../json.ts";
import { parseTimestamp } from "../timestamp.ts";
import { compileStringPattern } from "./string-pattern.ts";

type Test = (value: Json) => boolean;

export type ComparisonOperator = {
  /** Whether `<name>Path` exists, which takes its operand from a path. */
  readonly hasPathForm: boolean;
  /** The test for an operand; `undefined` for an operand of the wrong type. */
  readonly test: (operand: Json) => Test | undefined;
  /** The problem of an operand of the wrong type in a definition. */
  readonly operandProblem: string;
  /** An operand that a path has found, as the operator reads it. */
  readonly fromPath: (operand: Json) => Json;
};

/** How a family of operators understands a value; `undefined` is a value of another type. */
type Family<T> = {
  readonly name: string;
  readonly read: (value: Json) => T | undefined;
  readonly operandProblem: string;
  readonly fromPath?: (operand: Json) => Json;
};

const stringFamily: Family<string> = {
  name: "String",
  read: (value) => (typeof value === "string" ? value : undefined),
  operandProblem: "Expected value of type String",
};

const numericFamily: Family<number> = {
  name: "Numeric",
  read: (value) => (isJsonNumber(value) ? toDouble(value) : undefined),
  operandProblem: "Expected value of type Number",
  fromPath: asDouble,
};

/** A node as Jackson's `asDouble` reads it, which is how AWS reads what a path gives for a number: never nothing. */
function asDouble(value: Json): Json {
  if (isJsonNumber(value)) return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "string") return 0;
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(value) ? Number(value) : 0;
}

const asItIs = (operand: Json): Json => operand;

const timestampFamily: Family<number> = {
  name: "Timestamp",
  read: (value) => (typeof value === "string" ? parseTimestamp(value) : undefined),
  operandProblem: "String does not match RFC3339 timestamp",
};

const booleanFamily: Family<boolean> = {
  name: "Boolean",
  read: (value) => (typeof value === "boolean" ? value : undefined),
  operandProblem: "Expected value of type Boolean",
};

/** Strings compare by UTF-16 code units, as Java's `compareTo` does. */
const orders: readonly (readonly [string, <T extends string | number>(left: T, right: T) => boolean])[] = [
  ["Equals", (left, right) => left === right],
  ["LessThan", (left, right) => left < right],
  ["GreaterThan", (left, right) => left > right],
  ["LessThanEquals", (left, right) => left <= right],
  ["GreaterThanEquals", (left, right) => left >= right],
];

const typeTests: readonly (readonly [string, Test])[] = [
  ["IsNull", (value) => value === null],
  // Whether the variable is present is decided before its value is asked for.
  ["IsPresent", () => true],
  ["IsNumeric", (value) => isJsonNumber(value)],
  ["IsString", (value) => typeof value === "string"],
  ["IsBoolean", (value) => typeof value === "boolean"],
  ["IsTimestamp", (value) => typeof value === "string" && parseTimestamp(value) !== undefined],
];

function compareWith<T>(family: Family<T>, holds: (left: T, right: T) => boolean): ComparisonOperator {
  const test: ComparisonOperator["test"] = (operand) => {
    const right = family.read(operand);
    if (right === undefined) return undefined;
    return (value) => {
      const left = family.read(value);
      return left !== undefined && holds(left, right);
    };
  };
  const { operandProblem, fromPath = asItIs } = family;
  return { hasPathForm: true, test, operandProblem, fromPath };
}

function typeTest(isType: Test): ComparisonOperator {
  const test: ComparisonOperator["test"] = (operand) =>
    typeof operand === "boolean" ? (value) => isType(value) === operand : undefined;
  return { hasPathForm: false, test, operandProblem: booleanFamily.operandProblem, fromPath: asItIs };
}

function orderedOperators<T extends string | number>(family: Family<T>): readonly [string, ComparisonOperator][] {
  return orders.map(([order, holds]) => [`${family.name}${order}`, compareWith(family, holds)]);
}

const stringMatches: ComparisonOperator = {
  hasPathForm: false,
  test: (operand) => {
    if (typeof operand !== "string") return undefined;
    const matches = compileStringPattern(operand);
    return (value) => typeof value === "string" && matches(value);
  },
  operandProblem: stringFamily.operandProblem,
  fromPath: asItIs,
};

/** By name, without the `Path` suffix. */
export const comparisonOperators: ReadonlyMap<string, ComparisonOperator> = new Map([
  ...orderedOperators(stringFamily),
  ...orderedOperators(numericFamily),
  ...orderedOperators(timestampFamily),
  ["BooleanEquals", compareWith(booleanFamily, (left, right) => left === right)],
  ["StringMatches", stringMatches],
  ...typeTests.map(([name, isType]): [string, ComparisonOperator] => [name, typeTest(isType)]),
]);
