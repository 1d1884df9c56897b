// Validates ASL definitions with AWS's codes, messages and locations: the one validator behind CreateStateMachine,
// UpdateStateMachine, ValidateStateMachineDefinition, the command line and the editor. All problems at once.
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, parseJson } from "../json.ts";
import type { QueryLanguage } from "../parse-program.ts";
import { utf8Length } from "../payload.ts";
import { languageOf } from "./assigned-names.ts";
import { integer, object, oneOf, string } from "./checks.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { jsonProblem } from "./json-problem.ts";
import { checkMode, hasExpressChildren, isDistributed, processorConfig, processorOf } from "./map-shapes.ts";
import { below, type MachineType, type Place, report, reportSchema } from "./place.ts";
import { checkObject, isDowngraded, type Shape, shapeOf } from "./shape.ts";
import { checkCatchAll, checkTask } from "./state-checks.ts";
import { isStateType, mostSeconds, queryLanguage, stateShapes, stateTypes } from "./state-shapes.ts";
import { checkGraph, checkTargets } from "./transitions.ts";
import { type IsAssigned, variablesBefore } from "./variables.ts";

export interface ValidateOptions {
  readonly type: MachineType;
}

/** Largest definition in bytes (AWS quota). */
export const maxDefinitionBytes = 1_048_576;
/** JSON within JSON within JSON; far more than any definition has. */
const maxJsonDepth = 500;
/** Compiling one takes some 40 microseconds; no definition of a person has more. */
const mostExpressions = 20_000;
/** Scopes within scopes; far more than any definition has. */
const maxScopes = 25;

/** All problems of a definition in the order of the document, errors and warnings; empty for a flawless one. */
export function validateDefinition(text: string, options: ValidateOptions): readonly Diagnostic[] {
  return textProblem(text) ?? validateValue(parseJson(text), options);
}

/** The same for the text of one state by itself, as TestState takes it. */
export function validateStateText(text: string, options: ValidateOptions): readonly Diagnostic[] {
  return textProblem(text) ?? validateState(parseJson(text), options);
}

/** The problem that keeps a text from being looked into. */
function textProblem(text: string): readonly Diagnostic[] | undefined {
  if (utf8Length(text) > maxDefinitionBytes) {
    return [schemaProblem(`Definition must not be larger than ${maxDefinitionBytes} bytes`)];
  }
  if (text.trim() === "") return [schemaProblem(notAnObject)];
  const problem = jsonProblem(text);
  if (problem !== undefined) {
    const { message, location } = problem;
    return [{ severity: "ERROR", code: "INVALID_JSON_DESCRIPTION", message: `${message}\n at ${location}`, location }];
  }
  return nestingOf(text) > maxJsonDepth ? [tooDeeplyNested] : undefined;
}

/** The same for a definition that is parsed already. */
export function validateValue(definition: Json, { type }: ValidateOptions): readonly Diagnostic[] {
  const problem = shapeProblem(definition);
  if (problem !== undefined || !isJsonObject(definition)) return problem === undefined ? [] : [problem];
  const place = outermost(languageOf(definition, "JSONPath"), type);
  checkScope(definition, machineShape, place);
  return place.findings;
}

/** The problems of one state by itself, as TestState takes it; the names of its targets are not looked up. */
export function validateState(state: Json, { type }: ValidateOptions): readonly Diagnostic[] {
  const problem = shapeProblem(state);
  if (problem !== undefined) return [problem];
  const place = outermost("JSONPath", type);
  // AWS gives a state without a machine this name (recorded).
  checkState(loneStateName, state, { before: () => () => false, place: below(below(place, "States"), loneStateName) });
  return place.findings;
}

const loneStateName = "StateName";

function shapeProblem(definition: Json): Diagnostic | undefined {
  if (!isJsonObject(definition)) return schemaProblem(notAnObject);
  return isNestedDeeper(definition, maxJsonDepth) ? tooDeeplyNested : undefined;
}

function outermost(language: QueryLanguage, machineType: MachineType): Place {
  return {
    location: "",
    language,
    machineLanguage: language,
    machineType,
    statesMembers: [],
    outerVariables: [],
    names: new Set(),
    labels: new Set(),
    depth: 0,
    findings: [],
    expressions: { left: mostExpressions },
  };
}

const notAnObject = "Definition must be a valid JSON object";
const tooDeeplyNested: Diagnostic = {
  severity: "ERROR",
  code: "TOO_DEEPLY_NESTED",
  message: "The definition is too deeply nested",
};

function schemaProblem(message: string): Diagnostic {
  return { severity: "ERROR", code: "SCHEMA_VALIDATION_FAILED", message };
}

