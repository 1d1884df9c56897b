// Paths: steps applied to every member of a sequence, with their filters. Paths that bind variables are in
// compile-tuples.ts.
import { ExactNumber } from "../json.ts";
import { isTrue, numericOf } from "./conversions.ts";
import type { Compiler, Evaluate } from "./compiler.ts";
import { compileGroup } from "./compile-objects.ts";
import { compileSort } from "./compile-sort.ts";
import { compileTuplePath } from "./compile-tuples.ts";
import type { Run } from "./run.ts";
import type { Frame, Scope } from "./scope.ts";
import { addMark, hasMark, isSequence, Mark, newSequence, pushFlat, sequenceOf } from "./sequences.ts";
import type { Node, PathNode } from "./syntax.ts";
import { doubleOf, FunctionValue, isArray, type Value, type ValueArray } from "./values.ts";

/** A step over a sequence; it gives the next sequence. */
export type Step = (items: ValueArray, frame: Frame, run: Run) => Value;
export type Filter = (value: Value, frame: Frame, run: Run) => Value;

export function compilePath(node: PathNode, scope: Scope, compiler: Compiler): Evaluate {
  if (node.steps.some((step) => step.tuple === true)) return compileTuplePath(node, scope, compiler, compileStep);
  const quick = compileNames(node, scope, compiler);
  if (quick !== undefined) return quick;
  const [first] = node.steps;
  const steps = node.steps.map((step, i) => compileStep(step, i === node.steps.length - 1, scope, compiler));
  const constructor = first?.consarray === true ? compiler.compile(first, scope) : undefined;
  const isAbsolute = first?.type === "variable";
  const group = node.group === undefined ? undefined : compileGroup(node.group, scope, compiler);
  return (input, frame, run) => {
    let items: Value = !isAbsolute && isArray(input) ? input : sequenceOf(run, input);
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step;
      items = i === 0 && constructor !== undefined ? constructor(items, frame, run) : step(asItems(items), frame, run);
      if (items === undefined || (isArray(items) && items.length === 0)) break;
    }
    if (node.keepSingletonArray === true) items = kept(items, run);
    return group === undefined ? items : group(items, frame, run);
  };
}

function asItems(value: Value): ValueArray {
  return isArray(value) ? value : [value];
}

/** What `[]` behind a step does: the result stays an array. */
export function kept(items: Value, run: Run): Value {
  const result = hasMark(items, Mark.constructed) && !isSequence(items) ? sequenceOf(run, items) : items;
  addMark(result, Mark.keepSingleton);
  return result;
}

/** Paths of names only, behind at most one variable: no sequence is made until an array is met. */
function compileNames(node: PathNode, scope: Scope, compiler: Compiler): Evaluate | undefined {
  const [first, ...rest] = node.steps;
  if (first === undefined || node.group !== undefined || node.keepSingletonArray === true) return undefined;
  const isPlain = (step: Node): boolean =>
    step.type === "name" && step.stages === undefined && step.group === undefined;
  const start = first.type === "variable" && first.predicate === undefined ? compiler.compile(first, scope) : undefined;
  if ((start === undefined && !isPlain(first)) || first.stages !== undefined || !rest.every(isPlain)) return undefined;
  const names = (start === undefined ? node.steps : rest).map((step) => (step.type === "name" ? step.value : ""));
  if (start === undefined) return (input, _frame, run) => follow(input, names, run);
  if (names.length === 0) return undefined;
  return (input, frame, run) => {
    const value = start(input, frame, run);
    // A variable's sequence is a step's result already: its members are what the next step sees.
    return follow(value, names, run);
  };
}

function follow(start: Value, names: readonly string[], run: Run): Value {
  let value = start;
  for (let i = 0; i < names.length; i++) {
    if (typeof value !== "object" || value === null) return undefined;
    if (isArray(value)) return followAll(value, names, i, run);
    value = ownMember(value, names[i] as string);
  }
  // A sequence kept in a member loses its mark of a step.
  return isSequence(value) ? flattened(value, run) : value;
}

function followAll(items: ValueArray, names: readonly string[], from: number, run: Run): Value {
  let current: ValueArray = items;
  for (let i = from; i < names.length; i++) {
    const name = names[i] as string;
    const isLast = i === names.length - 1;
    const next = newSequence(run);
    let only: Value;
    let count = 0;
    for (let j = 0; j < current.length; j++) {
      const found = lookup(current[j], name, run);
      if (found === undefined) continue;
      const value = isSequence(found) && found.length < 2 ? singled(found) : found;
      if (value === undefined) continue;
      count += 1;
      only = value;
      pushFlat(next, value);
    }
    run.paySequence(current.length + next.length);
    if (isLast && count === 1 && isArray(only) && !isSequence(only)) return only;
    if (next.length === 0) return undefined;
    current = next;
  }
  return current;
}

