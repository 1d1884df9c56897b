// JSONPaths compiled once and read many times: `$` is the state's data, `$$` the context object, `$name` a variable.
// The dialect and the messages are those of Jayway json-path 2.0.0, which AWS evaluates paths with.
import { isJsonArray, isJsonObject, type Json, memberOf, setMember, stringifyJson } from "../json.ts";
import { parsed, SyntaxProblem } from "./cursor.ts";
import { type Evaluation, follow, PathProblem, readOne, select, startEvaluation } from "./evaluate.ts";
import type { Failure } from "./failure.ts";
import { parsePath } from "./parse-path.ts";
import { type Path, pathOf, type Step } from "./path-syntax.ts";
import { invalidPath, trimmed } from "./syntax-error.ts";
import type { Work } from "../work.ts";

export type PathScope = {
  readonly input: Json;
  /** Builds the context object when it is first asked for. */
  readonly context: () => Json;
  /** Those of the outer scopes included. */
  readonly variables: ReadonlyMap<string, Json>;
  /** Pays for what is read, copied and made. */
  readonly work?: Work | undefined;
};

export type PathResult =
  | { readonly found: true; readonly value: Json }
  | {
      readonly found: false;
      /** Fields answer these differently: an index past the end of its array is null in a payload template. */
      readonly reason: Failure["reason"];
      readonly message: string;
    };

export type JsonPath = {
  readonly source: string;
  /** Whether it names one node; any other path gives an array, empty when nothing matches. */
  readonly isDefinite: boolean;
  /** Whether it has the form of a Reference Path: names and indices only. */
  readonly isReference: boolean;
  readonly root: "input" | "context" | "variable";
  readonly variable?: string;
  read(scope: PathScope): PathResult;
  /** AWS's text where a Reference Path does not fit the data. */
  readonly conflict?: (document: Json) => string;
};

/** A path that names at most one place of the state's data: what `ResultPath` is. */
export type ReferencePath = {
  readonly source: string;
  read(input: Json): PathResult;
  /** The input with the value at this place; only what lies on the path is copied, missing objects are made. */
  write(input: Json, value: Json): { readonly value: Json } | { readonly problem: string };
};

type Root = { readonly root: "input" | "context" } | { readonly root: "variable"; readonly variable: string };
type RootedPath = { readonly root: Root; readonly path: Path };

export function compileJsonPath(text: string): { readonly path: JsonPath } | { readonly problem: string } {
  const outcome = parsed(() => parseJsonPath(text));
  if ("problem" in outcome) return outcome;
  const { root, path } = outcome.result;
  const whole = root.root === "variable" ? belowVariables(root.variable, path) : path;
  const read = (scope: PathScope): PathResult => {
    const document = rootValue(root, scope);
    const value = path.steps === undefined || document === undefined ? undefined : follow(path.steps, document);
    if (value !== undefined) return { found: true, value };
    return readPath(whole, root.root === "variable" ? variablesOf(root, document) : (document ?? null), document);
  };
  const { isDefinite, steps } = path;
  const conflict = steps && { conflict: (document: Json): string => unableToApply(text, steps, document) };
  return { path: { source: text, isDefinite, isReference: steps !== undefined, ...root, read, ...conflict } };
}

export function compileReferencePath(text: string): { readonly path: ReferencePath } | { readonly problem: string } {
  const outcome = parsed(() => parseJsonPath(text));
  if ("problem" in outcome) return outcome;
  const { root, path } = outcome.result;
  const { steps } = path;
  if (root.root !== "input")
    return { problem: "A Reference Path must begin with '$' and stay within the state's data" };
  if (steps === undefined) return { problem: "A Reference Path must name exactly one node" };
  const read = (input: Json): PathResult => {
    const value = follow(steps, input);
    if (value !== undefined) return { found: true, value };
    return { found: false, reason: "absent", message: unableToApply(text, steps, input) };
  };
  const write: ReferencePath["write"] = (input, value) => {
    const written = writeAt(input, steps, value);
    return written === undefined ? { problem: unableToApply(text, steps, input) } : { value: written };
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
  const item = node[step];
  const written = item === undefined ? undefined : writeAt(item, rest, value);
  return written === undefined ? undefined : node.with(step, written);
}

/** AWS's text for a Reference Path that does not fit the data, with the first step that does not. */
function unableToApply(source: string, steps: readonly Step[], input: Json): string {
  if (!isJsonArray(input) && !isJsonObject(input)) {
    return `Unable to apply ReferencePath ${source} to input ${stringifyJson(input)}`;
  }
  let node: Json = input;
  for (const step of steps) {
    const next: Json | undefined = follow([step], node);
    if (next === undefined) return `Unable to apply step "${step}" to input ${stringifyJson(input)}`;
    node = next;
  }
  return `Unable to apply step "${steps.at(-1) ?? "$"}" to input ${stringifyJson(input)}`;
}

function parseJsonPath(source: string): RootedPath {
  if (!source.startsWith("$")) throw new SyntaxProblem("A path must begin with '$'");
  const text = trimmed(source);
  if (text.startsWith("$$")) return { root: { root: "context" }, path: parsePath(text.slice(1)) };
  const variable = /^\$(\p{ID_Start}\p{ID_Continue}*)/u.exec(text)?.[1];
  if (variable === undefined) return { root: { root: "input" }, path: parsePath(text) };
  const below = text.slice(variable.length + 1);
  if (below !== "" && !/^[.[]/.test(below)) throw invalidPath(`Invalid path ${text}`);
  return { root: { root: "variable", variable }, path: parsePath(`$${below}`) };
}

function rootValue(root: Root, scope: PathScope): Json | undefined {
  if (root.root === "variable") return scope.variables.get(root.variable);
  return root.root === "input" ? scope.input : scope.context();
}

/** Variables are members of one object in messages. */
function belowVariables(variable: string, path: Path): Path {
  return pathOf([{ kind: "member", name: variable }, ...path.segments], false);
}

function variablesOf({ variable }: Extract<Root, { readonly root: "variable" }>, value: Json | undefined): Json {
  const variables: { [name: string]: Json } = {};
  if (value !== undefined) setMember(variables, variable, value);
  return variables;
}

/** @param document what `$` is in filters */
function readPath(path: Path, start: Json, document: Json = null): PathResult {
  try {
    return readWithin(path, start, startEvaluation(document));
  } catch (error) {
    // A path that cannot be evaluated within bounds names nothing, and its message says why.
    if (error instanceof PathProblem) return { found: false, reason: "inapplicable", message: error.message };
    throw error;
  }
}

function readWithin(path: Path, start: Json, evaluation: Evaluation): PathResult {
  if (path.isDefinite) {
    const one = readOne(path, start, evaluation);
    return "value" in one ? { found: true, value: one.value } : failed(one.failure);
  }
  const selected = select(path, start, evaluation);
  return "nodes" in selected ? { found: true, value: selected.nodes } : failed(selected.failure);
}

function failed({ reason, message }: Failure): PathResult {
  return { found: false, reason, message: message() };
}
