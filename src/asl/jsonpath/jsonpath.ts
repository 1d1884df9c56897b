// JSONPaths compiled once and read many times: `$` is the state's data, `$$` the context object, `$name` a variable.
// The dialect and the messages are those of Jayway JsonPath, which AWS evaluates paths with.
import { isJsonArray, isJsonObject, type Json, memberOf, setMember, stringifyJson } from "../json.ts";
import { accept, type Cursor, isAtEnd, parsed, peek, problemAt, startCursor, SyntaxProblem, take } from "./cursor.ts";
import { PathProblem, select, startEvaluation } from "./evaluate.ts";
import { javaClassName, javaText } from "./java-text.ts";
import { parseSelection } from "./parse-path.ts";
import { type Segment, segmentText, segmentsText, type Selection } from "./path-syntax.ts";

export type PathScope = {
  readonly input: Json;
  /** Builds the context object when it is first asked for. */
  readonly context: () => Json;
  /** Those of the outer scopes included. */
  readonly variables: ReadonlyMap<string, Json>;
};

export type PathResult =
  { readonly found: true; readonly value: Json } | { readonly found: false; readonly message: string };

export type JsonPath = {
  readonly source: string;
  /** Whether it names one node; any other path gives an array, empty when nothing matches. */
  readonly isDefinite: boolean;
  /** Whether it has the form of a Reference Path: names and indices only. */
  readonly isReference: boolean;
  readonly root: "input" | "context" | "variable";
  readonly variable?: string;
  read(scope: PathScope): PathResult;
};

/** A path that names at most one place of the state's data: what `ResultPath` is. */
export type ReferencePath = {
  readonly source: string;
  read(input: Json): PathResult;
  /** The input with the value at this place; only what lies on the path is copied, missing objects are made. */
  write(input: Json, value: Json): { readonly value: Json } | { readonly problem: string };
};

type Step = string | number;
type Root = { readonly root: "input" | "context" } | { readonly root: "variable"; readonly variable: string };

export function compileJsonPath(text: string): { readonly path: JsonPath } | { readonly problem: string } {
  const outcome = parsed(() => parseJsonPath(text.trimEnd()));
  if ("problem" in outcome) return outcome;
  const { root, selection } = outcome.result;
  const steps = stepsOf(selection.segments);
  const read =
    steps === undefined
      ? (scope: PathScope): PathResult => readSelection(root, selection, scope)
      : (scope: PathScope): PathResult => readReference(root, steps, scope);
  return { path: { source: text, isDefinite: selection.isDefinite, isReference: steps !== undefined, ...root, read } };
}

export function compileReferencePath(text: string): { readonly path: ReferencePath } | { readonly problem: string } {
  const outcome = parsed(() => parseJsonPath(text.trimEnd()));
  if ("problem" in outcome) return outcome;
  const { root, selection } = outcome.result;
  const steps = stepsOf(selection.segments);
  if (root.root !== "input")
    return { problem: "A Reference Path must begin with '$' and stay within the state's data" };
  if (steps === undefined) return { problem: "A Reference Path must name exactly one node" };
  const read = (input: Json): PathResult => {
    const value = steps.reduce<Json | undefined>(
      (node, step) => (node === undefined ? undefined : stepInto(node, step)),
      input,
    );
    return value === undefined ? { found: false, message: unableToApply(steps, input) } : { found: true, value };
  };
  const write: ReferencePath["write"] = (input, value) => {
    const written = writeAt(input, steps, value);
    return written === undefined ? { problem: unableToApply(steps, input) } : { value: written };
  };
  return { path: { source: text, read, write } };
}

/** A copy of a node with a value below it; `undefined` where the path leads through something it cannot enter. */
function writeAt(node: Json | undefined, steps: readonly Step[], value: Json): Json | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (typeof step === "string") {
    const above = node === undefined ? {} : node;
    if (!isJsonObject(above)) return undefined;
    const written = writeAt(memberOf(above, step), rest, value);
    if (written === undefined) return undefined;
    const copy = { ...above };
    setMember(copy, step, written);
    return copy;
  }
  if (!isJsonArray(node)) return undefined;
  const index = step < 0 ? node.length + step : step;
  const item = node[index];
  const written = item === undefined ? undefined : writeAt(item, rest, value);
  return written === undefined ? undefined : node.with(index, written);
}

/** AWS's text for a Reference Path that does not fit the data, with the first step that does not. */
function unableToApply(steps: readonly Step[], input: Json): string {
  let node: Json | undefined = input;
  for (const step of steps) {
    const next: Json | undefined = node === undefined ? undefined : stepInto(node, step);
    if (next === undefined) return `Unable to apply step "${step}" to input ${stringifyJson(input)}`;
    node = next;
  }
  return `Unable to apply step "${steps.at(-1) ?? "$"}" to input ${stringifyJson(input)}`;
}

