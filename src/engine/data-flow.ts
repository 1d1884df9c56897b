// The way of data through a state: AWS's order of InputPath, Parameters, ResultSelector, ResultPath, OutputPath and Assign
// for JSONPath, of Arguments, Output and Assign for JSONata. A step that fails gives the failure as a value.
import { failurePlace } from "./failure-place.ts";
import type { Expression } from "../asl/expression.ts";
import { unexpectedType } from "../asl/expression.ts";
import { isJsonObject, type Json } from "../asl/json.ts";
import type { JsonPath, ReferencePath } from "../asl/jsonpath/jsonpath.ts";
import { maxPayloadBytes, Payload } from "../asl/payload.ts";
import type { DataFlow, ValueSource } from "../asl/program.ts";
import type { Template } from "../asl/template.ts";
import type { Failure } from "./journal/event.ts";
import { bindings, pathScope, type View } from "./view.ts";

/** The reason why a state cannot go on. */
export interface StateFailure extends Failure {
  readonly error: string;
  readonly cause: string;
  /** A JSONata field failed: listed as EvaluationFailed before anything else happens. */
  readonly evaluation?: { readonly location?: string | undefined; readonly isAfterEntry?: boolean } | undefined;
}

export type Result<Value> = { readonly value: Value } | { readonly failure: StateFailure };

/** The data that leaves a state. */
export interface StateOutput {
  readonly output: Payload;
  readonly assigned?: Readonly<Record<string, Payload>> | undefined;
}

const emptyObject = Payload.ofValue({});

/** A failure that no workflow can handle: `detail` is what went wrong, without the state. */
export function runtimeFailure(view: View, detail: string): StateFailure {
  return { error: "States.Runtime", cause: described(view, detail) };
}

export function evaluationFailure(view: View, detail: string, location?: string): StateFailure {
  return { error: "States.QueryEvaluationError", cause: described(view, detail), evaluation: { location } };
}

/** A Reference Path does not fit the data that it is applied to; AWS names no state in the cause. */
export function referencePathConflict(problem: string): StateFailure {
  return { error: "States.ReferencePathConflict", cause: problem };
}

