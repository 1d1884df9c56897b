// Numeric functions and aggregates.
import { arrayAt, type Builtin, numberAt, stringAt } from "./builtin.ts";
import { isTrue } from "../conversions.ts";
import { fail } from "../failures.ts";
import { formatNumber } from "../numbers/number-format.ts";
import { formatInteger, parseInteger } from "../numbers/integer-format.ts";
import { rounded } from "../numbers/rounding.ts";
import { doubleOf, isRecord, type Value, withDouble, type Run } from "../values.ts";

function ofNumber(perform: (number: number, args: readonly Value[], run: Run) => Value): Builtin["perform"] {
  return (args, run) => {
    const number = numberAt(args, 0);
    return number === undefined ? undefined : perform(number, args, run);
  };
}

/** An aggregate of numbers: what it gives for an absent array, and how it takes each number in. */
function aggregate(
  empty: number | undefined,
  take: (total: number, next: number) => number,
  finish: (total: number, count: number) => number = (total) => total,
): Builtin["perform"] {
  return (args, run) => {
    const numbers = arrayAt(args, 0);
    if (numbers === undefined) return undefined;
    if (numbers.length === 0) return empty;
    run.pay(numbers.length);
    let total = doubleOf(numbers[0]) ?? 0;
    for (let i = 1; i < numbers.length; i++) total = take(total, doubleOf(numbers[i]) ?? 0);
    return finish(total, numbers.length);
  };
}

const decimal = /^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$/;
const prefixed = /^(0[xX][0-9A-Fa-f]+)|(0[oO][0-7]+)|(0[bB][0-1]+)$/;

function toNumber(value: Value, run: Run): Value {
  if (value === undefined || doubleOf(value) !== undefined) return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string") {
    run.payString(value.length);
    run.pay(10 + (value.length >> 3));
    if (decimal.test(value) && Number.isFinite(Number(value))) return Number(value);
    if (prefixed.test(value)) {
      return Number(value);
    }
  }
  return fail("D3030", { value });
}

/** Measured, of the largest number in the smallest base, and of a fraction. */
const [stepsPerBase, stepsPerRounding] = [300, 30];

function formatBase(number: number, args: readonly Value[], run: Run): string {
  run.pay(stepsPerBase);
  const radix = rounded(numberAt(args, 1) ?? 10, 0);
  if (radix < 2 || radix > 36) fail("D3100", { value: radix });
  return rounded(number, 0).toString(radix);
}

function power(base: number, args: readonly Value[]): number {
  const exponent = numberAt(args, 1) ?? Number.NaN;
  const result = base ** exponent;
  return Number.isFinite(result) ? result : fail("D3061", { value: base, exp: exponent });
}

export const numericFunctions: readonly Builtin[] = [
  { name: "sum", signature: "<a<n>:n>", arity: 1, perform: aggregate(0, (total, next) => total + next) },
  { name: "max", signature: "<a<n>:n>", arity: 1, perform: aggregate(undefined, Math.max) },
  { name: "min", signature: "<a<n>:n>", arity: 1, perform: aggregate(undefined, Math.min) },
  {
    name: "average",
    signature: "<a<n>:n>",
    arity: 1,
    perform: aggregate(
      undefined,
      (total, next) => total + next,
      (total, count) => total / count,
    ),
  },
  { name: "count", signature: "<a:n>", arity: 1, perform: (args) => arrayAt(args, 0)?.length ?? 0 },
  { name: "number", signature: "<(nsb)-:n>", arity: 1, perform: ([value], run) => toNumber(value, run) },
  { name: "floor", signature: "<n-:n>", arity: 1, perform: ofNumber((number) => Math.floor(number)) },
  { name: "ceil", signature: "<n-:n>", arity: 1, perform: ofNumber((number) => Math.ceil(number)) },
  {
    name: "round",
    signature: "<n-n?:n>",
    arity: 2,
    integers: [1],
    perform: ofNumber((number, args, run) => {
      run.pay(stepsPerRounding);
      return rounded(number, numberAt(args, 1) ?? 0);
    }),
  },
  { name: "abs", signature: "<n-:n>", arity: 1, perform: ofNumber((number) => Math.abs(number)) },
  {
    name: "sqrt",
    signature: "<n-:n>",
    arity: 1,
    perform: ofNumber((number) => (number < 0 ? fail("D3060", { value: number }) : Math.sqrt(number))),
  },
  { name: "power", signature: "<n-n:n>", arity: 2, perform: ofNumber(power) },
  { name: "formatBase", signature: "<n-n?:s>", arity: 2, integers: [1], perform: ofNumber(formatBase) },
  {
    name: "formatNumber",
    signature: "<n-so?:s>",
    arity: 3,
    perform: (args, run) => {
      const number = numberAt(args, 0);
      if (number === undefined) return undefined;
      const picture = stringAt(args, 1) ?? "";
      return formatNumber(number, { picture, options: isRecord(args[2]) ? args[2] : {} }, run);
    },
  },
  {
    name: "formatInteger",
    signature: "<n-s:s>",
    arity: 2,
    perform: (args, run) => {
      const number = numberAt(args, 0);
      if (number === undefined) return undefined;
      return formatInteger(number, stringAt(args, 1) ?? "", run);
    },
  },
  {
    name: "parseInteger",
    signature: "<s-s:n>",
    arity: 2,
    perform: (args, run) => {
      const text = stringAt(args, 0);
      if (text === undefined) return undefined;
      return parseInteger(text, stringAt(args, 1) ?? "", run);
    },
  },
  {
    name: "boolean",
    signature: "<x-:b>",
    arity: 1,
    perform: ([value], run) => (value === undefined ? undefined : isTrue(value, run)),
  },
  {
    name: "not",
    signature: "<x-:b>",
    arity: 1,
    perform: ([value], run) => (value === undefined ? undefined : !isTrue(value, run)),
  },
  { name: "type", signature: "<x:s>", arity: 1, perform: ([value]) => typeName(value) },
  { name: "exists", signature: "<x:b>", arity: 1, perform: ([value]) => value !== undefined },
];

function typeName(value: Value): Value {
  if (value === undefined) return undefined;
  if (value === null) return "null";
  const plain = withDouble(value);
  if (typeof plain === "number" && !Number.isFinite(plain))
    return Number.isNaN(plain) ? "object" : fail("D1001", { value: plain });
  if (typeof plain !== "object") return typeof plain;
  if (Array.isArray(plain)) return "array";
  return isRecord(plain) ? "object" : "function";
}
