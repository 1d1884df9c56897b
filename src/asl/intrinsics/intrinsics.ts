// Intrinsic functions (`States.*`) of JSONPath states: a call is parsed and its paths compiled once, then evaluated
// against each state's data.
import { type Json, stringifyJson } from "../json.ts";
import type { PathScope } from "../jsonpath/jsonpath.ts";
import { formatTemplate, splitTemplate } from "./format.ts";
import { type Argument, type Call, parseCall } from "./parse-call.ts";
import { IntrinsicProblem } from "./problem.ts";

export type IntrinsicOutcome =
  | { readonly ok: true; readonly value: Json }
  | {
      readonly ok: false;
      /** `path`: an argument's path names nothing; `intrinsic`: the function refuses its arguments. */
      readonly kind: "path" | "intrinsic";
      readonly path?: string;
      /** The whole sentence, with the function's name. */
      readonly message: string;
    };

export type Intrinsic = {
  readonly source: string;
  readonly variables: ReadonlySet<string>;
  /** @param random numbers in [0, 1) */
  evaluate(scope: PathScope, random: () => number): IntrinsicOutcome;
};

export function compileIntrinsic(text: string): { readonly intrinsic: Intrinsic } | { readonly problem: string } {
  const parse = parseCall(text);
  if ("problem" in parse) return parse;
  const { result: call } = parse;
  const evaluateCall = compileCall(call);
  const evaluate = (scope: PathScope, random: () => number): IntrinsicOutcome => {
    try {
      return { ok: true, value: evaluateCall(scope, random) };
    } catch (error) {
      return outcomeOf(error, { source: text, scope });
    }
  };
  return { intrinsic: { source: text, variables: new Set(variablesOf(call)), evaluate } };
}

type Evaluate = (scope: PathScope, random: () => number) => Json;

/** Thrown by an argument that names nothing. */
class MissingArgument extends Error {
  readonly path: string;

  constructor(path: string) {
    super(path);
    this.path = path;
  }
}

function compileCall(call: Call): Evaluate {
  const { intrinsic } = call;
  const [template, ...others] = call.arguments;
  if (intrinsic.name === "States.Format" && template?.kind === "text") {
    const texts = splitTemplate(template.written);
    const values = others.map(compileArgument);
    return (scope, random) =>
      formatTemplate(
        texts,
        values.map((value) => value(scope, random)),
      );
  }
  const values = call.arguments.map(compileArgument);
  return (scope, random) =>
    intrinsic.evaluate(
      values.map((value) => value(scope, random)),
      random,
    );
}

function compileArgument(argument: Argument): Evaluate {
  switch (argument.kind) {
    case "value":
    case "text":
      return () => argument.value;
    case "call":
      return compileCall(argument.call);
    case "path":
      return (scope) => {
        const result = argument.path.read(scope);
        if (!result.found) throw new MissingArgument(argument.path.source);
        return result.value;
      };
  }
}

function variablesOf(call: Call): readonly string[] {
  return call.arguments.flatMap((argument) => {
    if (argument.kind === "call") return variablesOf(argument.call);
    return argument.kind === "path" && argument.path.variable !== undefined ? [argument.path.variable] : [];
  });
}

function outcomeOf(
  error: unknown,
  { source, scope }: { readonly source: string; readonly scope: PathScope },
): IntrinsicOutcome {
  const sentence = (detail: string): string => `The function '${source}' had the following error: ${detail}`;
  if (error instanceof MissingArgument) {
    const input = stringifyJson(scope.input);
    const detail = `The JsonPath argument for the field '${error.path}' could not be found in the input '${input}'`;
    return { ok: false, kind: "path", path: error.path, message: sentence(detail) };
  }
  if (error instanceof IntrinsicProblem) return { ok: false, kind: "intrinsic", message: sentence(error.message) };
  // The engine's own limits on strings and on nesting, reached by what the arguments together would amount to.
  if (error instanceof RangeError)
    return { ok: false, kind: "intrinsic", message: sentence("The result is too large") };
  throw error;
}
