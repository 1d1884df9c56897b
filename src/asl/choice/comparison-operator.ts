// The comparison operators of JSONPath choice rules. Each is a function of its operand that gives the test of the
// variable's value, so that operands written in the definition are understood once.
import { ExactNumber, isJsonNumber, type Json, toDouble } from "../json.ts";
import { parseTimestamp } from "../timestamp.ts";
import { unlimitedWork, type Work } from "../work.ts";
import { compileStringPattern } from "./string-pattern.ts";

/** @throws WorkExceeded */
export type Test = (value: Json, work: Work) => boolean;

export type ComparisonOperator = {
  /** Whether `<name>Path` exists, which takes its operand from a path. */
  readonly hasPathForm: boolean;
  /** The test for an operand; `undefined` for an operand of the wrong type. @throws WorkExceeded */
  readonly test: (operand: Json, work?: Work) => Test | undefined;
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
  /** Measured, beside the length of the value. */
  readonly steps: number;
};

const stringFamily: Family<string> = {
  name: "String",
  read: (value) => (typeof value === "string" ? value : undefined),
  operandProblem: "Expected value of type String",
  steps: 1,
};

const numericFamily: Family<number> = {
  name: "Numeric",
  read: (value) => (isJsonNumber(value) ? toDouble(value) : undefined),
  operandProblem: "Expected value of type Number",
  steps: 4,
  fromPath: asDouble,
};

/** A node as Jackson's `asDouble` reads it, which is how AWS reads what a path gives for a number: never nothing. */
function asDouble(value: Json): Json {
  if (isJsonNumber(value)) return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "string") return 0;
  return /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/.test(value) ? Number(value) : 0;
}

const asItIs = (operand: Json): Json => operand;

/** Measured. */
const timestampSteps = 60;

const timestampFamily: Family<number> = {
  name: "Timestamp",
  read: (value) => (typeof value === "string" ? parseTimestamp(value) : undefined),
  operandProblem: "String does not match RFC3339 timestamp",
  steps: timestampSteps,
};

const booleanFamily: Family<boolean> = {
  name: "Boolean",
  read: (value) => (typeof value === "boolean" ? value : undefined),
  operandProblem: "Expected value of type Boolean",
  steps: 1,
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
  [
    "IsTimestamp",
    (value, work) => {
      work.pay(timestampSteps);
      return typeof value === "string" && parseTimestamp(value) !== undefined;
    },
  ],
];

function compareWith<T>(family: Family<T>, holds: (left: T, right: T) => boolean): ComparisonOperator {
  const test: ComparisonOperator["test"] = (operand, work = unlimitedWork()) => {
    payFor(operand, family, work);
    const right = family.read(operand);
    if (right === undefined) return undefined;
    return (value, testing) => {
      payFor(value, family, testing);
      const left = family.read(value);
      return left !== undefined && holds(left, right);
    };
  };
  const { operandProblem, fromPath = asItIs } = family;
  return { hasPathForm: true, test, operandProblem, fromPath };
}

/** Pays for reading a value and comparing it with one that is as long. */
function payFor(value: Json, { steps }: { readonly steps: number }, work: Work): void {
  const text = value instanceof ExactNumber ? value.text : value;
  work.pay(steps + (typeof text === "string" ? text.length >> 4 : 0));
}

function typeTest(isType: Test): ComparisonOperator {
  const test: ComparisonOperator["test"] = (operand) =>
    typeof operand === "boolean" ? (value, work) => isType(value, work) === operand : undefined;
  return { hasPathForm: false, test, operandProblem: booleanFamily.operandProblem, fromPath: asItIs };
}

function orderedOperators<T extends string | number>(family: Family<T>): readonly [string, ComparisonOperator][] {
  return orders.map(([order, holds]) => [`${family.name}${order}`, compareWith(family, holds)]);
}

const stringMatches: ComparisonOperator = {
  hasPathForm: false,
  test: (operand, work = unlimitedWork()) => {
    if (typeof operand !== "string") return undefined;
    const matches = compileStringPattern(operand, work);
    return (value, testing) => typeof value === "string" && matches(value, testing);
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
