// Evaluates the segments of a JSONPath as json-path 2.0.0 does, and pays for each node that it looks at. A branch that fails is a value, because a wildcard over an array passes over it.
import { isJsonArray, isJsonObject, type Json, type JsonArray, type JsonObject, memberOf, setMember } from "../json.ts";
import { payForMembers } from "../json-work.ts";
import type { Work } from "../work.ts";
import { compare, type Operand as Compared } from "./comparison.ts";
import {
  type Failure,
  inapplicable,
  isNull,
  isPrimitive,
  missingProperties,
  missingProperty,
  noArray,
  noFilter,
  noLeaf,
  noObject,
  noResults,
  outOfBounds,
  type Place,
} from "./failure.ts";
import type { Criterion, Filter, Operand, Path, Segment, Step } from "./path-syntax.ts";

/** Far deeper than data that AWS accepts, and shallow enough for the call stack. */
const maxDepth = 1_000;

export class PathProblem extends Error {}

/** The state that one reading of a path shares, filters included. */
export type Evaluation = {
  readonly document: Json;
  readonly work: Work;
};

export type Selected = { readonly nodes: readonly Json[] } | { readonly failure: Failure };

type Options = {
  /** Whether members of `['a','b']` must all be there. */
  readonly isStrict?: boolean;
};

/** The nodes that a path names below a node, in document order. */
export function select(path: Path, node: Json, evaluation: Evaluation, options: Options = {}): Selected {
  const walk: Walk = { path, evaluation, isStrict: options.isStrict ?? false, nodes: [], depth: 0 };
  const failure = visit(walk, 0, node, undefined);
  return failure === undefined ? { nodes: walk.nodes } : { failure };
}

/** The node that names and indices lead to. */
export function follow(steps: readonly Step[], start: Json): Json | undefined {
  let node: Json | undefined = start;
  for (let i = 0; i < steps.length && node !== undefined; i++) node = stepInto(node, steps[i] ?? "");
  return node;
}

export function stepInto(node: Json, step: Step): Json | undefined {
  if (typeof step === "string") return isJsonObject(node) ? memberOf(node, step) : undefined;
  return isJsonArray(node) ? node[step] : undefined;
}

type Walk = {
  readonly path: Path;
  readonly evaluation: Evaluation;
  readonly isStrict: boolean;
  readonly nodes: Json[];
  depth: number;
};

/** The path from one of its segments on, at a node. */
function visit(walk: Walk, at: number, node: Json, place: Place): Failure | undefined {
  const segment = walk.path.segments[at];
  if (segment === undefined) return add(walk, node);
  enter(walk);
  const failure = visitSegment(walk, at, segment, node, place);
  walk.depth--;
  return failure;
}

function add(walk: Walk, node: Json): undefined {
  walk.evaluation.work.pay(2);
  walk.nodes.push(node);
}

function enter(walk: Walk): void {
  walk.evaluation.work.pay(3);
  if (++walk.depth > maxDepth) throw new PathProblem(`The path goes down more than ${maxDepth} levels.`);
}

function visitSegment(walk: Walk, at: number, segment: Segment, node: Json, place: Place): Failure | undefined {
  switch (segment.kind) {
    case "root":
      return visit(walk, at + 1, node, undefined);
    case "member":
      return isJsonObject(node) ? visitMember(walk, at, node, segment.name, place) : noObject(place, segment);
    case "members":
      return isJsonObject(node) ? visitMembers(walk, at, segment, node, place) : noObject(place, segment);
    case "index":
    case "fromEnd":
    case "indices":
    case "slice":
      if (node === null) return isNull(place);
      if (!isJsonArray(node)) return noArray({ segments: walk.path.segments, at, node });
      return visitItems(walk, at, node, indicesOf(segment, node.length), place);
    case "wildcard":
      return visitAll(walk, at, node, place);
    case "scan":
      return scan(walk, at + 1, node, place);
    case "filter":
    case "openFilter":
      return visitAccepted(walk, at, segment, node, place);
  }
}

function visitMember(walk: Walk, at: number, node: JsonObject, name: string, place: Place): Failure | undefined {
  const value = memberOf(node, name);
  const isLeaf = at === walk.path.segments.length - 1;
  if (value !== undefined && isLeaf) return add(walk, value);
  const below = { above: place, step: name };
  if (value !== undefined) return visit(walk, at + 1, value, below);
  if (isLeaf) return noResults(below);
  // Jayway asks this of the segment above and all that follow it, not of all that stand above.
  return walk.path.isDefiniteFrom[Math.max(at - 1, 0)] === true ? missingProperty(below) : undefined;
}

type Members = Extract<Segment, { readonly kind: "members" }>;