export function dataLimitFailure(subject: string): StateFailure {
  const cause = `The state/task '${subject}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  return { error: "States.DataLimitExceeded", cause };
}

function described(view: View, detail: string): string {
  if (view.execution.identity.test !== undefined) return detail;
  return `${failurePlace(view.state)} ${detail}`;
}

/** `InputPath`, `OutputPath` and the like: data in, part of it out. */
export function readData(view: View, path: JsonPath | null, data: Payload): Result<Payload> {
  if (path === null) return { value: emptyObject };
  if (path.source === "$") return { value: data };
  const result = path.read(pathScope(view, data.value));
  if (result.found) return { value: Payload.ofValue(result.value) };
  view.trace?.("problem", { path: path.source, scope: pathScope(view, data.value) });
  return { failure: runtimeFailure(view, `Invalid path '${path.source}' : ${result.message}`) };
}

/** The input that the state works on: all of it, or what `InputPath` selects. */
export function effectiveInput(view: View, flow: DataFlow): Result<Payload> {
  if (flow.language === "JSONata") return { value: view.state.input };
  return traced(view, "afterInputPath", readData(view, flow.inputPath, view.state.input));
}

/** Tells the trace, where there is one, what a step gave, unless it is too much to be shown. */
function traced(
  view: View,
  step: "afterInputPath" | "afterParameters" | "afterArguments" | "afterResultSelector" | "afterResultPath",
  outcome: Result<Payload>,
): Result<Payload> {
  if ("value" in outcome && view.trace !== undefined && !outcome.value.isTooLarge) view.trace(step, outcome.value);
  return outcome;
}

export function fillTemplate(view: View, template: Template, input: Payload): Result<Payload> {
  const outcome = template.evaluate(pathScope(view, input.value), view.random);
  if (outcome.ok) return { value: Payload.ofValue(outcome.value) };
  if (outcome.kind === "problem") return { failure: runtimeFailure(view, outcome.message) };
  view.trace?.("problem", { path: outcome.path, field: outcome.field, scope: pathScope(view, input.value) });
  const detail = `The JSONPath '${outcome.path}' specified for the field '${outcome.field}' could not be found in the input '${input.text}'`;
  return { failure: runtimeFailure(view, detail) };
}

export function evaluate(
  view: View,
  expression: Expression,
  extra: { readonly result?: Json; readonly errorOutput?: Json } = {},
): Result<Json> {
  const outcome = expression.evaluate(bindings(view, extra), view.jsonata);
  if (outcome.ok) return outcome;
  const { location } = outcome;
  view.trace?.("problem", { expression, location, bindings: bindings(view, extra), context: view.jsonata });
  return { failure: evaluationFailure(view, outcome.detail, location) };
}

/** `Parameters` or `Arguments`: what a Task or a Parallel hands on. Without them, the effective input. */
export function argumentsOf(view: View, flow: DataFlow): Result<Payload> {
  if (flow.language === "JSONata") {
    if (flow.arguments === undefined) return traced(view, "afterArguments", { value: view.state.input });
    const outcome = evaluate(view, flow.arguments);
    if ("failure" in outcome) return outcome;
    return traced(view, "afterArguments", { value: Payload.ofValue(outcome.value) });
  }
  const input = effectiveInput(view, flow);
  if ("failure" in input) return input;
  const filled = flow.parameters === undefined ? input : fillTemplate(view, flow.parameters, input.value);
  return traced(view, "afterParameters", filled);
}

/** The output of a state that has a result: Task, Parallel, Map, and a Pass in JSONPath. */
export function outputOfResult(view: View, flow: DataFlow, result: Payload): Result<StateOutput> {
  if (flow.language === "JSONata") {
    return jsonataOutput(view, { output: flow.output, assign: flow.assign }, { result: result.value }, result);
  }
  const selected =
    flow.resultSelector === undefined ? { value: result } : fillTemplate(view, flow.resultSelector, result);
  if ("failure" in selected) return selected;
  if (selected.value.isTooLarge) return { failure: dataLimitFailure(view.state.name) };
  view.trace?.("afterResultSelector", selected.value);
  const assigned = flow.assign === undefined ? { value: undefined } : assignTemplate(view, flow.assign, result);
  if ("failure" in assigned) return assigned;
  const placed = traced(view, "afterResultPath", placeResult(view, flow.resultPath, selected.value));
  if ("failure" in placed) return placed;
  return limited(view, readData(view, flow.outputPath, placed.value), assigned.value);
}

/** The `Output` and `Assign` of the matching Choice rule: they stand in for the state's own. */
export interface Overrides {
  readonly output?: Expression | undefined;
  readonly assign?: Template | Expression | undefined;
}

/** The output of a state without a result: Wait, Choice, Succeed, and a Pass in JSONata. */
export function outputOfInput(view: View, flow: DataFlow, overrides?: Overrides): Result<StateOutput> {
  if (flow.language === "JSONata") return jsonataOutput(view, overrides ?? flow, {}, view.state.input);
  const input = effectiveInput(view, flow);
  if ("failure" in input) return input;
  const assign = overrides === undefined ? flow.assign : overrides.assign;
  const assigned = assign === undefined ? { value: undefined } : assignTemplate(view, assign, input.value);
  if ("failure" in assigned) return assigned;
  return limited(view, readData(view, flow.outputPath, input.value), assigned.value);
}

/** The output of a state whose failure was caught; `OutputPath` has no part in it. */
export function outputOfError(
  view: View,
  flow: DataFlow,
  catcher: Overrides & { readonly resultPath: ReferencePath | null },
  errorOutput: Payload,
): Result<StateOutput> {
  if (flow.language === "JSONata") return jsonataOutput(view, catcher, { errorOutput: errorOutput.value }, errorOutput);
  const assigned =
    catcher.assign === undefined ? { value: undefined } : assignTemplate(view, catcher.assign, errorOutput);
  if ("failure" in assigned) return assigned;
  return limited(view, placeResult(view, catcher.resultPath, errorOutput), assigned.value);
}

/** `ResultPath`: the result put into the raw input of the state. */
function placeResult(view: View, path: ReferencePath | null, result: Payload): Result<Payload> {
  if (path === null) return { value: view.state.input };
  if (path.source === "$") return { value: result };
  const written = path.write(view.state.input.value, result.value, view.work);
  if ("value" in written) return { value: Payload.ofValue(written.value) };
  return { failure: referencePathConflict(written.problem) };
}

function jsonataOutput(
  view: View,
  fields: Overrides,
  extra: { readonly result?: Json; readonly errorOutput?: Json },
  fallback: Payload,
): Result<StateOutput> {
  const output = fields.output === undefined ? undefined : evaluate(view, fields.output, extra);
  if (output !== undefined && "failure" in output) return output;
  const assigned = fields.assign === undefined ? undefined : assignExpression(view, fields.assign, extra);
  if (assigned !== undefined && "failure" in assigned) return assigned;
  const payload = output === undefined ? fallback : Payload.ofValue(output.value);
  return limited(view, { value: payload }, assigned?.value);
}

function assignTemplate(view: View, assign: Template | Expression, input: Payload): Result<Assigned> {
  if ("location" in assign) return assignExpression(view, assign, {});
  const filled = fillTemplate(view, assign, input);
  return "failure" in filled ? filled : assignedOf(view, filled.value.value);
}

function assignExpression(
  view: View,
  assign: Template | Expression,
  extra: { readonly result?: Json; readonly errorOutput?: Json },
): Result<Assigned> {
  if (!("location" in assign)) return assignTemplate(view, assign, view.state.input);
  const outcome = evaluate(view, assign, extra);
  return "failure" in outcome ? outcome : assignedOf(view, outcome.value);
}

type Assigned = Readonly<Record<string, Payload>> | undefined;

/** All variables that a state sees together in bytes (AWS's quota of an execution). */
const maxVariableBytes = 10 * 1024 * 1024;

/** The variables of one `Assign`; together they may be as large as one payload. */
function assignedOf(view: View, value: Json): Result<Assigned> {
  if (!isJsonObject(value)) return { value: undefined };
  const entries = Object.entries(value).map(([name, variable]) => [name, Payload.ofValue(variable)] as const);
  let bytes = 0;
  for (const [, payload] of entries) {
    if (payload.isTooLarge) return { failure: dataLimitFailure(view.state.name) };
    bytes += payload.bytes;
    if (bytes > maxPayloadBytes) return { failure: dataLimitFailure(view.state.name) };
  }
  const { variableBytes } = view.scope;
  for (const [name, size] of variableBytes) if (!Object.hasOwn(value, name)) bytes += size;
  if (bytes > maxVariableBytes) return { failure: dataLimitFailure(view.state.name) };
  return { value: entries.length === 0 ? undefined : Object.fromEntries(entries) };
}

function limited(view: View, output: Result<Payload>, assigned: Assigned): Result<StateOutput> {
  if ("failure" in output) return output;
  if (output.value.isTooLarge) return { failure: dataLimitFailure(view.state.name) };
  return { value: { output: output.value, assigned } };
}

/** The value of a field that is fixed, a path, an intrinsic or an expression; `missing` words a path that leads nowhere. */
export function readSource(
  view: View,
  source: ValueSource,
  input: Payload,
  missing: (path: JsonPath, message: string) => string,
): Result<Json> {
  switch (source.kind) {
    case "fixed":
      return { value: source.value };
    case "expression":
      return evaluate(view, source.expression);
    case "intrinsic": {
      const outcome = source.intrinsic.evaluate(pathScope(view, input.value), view.random);
      if (outcome.ok) return outcome;
      return { failure: runtimeFailure(view, outcome.message) };
    }
    case "path": {
      const scope = pathScope(view, input.value);
      const result = source.path.read(scope);
      if (result.found) return result;
      view.trace?.("problem", { path: source.path.source, scope });
      return { failure: runtimeFailure(view, missing(source.path, result.message)) };
    }
  }
}

/** A JSONata field that must give a value of one type. */
export function mistyped(view: View, expression: Expression, expected: string, value: Json): StateFailure {
  const { location } = expression;
  view.trace?.("problem", { expression, location, bindings: bindings(view), context: view.jsonata });
  return evaluationFailure(view, unexpectedType(expression, expected, value), location);
}
