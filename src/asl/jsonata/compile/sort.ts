// The order-by step `^(…)`.
import type { Compiler, Evaluate } from "./compiler.ts";
import { fail } from "../failures.ts";
import { mergeSorted } from "../merge-sort.ts";
import { type Frame, Scope } from "./scope.ts";
import { hasMark, Mark } from "../sequences.ts";
import type { SortNode } from "../syntax.ts";
import { isRecord, type Value, type ValueArray, withDouble, type Run } from "../values.ts";

type Sort = (items: ValueArray, frame: Frame, run: Run) => ValueArray;
type Term = { readonly evaluate: Evaluate; readonly isDescending: boolean };
/** An item with the values of its terms, computed when first compared. */
type Entry = { readonly item: Value; readonly keys: { readonly value: Value }[] };

export function compileSort(node: SortNode, scope: Scope, compiler: Compiler): Sort {
  const terms = compileTerms(node, scope, compiler);
  return (items, frame, run) =>
    sorted(items, { terms, node, compiler, keyOf: (term, item) => term.evaluate(item, frame, run) }, run);
}

/** Sorts a stream of tuples by terms that see each tuple's variables. */
export function compileTupleSort(node: SortNode, scope: Scope, compiler: Compiler): Sort {
  const inner = new Scope(scope, [], "tuple");
  const terms = compileTerms(node, inner, compiler);
  return (items, frame, run) => {
    const isStream = hasMark(items, Mark.tuples);
    const keyOf = (term: Term, item: Value): Value => {
      const tuple = isStream && isRecord(item) ? item : undefined;
      return term.evaluate(tuple === undefined ? item : tuple["@"], inner.newFrame(frame, tuple), run);
    };
    return sorted(items, { terms, node, compiler, keyOf }, run);
  };
}

function compileTerms(node: SortNode, scope: Scope, compiler: Compiler): readonly Term[] {
  return node.terms.map(({ expression, descending }) => ({
    evaluate: compiler.compile(expression, scope),
    isDescending: descending,
  }));
}

type Ordering = {
  readonly terms: readonly Term[];
  readonly node: SortNode;
  readonly compiler: Compiler;
  readonly keyOf: (term: Term, item: Value) => Value;
};

function sorted(items: ValueArray, ordering: Ordering, run: Run): ValueArray {
  if (items.length <= 1) return items;
  const { terms, node, compiler, keyOf } = ordering;
  const cost = compiler.costOf(node);
  run.paySequence(items.length);
  run.pay(2 * items.length);
  const entries = items.map((item): Entry => ({ item, keys: [] }));
  const keyAt = (entry: Entry, index: number): Value => {
    const known = entry.keys[index];
    if (known !== undefined) return known.value;
    run.pay(cost);
    const value = keyOf(terms[index] as Term, entry.item);
    entry.keys[index] = { value };
    return value;
  };
  const isAfter = (left: Entry, right: Entry): boolean => {
    run.pay(terms.length);
    for (let i = 0; i < terms.length; i++) {
      const isDescending = terms[i]?.isDescending === true;
      const order = compared(keyAt(left, i), keyAt(right, i), { isDescending, position: node.position }, run);
      if (order !== 0) return order > 0;
    }
    return false;
  };
  return mergeSorted(entries, isAfter, run).map(({ item }) => item);
}

type Comparison = { readonly isDescending: boolean; readonly position: number | undefined };

/** Nothing comes last whatever the direction. */
function compared(leftValue: Value, rightValue: Value, { isDescending, position }: Comparison, run: Run): number {
  const left = withDouble(leftValue);
  const right = withDouble(rightValue);
  if (left === undefined) return right === undefined ? 0 : 1;
  if (right === undefined) return -1;
  const isLeftSortable = typeof left === "string" || typeof left === "number";
  const isRightSortable = typeof right === "string" || typeof right === "number";
  if (!isLeftSortable || !isRightSortable) return fail("T2008", { position, value: isLeftSortable ? right : left });
  if (typeof left !== typeof right) return fail("T2007", { position, value: left, value2: right });
  if (typeof left === "string" && typeof right === "string") run.payString(Math.min(left.length, right.length));
  if (left === right) return 0;
  return left < right === isDescending ? 1 : -1;
}
