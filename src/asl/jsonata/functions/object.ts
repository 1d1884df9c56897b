// Object functions without a function argument, `$error` and `$assert`.
import { arrayAt, type Builtin, stringAt } from "./builtin.ts";
import { copyOf } from "../conversions.ts";
import { isTrue } from "../conversions.ts";
import { fail } from "../failures.ts";
import { lookup } from "../lookup.ts";
import { newSequence } from "../sequences.ts";
import { isArray, isRecord, type MutableRecord, setMember, type Value, type Run } from "../values.ts";

function keys(value: Value, run: Run): Value {
  const names = new Set<string>();
  const collect = (from: Value): void => {
    run.pay(1);
    if (isArray(from)) {
      for (const item of from) collect(item);
    } else if (isRecord(from)) {
      const own = Object.keys(from);
      run.pay(own.length);
      for (const name of own) names.add(name);
    }
  };
  collect(value);
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
  const add = (from: Value): void => {
    run.pay(1);
    if (isArray(from)) {
      isPlain = true;
      for (const item of from) add(item);
    } else if (isRecord(from)) {
      for (const name of Object.keys(from)) {
        const single: MutableRecord = {};
        setMember(single, name, from[name]);
        run.pay(1);
        result.push(single);
      }
    } else if (from !== undefined) {
      result.push(from);
    }
  };
  add(value);
  return isPlain && isArray(value) && value.length > 0 ? [...result] : result;
}

function merge(args: readonly Value[], run: Run): Value {
  const objects = arrayAt(args, 0);
  if (objects === undefined) return undefined;
  const merged: MutableRecord = {};
  for (const object of objects) {
    if (!isRecord(object)) continue;
    const names = Object.keys(object);
    run.pay(names.length + 1);
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
    perform: (args, run) => lookup(args[0], stringAt(args, 1) ?? "undefined", run),
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
