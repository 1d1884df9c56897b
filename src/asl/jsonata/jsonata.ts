// JSONata for state machines: compile an expression once, evaluate it many times, synchronously and within a budget.
// AWS's dialect (reference: JSONata 2 with `$partition`, `$range`, `$hash`, `$random`, `$uuid`, `$parse` and without
// `$eval`) unless told otherwise.
import { type Json, ExactNumber } from "../json.ts";
import { builtinsOf, type Dialect } from "./functions/builtins.ts";
import { compileTree } from "./compile/compile.ts";
import type { Evaluate } from "./compile/compiler.ts";
import { fail, JsonataFailure } from "./failures.ts";
import { type JsonataReferences, referencesOf } from "./references.ts";
import { type JsonataContext, Run } from "./run.ts";
import { Frame, type Scope } from "./compile/scope.ts";
import { Mark, marked } from "./sequences.ts";
import { parseExpression } from "./syntax.ts";
import { FunctionValue, isArray, isRecord, type MutableRecord, setMember, type Value } from "./values.ts";

export type { JsonataReferences } from "./references.ts";
export type { JsonataContext } from "./run.ts";

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

/** `nothing` is JSONata's undefined; `unsupported` a function or regular expression, which is not JSON. */
export type JsonataOutcome =
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "nothing" }
  | { readonly kind: "unsupported" }
  | ({ readonly kind: "error" } & JsonataProblem);

export function compileJsonata(
  text: string,
  { dialect = "aws" }: { readonly dialect?: Dialect } = {},
): { readonly program: JsonataProgram } | { readonly problem: JsonataProblem } {
  const parsed = parseExpression(text);
  if ("problem" in parsed) return parsed;
  try {
    const builtins = builtinsOf[dialect];
    const references = referencesOf(parsed.tree, builtins);
    return { program: new JsonataProgram(text, { ...compileTree(parsed.tree, builtins), references }) };
  } catch (error) {
    return { problem: problemOf(error, "S0502") };
  }
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
  const run = new Run(input, bindings, context);
  try {
    const frame = program.scope.size === 0 ? emptyFrame : program.scope.newFrame(undefined);
    const start: Value = isArray(input) ? marked([input], Mark.sequence | Mark.outerWrapper) : input;
    const value = program.evaluate(start, frame, run);
    if (value === undefined) return nothing;
    const json = run.hasMade || typeof value === "number" ? jsonOf(value) : (value as Json);
    return json === undefined ? { kind: "unsupported" } : { kind: "value", value: json };
  } catch (error) {
    return { kind: "error", ...problemOf(error, "D1011") };
  }
}

export function jsonataReferences(program: JsonataProgram): JsonataReferences {
  return program.references;
}

const emptyFrame = new Frame(undefined, []);
const nothing: JsonataOutcome = { kind: "nothing" };

/** The platform's own stack ends before the budget where a host calls from deep down: that is a stack overflow, too. */
function problemOf(error: unknown, overflowCode: string): JsonataProblem {
  const failure = error instanceof RangeError ? new JsonataFailure(overflowCode, {}) : error;
  if (!(failure instanceof JsonataFailure)) throw error;
  return { code: failure.code, message: failure.text, position: failure.position ?? 0 };
}

/** The value as plain JSON, copied only where it holds marks; `undefined` when a function is in it. */
function jsonOf(value: Value): Json | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : fail("D1001", { value });
  if (typeof value !== "object" || value === null || value instanceof ExactNumber) return value as Json;
  if (value instanceof FunctionValue) return undefined;
  return isArray(value) ? arrayJson(value) : recordJson(value);
}

function arrayJson(items: readonly Value[] & { readonly mark?: number }): Json | undefined {
  let copy: Json[] | undefined = items.mark === undefined ? undefined : [];
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    const json = item === undefined ? null : jsonOf(item);
    if (json === undefined) return undefined;
    if (copy === undefined && json !== item) copy = items.slice(0, i) as Json[];
    copy?.push(json);
  }
  return copy ?? (items as Json);
}

function recordJson(record: Value): Json | undefined {
  if (!isRecord(record)) return undefined;
  let copy: MutableRecord | undefined;
  for (const name of Object.keys(record)) {
    const member = record[name];
    const json = member === undefined ? undefined : jsonOf(member);
    if (json === undefined && member !== undefined) return undefined;
    if (json === member && member !== undefined) continue;
    copy ??= { ...record };
    if (json === undefined) Reflect.deleteProperty(copy, name);
    else setMember(copy, name, json);
  }
  return (copy ?? record) as Json;
}
