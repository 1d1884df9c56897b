// Evaluates the segments of a JSONPath as Jayway JsonPath does, within a budget of steps: a definition may scan hostile
// data, and it must end.
import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type Json,
  type JsonArray,
  memberOf,
  setMember,
  stringifyJson,
} from "../json.ts";
import { compare } from "./comparison.ts";
import type { Filter, Operand, Segment, Selection } from "./path-syntax.ts";
import { callTailFunction } from "./tail-function.ts";

/** Steps one evaluation may take: several times the nodes of the largest payload. */
const maxSteps = 1_000_000;
/** Far deeper than data that AWS accepts, and shallow enough for the call stack. */
const maxDepth = 1_000;

export class PathProblem extends Error {}

export type Evaluation = { readonly document: Json; stepsLeft: number };

export function startEvaluation(document: Json): Evaluation {
  return { document, stepsLeft: maxSteps };
}

/** Counts work. @throws PathProblem when the budget is spent. */
export function spend(evaluation: Evaluation, steps: number): void {
  evaluation.stepsLeft -= steps;
  if (evaluation.stepsLeft < 0) throw new PathProblem(`The path takes more than ${maxSteps} steps to evaluate.`);
}

/**
 * The nodes a selection names, in document order; `undefined` when a definite part of it names nothing, which Jayway
 * reports as an error rather than as an empty result.
 */
export function select(selection: Selection, item: Json, evaluation: Evaluation): readonly Json[] | undefined {
  let nodes: readonly Json[] = [selection.isFromItem ? item : evaluation.document];
  let isUpstreamDefinite = true;
  const { segments } = selection;
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i];
    if (segment === undefined) break;
    const found: Json[] = [];
    for (const node of nodes) {
      spend(evaluation, 1);
      applySegment(segment, node, evaluation, found);
    }
    spend(evaluation, found.length);
    const isDefinite = segment.kind === "member" || segment.kind === "index" || segment.kind === "call";
    if (isUpstreamDefinite && found.length === 0 && (isDefinite || failsOn(segment, nodes[0]))) return undefined;
    isUpstreamDefinite &&= isDefinite;
    nodes = found;
  }
  return nodes;
}

/** Whether an indefinite segment is an error, not an empty result, on the one node above it. */
function failsOn(segment: Segment, node: Json | undefined): boolean {
  switch (segment.kind) {
    case "members":
      return !isJsonObject(node);
    case "indices":
    case "slice":
      return !isJsonArray(node);
    case "filter":
      return !isJsonArray(node) && !isJsonObject(node);
    default:
      return false;
  }
}

function applySegment(segment: Segment, node: Json, evaluation: Evaluation, found: Json[]): void {
  switch (segment.kind) {
    case "member":
      if (isJsonObject(node)) pushDefined(found, memberOf(node, segment.name));
      return;
    case "members":
      if (isJsonObject(node)) selectMembers(segment, node, found);
      return;
    case "index":
      if (isJsonArray(node)) pushDefined(found, itemAt(node, segment.index));
      return;
    case "indices":
      if (isJsonArray(node)) for (const index of segment.indices) pushDefined(found, itemAt(node, index));
      return;
    case "slice":
      if (isJsonArray(node)) selectSlice(segment, node, found);
      return;
    case "wildcard":
      for (const child of childrenOf(node)) found.push(child);
      return;
    case "descend":
      descend(segment.segment, node, { evaluation, found, depth: 0 });
      return;
    case "filter":
      selectMatching(segment.filter, node, evaluation, found);
      return;
    case "call":
      found.push(call(segment, node, evaluation));
      return;
  }
}

function pushDefined(found: Json[], value: Json | undefined): void {
  if (value !== undefined) found.push(value);
}

function itemAt(array: JsonArray, index: number): Json | undefined {
  return array[index < 0 ? array.length + index : index];
}

function childrenOf(node: Json): readonly Json[] {
  if (isJsonArray(node)) return node;
  return isJsonObject(node) ? Object.values(node) : [];
}

