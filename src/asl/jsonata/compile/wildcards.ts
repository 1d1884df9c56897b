// The steps `*` (every member) and `**` (everything below).
import { hasMark, Mark, newSequence } from "../sequences.ts";
import { isArray, isRecord, type Value, type Run } from "../values.ts";

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
    for (const item of value) addFlat(item, sequence, run);
  };
  if (isArray(source)) for (const value of source) add(value);
  else if (isRecord(source)) for (const name of Object.keys(source)) add(source[name]);
  run.paySequence(sequence.length);
  return isPlain ? [...sequence] : sequence;
}

function addFlat(value: Value, target: Value[], run: Run): void {
  run.pay(1);
  if (isArray(value)) for (const item of value) addFlat(item, target, run);
  else target.push(value);
}

export function descendants(input: Value, run: Run): Value {
  if (input === undefined) return undefined;
  const sequence = newSequence();
  addDescendants(input, sequence, run);
  run.paySequence(sequence.length);
  return sequence.length === 1 ? sequence[0] : sequence;
}

function addDescendants(value: Value, target: Value[], run: Run): void {
  run.pay(1);
  if (isArray(value)) {
    for (const item of value) addDescendants(item, target, run);
    return;
  }
  target.push(value);
  if (isRecord(value)) for (const name of Object.keys(value)) addDescendants(value[name], target, run);
}
