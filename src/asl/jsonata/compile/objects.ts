// Makers of objects and arrays: constructors, grouping `{…}` behind a path, and the transform `|…|…|`.
import type { Compiler, Evaluate } from "./compiler.ts";
import { fail } from "../failures.ts";
import { isFarIndex } from "../../json.ts";
import { Scope } from "./scope.ts";
import { hasMark, Mark, marked } from "../sequences.ts";
import type { ArrayNode, Group, ObjectNode } from "../syntax.ts";
import {
  isArray,
  isRecord,
  type MutableRecord,
  namesOf,
  setMember,
  stepsPerMember,
  type Value,
  type ValueObject,
  type Run,
} from "../values.ts";

export function compileArray(node: ArrayNode, scope: Scope, compiler: Compiler): Evaluate {
  const parts = node.expressions.map((part) => ({
    evaluate: compiler.compile(part, scope),
    isNested: part.type === "unary" && part.value === "[",
  }));
  return (input, frame, run) => {
    run.pay(stepsPerArray);
    const items: Value[] = [];
    for (const { evaluate, isNested } of parts) {
      const value = evaluate(input, frame, run);
      if (value === undefined) continue;
      if (isNested || !isArray(value)) {
        items.push(value);
      } else {
        run.paySequence(items.length + value.length);
        for (let i = 0; i < value.length; i++) items.push(value[i]);
      }
    }
    if (node.consarray !== true) return items;
    return marked(items, Mark.constructed);
  };
}

export function compileObject(node: ObjectNode, scope: Scope, compiler: Compiler): Evaluate {
  const pairs = compilePairs(node, scope, compiler);
  const group = groupOf(node, pairs);
  const names = node.lhs.map(([key]) => (key.type === "string" && key.predicate === undefined ? key.value : undefined));
  const members: { readonly name: string; readonly evaluate: Evaluate }[] = [];
  pairs.forEach(({ value }, i) => {
    const name = names[i];
    if (typeof name === "string" && !reservedNames.has(name)) members.push({ name, evaluate: value });
  });
  const isPlain = members.length === names.length && new Set(names).size === names.length;
  if (!isPlain) return group;
  const areUsual = members.every(({ name }) => name !== "__proto__" && !isFarIndex(name));
  return (input, frame, run) => {
    if (isArray(input)) return group(input, frame, run);
    const record: MutableRecord = {};
    if (!areUsual) run.pay(stepsPerFarIndex * members.length);
    for (let i = 0; i < members.length; i++) {
      const { name, evaluate } = members[i] as (typeof members)[number];
      const value = evaluate(input, frame, run);
      if (value === undefined) continue;
      if (areUsual) record[name] = value;
      else setMember(record, name, value);
    }
    return record;
  };
}

/** Measured: of a member that is kept in a table, and of an array to hold items. */
const [stepsPerFarIndex, stepsPerArray] = [15, 4];

/** Names the package keeps for itself. */
const reservedNames = new Set(["_jsonata_lambda", "_jsonata_function"]);

type Entry = { data: Value; readonly pair: number; isOwned: boolean };

export function compileGroup(group: Group, scope: Scope, compiler: Compiler): Evaluate {
  return groupOf(group, compilePairs(group, scope, compiler));
}

type CompiledPair = { readonly key: Evaluate; readonly value: Evaluate; readonly cost: number };

function groupOf(group: Group, pairs: readonly CompiledPair[]): Evaluate {
  return (value, frame, run) => {
    const items = isArray(value) && value.length > 0 ? value : [isArray(value) ? undefined : value];
    const entries = new Map<string, Entry>();
    for (let i = 0; i < items.length; i++) {
      const item = items[i];
      pairs.forEach(({ key, cost }, pair) => {
        run.pay(cost);
        addToGroup(entries, { key: key(item, frame, run), item, pair, position: group.position, run });
      });
    }
    const record: MutableRecord = {};
    for (const [name, { data, pair }] of entries) {
      run.pay(stepsPerMember + (pairs[pair]?.cost ?? 1));
      const member = pairs[pair]?.value(data, frame, run);
      if (member !== undefined) setMember(record, name, member);
    }
    return record;
  };
}