type Members = Extract<Segment, { readonly kind: "members" }>;

function selectMembers({ names, isMerged }: Members, node: { readonly [name: string]: Json }, found: Json[]): void {
  const merged: { [name: string]: Json } = {};
  for (const name of names) {
    const value = memberOf(node, name);
    if (value === undefined) continue;
    if (isMerged) setMember(merged, name, value);
    else found.push(value);
  }
  if (isMerged) found.push(merged);
}

type Slice = Extract<Segment, { readonly kind: "slice" }>;

/** Jayway counts from the end only where one bound is given; between two bounds it goes index by index from the first. */
function selectSlice({ from, to }: Slice, array: JsonArray, found: Json[]): void {
  if (from !== undefined && to !== undefined) {
    for (let i = Math.max(from, -array.length); i < Math.min(to, array.length); i++)
      pushDefined(found, itemAt(array, i));
    return;
  }
  for (const item of array.slice(from, to)) found.push(item);
}

type Scan = { readonly evaluation: Evaluation; readonly found: Json[]; readonly depth: number };

/** The segment at a node, then at everything below it, parents before children. */
function descend(segment: Segment, node: Json, { evaluation, found, depth }: Scan): void {
  if (typeof node !== "object" || node === null) return;
  if (depth > maxDepth) throw new PathProblem(`The path goes down more than ${maxDepth} levels.`);
  const children = childrenOf(node);
  spend(evaluation, 1 + children.length);
  const foundBefore = found.length;
  applySegment(segment, node, evaluation, found);
  spend(evaluation, found.length - foundBefore);
  for (const child of children) descend(segment, child, { evaluation, found, depth: depth + 1 });
}

function selectMatching(filter: Filter, node: Json, evaluation: Evaluation, found: Json[]): void {
  if (isJsonArray(node)) {
    for (const item of node) if (accepts(filter, item, evaluation)) found.push(item);
  } else if (isJsonObject(node) && accepts(filter, node, evaluation)) {
    found.push(node);
  }
}

function accepts(filter: Filter, item: Json, evaluation: Evaluation): boolean {
  spend(evaluation, 1);
  switch (filter.kind) {
    case "and":
      return filter.filters.every((part) => accepts(part, item, evaluation));
    case "or":
      return filter.filters.some((part) => accepts(part, item, evaluation));
    case "not":
      return !accepts(filter.filter, item, evaluation);
    case "exists":
      // Jayway: an indefinite path exists even when it selects nothing.
      return select(filter.path, item, evaluation) !== undefined;
    case "compare": {
      const left = operandValue(filter.left, item, evaluation);
      const right = operandValue(filter.right, item, evaluation);
      return compare({ operator: filter.operator, left, right, spend: (steps) => spend(evaluation, steps) });
    }
    case "matches": {
      const subject = operandValue(filter.subject, item, evaluation);
      const text = textOf(subject);
      spend(evaluation, text.length);
      return filter.regex.matches(text);
    }
  }
}

/** What a regular expression is held against: a scalar's text, and the empty text for everything else. */
function textOf(value: Json | undefined): string {
  if (typeof value === "string") return value;
  return typeof value === "boolean" || isJsonNumber(value) ? stringifyJson(value) : "";
}

function operandValue(operand: Operand, item: Json, evaluation: Evaluation): Json | undefined {
  if (operand.kind === "value") return operand.value;
  const nodes = select(operand.path, item, evaluation);
  return operand.path.isDefinite ? nodes?.[0] : nodes;
}

type Call = Extract<Segment, { readonly kind: "call" }>;

function call({ name, parameters }: Call, node: Json, evaluation: Evaluation): Json {
  const values = parameters.flatMap((parameter) => {
    const value = operandValue(parameter, node, evaluation);
    return value === undefined ? [] : [value];
  });
  const result = callTailFunction(name, node, values);
  if (result === undefined)
    throw new PathProblem(`Aggregation function attempted to calculate value using empty array`);
  return result;
}
