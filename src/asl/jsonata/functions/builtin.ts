// How a built-in function is written down: a row with its signature, its arity as higher-order functions see it, and its
// work. Arguments have passed the signature; these accessors give them their types.
import { compileSignature } from "./signatures.ts";
import {
  doubleOf,
  FunctionValue,
  isArray,
  isFunction,
  isRecord,
  type Value,
  type ValueArray,
  type ValueObject,
  type Run,
} from "../values.ts";

export type Builtin = {
  readonly name: string;
  readonly signature: string;
  /** How many arguments `$map` and its like hand over. */
  readonly arity: number;
  /** Parameters that AWS rounds down to integers. */
  readonly integers?: readonly number[];
  readonly perform: (args: readonly Value[], run: Run, context: Value) => Value;
};

export function functionOf(builtin: Builtin, integers: "floored" | "as they are"): FunctionValue {
  const validate = compileSignature(builtin.signature);
  const { perform } = builtin;
  const floored = integers === "floored" ? (builtin.integers ?? []) : [];
  if (floored.length === 0) {
    return new FunctionValue(builtin.arity, (args, context, run) =>
      perform(validate(args, context, run), run, context),
    );
  }
  return new FunctionValue(builtin.arity, (args, context, run) => {
    const values = validate(args, context, run).map((value, i) => {
      const number = floored.includes(i) ? doubleOf(value) : undefined;
      return number === undefined ? value : Math.floor(number);
    });
    return perform(values, run, context);
  });
}

export function stringAt(args: readonly Value[], index: number): string | undefined {
  const value = args[index];
  return typeof value === "string" ? value : undefined;
}

export function numberAt(args: readonly Value[], index: number): number | undefined {
  return doubleOf(args[index]);
}

export function arrayAt(args: readonly Value[], index: number): ValueArray | undefined {
  const value = args[index];
  return isArray(value) ? value : undefined;
}

export function recordAt(args: readonly Value[], index: number): ValueObject | undefined {
  const value = args[index];
  return isRecord(value) ? value : undefined;
}

export function functionAt(args: readonly Value[], index: number): FunctionValue | undefined {
  const value = args[index];
  return isFunction(value) ? value : undefined;
}
