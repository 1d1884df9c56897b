// JSONata for state machines: compile an expression once, evaluate it many times, synchronously and within a budget.
// AWS's dialect (reference: JSONata 2 with `$partition`, `$range`, `$hash`, `$random`, `$uuid`, `$parse` and without
// `$eval`) unless told otherwise.
import { type Json, ExactNumber } from "../json.ts";
import { unlimitedWork, type Work } from "../work.ts";
import { builtinsOf, type Dialect } from "./functions/builtins.ts";
import { compileTree } from "./compile/compile.ts";
import type { Evaluate } from "./compile/compiler.ts";
import { InternalFailure, JsonataFailure, type Limit, LimitExceeded } from "./failures.ts";
import { awsNumber, isPlainNumber } from "./numbers/aws-number.ts";
import { type JsonataReferences, referencesOf } from "./references.ts";
import type { JsonataContext } from "./budget.ts";
import { Evaluation } from "./run.ts";
import { Frame, type Scope } from "./compile/scope.ts";
import { Mark, marked } from "./sequences.ts";
import { parseExpression } from "./syntax.ts";
import {
  FunctionValue,
  isArray,
  type MutableRecord,
  setMember,
  type Value,
  type ValueArray,
  type ValueObject,
  type Run,
} from "./values.ts";

export type { JsonataReferences } from "./references.ts";
export type { JsonataBudget, JsonataContext } from "./budget.ts";

/** A compiled expression; to be kept and evaluated as often as needed. */
export class JsonataProgram {
  readonly source: string;
  readonly references: JsonataReferences;
  readonly evaluate: Evaluate;
  readonly scope: Scope;

  constructor(source: string, parts: { references: JsonataReferences; evaluate: Evaluate; scope: Scope }) {
    this.source = source;
    this.references = parts.references;
    this.evaluate = parts.evaluate;
    this.scope = parts.scope;
  }
}

export type JsonataProblem = { readonly code: string; readonly message: string; readonly position: number };

/**
 * `nothing` is JSONata's undefined; `unsupported` a function or regular expression, which is not JSON; `exceeded` a limit of
 * the evaluation, `internal` a failure of AWS's own program.
 */
export type JsonataOutcome =
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "nothing" }
  | { readonly kind: "unsupported" }
  | { readonly kind: "exceeded"; readonly limit: Limit; readonly message: string }
  | { readonly kind: "internal" }
  | ({ readonly kind: "error" } & JsonataProblem);

export interface CompileOptions {
  readonly dialect?: Dialect;
  /** Pays for parsing and compiling. */
  readonly work?: Work | undefined;
}

/** @throws WorkExceeded */
export function compileJsonata(
  text: string,
  { dialect = "aws", work = unlimitedWork() }: CompileOptions = {},
): { readonly program: JsonataProgram } | { readonly problem: JsonataProblem } {
  const parsed = parseExpression(text, work);
  if ("problem" in parsed) return parsed;
  try {
    const builtins = builtinsOf[dialect];
    const references = referencesOf(parsed.tree, builtins);
    return { program: new JsonataProgram(text, { ...compileTree(parsed.tree, text, builtins), references }) };
  } catch (error) {
    return { problem: problemOf(error instanceof RangeError ? new JsonataFailure("S0502", {}) : error) };
  }
}

/** The free variables of an expression, without compiling it; none where it cannot be parsed. @throws WorkExceeded */
export function jsonataVariables(text: string, work: Work): ReadonlySet<string> {
  const parsed = parseExpression(text, work);
  return "tree" in parsed ? referencesOf(parsed.tree, builtinsOf.aws).variables : new Set();
}

/**
 * @param input the context of the top level; AWS has none
 * @param bindings variables without their `$`, `states` among them
 */