/** How deep the brackets of JSON text go. */
function nestingOf(text: string): number {
  let [depth, deepest] = [0, 0];
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (isInString) {
      if (character === "\\") i++;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === "{" || character === "[") deepest = Math.max(deepest, ++depth);
    else if (character === "}" || character === "]") depth--;
  }
  return deepest;
}

function isNestedDeeper(value: Json, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((item: Json) => isNestedDeeper(item, depth - 1));
}

const scopeFields = { StartAt: string, States: object, Comment: string };
const required = ["States", "StartAt"];
const machineShape = shapeOf({
  both: {
    ...scopeFields,
    Version: oneOf("1.0"),
    QueryLanguage: queryLanguage,
    // 0 is accepted, though documented as positive.
    TimeoutSeconds: integer({ least: 0, most: mostSeconds }),
  },
  required,
});
const branchShape = shapeOf({ both: scopeFields, required });
const processorShape = shapeOf({ both: { ...scopeFields, ProcessorConfig: processorConfig }, required });

/** Checks an object that holds `StartAt` and `States`: the machine, a branch or an item processor. */
function checkScope(scope: Json, shape: Shape, place: Place): void {
  const checked = checkObject(scope, shape, place);
  const states = checked === undefined ? undefined : memberOf(checked, "States");
  if (checked === undefined || !isJsonObject(states)) return;
  const at = below(place, "States");
  const entries = Object.entries(states);
  if (entries.length === 0) reportSchema(at, "Value cannot be empty");
  const before = variablesBefore(states, place);
  for (const [name, state] of entries) checkState(name, state, { states, before, place: below(at, name) });
  checkGraph(checked, states, place);
}

interface StateAround {
  /** Its scope; absent for a state by itself. */
  readonly states?: JsonObject;
  readonly before: (state: string) => IsAssigned;
  readonly place: Place;
}

const maxNameLength = 80;

function checkState(name: string, state: Json, { states, before, place: at }: StateAround): void {
  if (!checkName(name, at)) return;
  if (!isJsonObject(state)) return reportSchema(at, "Expected value of type [OBJECT]");
  const place = { ...at, language: languageOf(state, at.machineLanguage) };
  if (isDowngraded(place)) {
    reportSchema(place, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
  }
  const type = memberOf(state, "Type");
  if (!isStateType(type)) {
    if (type === undefined) return reportSchema(place, "The field 'Type' is required");
    const message = `The field 'Type' should have one of these values: [${stateTypes.join(", ")}]`;
    const hint = typeof type === "string" ? { given: type, known: stateTypes } : {};
    return reportSchema(below(place, "Type"), message, hint);
  }
  checkObject(state, stateShapes[type], place);
  if (states !== undefined) checkTargets(state, states, place);
  checkCatchAll(state, place);
  if (type === "Task") checkTask(state, place);
  if (type === "Map") checkMode(state, place);
  if (type === "Parallel" || type === "Map") checkNestedScopes(state, before(name), place);
}

/** Nothing is said about what is in a state that cannot be named. */
function checkName(name: string, place: Place): boolean {
  const isTooLong = name.length > maxNameLength && [...name].length > maxNameLength;
  if (name === "") report(place, "INVALID_STATE_NAME", "State name cannot be empty");
  if (isTooLong) {
    const message = `State name '${name}' exceeds the ${maxNameLength}-character limit allowed by the service`;
    report(place, "INVALID_STATE_NAME", message);
  }
  if (place.names.has(name)) report(place, "DUPLICATE_STATE_NAME", `Duplicate State name: ${name}`);
  place.names.add(name);
  return !isTooLong;
}

function checkNestedScopes(state: JsonObject, isAssigned: IsAssigned, place: Place): void {
  const inner: Place = { ...place, language: place.machineLanguage, depth: place.depth + 1 };
  if (inner.depth > maxScopes) return report(place, "TOO_DEEPLY_NESTED", "The states are too deeply nested");
  const scoped: Place = { ...inner, outerVariables: [...place.outerVariables, isAssigned] };
  const branches = memberOf(state, "Branches");
  if (isJsonArray(branches)) {
    for (const [index, branch] of branches.entries()) {
      // A value that is no object has been reported with the state's fields.
      if (isJsonObject(branch)) checkScope(branch, branchShape, below(below(scoped, "Branches"), `[${index}]`));
    }
  }
  const { field, value } = processorOf(state);
  if (!isJsonObject(value)) return;
  // The children of a distributed Map are executions of their own: they do not see the variables around.
  const child: Place = isDistributed(state) ? { ...inner, outerVariables: [] } : scoped;
  const machineType = hasExpressChildren(state) ? "EXPRESS" : place.machineType;
  checkScope(value, processorShape, below({ ...child, machineType }, field));
}
