// JSONPaths compiled once and read many times: `$` is the state's data, `$$` the context object, `$name` a variable.
// The dialect and the messages are those of Jayway json-path 2.0.0, which AWS evaluates paths with.
import { isJsonArray, isJsonObject, type Json, setMember } from "../json.ts";
import { payForMembers, shownJson } from "../json-work.ts";
import { unlimitedWork, Work } from "../work.ts";
import { parsed, SyntaxProblem } from "./cursor.ts";
import { type Evaluation, follow, PathProblem, readOne, select, stepInto } from "./evaluate.ts";
import type { Failure } from "./failure.ts";
import { parsePath } from "./parse-path.ts";
import { type Path, pathOf, type Step } from "./path-syntax.ts";
import { invalidPath, trimmed } from "./syntax-error.ts";

export type PathScope = {
  readonly input: Json;
  /** Builds the context object when it is first asked for. */
  readonly context: () => Json;
  /** Those of the outer scopes included. */
  readonly variables: ReadonlyMap<string, Json>;
  /** Pays for what is read, copied and made; a reading has an allowance of its own where there is none. */
  readonly work?: Work | undefined;
};

/** A tenth of a second. */
const ownSteps = 5_000_000;

/** Measured; the second comes on top where the path is no mere list of names and indices that are all there. */
const [stepsPerReading, stepsPerLongReading] = [10, 20];

export function workOf({ work }: PathScope): Work {
  return work ?? new Work({ steps: ownSteps });
}

export type PathResult =
  | { readonly found: true; readonly value: Json }
  | {
      readonly found: false;
      /** Fields answer these differently: an index past the end of its array is null in a payload template. */
      readonly reason: Failure["reason"];
      /** Made when it is asked for. @throws WorkExceeded */
      readonly message: string;
    };

export type JsonPath = {
  readonly source: string;
  /** Whether it names one node; any other path gives an array, empty when nothing matches. */
  readonly isDefinite: boolean;
  /** Whether it has the form of a Reference Path: names and indices only. */
  readonly isReference: boolean;
  readonly root: "input" | "context" | "variable";
  readonly variable?: string | undefined;
  /** @throws WorkExceeded */
  read(scope: PathScope): PathResult;
  /** AWS's text where a Reference Path does not fit the data. @throws WorkExceeded */
  readonly conflict?: ((document: Json, work?: Work) => string) | undefined;
};

/** A path that names at most one place of the state's data: what `ResultPath` is. */
export type ReferencePath = {
  readonly source: string;
  /** @throws WorkExceeded */
  read(input: Json, work?: Work): PathResult;
  /**
   * The input with the value at this place; only what lies on the path is copied, missing objects are made.
   * @throws WorkExceeded
   */
  write(input: Json, value: Json, work?: Work): { readonly value: Json } | { readonly problem: string };
};

type Root = { readonly root: "input" | "context" } | { readonly root: "variable"; readonly variable: string };
type RootedPath = { readonly root: Root; readonly path: Path };

/** @throws WorkExceeded */
export function compileJsonPath(
  text: string,
  work = unlimitedWork(),
): { readonly path: JsonPath } | { readonly problem: string } {
  const outcome = parsed(() => parseJsonPath(text, work));
  if ("problem" in outcome) return outcome;
  const { root, path } = outcome.result;
  const whole = root.root === "variable" ? belowVariables(root.variable, path) : path;
  const read = (scope: PathScope): PathResult => {
    const reading = workOf(scope);
    reading.pay(stepsPerReading + path.segments.length);
    const document = rootValue(root, scope);
    const value = path.steps === undefined || document === undefined ? undefined : follow(path.steps, document);
    if (value !== undefined) return { found: true, value };
    const start = root.root === "variable" ? variablesOf(root, document) : (document ?? null);
    return readPath(whole, start, { document: document ?? null, work: reading });
  };
  const { isDefinite, steps } = path;
  const conflict = steps && {
    conflict: (document: Json, shown = unlimitedWork()): string => unableToApply(text, steps, document, shown),
  };
  return { path: { source: text, isDefinite, isReference: steps !== undefined, ...root, read, ...conflict } };
}