export function evaluateJsonata(
  program: JsonataProgram,
  input: Json | undefined,
  bindings: ReadonlyMap<string, Json>,
  context: JsonataContext,
): JsonataOutcome {
  const run = new Evaluation(input, bindings, context);
  try {
    const frame = program.scope.size === 0 ? emptyFrame : program.scope.newFrame(undefined);
    const start: Value = isArray(input) ? marked([input], Mark.sequence | Mark.outerWrapper) : input;
    const value = program.evaluate(start, frame, run);
    if (value === undefined) return nothing;
    const json = isPlain(value, run) ? value : jsonOf(value, run);
    return json === undefined ? { kind: "unsupported" } : { kind: "value", value: json };
  } catch (error) {
    return outcomeOf(error);
  }
}

export function jsonataReferences(program: JsonataProgram): JsonataReferences {
  return program.references;
}

const emptyFrame = new Frame(undefined, []);
const nothing: JsonataOutcome = { kind: "nothing" };

/** The platform's own stack ends before the budget where a host calls from deep down: that is a stack overflow, too. */
function outcomeOf(error: unknown): JsonataOutcome {
  const exceeded = error instanceof RangeError ? new LimitExceeded("depth") : error;
  if (exceeded instanceof LimitExceeded) return { kind: "exceeded", limit: exceeded.limit, message: exceeded.message };
  if (error instanceof InternalFailure) return { kind: "internal" };
  return { kind: "error", ...problemOf(error) };
}

function problemOf(error: unknown): JsonataProblem {
  if (!(error instanceof JsonataFailure)) throw error;
  return { code: error.code, message: error.text, position: error.position ?? 0 };
}

/**
 * Whether a value is JSON as it is: what passes through mostly is, so this looks at it as fast as may be. It pays like any
 * other loop, for a part that stands at many places as often as the text would hold it.
 */
function isPlain(value: Value, run: Run): value is Json {
  if (typeof value === "string") return true;
  if (typeof value === "number") return isPlainNumber(value);
  if (typeof value !== "object") return value !== undefined;
  return value === null || (isArray(value) ? hasPlainItems(value, run) : hasPlainMembers(value, run));
}

function hasPlainItems(items: ValueArray, run: Run): boolean {
  if (items.mark !== undefined) return false;
  run.pay(items.length);
  for (let i = 0; i < items.length; i++) if (!isPlain(items[i], run)) return false;
  return true;
}

function hasPlainMembers(value: ValueObject | ExactNumber | FunctionValue, run: Run): boolean {
  if (value instanceof ExactNumber || value instanceof FunctionValue) return false;
  const names = Object.keys(value);
  run.pay(names.length);
  for (let i = 0; i < names.length; i++) if (!isPlain(value[names[i] as string], run)) return false;
  return true;
}

/** The value as plain JSON, copied only where it is not; `undefined` when a function is in it. */
function jsonOf(value: Value, run: Run): Json | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number" || value instanceof ExactNumber) return awsNumber(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof FunctionValue) return undefined;
  return isArray(value) ? arrayJson(value, run) : recordJson(value, run);
}

function arrayJson(items: ValueArray, run: Run): Json | undefined {
  let copy: Json[] | undefined = items.mark === undefined ? undefined : [];
  run.pay(items.length);
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    const json = item === undefined ? null : jsonOf(item, run);
    if (json === undefined) return undefined;
    if (copy === undefined && json !== item) copy = items.slice(0, i) as Json[];
    copy?.push(json);
  }
  return copy ?? (items as Json);
}

function recordJson(record: ValueObject, run: Run): Json | undefined {
  let copy: MutableRecord | undefined;
  const names = Object.keys(record);
  run.pay(names.length);
  for (const name of names) {
    const member = record[name];
    const json = member === undefined ? undefined : jsonOf(member, run);
    if (json === undefined && member !== undefined) return undefined;
    if (json === member && member !== undefined) continue;
    copy ??= { ...record };
    if (json === undefined) Reflect.deleteProperty(copy, name);
    else setMember(copy, name, json);
  }
  return (copy ?? record) as Json;
}
