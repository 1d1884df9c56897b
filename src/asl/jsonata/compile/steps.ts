// A step of a path, applied to every member of a sequence, and the filters `[…]` behind it.
import { isTrue, numericOf } from "../conversions.ts";
import type { Compiler } from "./compiler.ts";
import { compileSort } from "./sort.ts";
import type { Frame, Scope } from "./scope.ts";
import { addMark, hasMark, isSequence, Mark, newSequence, pushFlat, sequenceOf } from "../sequences.ts";
import type { Node } from "../syntax.ts";
import { doubleOf, isArray, type Value, type ValueArray, type Run } from "../values.ts";

/** A step over a sequence; it gives the next sequence. */
export type Step = (items: ValueArray, frame: Frame, run: Run) => Value;
export type Filter = (value: Value, frame: Frame, run: Run) => Value;

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
    const result = newSequence();
    let only: Value;
    let count = 0;
    for (let i = 0; i < items.length; i++) {
      run.pay(cost);
      let value = evaluate(items[i], frame, run);
      for (let j = 0; j < filters.length; j++) value = (filters[j] as Filter)(value, frame, run);
      if (value === undefined) continue;
      count += 1;
      only = value;
      pushFlat(result, value, run);
    }
    return isLast && count === 1 && isArray(only) && !isSequence(only) ? only : result;
  };
}

export function compileFilter(node: Node, scope: Scope, compiler: Compiler): Filter {
  if (node.type === "number" && typeof node.value === "number") {
    return indexFilter(Math.floor(node.value));
  }
  const predicate = compiler.compile(node, scope);
  const cost = compiler.costOf(node);
  return (value, frame, run) => {
    const items = isArray(value) ? value : [value];
    const result = newSequence();
    for (let i = 0; i < items.length; i++) {
      run.pay(cost);
      const item = items[i];
      selectBy(predicate(item, frame, run), { item, index: i, length: items.length, result }, run);
    }
    return result;
  };
}

function indexFilter(index: number): Filter {
  return (value) => {
    const items = isArray(value) ? value : [value];
    const item = items[index < 0 ? items.length + index : index];
    if (isArray(item)) return item;
    const result = newSequence();
    if (item !== undefined) result.push(item);
    return result;
  };
}

type Selection = { readonly item: Value; readonly index: number; readonly length: number; readonly result: Value[] };

/** A filter's value selects an item by its place when it is a number or numbers, else by its truth. */
export function selectBy(chosen: Value, { item, index, length, result }: Selection, run: Run): void {
  if (isArray(chosen)) run.pay(chosen.length);
  if (typeof chosen === "boolean") {
    if (chosen) result.push(item);
    return;
  }
  const number = numericOf(chosen);
  if (number !== undefined) {
    if (placeOf(number, length) === index) result.push(item);
  } else if (isArray(chosen) && chosen.every((one) => numericOf(one) !== undefined)) {
    for (const one of chosen) if (placeOf(doubleOf(one) ?? 0, length) === index) result.push(item);
  } else if (isTrue(chosen, run)) {
    result.push(item);
  }
}

function placeOf(number: number, length: number): number {
  const floor = Math.floor(number);
  return floor < 0 ? length + floor : floor;
}

/** The effect of `[]` behind a step: the result stays an array. */
export function kept(items: Value): Value {
  const result = hasMark(items, Mark.constructed) && !isSequence(items) ? sequenceOf(items) : items;
  addMark(result, Mark.keepSingleton);
  return result;
}