/** @throws WorkExceeded */
export function compileReferencePath(
  text: string,
  work = unlimitedWork(),
): { readonly path: ReferencePath } | { readonly problem: string } {
  const outcome = parsed(() => parseJsonPath(text, work));
  if ("problem" in outcome) return outcome;
  const { root, path } = outcome.result;
  const { steps } = path;
  if (root.root !== "input")
    return { problem: "A Reference Path must begin with '$' and stay within the state's data" };
  if (steps === undefined) return { problem: "A Reference Path must name exactly one node" };
  const read: ReferencePath["read"] = (input, reading = unlimitedWork()) => {
    reading.pay(1 + steps.length);
    const value = follow(steps, input);
    if (value !== undefined) return { found: true, value };
    return notFound("absent", () => unableToApply(text, steps, input, reading));
  };
  const write: ReferencePath["write"] = (input, value, writing = unlimitedWork()) => {
    const written = writeAt(input, steps, value, writing);
    return written === undefined ? { problem: unableToApply(text, steps, input, writing) } : { value: written };
  };
  return { path: { source: text, read, write } };
}

/** A copy of a node with a value below it; `undefined` where the path leads through something it cannot enter. */
function writeAt(start: Json, steps: readonly Step[], value: Json, work: Work): Json | undefined {
  work.pay(1 + 3 * steps.length);
  const nodes: (Json | undefined)[] = [];
  let node: Json | undefined = start;
  for (const step of steps) {
    const isEntered = typeof step === "string" ? node === undefined || isJsonObject(node) : isJsonArray(node);
    if (!isEntered) return undefined;
    nodes.push(node);
    node = node === undefined ? undefined : stepInto(node, step);
    if (typeof step === "number" && node === undefined) return undefined;
  }
  return steps.reduceRight<Json>((written, step, i) => withStep(nodes[i], step, written, work), value);
}

/** A copy of a node that a step leads into, with the value there. */
function withStep(node: Json | undefined, step: Step, value: Json, work: Work): Json {
  if (isJsonArray(node) && typeof step === "number") {
    work.pay(1 + (node.length >> 1));
    return node.with(step, value);
  }
  if (isJsonObject(node)) payForMembers(node, work);
  const copy = isJsonObject(node) ? { ...node } : {};
  setMember(copy, String(step), value);
  return copy;
}

/** AWS's text for a Reference Path that does not fit the data, with the first step that does not. */
function unableToApply(source: string, steps: readonly Step[], input: Json, work: Work): string {
  const shown = shownJson(input, work);
  if (!isJsonArray(input) && !isJsonObject(input)) return `Unable to apply ReferencePath ${source} to input ${shown}`;
  work.pay(steps.length);
  let node: Json | undefined = input;
  const misfit = steps.find((step) => (node = node === undefined ? undefined : stepInto(node, step)) === undefined);
  return `Unable to apply step "${misfit ?? steps.at(-1) ?? "$"}" to input ${shown}`;
}

function parseJsonPath(source: string, work: Work): RootedPath {
  if (!source.startsWith("$")) throw new SyntaxProblem("A path must begin with '$'");
  const text = trimmed(source);
  if (text.startsWith("$$")) return { root: { root: "context" }, path: parsePath(text.slice(1), work) };
  const variable = /^\$(\p{ID_Start}\p{ID_Continue}*)/u.exec(text)?.[1];
  if (variable === undefined) return { root: { root: "input" }, path: parsePath(text, work) };
  const below = text.slice(variable.length + 1);
  if (below !== "" && !/^[.[]/.test(below)) throw invalidPath(`Invalid path ${text}`);
  return { root: { root: "variable", variable }, path: parsePath(`$${below}`, work) };
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

function readPath(path: Path, start: Json, evaluation: Evaluation): PathResult {
  evaluation.work.pay(stepsPerLongReading);
  try {
    return readWithin(path, start, evaluation);
  } catch (error) {
    // A path that goes too deep names nothing, and its message says why.
    if (error instanceof PathProblem) return notFound("inapplicable", () => error.message);
    throw error;
  }
}

function readWithin(path: Path, start: Json, evaluation: Evaluation): PathResult {
  if (path.isDefinite) {
    const one = readOne(path, start, evaluation);
    return "value" in one ? { found: true, value: one.value } : failed(one.failure, evaluation);
  }
  const selected = select(path, start, evaluation);
  return "nodes" in selected ? { found: true, value: selected.nodes } : failed(selected.failure, evaluation);
}

function failed({ reason, message }: Failure, { work }: Evaluation): PathResult {
  return notFound(reason, () => message(work));
}

function notFound(reason: Failure["reason"], message: () => string): PathResult {
  return {
    found: false,
    reason,
    get message() {
      return message();
    },
  };
}
