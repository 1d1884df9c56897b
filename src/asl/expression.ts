// JSONata in a field of a state: any JSON value whose strings of the form `{% … %}` are expressions, at any depth.
// Compiled once; the parts without expressions are shared, not copied.
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonTypeName,
  setMember,
  stringifyJson,
} from "./json.ts";
import { shownJson } from "./payload.ts";
import { compileJsonata, evaluateJsonata, type JsonataContext, type JsonataProgram } from "./jsonata/jsonata.ts";
import { unlimitedWork, type Work } from "./work.ts";

/** The names that expressions can see: `states` and the variables. */
export type Bindings = ReadonlyMap<string, Json>;

export type ExpressionOutcome =
  | { readonly ok: true; readonly value: Json }
  /** `detail` is AWS's text after the state's prefix; `location` the field it stands in, such as `Arguments/Payload`. */
  | { readonly ok: false; readonly detail: string; readonly location: string };

export interface Expression {
  /** The field of the state, such as `Output`. */
  readonly location: string;
  /** The text between `{%` and `%}` where the whole field is one expression; the field's own text otherwise. */
  readonly source: string;
  /** Whether the whole field is one expression. */
  readonly isWhole: boolean;
  evaluate(bindings: Bindings, context: JsonataContext): ExpressionOutcome;
}

/** The text between `{%` and `%}`, trimmed; `undefined` for a string that is no expression. */
export function expressionText(text: string): string | undefined {
  return text.length >= 4 && text.startsWith("{%") && text.endsWith("%}") ? text.slice(2, -2).trim() : undefined;
}

/**
 * An expression within that cannot be compiled fails when it is evaluated.
 * @param location the state's field, the first part of the location in errors.
 * @throws WorkExceeded
 */
export function compileExpression(template: Json, location: string, work = unlimitedWork()): Expression {
  const evaluate: Evaluate = compileNode(template, location, work) ?? (() => ({ ok: true, value: template }));
  return {
    location,
    isWhole: typeof template === "string" && expressionText(template) !== undefined,
    get source() {
      return sourceOf(template);
    },
    evaluate,
  };
}

/** The text of a field, as messages show it. */
export function sourceOf(template: Json): string {
  return typeof template === "string" ? (expressionText(template) ?? template) : stringifyJson(template);
}

type Evaluate = (bindings: Bindings, context: JsonataContext) => ExpressionOutcome;

/** Measured, without the expression that a string may be. */
const stepsPerNode = 10;

/** `undefined` for a value without expressions. */
function compileNode(template: Json, location: string, work: Work): Evaluate | undefined {
  work.pay(stepsPerNode);
  if (typeof template === "string") return compileString(template, location, work);
  if (isJsonArray(template)) return compileArray(template, location, work);
  if (isJsonObject(template)) return compileObject(template, location, work);
  return undefined;
}

function compileString(template: string, location: string, work: Work): Evaluate | undefined {
  const source = expressionText(template);
  if (source === undefined) return undefined;
  const compiled = compileJsonata(source, { work });
  if ("problem" in compiled) {
    const { code, message } = compiled.problem;
    const detail = `${subjectOf(source, location)} threw an error during evaluation. ${code}: ${message}`;
    return () => ({ ok: false, location, detail });
  }
  const { program } = compiled;
  return (bindings, context) => evaluateAt(program, location, bindings, context);
}

function evaluateAt(
  program: JsonataProgram,
  location: string,
  bindings: Bindings,
  context: JsonataContext,
): ExpressionOutcome {
  const outcome = evaluateJsonata(program, undefined, bindings, context);
  if (outcome.kind === "value") return { ok: true, value: outcome.value };
  const subject = subjectOf(program.source, location);
  switch (outcome.kind) {
    case "nothing":
      return { ok: false, location, detail: `${subject} returned nothing (undefined).` };
    case "unsupported":
      return { ok: false, location, detail: `${subject} returned an unsupported result type.` };
    case "internal":
      return { ok: false, location, detail: `${subject} threw an internal error during evaluation.` };
    case "exceeded":
      return { ok: false, location, detail: `${subject} threw an error during evaluation: ${outcome.message}` };
    case "error":
      return {
        ok: false,
        location,
        detail: `${subject} threw an error during evaluation. ${outcome.code}: ${outcome.message}`,
      };
  }
}

/** The beginning of AWS's sentences about an expression. */
export function subjectOf(source: string, location: string): string {
  return `The JSONata expression '${source}' specified for the field '${location}'`;
}

function compileArray(template: readonly Json[], location: string, work: Work): Evaluate | undefined {
  const items = template.map((item, index) => compileNode(item, `${location}[${index}]`, work));
  if (items.every((item) => item === undefined)) return undefined;
  return (bindings, context) => {
    const value: Json[] = [];
    for (const [index, evaluate] of items.entries()) {
      const outcome = evaluate === undefined ? undefined : evaluate(bindings, context);
      if (outcome !== undefined && !outcome.ok) return outcome;
      value.push(outcome === undefined ? (template[index] as Json) : outcome.value);
    }
    return { ok: true, value };
  };
}

function compileObject(template: JsonObject, location: string, work: Work): Evaluate | undefined {
  const members = Object.entries(template).map(
    ([name, value]) => [name, value, compileNode(value, `${location}/${name}`, work)] as const,
  );
  if (members.every(([, , evaluate]) => evaluate === undefined)) return undefined;
  return (bindings, context) => {
    const value: { [name: string]: Json } = {};
    for (const [name, fixed, evaluate] of members) {
      const outcome = evaluate === undefined ? undefined : evaluate(bindings, context);
      if (outcome !== undefined && !outcome.ok) return outcome;
      setMember(value, name, outcome === undefined ? fixed : outcome.value);
    }
    return { ok: true, value };
  };
}

/** AWS's complaint about a value that is of another type than its field needs. */
export function unexpectedType({ source, location }: Expression, expected: string, value: Json): string {
  return (
    `${subjectOf(source, location)} returned an unexpected result type. ` +
    `Expected '${expected}', but was '${jsonTypeName(value)}' for value: ${shownJson(value)}`
  );
}