/** A sequence of at most one member, collapsed. */
function singled(sequence: ValueArray): Value {
  return hasMark(sequence, Mark.keepSingleton) && sequence.length === 1 ? sequence : sequence[0];
}

function flattened(items: ValueArray, run: Run): Value {
  const result = newSequence(run);
  pushFlat(result, items);
  return result;
}

function ownMember(object: Exclude<Value & object, ValueArray>, name: string): Value {
  if (object instanceof ExactNumber || object instanceof FunctionValue) return undefined;
  return name in Object.prototype && !Object.hasOwn(object, name) ? undefined : object[name];
}

/** A member of an object, or of every object of an array. */
export function lookup(value: Value, name: string, run: Run): Value {
  if (typeof value !== "object" || value === null) return undefined;
  if (!isArray(value)) return ownMember(value, name);
  const found = newSequence(run);
  for (let i = 0; i < value.length; i++) {
    const member = lookup(value[i], name, run);
    if (member === undefined) continue;
    if (isArray(member)) for (let j = 0; j < member.length; j++) found.push(member[j]);
    else found.push(member);
  }
  run.paySequence(value.length + found.length);
  return found;
}

export function compileStep(node: Node, isLast: boolean, scope: Scope, compiler: Compiler): Step {
  const filters = (node.stages ?? []).flatMap((stage) =>
    stage.type === "filter" ? [compileFilter(stage.expr, scope, compiler)] : [],
  );
  if (node.type === "sort") {
    const sort = compileSort(node, scope, compiler);
    return (items, frame, run) =>
      filters.reduce<Value>((value, filter) => filter(value, frame, run), sort(items, frame, run));
  }
  const evaluate = compiler.compile(node, scope);
  const cost = compiler.costOf(node);
  return (items, frame, run) => {
    const result = newSequence(run);
    let only: Value;
    let count = 0;
    for (let i = 0; i < items.length; i++) {
      run.pay(cost);
      let value = evaluate(items[i], frame, run);
      for (let j = 0; j < filters.length; j++) value = (filters[j] as Filter)(value, frame, run);
      if (value === undefined) continue;
      count += 1;
      only = value;
      pushFlat(result, value);
    }
    run.paySequence(result.length);
    return isLast && count === 1 && isArray(only) && !isSequence(only) ? only : result;
  };
}

export function compileFilter(node: Node, scope: Scope, compiler: Compiler): Filter {
  if (node.type === "number" && node.predicate === undefined && typeof node.value === "number") {
    return indexFilter(Math.floor(node.value));
  }
  const predicate = compiler.compile(node, scope);
  const cost = compiler.costOf(node);
  return (value, frame, run) => {
    const items = isArray(value) ? value : [value];
    const result = newSequence(run);
    for (let i = 0; i < items.length; i++) {
      run.pay(cost);
      const item = items[i];
      selectBy(predicate(item, frame, run), { item, index: i, length: items.length, result });
    }
    return result;
  };
}

function indexFilter(index: number): Filter {
  return (value, _frame, run) => {
    const items = isArray(value) ? value : [value];
    const item = items[index < 0 ? items.length + index : index];
    if (isArray(item)) return item;
    const result = newSequence(run);
    if (item !== undefined) result.push(item);
    return result;
  };
}

type Selection = { readonly item: Value; readonly index: number; readonly length: number; readonly result: Value[] };

/** A filter's value selects an item by its place when it is a number or numbers, else by its truth. */
export function selectBy(chosen: Value, { item, index, length, result }: Selection): void {
  if (typeof chosen === "boolean") {
    if (chosen) result.push(item);
    return;
  }
  const number = numericOf(chosen);
  if (number !== undefined) {
    if (placeOf(number, length) === index) result.push(item);
  } else if (isArray(chosen) && chosen.every((one) => numericOf(one) !== undefined)) {
    for (const one of chosen) if (placeOf(doubleOf(one) ?? 0, length) === index) result.push(item);
  } else if (isTrue(chosen)) {
    result.push(item);
  }
}

function placeOf(number: number, length: number): number {
  const floor = Math.floor(number);
  return floor < 0 ? length + floor : floor;
}
