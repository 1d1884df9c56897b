// Paths: one step after the other. Paths of names only, the usual ones, make no sequence until they meet an array; paths
// that bind variables are in tuples.ts.
import type { Compiler, Evaluate } from "./compiler.ts";
import { compileGroup } from "./objects.ts";
import { compileStep, kept, type Step } from "./steps.ts";
import { compileTuplePath } from "./tuples.ts";
import { lookup, ownMember } from "../lookup.ts";
import type { Scope } from "./scope.ts";
import { hasMark, isSequence, Mark, newSequence, pushFlat, sequenceOf } from "../sequences.ts";
import type { Node, PathNode } from "../syntax.ts";
import { isArray, type Value, type ValueArray, type Run } from "../values.ts";

export function compilePath(node: PathNode, scope: Scope, compiler: Compiler): Evaluate {
  if (node.steps.some((step) => step.tuple === true)) return compileTuplePath(node, scope, compiler);
  const quick = compileNames(node, scope, compiler);
  if (quick !== undefined) return quick;
  const [first] = node.steps;
  const steps = node.steps.map((step, i) => compileStep(step, i === node.steps.length - 1, scope, compiler));
  const constructor = first?.consarray === true ? compiler.compile(first, scope) : undefined;
  const isAbsolute = first?.type === "variable";
  const group = node.group === undefined ? undefined : compileGroup(node.group, scope, compiler);
  return (input, frame, run) => {
    let items: Value = !isAbsolute && isArray(input) ? input : sequenceOf(input);
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step;
      const isConstructor = i === 0 && constructor !== undefined;
      items = isConstructor ? steppable(constructor(items, frame, run), run) : step(asItems(items), frame, run);
      if (items === undefined || (isArray(items) && items.length === 0)) break;
    }
    if (node.keepSingletonArray === true) items = kept(items);
    return group === undefined ? items : group(items, frame, run);
  };
}

/**
 * The rest that a filter leaves of a constructed array is walked by its length and its places, as JSONata does: a lone number or
 * object has no items for the next step, and a text has its characters.
 */
function steppable(value: Value, run: Run): Value {
  if (typeof value === "string") {
    run.paySequence(value.length);
    return Array.from({ length: value.length }, (_, place) => value.charAt(place));
  }
  return isArray(value) ? value : undefined;
}

function asItems(value: Value): ValueArray {
  return isArray(value) ? value : [value];
}

/**
 * Paths of names only, behind at most one variable: no sequence is made until an array is met, and no name looks at levels.
 */
function compileNames(node: PathNode, scope: Scope, compiler: Compiler): Evaluate | undefined {
  const [first, ...rest] = node.steps;
  if (compiler.levels.areChecked || first === undefined || node.group !== undefined || node.keepSingletonArray === true)
    return undefined;
  const isPlain = (step: Node): boolean =>
    step.type === "name" && (step.stages ?? step.predicate ?? step.group) === undefined;
  const isVariable = first.type === "variable" && first.predicate === undefined;
  if (!(isVariable || isPlain(first)) || first.stages !== undefined || !rest.every(isPlain)) return undefined;
  const evaluateFirst = compiler.compile(first, scope);
  const start = isVariable ? evaluateFirst : undefined;
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
    const next = newSequence();
    let only: Value;
    let count = 0;
    for (let j = 0; j < current.length; j++) {
      const found = lookup(current[j], name, run);
      if (found === undefined) continue;
      if (typeof found !== "object") {
        count += 1;
        only = found;
        next.push(found);
        continue;
      }
      const value = isSequence(found) && found.length < 2 ? singled(found) : found;
      if (value === undefined) continue;
      count += 1;
      only = value;
      pushFlat(next, value, run);
    }
    run.pay(current.length);
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
  const result = newSequence();
  pushFlat(result, items, run);
  return result;
}
