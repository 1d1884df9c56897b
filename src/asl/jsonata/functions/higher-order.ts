// Functions that take a function.
import { apply } from "../apply.ts";
import { arrayAt, type Builtin, functionAt, recordAt } from "./builtin.ts";
import { isTrue } from "../conversions.ts";
import { fail } from "../failures.ts";
import { isTextAfter, mergeSorted } from "../merge-sort.ts";
import { newSequence } from "../sequences.ts";
import {
  doubleOf,
  type FunctionValue,
  type MutableRecord,
  namesOf,
  setMember,
  stepsPerMember,
  type Value,
  type ValueObject,
  type Run,
} from "../values.ts";

type Item = { readonly value: Value; readonly key: Value; readonly all: Value };

/** Hands over value, key and the whole, as many as the function takes. */
function applyTo(callee: FunctionValue, { value, key, all }: Item, run: Run): Value {
  const args = callee.arity >= 3 ? [value, key, all] : callee.arity === 2 ? [value, key] : [value];
  return apply(callee, args, null, run);
}

function map(args: readonly Value[], run: Run): Value {
  const items = arrayAt(args, 0);
  const callee = functionAt(args, 1);
  if (items === undefined || callee === undefined) return undefined;
  const results = newSequence();
  for (let i = 0; i < items.length; i++) {
    const value = applyTo(callee, { value: items[i], key: i, all: items }, run);
    if (value !== undefined) results.push(value);
  }
  run.paySequence(results.length);
  return results;
}

function filter(args: readonly Value[], run: Run): Value {
  const items = arrayAt(args, 0);
  const callee = functionAt(args, 1);
  if (items === undefined || callee === undefined) return undefined;
  const results = newSequence();
  for (let i = 0; i < items.length; i++) {
    if (isTrue(applyTo(callee, { value: items[i], key: i, all: items }, run), run)) results.push(items[i]);
  }
  return results;
}

function single(args: readonly Value[], run: Run): Value {
  const items = arrayAt(args, 0);
  const callee = functionAt(args, 1);
  if (items === undefined) return undefined;
  let found: { readonly value: Value } | undefined;
  for (let i = 0; i < items.length; i++) {
    run.pay(1);
    const isMatch = callee === undefined || isTrue(applyTo(callee, { value: items[i], key: i, all: items }, run), run);
    if (!isMatch) continue;
    if (found !== undefined) fail("D3138");
    found = { value: items[i] };
  }
  return found === undefined ? fail("D3139") : found.value;
}

function reduce(args: readonly Value[], run: Run): Value {
  const items = arrayAt(args, 0);
  const callee = functionAt(args, 1);
  if (items === undefined || callee === undefined) return undefined;
  if (callee.arity < 2) fail("D3050");
  const initial = args[2];
  const startsWithFirst = initial === undefined && items.length > 0;
  let result = startsWithFirst ? items[0] : initial;
  for (let i = startsWithFirst ? 1 : 0; i < items.length; i++) {
    const all = [result, items[i], i, items];
    result = apply(callee, all.slice(0, Math.min(4, callee.arity)), null, run);
  }
  return result;
}

function members(record: ValueObject | undefined, run: Run): readonly Item[] {
  if (record === undefined) return [];
  return namesOf(record, run).map((name) => ({ value: record[name], key: name, all: record }));
}

function sift(args: readonly Value[], run: Run): Value {
  const callee = functionAt(args, 1);
  if (callee === undefined) return undefined;
  const kept: MutableRecord = {};
  let count = 0;
  for (const item of members(recordAt(args, 0), run)) {
    if (!isTrue(applyTo(callee, item, run), run)) continue;
    run.pay(stepsPerMember);
    setMember(kept, String(item.key), item.value);
    count += 1;
  }
  return count === 0 ? undefined : kept;
}

function each(args: readonly Value[], run: Run): Value {
  const callee = functionAt(args, 1);
  const results = newSequence();
  if (callee === undefined) return results;
  for (const item of members(recordAt(args, 0), run)) {
    const value = applyTo(callee, item, run);
    if (value !== undefined) results.push(value);
  }
  return results;
}

function sort(args: readonly Value[], run: Run): Value {
  const items = arrayAt(args, 0);
  const comparator = functionAt(args, 1);
  if (items === undefined || items.length <= 1) return items;
  run.paySequence(items.length);
  if (comparator !== undefined) {
    return mergeSorted(items, (left, right) => isTruthy(apply(comparator, [left, right], null, run)), run);
  }
  run.pay(items.length);
  if (items.every((item) => typeof item === "string")) {
    return mergeSorted(items, (left, right) => isTextAfter(left, right, run), run);
  }
  const numbers = items.every((item) => doubleOf(item) !== undefined && !Number.isNaN(doubleOf(item)));
  if (!numbers) fail("D3070");
  return mergeSorted(items, (left, right) => (doubleOf(left) ?? 0) > (doubleOf(right) ?? 0), run);
}

/** A comparator's answer is taken as JavaScript takes it: an empty array is true. */
function isTruthy(value: Value): boolean {
  return Boolean(doubleOf(value) ?? value);
}

export const higherOrderFunctions: readonly Builtin[] = [
  { name: "map", signature: "<af>", arity: 2, perform: map },
  { name: "filter", signature: "<af>", arity: 2, perform: filter },
  { name: "single", signature: "<af?>", arity: 2, perform: single },
  { name: "reduce", signature: "<afj?:j>", arity: 3, perform: reduce },
  { name: "sift", signature: "<o-f?:o>", arity: 2, perform: sift },
  { name: "each", signature: "<o-f:a>", arity: 2, perform: each },
  { name: "sort", signature: "<af?:a>", arity: 2, perform: sort },
];
