// Intrinsic functions (`States.*`) of JSONPath states: a call is parsed and its paths compiled once, then evaluated
// against each state's data.
import type { Json } from "../json.ts";
import { shownJson } from "../json-work.ts";
import { type PathScope, workOf } from "../jsonpath/jsonpath.ts";
import type { PayloadPath } from "../payload-path.ts";
import { unlimitedWork, type Work } from "../work.ts";
import { formatTemplate, splitTemplate } from "./format.ts";
import { type CallContext, checkArgumentCount } from "./functions.ts";
import { type Argument, type Call, parseCall } from "./parse-call.ts";
import { IntrinsicProblem } from "./problem.ts";

export type IntrinsicOutcome =
  | { readonly ok: true; readonly value: Json }
  /** `message`: the whole sentence, with the call as it is written. */
  | { readonly ok: false; readonly message: string };

export type Intrinsic = {
  readonly source: string;
  readonly variables: ReadonlySet<string>;
  /** @param random numbers in [0, 1) @throws WorkExceeded */
  evaluate(scope: PathScope, random: () => number): IntrinsicOutcome;
};

/** @throws WorkExceeded */
export function compileIntrinsic(
  text: string,
  work = unlimitedWork(),
): { readonly intrinsic: Intrinsic } | { readonly problem: string } {
  const parse = parseCall(text, work);
  if ("problem" in parse) return parse;
  const { result: call } = parse;
  const evaluateCall = compileCall(call);
  const evaluate = (scope: PathScope, random: () => number): IntrinsicOutcome => {
    try {
      return { ok: true, value: evaluateCall({ ...scope, work: workOf(scope) }, random) };
    } catch (error) {
      return { ok: false, message: messageOf(error, text) };
    }
  };
  return { intrinsic: { source: text, variables: new Set(variablesOf(call)), evaluate } };
}

type PayingScope = PathScope & { readonly work: Work };
type Evaluate = (scope: PayingScope, random: () => number) => Json;

/** Thrown by an argument whose path names nothing; the message says which. */
class MissingArgument extends Error {}

/** Thrown by an argument whose path does not fit the data; the message is all that AWS says. */
class UnusableArgument extends Error {}

/** Thrown by a call whose function cannot work with its arguments; the message is AWS's for this function. */
class CallProblem extends Error {}

function compileCall(call: Call): Evaluate {
  const { intrinsic } = call;
  const values = call.arguments.map(compileArgument);
  const apply = applicationOf(call);
  return (scope, random) => {
    const { work } = scope;
    work.pay(stepsPerCall + 2 * values.length);
    const read = values.map((value) => value(scope, random));
    try {
      checkArgumentCount(intrinsic, read.length);
      return apply(read, { random, work });
    } catch (error) {
      throw callProblem(error, intrinsic.name);
    }
  };
}

/** Measured: a call of a function that does nothing. */
const stepsPerCall = 20;

/** A template written as a literal is split once: only there do backslashes and braces stand as written. */
function applicationOf({
  intrinsic,
  arguments: [first],
}: Call): (values: readonly Json[], context: CallContext) => Json {
  if (intrinsic.name !== "States.Format" || first?.kind !== "text") return intrinsic.evaluate;
  const template = splitTemplate(first.written);
  return (values, { work }) => formatTemplate(template, values.slice(1), work);
}

function callProblem(error: unknown, name: string): unknown {
  return error instanceof IntrinsicProblem ? new CallProblem(error.detail ?? `Invalid arguments in ${name}`) : error;
}

function compileArgument(argument: Argument): Evaluate {
  switch (argument.kind) {
    case "value":
    case "text":
      return () => argument.value;
    case "call":
      return compileCall(argument.call);
    case "path":
      return (scope) => readArgument(argument.path, scope);
  }
}

/** AWS's text shows a path into the context object as the path that it looks up there. */
function readArgument({ path, read }: PayloadPath, scope: PayingScope): Json {
  const result = read(scope);
  if (result.found) return result.value;
  if (result.kind === "unusable") throw new UnusableArgument(result.message);
  const [source, input] =
    path.root === "context" ? [path.source.slice(1), scope.context()] : [path.source, scope.input];
  throw new MissingArgument(
    `The JsonPath argument for the field '${source}' could not be found in the input '${shownJson(input, scope.work)}'`,
  );
}

function variablesOf(call: Call): readonly string[] {
  return call.arguments.flatMap((argument) => {
    if (argument.kind === "call") return variablesOf(argument.call);
    const variable = argument.kind === "path" ? argument.path.path.variable : undefined;
    return variable === undefined ? [] : [variable];
  });
}

function messageOf(error: unknown, source: string): string {
  if (error instanceof UnusableArgument) return error.message;
  if (error instanceof MissingArgument) return `The function '${source}' had the following error: ${error.message}`;
  if (error instanceof CallProblem) {
    return `There was an error while evaluating the intrinsic function: ${source}. ${error.message}`;
  }
  throw error;
}
