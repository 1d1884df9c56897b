// JSONata's sequences. A sequence is an array with a mark: it flattens into its surroundings, collapses to its only
// member, and is nothing when empty. A mark is a property of the array, as an array subclass would lose V8's fast paths.
import { isArray, type Value, type ValueArray, type Run } from "./values.ts";

export interface Sequence extends Array<Value> {
  mark: number;
}

export const Mark = {
  sequence: 1,
  /** Made with `[]` behind a step: stays an array when it has one member. */
  keepSingleton: 2,
  /** Written as an array constructor in a path: does not flatten. */
  constructed: 4,
  /** Its members are tuples of a path with `@`, `#` or `%`. */
  tuples: 8,
  /** Holds the input array, to be taken as one value. */
  outerWrapper: 16,
} as const;

export function newSequence(): Sequence {
  return marked([], Mark.sequence);
}

export function sequenceOf(only: Value): Sequence {
  return marked([only], Mark.sequence);
}

/** Marks an array that was made here and that nothing else holds. */
export function marked(items: Value[], mark: number): Sequence {
  const sequence = items as Sequence;
  sequence.mark = mark;
  return sequence;
}

export function hasMark(value: Value, mark: number): boolean {
  return isArray(value) && ((value.mark ?? 0) & mark) !== 0;
}

/** Adds marks to a sequence; a plain array (perhaps of the input) stays untouched. */
export function addMark(value: Value, mark: number): void {
  if (isSequence(value)) value.mark |= mark;
}

export function isSequence(value: Value): value is Sequence & ValueArray {
  return isArray(value) && ((value.mark ?? 0) & Mark.sequence) !== 0;
}

/** The value that an expression gives for a sequence: nothing, its only member, or itself. */
export function collapsed(value: Value): Value {
  if (typeof value !== "object" || !isArray(value) || value.mark === undefined) return value;
  if ((value.mark & (Mark.sequence | Mark.tuples)) !== Mark.sequence) return value;
  if (value.length === 0) return undefined;
  return value.length === 1 && (value.mark & Mark.keepSingleton) === 0 ? value[0] : value;
}

/** JSONata's `$append`: the two as one plain array, nothing counting as absent. */
export function append(left: Value, right: Value, run: Run): Value {
  if (left === undefined) return right;
  if (right === undefined) return left;
  run.paySequence((isArray(left) ? left.length : 1) + (isArray(right) ? right.length : 1));
  return [...(isArray(left) ? left : [left]), ...(isArray(right) ? right : [right])];
}

/** Adds a step's result to its sequence: arrays flatten, constructed ones do not. */
export function pushFlat(target: Value[], value: Value, run: Run): void {
  if (!isArray(value) || ((value.mark ?? 0) & Mark.constructed) !== 0) {
    target.push(value);
  } else {
    run.paySequenceGrowth(target.length, value.length);
    for (let i = 0; i < value.length; i++) target.push(value[i]);
  }
}