function parseJsonPath(text: string): { readonly root: Root; readonly selection: Selection } {
  const cursor = startCursor(text);
  const root = parseRoot(cursor);
  const selection = parseSelection(cursor, "whole", false);
  if (!isAtEnd(cursor)) throw problemAt(cursor, `Unexpected '${peek(cursor)}'`);
  return { root, selection };
}

const variableName = /\p{ID_Start}\p{ID_Continue}*/uy;

function parseRoot(cursor: Cursor): Root {
  if (accept(cursor, "$$")) return { root: "context" };
  if (!accept(cursor, "$")) throw new SyntaxProblem("A path must begin with '$'");
  const variable = take(cursor, variableName);
  return variable === "" ? { root: "input" } : { root: "variable", variable };
}

function rootValue(root: Root, scope: PathScope): Json | undefined {
  if (root.root === "variable") return scope.variables.get(root.variable);
  return root.root === "input" ? scope.input : scope.context();
}

/** The names and indices of a path that has nothing else. */
function stepsOf(segments: readonly Segment[]): readonly Step[] | undefined {
  const steps: Step[] = [];
  for (const segment of segments) {
    if (segment.kind === "member") steps.push(segment.name);
    else if (segment.kind === "index") steps.push(segment.index);
    else return undefined;
  }
  return steps;
}

function stepInto(node: Json, step: Step): Json | undefined {
  if (typeof step === "string") {
    return isJsonObject(node) && Object.hasOwn(node, step) ? node[step] : undefined;
  }
  return isJsonArray(node) ? node[step < 0 ? node.length + step : step] : undefined;
}

function readReference(root: Root, steps: readonly Step[], scope: PathScope): PathResult {
  let node = rootValue(root, scope);
  for (let i = 0; i < steps.length && node !== undefined; i++) node = stepInto(node, steps[i] as Step);
  if (node !== undefined) return { found: true, value: node };
  return { found: false, message: explainMissing(root, steps.map(stepSegment), scope) };
}

function stepSegment(step: Step): Segment {
  return typeof step === "string" ? { kind: "member", name: step } : { kind: "index", index: step };
}

function readSelection(root: Root, selection: Selection, scope: PathScope): PathResult {
  const document = rootValue(root, scope);
  try {
    const nodes = document === undefined ? undefined : select(selection, document, startEvaluation(document));
    if (!selection.isDefinite) return { found: true, value: nodes ?? [] };
    const value = nodes?.[0];
    if (value !== undefined) return { found: true, value };
    return { found: false, message: explainMissing(root, selection.segments, scope) };
  } catch (error) {
    // A path that cannot be evaluated within bounds names nothing, and its message says why.
    if (error instanceof PathProblem) return { found: false, message: error.message };
    throw error;
  }
}

/** Jayway's message for the first segment that leads nowhere; variables are members of one object to it. */
function explainMissing(root: Root, below: readonly Segment[], scope: PathScope): string {
  const segments: readonly Segment[] =
    root.root === "variable" ? [{ kind: "member", name: root.variable }, ...below] : below;
  const start: Json = root.root === "variable" ? Object.fromEntries(scope.variables) : (rootValue(root, scope) ?? null);
  let node: Json = start;
  for (const [i, segment] of segments.entries()) {
    const [above, isLeaf] = [segmentsText(segments.slice(0, i)), i === segments.length - 1];
    if (segment.kind === "index") {
      if (node === null) return `The path ${above} is null`;
      if (!isJsonArray(node)) return notAnArray(segment, node);
    } else if (!isJsonObject(node)) {
      return notAnObject(segment, above, node);
    }
    const next = segment.kind === "call" ? undefined : stepInto(node, stepOfSegment(segment));
    if (next === undefined) {
      const isInner = segment.kind === "member" && !isLeaf;
      return isInner ? `Missing property in path ${above}${segmentText(segment)}` : noResults(segments);
    }
    node = next;
  }
  return noResults(segments);
}

function stepOfSegment(segment: Segment): Step {
  return segment.kind === "index" ? segment.index : segment.kind === "member" ? segment.name : "";
}

function noResults(segments: readonly Segment[]): string {
  return `No results for path: ${segmentsText(segments)}`;
}

function notAnArray(segment: Segment, node: Json): string {
  return `Filter: ${segmentText(segment)} can only be applied to arrays. Current context is: ${javaText(node)}`;
}

function notAnObject(segment: Segment, above: string, node: Json): string {
  const property = segmentText(segment);
  return `Expected to find an object with property ${property} in path ${above} but found '${javaClassName(node)}'. This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonProvider'.`;
}