/** Grouping of a stream of tuples: each group sees the variables of all its tuples, gathered. */
export function compileTupleGroup(group: Group, scope: Scope, compiler: Compiler): Evaluate {
  const inner = new Scope(scope, [], "tuple");
  const pairs = compilePairs(group, inner, compiler);
  return (value, frame, run) => {
    const isStream = hasMark(value, Mark.tuples);
    const wrapped = isArray(value) ? value : [value];
    const items = wrapped.length === 0 && !isStream ? [undefined] : wrapped;
    const entries = new Map<string, Entry>();
    for (const item of items) {
      const tuple = isStream && isRecord(item) ? item : undefined;
      const itemFrame = inner.newFrame(frame, tuple);
      const context = tuple === undefined ? item : tuple["@"];
      pairs.forEach(({ key, cost }, pair) => {
        run.pay(cost);
        addToGroup(entries, { key: key(context, itemFrame, run), item, pair, position: group.position, run });
      });
    }
    const record: MutableRecord = {};
    for (const [name, { data, pair }] of entries) {
      run.pay(stepsPerMember + (pairs[pair]?.cost ?? 1));
      const tuple = isStream ? gathered(data, run) : undefined;
      const groupFrame = inner.newFrame(frame, tuple);
      const member = pairs[pair]?.value(tuple === undefined ? data : tuple["@"], groupFrame, run);
      if (member !== undefined) setMember(record, name, member);
    }
    return record;
  };
}

function compilePairs(group: Group, scope: Scope, compiler: Compiler): readonly CompiledPair[] {
  return group.lhs.map(([key, value]) => ({
    key: compiler.compile(key, scope),
    value: compiler.compile(value, scope),
    cost: compiler.costOf(key) + compiler.costOf(value),
  }));
}

type Addition = {
  readonly key: Value;
  readonly item: Value;
  readonly pair: number;
  readonly position: number | undefined;
  readonly run: Run;
};

function addToGroup(entries: Map<string, Entry>, { key, item, pair, position, run }: Addition): void {
  if (key === undefined) return;
  if (typeof key !== "string") fail("T1003", { position, value: key });
  if (reservedNames.has(key)) fail("D1013", { position, value: key });
  run.payKey(key);
  const entry = entries.get(key);
  if (entry === undefined) {
    run.pay(stepsPerMember);
    entries.set(key, { data: item, pair, isOwned: false });
    return;
  }
  if (entry.pair !== pair) fail("D1009", { position, value: key });
  if (item === undefined) return;
  // The first addition copies what the group held.
  if (!entry.isOwned && isArray(entry.data)) run.paySequence(entry.data.length);
  run.pay(isArray(item) ? item.length : 1);
  const owned: Value[] = entry.isOwned ? (entry.data as Value[]) : copied(entry.data);
  if (isArray(item)) for (const one of item) owned.push(one);
  else owned.push(item);
  entry.data = owned;
  entry.isOwned = true;
}

function copied(data: Value): Value[] {
  if (data === undefined) return [];
  return isArray(data) ? [...data] : [data];
}

/** Several tuples as one: each name holds the values of all of them. */
function gathered(data: Value, run: Run): ValueObject {
  const tuples = (isArray(data) ? [...data] : [data]).filter((tuple): tuple is ValueObject => isRecord(tuple));
  const all: MutableRecord = {};
  const owned = new Map<string, Value[]>();
  tuples.forEach((tuple, i) => {
    for (const name of namesOf(tuple, run)) {
      const value = tuple[name];
      run.pay(stepsPerMember + (isArray(value) ? value.length : 1));
      if (i === 0) {
        setMember(all, name, value);
      } else if (value !== undefined) {
        const values = owned.get(name) ?? copied(Object.hasOwn(all, name) ? all[name] : undefined);
        if (isArray(value)) for (const one of value) values.push(one);
        else values.push(value);
        owned.set(name, values);
        // One value behind nothing stays as it is.
        setMember(all, name, values.length === 1 && !isArray(value) ? value : values);
      }
    }
  });
  return all;
}