function visitMembers(walk: Walk, at: number, segment: Members, node: JsonObject, place: Place): Failure | undefined {
  if (at < walk.path.segments.length - 1) return noLeaf(place, segment);
  walk.evaluation.work.pay(4 * segment.names.length);
  const merged: { [name: string]: Json } = {};
  for (const name of segment.names) {
    const value = memberOf(node, name);
    if (value !== undefined) setMember(merged, name, value);
    else if (walk.isStrict) return missingProperties(place, segment);
  }
  walk.nodes.push(merged);
  return undefined;
}

type OfArrays = Extract<Segment, { readonly kind: "index" | "fromEnd" | "indices" | "slice" }>;

/**
 * A slice counts from the end only where one bound is given; between two, it goes index by index from the first, which
 * an array does not have where it is negative. An empty array has no slices.
 */
function indicesOf(segment: OfArrays, length: number): Iterable<number> {
  switch (segment.kind) {
    case "index":
      return [segment.index];
    case "fromEnd":
      return [length + segment.offset];
    case "indices":
      return segment.indices;
    case "slice": {
      const { from, to } = segment;
      if (length === 0) return [];
      if (from !== undefined && to !== undefined) return range(from, Math.min(to, length));
      const [start = 0, end = length] = [from, to].map((bound) =>
        bound !== undefined && bound < 0 ? length + bound : bound,
      );
      return range(Math.max(start, 0), Math.min(end, length));
    }
  }
}

function* range(from: number, to: number): Iterable<number> {
  for (let i = from; i < to; i++) yield i;
}

