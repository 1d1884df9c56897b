// Object functions without a function argument, `$error` and `$assert`.
import { arrayAt, type Builtin, stringAt } from "./builtin.ts";
import { copyOf } from "../conversions.ts";
import { isTrue } from "../conversions.ts";
import { fail } from "../failures.ts";
import { lookup } from "../lookup.ts";
import { newSequence } from "../sequences.ts";
import {
  checkDepth,
  isArray,
  isRecord,
  type MutableRecord,
  namesOf,
  setMember,
  stepsPerMember,
  type Value,
  type Run,
} from "../values.ts";

function keys(value: Value, run: Run): Value {
  const names = new Set<string>();
  const collect = (from: Value, depth: number): void => {
    run.pay(1);
    if (isArray(from)) {
      checkDepth(depth);
      for (const item of from) collect(item, depth + 1);
    } else if (isRecord(from)) {
      for (const name of namesOf(from, run)) {
        run.payKey(name);
        names.add(name);
      }
    }
  };
  collect(value, 0);
  run.pay(2 * stepsPerMember * names.size);
  const result = newSequence();
  // The order of an object's names, in which integers come first.
  const merged: MutableRecord = {};
  for (const name of names) setMember(merged, name, true);
  for (const name of Object.keys(merged)) result.push(name);
  return result;
}

function spread(value: Value, run: Run): Value {
  if (!isArray(value) && !isRecord(value)) return value;
  const result: Value[] = newSequence();
  let isPlain = false;
  const add = (from: Value, depth: number): void => {
    run.pay(1);
    if (isArray(from)) {
      isPlain = true;
      checkDepth(depth);
      for (const item of from) add(item, depth + 1);
    } else if (isRecord(from)) {
      for (const name of namesOf(from, run)) {
        run.pay(stepsPerMember);
        run.payKey(name);
        const single: MutableRecord = {};
        setMember(single, name, from[name]);
        result.push(single);
      }
    } else if (from !== undefined) {
      result.push(from);
    }
  };
  add(value, 0);
  return isPlain && isArray(value) && value.length > 0 ? [...result] : result;
}

function merge(args: readonly Value[], run: Run): Value {
  const objects = arrayAt(args, 0);
  if (objects === undefined) return undefined;
  const merged: MutableRecord = {};
  for (const object of objects) {
    if (!isRecord(object)) continue;
    const names = namesOf(object, run);
    run.pay(stepsPerMember * names.length);
    for (const name of names) setMember(merged, name, object[name]);
  }
  return merged;
}

export const objectFunctions: readonly Builtin[] = [
  { name: "keys", signature: "<x-:a<s>>", arity: 1, perform: ([value], run) => keys(value, run) },
  {
    name: "lookup",
    signature: "<x-s:x>",
    arity: 2,
    perform: (args, run) => {
      const name = stringAt(args, 1) ?? "undefined";
      run.payKey(name);
      return lookup(args[0], name, run);
    },
  },
  { name: "spread", signature: "<x-:a<o>>", arity: 1, perform: ([value], run) => spread(value, run) },
  { name: "merge", signature: "<a<o>:o>", arity: 1, perform: merge },
  {
    name: "clone",
    signature: "<(oa)-:o>",
    arity: 1,
    perform: ([value], run) => (value === undefined ? undefined : copyOf(value, run, new Set())),
  },
  {
    name: "error",
    signature: "<s?:x>",
    arity: 1,
    perform: (args) => fail("D3137", { message: stringAt(args, 0) || "$error() function evaluated" }),
  },
  {
    name: "assert",
    signature: "<bs?:x>",
    arity: 2,
    perform: (args, run) =>
      isTrue(args[0], run) ? undefined : fail("D3141", { message: stringAt(args, 1) || "$assert() statement failed" }),
  },
];
