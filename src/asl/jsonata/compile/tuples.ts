// Paths that bind variables with `@`, `#` or `%`: each step carries a stream of tuples, records that hold the context under
// `@` beside the variables bound so far.
import type { Compiler, Evaluate } from "./compiler.ts";
import { compileTupleGroup } from "./objects.ts";
import { compileStep, type Filter, kept, selectBy } from "./steps.ts";
import { compileSort, compileTupleSort } from "./sort.ts";
import { type Frame, Scope } from "./scope.ts";
import { hasMark, Mark, marked, newSequence, sequenceOf } from "../sequences.ts";
import type { Node, PathNode, SortNode, Stage } from "../syntax.ts";
import {
  isArray,
  isRecord,
  type MutableRecord,
  namesOf,
  setMember,
  stepsPerMember,
  type Value,
  type ValueArray,
  type ValueObject,
  type Run,
} from "../values.ts";

/** A step over a stream; the first gets plain items. */
type TupleStep = (items: ValueArray, frame: Frame, run: Run) => ValueArray;

export function compileTuplePath(node: PathNode, scope: Scope, compiler: Compiler): Evaluate {
  const firstTuple = node.steps.findIndex((step) => step.tuple === true);
  const [first] = node.steps;
  const plainSteps = node.steps.slice(0, firstTuple).map((step) => compileStep(step, false, scope, compiler));
  const constructor = first?.consarray === true ? compiler.compile(first, scope) : undefined;
  const tupleSteps = node.steps
    .slice(firstTuple)
    .map((step, i) => compileTupleStep(step, i === 0 ? "first" : "further", scope, compiler));
  const isAbsolute = first?.type === "variable";
  const group = node.group === undefined ? undefined : compileTupleGroup(node.group, scope, compiler);
  return (input, frame, run) => {
    let items: ValueArray = !isAbsolute && isArray(input) ? input : sequenceOf(input);
    for (let i = 0; i < plainSteps.length; i++) {
      const isConstructor = i === 0 && constructor !== undefined;
      const next = isConstructor ? constructor(items, frame, run) : plainSteps[i]?.(items, frame, run);
      items = isArray(next) ? next : [];
      if (items.length === 0) return node.keepSingletonArray === true ? kept(items) : items;
    }
    let stream = items;
    for (const step of tupleSteps) stream = step(stream, frame, run);
    let result: Value = stream;
    if (node.tuple !== true) {
      run.pay(stream.length);
      const contexts = newSequence();
      for (const tuple of stream) contexts.push(isRecord(tuple) ? tuple["@"] : undefined);
      result = contexts;
    }
    if (node.keepSingletonArray === true) result = kept(result);
    return group === undefined ? result : group(stream, frame, run);
  };
}

function compileTupleStep(node: Node, place: "first" | "further", scope: Scope, compiler: Compiler): TupleStep {
  const stages = compileStages(node.stages ?? [], scope, compiler);
  const step =
    node.type === "sort" ? compileSortStep(node, place, scope, compiler) : compileBinding(node, place, scope, compiler);
  return (items, frame, run) => stages.reduce((stream, stage) => stage(stream, frame, run), step(items, frame, run));
}

function compileSortStep(node: SortNode, place: "first" | "further", scope: Scope, compiler: Compiler): TupleStep {
  if (place === "further") return compileTupleSort(node, scope, compiler);
  const sort = compileSort(node, scope, compiler);
  return (items, frame, run) => {
    const stream = newStream();
    sort(items, frame, run).forEach((item, i) => {
      const tuple = newTuple({ "@": item }, run);
      if (node.index !== undefined) setMember(tuple, node.index, i);
      stream.push(tuple);
    });
    return stream;
  };
}

function compileBinding(node: Node, place: "first" | "further", scope: Scope, compiler: Compiler): TupleStep {
  const inner = new Scope(scope, [], "tuple");
  const evaluate = compiler.compile(node, inner);
  const cost = compiler.costOf(node);
  return (items, frame, run) => {
    const stream = newStream();
    for (const item of items) {
      run.pay(cost);
      const from = place === "first" ? newTuple({ "@": item }, run) : isRecord(item) ? item : newTuple({}, run);
      const value = evaluate(from["@"], inner.newFrame(frame, from), run);
      if (value === undefined) continue;
      const values = isArray(value) ? value : [value];
      const isStream = hasMark(value, Mark.tuples);
      for (let i = 0; i < values.length; i++) {
        const found = values[i];
        if (isStream) stream.push(joinedTuple(from, isRecord(found) ? found : {}, run));
        else stream.push(boundTuple(node, newTuple(from, run), { value: found, index: i }));
      }
      run.paySequence(stream.length > 1 ? values.length : 1);
    }
    return stream;
  };
}

function boundTuple(
  node: Node,
  tuple: MutableRecord,
  { value, index }: { readonly value: Value; readonly index: number },
): MutableRecord {
  const from = tuple["@"];
  if (node.focus === undefined) tuple["@"] = value;
  else setMember(tuple, node.focus, value);
  if (node.index !== undefined) setMember(tuple, node.index, index);
  if (node.ancestor !== undefined) setMember(tuple, node.ancestor.label, from);
  return tuple;
}

function joinedTuple(from: ValueObject, found: ValueObject, run: Run): MutableRecord {
  return addMembers(newTuple(from, run), found, run);
}

function newTuple(members: ValueObject, run: Run): MutableRecord {
  return addMembers({}, members, run);
}

function addMembers(tuple: MutableRecord, members: ValueObject, run: Run): MutableRecord {
  const names = namesOf(members, run);
  run.pay(stepsPerMember * names.length);
  for (const name of names) setMember(tuple, name, members[name]);
  return tuple;
}

function newStream(): Value[] & { mark: number } {
  return marked([], Mark.sequence | Mark.tuples);
}

function compileStages(stages: readonly Stage[], scope: Scope, compiler: Compiler): readonly TupleStep[] {
  return stages.map((stage): TupleStep => {
    if (stage.type === "filter") {
      const filter = compileTupleFilter(stage.expr, scope, compiler);
      return (items, frame, run) => {
        const result = filter(items, frame, run);
        return isArray(result) ? result : [];
      };
    }
    return (items, _frame, run) => {
      run.pay(2 * items.length);
      items.forEach((tuple, i) => {
        if (isRecord(tuple)) setMember(tuple as MutableRecord, stage.value, i);
      });
      return items;
    };
  });
}

/** A filter that sees each tuple's variables; values that are no stream are filtered as they are. */
export function compileTupleFilter(node: Node, scope: Scope, compiler: Compiler): Filter {
  const inner = new Scope(scope, [], "tuple");
  const literal = node.type === "number" && typeof node.value === "number" ? Math.floor(node.value) : undefined;
  const predicate = compiler.compile(node, inner);
  const cost = compiler.costOf(node);
  return (value, frame, run) => {
    const isStream = hasMark(value, Mark.tuples);
    const items = isArray(value) ? value : [value];
    const result = isStream ? newStream() : newSequence();
    if (literal !== undefined) {
      const item = items[literal < 0 ? items.length + literal : literal];
      if (isArray(item)) return item;
      if (item !== undefined) result.push(item);
      return result;
    }
    items.forEach((item, index) => {
      run.pay(cost);
      const tuple = isStream && isRecord(item) ? item : undefined;
      const chosen = predicate(tuple === undefined ? item : tuple["@"], inner.newFrame(frame, tuple), run);
      selectBy(chosen, { item, index, length: items.length, result }, run);
    });
    return result;
  };
}
