// The steps `*` (every member) and `**` (everything below).
import { hasMark, Mark, newSequence } from "../sequences.ts";
import { checkDepth, isArray, isRecord, namesOf, type Value, type Run } from "../values.ts";

/** A plain array as soon as one member is an array, else a sequence, as the package has it. */
export function wildcard(input: Value, run: Run): Value {
  const source = hasMark(input, Mark.outerWrapper) && isArray(input) && input.length > 0 ? input[0] : input;
  const sequence = newSequence();
  let isPlain = false;
  const add = (value: Value): void => {
    run.pay(1);
    if (!isArray(value)) {
      sequence.push(value);
      return;
    }
    isPlain = true;
    for (const item of value) addFlat(item, sequence, { run, depth: 1 });
  };
  if (isArray(source)) for (const value of source) add(value);
  else if (isRecord(source)) for (const name of namesOf(source, run)) add(source[name]);
  run.paySequence(sequence.length);
  return isPlain ? [...sequence] : sequence;
}

type Walk = { readonly run: Run; readonly depth: number };

function addFlat(value: Value, target: Value[], { run, depth }: Walk): void {
  run.pay(1);
  if (!isArray(value)) {
    target.push(value);
    return;
  }
  checkDepth(depth);
  const below = { run, depth: depth + 1 };
  for (const item of value) addFlat(item, target, below);
}

export function descendants(input: Value, run: Run): Value {
  if (input === undefined) return undefined;
  const sequence = newSequence();
  addDescendants(input, sequence, { run, depth: 0 });
  run.paySequence(sequence.length);
  return sequence.length === 1 ? sequence[0] : sequence;
}

function addDescendants(value: Value, target: Value[], { run, depth }: Walk): void {
  run.pay(1);
  if (!isArray(value)) target.push(value);
  if (typeof value !== "object" || value === null) return;
  checkDepth(depth);
  const below = { run, depth: depth + 1 };
  if (isArray(value)) for (const item of value) addDescendants(item, target, below);
  else if (isRecord(value)) for (const name of namesOf(value, run)) addDescendants(value[name], target, below);
}