function visitItems(
  walk: Walk,
  at: number,
  array: JsonArray,
  indices: Iterable<number>,
  place: Place,
): Failure | undefined {
  for (const index of indices) {
    walk.evaluation.work.pay(2);
    const failure = visitItem(walk, at, array, index, place);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function visitItem(walk: Walk, at: number, array: JsonArray, index: number, place: Place): Failure | undefined {
  const item = array[index];
  if (item !== undefined && at === walk.path.segments.length - 1) return add(walk, item);
  const below = { above: place, step: index };
  return item === undefined ? outOfBounds(below) : visit(walk, at + 1, item, below);
}

/** In an array, an item below which something is absent is passed over; in an object it is not. */
function visitAll(walk: Walk, at: number, node: Json, place: Place): Failure | undefined {
  if (isJsonArray(node)) {
    for (let i = 0; i < node.length; i++) {
      const failure = visitItem(walk, at, node, i, place);
      if (failure?.reason === "inapplicable") return failure;
    }
  } else if (isJsonObject(node)) {
    payForMembers(node, walk.evaluation.work);
    for (const name of Object.keys(node)) {
      const failure = visitMember(walk, at, node, name, place);
      if (failure !== undefined) return failure;
    }
  }
  return undefined;
}

type Filtering = Extract<Segment, { readonly kind: "filter" | "openFilter" }>;

/** A filter selects among the items of an array; of an object it takes all or nothing. */
function visitAccepted(walk: Walk, at: number, segment: Filtering, node: Json, place: Place): Failure | undefined {
  if (isJsonArray(node)) {
    for (const [i, item] of node.entries()) {
      walk.evaluation.work.pay(2);
      const isAccepted = acceptedBy(segment, item, walk.evaluation);
      const failure = isAccepted === true ? visitItem(walk, at, node, i, place) : isAccepted;
      if (typeof failure === "object") return failure;
    }
    return undefined;
  }
  if (!isJsonObject(node)) return isPrimitive({ segments: walk.path.segments, at, node });
  const isAccepted = acceptedBy(segment, node, walk.evaluation);
  if (typeof isAccepted === "object") return isAccepted;
  return isAccepted ? visit(walk, at + 1, node, place) : undefined;
}

function acceptedBy(segment: Filtering, item: Json, evaluation: Evaluation): boolean | Failure {
  return segment.kind === "openFilter" ? noFilter() : accepts(segment.filter, item, evaluation);
}

/** The steps behind `..`, at a node and then at everything below it, parents before children. */
function scan(walk: Walk, at: number, node: Json, place: Place): Failure | undefined {
  if (!isJsonArray(node) && !isJsonObject(node)) return undefined;
  const isTarget = suits(walk, at, node);
  if (typeof isTarget === "object") return isTarget;
  const failure = isTarget ? visitTarget(walk, at, node, place) : undefined;
  return failure ?? scanBelow(walk, at, node, place);
}

function scanBelow(walk: Walk, at: number, node: JsonArray | JsonObject, place: Place): Failure | undefined {
  enter(walk);
  if (isJsonObject(node)) payForMembers(node, walk.evaluation.work);
  else walk.evaluation.work.pay(node.length);
  const names = isJsonObject(node) ? Object.keys(node) : undefined;
  const children = isJsonObject(node) ? Object.values(node) : node;
  let failure: Failure | undefined;
  for (let i = 0; i < children.length && failure === undefined; i++) {
    const child = children[i];
    const isDeep = typeof child === "object" && child !== null;
    if (isDeep) failure = scan(walk, at, child, { above: place, step: names?.[i] ?? i });
  }
  walk.depth--;
  return failure;
}

/** Whether a scan applies the segment after `..` to a node; never, where that is `..` or `$` again. */
function suits(walk: Walk, at: number, node: Json): boolean | Failure {
  const segment = walk.path.segments[at];
  switch (segment?.kind) {
    case "member":
      return isJsonObject(node) && Object.hasOwn(node, segment.name);
    case "members":
      walk.evaluation.work.pay(segment.names.length);
      return isJsonObject(node) && segment.names.every((name) => Object.hasOwn(node, name));
    case "index":
    case "fromEnd":
    case "indices":
    case "slice":
      return isJsonArray(node);
    case "wildcard":
      return true;
    case "filter":
    case "openFilter":
      return acceptedBy(segment, node, walk.evaluation);
    default:
      return false;
  }
}

/** In an array Jayway leaves the segment after `..` out and goes on with all items, unless the segment is the last. */
function visitTarget(walk: Walk, at: number, node: Json, place: Place): Failure | undefined {
  if (!isJsonArray(node) || at === walk.path.segments.length - 1) return visit(walk, at, node, place);
  for (const [i, item] of node.entries()) {
    const failure = visit(walk, at + 1, item, { above: place, step: i });
    if (failure !== undefined) return failure;
  }
  return undefined;
}

/** Jayway looks at the last criterion first, which shows where one of them cannot be applied. */
function accepts(filter: Filter, item: Json, evaluation: Evaluation): boolean | Failure {
  for (let i = filter.length - 1; i >= 0; i--) {
    const isAccepted = acceptsAll(filter[i] ?? [], item, evaluation);
    if (isAccepted !== false) return isAccepted;
  }
  return false;
}

function acceptsAll(criteria: readonly Criterion[], item: Json, evaluation: Evaluation): boolean | Failure {
  for (let i = criteria.length - 1; i >= 0; i--) {
    const criterion = criteria[i];
    const isMet = criterion === undefined || meets(criterion, item, evaluation);
    if (isMet !== true) return isMet;
  }
  return true;
}

function meets(criterion: Criterion, item: Json, evaluation: Evaluation): boolean | Failure {
  evaluation.work.pay(4);
  if (criterion.kind === "exists") return exists(criterion.path, item, evaluation, criterion.isNegated);
  const left = valueOf(criterion.left, item, evaluation);
  if ("failure" in left) return unlessAbsent(left.failure, false);
  const right = valueOf(criterion.right, item, evaluation);
  if ("failure" in right) return unlessAbsent(right.failure, false);
  const outcome = compare({
    operator: criterion.operator,
    left: left.value,
    right: right.value,
    rightDouble: criterion.right.kind === "text" ? criterion.right.double : undefined,
    work: evaluation.work,
  });
  return typeof outcome === "boolean" ? outcome : inapplicable(() => outcome.problem);
}

/** A path that exists begins at the item, even where it is written with `$`; null is as if it were not there. */
function exists(path: Path, item: Json, evaluation: Evaluation, isNegated: boolean): boolean | Failure {
  const value = readOne(path, item, evaluation, { isStrict: true });
  return "failure" in value ? unlessAbsent(value.failure, isNegated) : (value.value !== null) !== isNegated;
}

function unlessAbsent(failure: Failure, otherwise: boolean): boolean | Failure {
  return failure.reason === "inapplicable" ? failure : otherwise;
}

type Value<Kind> = { readonly value: Kind } | { readonly failure: Failure };

function valueOf(operand: Operand, item: Json, evaluation: Evaluation): Value<Compared> {
  switch (operand.kind) {
    case "text":
      return { value: operand.text };
    case "regex":
      return { value: operand.regex };
    case "path":
      return readOne(operand.path, operand.path.isFromItem ? item : evaluation.document, evaluation);
  }
}

/** The node that a definite path names. */
export function readOne(path: Path, node: Json, evaluation: Evaluation, options?: Options): Value<Json> {
  evaluation.work.pay(1 + path.segments.length);
  const value = path.steps === undefined ? undefined : follow(path.steps, node);
  if (value !== undefined) return { value };
  const selected = select(path, node, evaluation, options);
  if ("failure" in selected) return selected;
  return { value: selected.nodes[0] ?? null };
}
