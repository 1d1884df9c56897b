// Validates ASL definitions with AWS's codes, messages and locations: the one validator behind CreateStateMachine,
// UpdateStateMachine, ValidateStateMachineDefinition, the command line and the editor. All problems at once.
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  nestsDeeperThan,
  parseJson,
} from "../json.ts";
import type { QueryLanguage } from "../parse-program.ts";
import type { Pieces } from "../pieces.ts";
import { utf8Length } from "../payload.ts";
import { languageOf } from "./assigned-names.ts";
import { integer, object, oneOf, string } from "./checks.ts";
import { CheckingEnded, isPauseDueAfter } from "./costs.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { Effort } from "./effort.ts";
import { Findings } from "./findings.ts";
import { jsonProblem } from "./json-problem.ts";
import { checkMode, hasExpressChildren, isDistributed, processorConfig, processorOf } from "./map-shapes.ts";
import { below, type MachineType, type Place, report, reportSchema } from "./place.ts";
import { checkObject, isDowngraded, type Shape, shapeOf } from "./shape.ts";
import type { IsUnknownAction } from "./services.ts";
import { checkCatchAll, checkTask } from "./state-checks.ts";
import { isStateType, mostSeconds, queryLanguage, stateShapes, stateTypes } from "./state-shapes.ts";
import { checkGraph, checkTargets } from "./transitions.ts";
import { type IsAssigned, variablesBefore } from "./variables.ts";

export interface ValidateOptions {
  readonly type: MachineType;
  /** Counts the work that is done. */
  readonly effort?: Effort;
  /** Whether an SDK service is known not to have an action; none is looked up by default. */
  readonly isUnknownAction?: IsUnknownAction | undefined;
}

/** Largest definition in bytes (AWS quota). */
export const maxDefinitionBytes = 1_048_576;
/** JSON within JSON within JSON; far more than any definition has. */
const maxNesting = 500;
/** Scopes within scopes; far more than any definition has. */
const maxScopes = 25;

/**
 * All problems of a definition in the order of the document, errors and warnings; none for a flawless one. It is found out in
 * pieces: however large the definition is, a piece takes some milliseconds.
 */
export function validateDefinition(text: string, options: ValidateOptions): Pieces<readonly Diagnostic[]> {
  return validateText(text, (definition) => validateValue(definition, options));
}

/** The same for the text of one state by itself, as TestState takes it. */
export function validateStateText(text: string, options: ValidateOptions): Pieces<readonly Diagnostic[]> {
  return validateText(text, (state) => validateState(state, options));
}

function* validateText(
  text: string,
  validate: (value: Json) => Pieces<readonly Diagnostic[]>,
): Pieces<readonly Diagnostic[]> {
  const problem = textProblem(text);
  if (problem !== undefined) return [problem];
  yield;
  const value = parseJson(text);
  yield;
  return yield* validate(value);
}

/** The problem that keeps a text from being looked into. */
function textProblem(text: string): Diagnostic | undefined {
  if (utf8Length(text) > maxDefinitionBytes) {
    return schemaProblem(`Definition must not be larger than ${maxDefinitionBytes} bytes`);
  }
  if (text.trim() === "") return schemaProblem(notAnObject);
  const problem = jsonProblem(text);
  if (problem !== undefined) {
    const { message, location } = problem;
    return { severity: "ERROR", code: "INVALID_JSON_DESCRIPTION", message: `${message}\n at ${location}`, location };
  }
  return nestsDeeperThan(text, maxNesting) ? tooDeeplyNested : undefined;
}

function* validateValue(definition: Json, options: ValidateOptions): Pieces<readonly Diagnostic[]> {
  if (!isJsonObject(definition)) return [schemaProblem(notAnObject)];
  const place = outermost(languageOf(definition, "JSONPath"), options);
  return yield* findingsOf(checkScope(definition, machineShape, place), place);
}

function* validateState(state: Json, options: ValidateOptions): Pieces<readonly Diagnostic[]> {
  if (!isJsonObject(state)) return [schemaProblem(notAnObject)];
  const place = outermost("JSONPath", options);
  const at = below(below(place, "States"), loneStateName);
  return yield* findingsOf(checkState(loneStateName, state, { before: () => () => false, place: at }), place);
}

/** AWS gives a state without a machine this name (recorded). */
const loneStateName = "StateName";

function* findingsOf(checking: Pieces<void>, { findings }: Place): Pieces<readonly Diagnostic[]> {
  try {
    yield* checking;
  } catch (error) {
    if (!(error instanceof CheckingEnded)) throw error;
  }
  return findings.list;
}

function outermost(language: QueryLanguage, options: ValidateOptions): Place {
  const { type: machineType, effort = new Effort(), isUnknownAction = () => false } = options;
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
    findings: new Findings(),
    effort,
    isUnknownAction,
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
function* checkScope(scope: Json, shape: Shape, place: Place): Pieces<void> {
  const checked = yield* checkObject(scope, shape, place);
  const states = checked === undefined ? undefined : memberOf(checked, "States");
  if (checked === undefined || !isJsonObject(states)) return;
  const at = below(place, "States");
  const entries = Object.entries(states);
  if (entries.length === 0) reportSchema(at, "Value cannot be empty");
  const before = yield* variablesBefore(states, place);
  for (const [name, state] of entries) yield* checkState(name, state, { states, before, place: below(at, name) });
  yield* checkGraph(checked, states, place);
}

interface StateAround {
  /** Its scope; absent for a state by itself. */
  readonly states?: JsonObject;
  readonly before: (state: string) => IsAssigned;
  readonly place: Place;
}

const maxNameLength = 80;
/** Measured, without its fields. */
const stepsPerState = 100;

function* checkState(name: string, state: Json, { states, before, place: at }: StateAround): Pieces<void> {
  if (isPauseDueAfter(stepsPerState, at)) yield;
  if (!checkName(name, at)) return;
  if (!isJsonObject(state)) return reportSchema(at, "Expected value of type [OBJECT]");
  const place = { ...at, language: languageOf(state, at.machineLanguage), effort: new Effort(at.effort) };
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
  yield* checkObject(state, stateShapes[type], place);
  if (states !== undefined) yield* checkTargets(state, states, place);
  checkCatchAll(state, place);
  if (type === "Task") checkTask(state, place);
  if (type === "Map") checkMode(state, place);
  if (type === "Parallel" || type === "Map") yield* checkNestedScopes(state, before(name), place);
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

function* checkNestedScopes(state: JsonObject, isAssigned: IsAssigned, place: Place): Pieces<void> {
  const inner: Place = { ...place, language: place.machineLanguage, depth: place.depth + 1 };
  if (inner.depth > maxScopes) return report(place, "TOO_DEEPLY_NESTED", "The states are too deeply nested");
  const scoped: Place = { ...inner, outerVariables: [...place.outerVariables, isAssigned] };
  const branches = memberOf(state, "Branches");
  if (isJsonArray(branches)) {
    for (const [index, branch] of branches.entries()) {
      // A value that is no object has been reported with the state's fields.
      if (isJsonObject(branch)) yield* checkScope(branch, branchShape, below(below(scoped, "Branches"), `[${index}]`));
    }
  }
  const { field, value } = processorOf(state);
  if (!isJsonObject(value)) return;
  // The children of a distributed Map are executions of their own: they do not see the variables around.
  const child: Place = isDistributed(state) ? { ...inner, outerVariables: [] } : scoped;
  const machineType = hasExpressChildren(state) ? "EXPRESS" : place.machineType;
  yield* checkScope(value, processorShape, below({ ...child, machineType }, field));
}
