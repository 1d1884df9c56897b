// Values that a JSONata expression computes with: JSON, functions, nothing (`undefined`), and arrays that carry marks (see
// sequences.ts). Every question about a value's kind is asked here, so that no inherited member is ever read.
import { ExactNumber, type Json, maxJsonDepth, setMember } from "../json.ts";
import { exceed } from "./failures.ts";
import type { JsonataBudget } from "./budget.ts";

export { setMember };

export type Value =
  undefined | null | boolean | number | string | ExactNumber | FunctionValue | ValueArray | ValueObject;
export type ValueObject = { readonly [name: string]: Value };
export interface ValueArray extends ReadonlyArray<Value> {
  readonly mark?: number;
}

/** `input` is the context of the call, which a parameter marked `-` takes when its argument is missing. */
export type Invoke = (args: readonly Value[], input: Value, run: Run) => Value | TailCall;

/** A function as a value: built in, a lambda, a regular expression or a partial application. */
export class FunctionValue {
  readonly arity: number;
  readonly invoke: Invoke;
  readonly regex: Regex | undefined;

  constructor(arity: number, invoke: Invoke, regex?: Regex) {
    this.arity = arity;
    this.invoke = invoke;
    this.regex = regex;
  }
}

export type RegexMatch = {
  readonly start: number;
  readonly end: number;
  readonly match: string;
  readonly groups: readonly (string | undefined)[];
};

export type Regex = {
  readonly source: string;
  /** The first match at or behind a position. */
  readonly exec: (text: string, from: number, run: Run) => RegexMatch | undefined;
};

/** The evaluation that a function is called in: whatever it does, it pays for there (run.ts). */
export interface Run {
  readonly root: Value;
  readonly bindings: ReadonlyMap<string, Json>;
  readonly nowMs: number;
  readonly budget: JsonataBudget;
  stepsLeft: number;
  levelsLeft: number;
  callsLeft: number;
  tailCall: TailCall | undefined;
  pay(steps: number): void;
  paySequence(length: number): void;
  paySequenceGrowth(length: number, added: number): void;
  checkLevels(depth: number): void;
  checkString(length: number): void;
  payString(length: number): void;
  payKey(key: string): void;
  random(): number;
}

/** Takes the steps of work that costs some: an evaluation, or the allowance of those who compile. */
export type Payer = Pick<Run, "pay">;

/** Where a function is called: errors inside take its place and name. */
export type CallSite = {
  readonly position: number | undefined;
  readonly token: string | undefined;
  /** How deep the call stands in the nodes of its body. */
  readonly levels: number;
};

/** A call in tail position, given back to the caller's loop so that tail recursion does not grow the stack. */
export class TailCall {
  readonly callee: Value;
  readonly args: readonly Value[];
  readonly site: CallSite;

  constructor(callee: Value, args: readonly Value[], site: CallSite) {
    this.callee = callee;
    this.args = args;
    this.site = site;
  }
}

export function isArray(value: unknown): value is ValueArray {
  return Array.isArray(value);
}

export function isFunction(value: Value): value is FunctionValue {
  return value instanceof FunctionValue;
}

/** A JSON object: not an array, a function or an exact number. */
export function isRecord(value: Value): value is ValueObject {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ExactNumber) &&
    !(value instanceof FunctionValue)
  );
}

/** The double of a number of either kind, `undefined` for anything else. */
export function doubleOf(value: Value): number | undefined {
  if (typeof value === "number") return value;
  return value instanceof ExactNumber ? value.value : undefined;
}

/** Exact numbers become doubles, all else stays. */
export function withDouble(value: Value): Exclude<Value, ExactNumber> {
  return value instanceof ExactNumber ? value.value : value;
}

/** An own member of a record. */
export function memberOf(record: ValueObject, name: string): Value {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** An object of more members than this is a hash table to the machine, and slow to walk. */
const mostForShape = 500;

/** The names of a record's members; pays for them and for a look at each member. */
export function namesOf(record: ValueObject, run: Run): readonly string[] {
  const names = Object.keys(record);
  run.pay(2 + names.length * (names.length > mostForShape ? 8 : 2));
  return names;
}

/** Steps to make a member of a record. */
export const stepsPerMember = 12;

/** Walks over data go no deeper than AWS's JSON, so that none ends the call stack. */
export function checkDepth(depth: number): void {
  if (depth > maxJsonDepth) exceed("depth");
}

export type MutableRecord = { [name: string]: Value };

/** Deep equality; functions equal only themselves. */
export function deepEquals(left: Value, right: Value, run: Run, depth = 0): boolean {
  if (typeof left === "string" && typeof right === "string") {
    if (left.length !== right.length) return false;
    run.payString(left.length);
  }
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object") return equalNumbers(left, right);
  if (left === null || right === null) return false;
  if (isArray(left)) {
    if (!isArray(right) || left.length !== right.length) return false;
    checkDepth(depth);
    run.pay(1 + left.length);
    for (let i = 0; i < left.length; i++) if (!deepEquals(left[i], right[i], run, depth + 1)) return false;
    return true;
  }
  if (!isRecord(left) || !isRecord(right)) return equalNumbers(left, right);
  checkDepth(depth);
  const names = namesOf(left, run);
  if (names.length !== namesOf(right, run).length) return false;
  for (const name of names) {
    if (!Object.hasOwn(right, name) || !deepEquals(left[name], right[name], run, depth + 1)) return false;
  }
  return true;
}

function equalNumbers(left: Value, right: Value): boolean {
  const double = doubleOf(left);
  return double !== undefined && double === doubleOf(right);
}
