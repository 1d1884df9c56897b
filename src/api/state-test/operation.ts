// TestState: finds the state in the definition, checks what the request says about its test, and runs it.
import { isJsonObject, type Json, type JsonObject } from "../../asl/json.ts";
import { parseProgram } from "../../asl/parse-program.ts";
import type { Payload } from "../../asl/payload.ts";
import type { State, StateScope } from "../../asl/program.ts";
import { validateDefinition, validateStateText } from "../../asl/validate/validate.ts";
import { executionArn, stateMachineArn } from "../../aws/arn.ts";
import type { Variables } from "../../engine/execution.ts";
import { mockResultProblem } from "./mock-result.ts";
import { testedStateName, type TestPlace } from "../../engine/state-test/context.ts";
import { contextProblem } from "./context-problem.ts";
import { testStateAnswer } from "./answer.ts";
import type { Mock, StateTest } from "../../engine/state-test/run.ts";
import { requireJson, requireRoleArn } from "../arguments.ts";
import type { Answer, ApiContext, Call, OperationTable } from "../context.ts";
import { ApiError, invalidInput, validationErrors, violation } from "../errors.ts";
import type { TestStateInput } from "../model.ts";
import { readInTurns, requireNoErrors } from "../operations/definition.ts";

export const testStateOperations = { TestState: testState } satisfies OperationTable;

async function testState(input: TestStateInput, context: ApiContext, call: Call): Promise<Answer> {
  if (input.roleArn !== undefined) requireRoleArn(input.roleArn);
  const found = await requireState(input, context);
  requireTestable(input, found.state);
  const { stateConfiguration: configuration = {} } = input;
  const test: StateTest = {
    ...found,
    input: requireJson(input.input ?? "{}", invalidInput),
    variables: requireVariables(input.variables),
    place: newPlace(input, context),
    context: requireContext(input.context, found.state),
    mock: await requireMock(input, found.state),
    retryCount: configuration.retrierRetryCount ?? 0,
    failedIterations: configuration.mapIterationFailureCount ?? 0,
    itemReaderData: configuration.mapItemReaderData,
  };
  const revealSecrets = input.revealSecrets === true;
  const tested = await context.testState(test, { callerGone: call.goneSignal(), revealSecrets });
  if ("problem" in tested) throw invalid(tested.problem);
  return testStateAnswer(test, tested, input.inspectionLevel ?? "INFO");
}

const invalid = (problem: string): ApiError => new ApiError("ValidationException", problem);

interface FoundState {
  readonly scope: StateScope;
  readonly state: State;
}

/** The state by itself, or the one of a whole definition that `stateName` names, however deep it lies. */
async function requireState(
  { definition, stateName, stateConfiguration }: TestStateInput,
  context: ApiContext,
): Promise<FoundState> {
  const isAlone = stateName === undefined;
  const validate = isAlone ? validateStateText : validateDefinition;
  requireNoErrors(
    await readInTurns(
      definition,
      validate(definition, { type: "STANDARD", isUnknownAction: context.isUnknownAction }),
      context,
    ),
  );
  const machine = isAlone
    ? `{"StartAt":"${testedStateName}","States":{"${testedStateName}":${definition}}}`
    : definition;
  const found = findState(parseProgram(machine), stateName ?? testedStateName);
  if (found === undefined) throw notFound();
  const { errorCausedByState } = stateConfiguration ?? {};
  if (errorCausedByState !== undefined && !hasBelow(found.state, errorCausedByState)) throw notFound();
  return found;
}

const notFound = (): ApiError => invalid("State not found in definition");

function findState(scope: StateScope, name: string): FoundState | undefined {
  const state = scope.states.get(name);
  if (state !== undefined) return { scope, state };
  for (const container of scope.states.values()) {
    for (const below of scopesBelow(container)) {
      const found = findState(below, name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function hasBelow(state: State, name: string): boolean {
  return scopesBelow(state).some((below) => findState(below, name) !== undefined);
}

function scopesBelow(state: State): readonly StateScope[] {
  if (state.type === "Map") return [state.processor];
  return state.type === "Parallel" ? state.branches : [];
}

/** Checks that a state of this type can be tested with what the request gives. */
function requireTestable({ mock, roleArn, context, revealSecrets, stateConfiguration }: TestStateInput, state: State) {
  const isWork = state.type === "Task" || state.type === "Map" || state.type === "Parallel";
  if (mock !== undefined) {
    if (!isWork) throw invalid(`State type '${state.type}' is not supported when a mock is specified`);
    if (revealSecrets === true) throw invalid("TestState does not support RevealSecrets when a mock is specified.");
    return;
  }
  if (stateConfiguration?.mapIterationFailureCount !== undefined) throw needsMock("MapIterationFailureCount");
  if (context !== undefined) throw needsMock("Context");
  if (state.type === "Map" || state.type === "Parallel") {
    throw new ApiError(
      "InvalidDefinition",
      "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]",
    );
  }
  if (state.type !== "Task") return;
  const { kind, pattern } = state.resource;
  if (kind === "activity" || pattern !== "requestResponse") {
    const what = kind === "activity" ? "activity tasks" : `the '.${pattern}' service integration pattern`;
    throw new ApiError("InvalidDefinition", `TestState API does not support ${what} when a mock is not specified.`);
  }
  if (roleArn === undefined) throw invalid("RoleArn must be specified when testing a Task state");
}

const needsMock = (what: string): ApiError =>
  invalid(`TestState does not support ${what} when a mock is not specified.`);

async function requireMock({ mock }: TestStateInput, state: State): Promise<Mock | undefined> {
  if (mock === undefined) return undefined;
  const { result, errorOutput, fieldValidationMode = "STRICT" } = mock;
  if ((result === undefined) === (errorOutput === undefined)) {
    throw invalid("A test mock should have only one of the following fields: [result, errorOutput].");
  }
  if (errorOutput !== undefined) {
    if (errorOutput.error !== undefined) return { failure: errorOutput };
    throw validationErrors([violation("mock.errorOutput.error", " null", "Member must not be null")]);
  }
  const payload = requireJson(result ?? "", () => invalid("Mocked result must be valid JSON"));
  const problem = await mockResultProblem(state, payload.value, fieldValidationMode);
  if (problem !== undefined) throw invalid(problem);
  return { result: payload };
}

function requireVariables(text: string | undefined): Variables {
  if (text === undefined) return new Map();
  const variables = requireObject(text, () => invalid("Variables must be a valid JSON object"));
  return new Map<string, Json>(Object.entries(variables));
}

function requireContext(text: string | undefined, state: State): JsonObject | undefined {
  if (text === undefined) return undefined;
  const refused = (problem: string): ApiError => invalid(`Invalid Context object provided: ${problem}`);
  const given = requireObject(text, () => refused("Context object must be a valid JSON object"));
  const problem = contextProblem(given, state);
  if (problem !== undefined) throw refused(problem);
  return given;
}

function requireObject(text: string, errorFor: () => ApiError): JsonObject {
  const payload: Payload = requireJson(text, errorFor);
  if (!isJsonObject(payload.value)) throw errorFor();
  return payload.value;
}

/** The execution that AWS makes up has no UUID after its name, though it is an Express one (recorded). */
function newPlace({ roleArn }: TestStateInput, { arnSpace, newId }: ApiContext): TestPlace {
  const [stateMachineName, executionName] = [newId(), newId()];
  return {
    executionArn: executionArn(arnSpace, "EXPRESS", stateMachineName, executionName),
    executionName,
    stateMachineArn: stateMachineArn(arnSpace, stateMachineName),
    stateMachineName,
    roleArn,
  };
}
