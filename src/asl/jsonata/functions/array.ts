// Array functions without a function argument.
import { arrayAt, type Builtin } from "./builtin.ts";
import { append, isSequence, newSequence } from "../sequences.ts";
import { deepEquals, doubleOf, isArray, type Value, type Run } from "../values.ts";

function reverse(args: readonly Value[], run: Run): Value {
  const items = arrayAt(args, 0);
  if (items === undefined || items.length <= 1) return items;
  run.paySequence(items.length);
  return [...items].reverse();
}

function shuffle(args: readonly Value[], run: Run): Value {
  const items = arrayAt(args, 0);
  if (items === undefined || items.length <= 1) return items;
  run.paySequence(items.length);
  run.pay(2 * items.length);
  const shuffled: Value[] = [];
  items.forEach((item, i) => {
    const place = Math.floor(run.random() * (i + 1));
    if (place === i) {
      shuffled.push(item);
    } else {
      shuffled.push(shuffled[place]);
      shuffled[place] = item;
    }
  });
  return shuffled;
}

function distinct(args: readonly Value[], run: Run): Value {
  const [items] = args;
  if (!isArray(items) || items.length <= 1) return items;
  const results: Value[] = isSequence(items) ? newSequence() : [];
  const scalars = new Set<Value>();
  const containers: Value[] = [];
  run.paySequence(items.length);
  run.pay(2 * items.length);
  for (const item of items) {
    const scalar = doubleOf(item) ?? item;
    if (typeof scalar === "string") run.payKey(scalar);
    if (typeof scalar !== "object" || scalar === null) {
      if (scalars.has(scalar) && !Number.isNaN(scalar)) continue;
      scalars.add(scalar);
    } else {
      run.pay(2 * containers.length);
      if (containers.some((known) => deepEquals(item, known, run))) continue;
      containers.push(item);
    }
    results.push(item);
  }
  return results;
}

function zip(args: readonly Value[], run: Run): Value {
  const arrays = args.map((arg) => (isArray(arg) ? arg : []));
  const length = Math.min(...arrays.map((array) => array.length));
  if (!Number.isFinite(length)) return [];
  run.paySequence(length * arrays.length);
  run.pay(length);
  return Array.from({ length }, (_, i) => arrays.map((array) => array[i]));
}

export const arrayFunctions: readonly Builtin[] = [
  { name: "append", signature: "<xx:a>", arity: 2, perform: ([left, right], run) => append(left, right, run) },
  { name: "reverse", signature: "<a:a>", arity: 1, perform: reverse },
  { name: "shuffle", signature: "<a:a>", arity: 1, perform: shuffle },
  { name: "distinct", signature: "<x:x>", arity: 1, perform: distinct },
  { name: "zip", signature: "<a+>", arity: 0, perform: zip },
];
