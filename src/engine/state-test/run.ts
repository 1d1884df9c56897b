// TestState: one state, run by the functions that run it in an execution, with a trace of what its data went through.
// Pure: a task that is not mocked is handed to the caller, who comes back with its outcome.
import { within } from "../decide.ts";
import { assert } from "../../asl/assert.ts";
import { isJsonObject, type JsonObject, memberOf } from "../../asl/json.ts";
import type { Payload } from "../../asl/payload.ts";
import type { MapState, ParallelState, State, StateScope } from "../../asl/program.ts";
import { activeState, scopeOf } from "../scopes.ts";
import { argumentsOf } from "../data-flow.ts";
import type { PerformTask, TaskOutcome } from "../effect.ts";
import type { Failure, JournalEvent } from "../journal/event.ts";
import { type Execution, newExecution, type Scope, type Variables } from "../execution.ts";
import { failState, recover } from "../transition/failure.ts";
import { currentView } from "../map/items.ts";
import { leaveWithResult } from "../transition/leave.ts";
import { beginAgain } from "../transition/enter.ts";
import { endTask, startScheduledTasks } from "../states/task.ts";
import { leaveWait } from "../states/wait.ts";
import { madeUpContext, type TestPlace } from "./context.ts";
import { prepareTestedMap } from "./map.ts";
import { isExceeded, thresholdExceeded } from "../map/tolerance.ts";
import type { TraceSteps } from "../trace.ts";
import { type Environment, jsonataBudgetOf, Turn } from "../turn.ts";

export type Mock = { readonly result: Payload } | { readonly failure: Failure };

export interface StateTest {
  /** The states among which the tested one is. */
  readonly scope: StateScope;
  readonly state: State;
  readonly input: Payload;
  readonly variables: Variables;
  readonly place: TestPlace;
  /** Stands in for the context object that is made up. */
  readonly context?: JsonObject | undefined;
  readonly mock?: Mock | undefined;
  /** Retries made so far by the Retrier that names the error. */
  readonly retryCount: number;
  /** Iterations of a mocked Map that failed. */
  readonly failedIterations: number;
  /** The text that an ItemReader would have read. */
  readonly itemReaderData?: string | undefined;
}

export interface StateTestReport {
  readonly status: "SUCCEEDED" | "FAILED" | "RETRIABLE" | "CAUGHT_ERROR";
  readonly output?: Payload | undefined;
  readonly failure?: Failure | undefined;
  readonly nextState?: string | undefined;
  readonly trace: Partial<TraceSteps>;
  /** After the state. */
  readonly variables: Variables;
}

export type StateTestRun =
  | { readonly kind: "ended"; readonly report: StateTestReport }
  /** The task is to be performed; `end` goes on with its outcome at a time in epoch milliseconds. */
  | {
      readonly kind: "calling";
      readonly task: PerformTask;
      end(outcome: Exclude<TaskOutcome, { kind: "submitted" }>, now: number): StateTestReport;
    }
  /** The request contradicts itself, which only shows once the state's data is known. */
  | { readonly kind: "refused"; readonly problem: string };

type TestEnvironment = Pick<Environment, "now" | "limits" | "parameterProblem" | "taskToken">;

/** A Map or Parallel must be mocked; a Wait does not wait. */
export function testState(test: StateTest, environment: TestEnvironment): StateTestRun {
  const trace: { -readonly [Step in keyof TraceSteps]?: TraceSteps[Step] } = {};
  const turn = new Turn(newExecution(identityOf(test, environment)), {
    ...environment,
    isKnownActivity: () => true,
    mapRunArn: () => unmocked(),
    taskToken: (attempt) => givenToken(test.context) ?? environment.taskToken(attempt),
    parameterProblem: (resource, parameters) =>
      test.mock === undefined ? environment.parameterProblem(resource, parameters) : undefined,
    trace: (step, value) => {
      trace[step] = value;
    },
  });
  const scope = enter(turn, test);
  turn.begin(scope);
  const problem = within(turn, () => run(turn, scope, test));
  if (problem !== undefined) return { kind: "refused", problem };
  const [effect] = turn.effects;
  if (effect?.kind !== "PerformTask") return { kind: "ended", report: reportOf(turn, scope, trace) };
  return {
    kind: "calling",
    task: effect,
    end(outcome, now) {
      const later = new Turn(turn.execution, { ...turn.environment, now });
      later.begin(scope);
      within(later, () => endTask(later, scope, outcome));
      return reportOf(later, scope, trace);
    },
  };
}

function identityOf(test: StateTest, { now, limits }: TestEnvironment): Execution["identity"] {
  const { place, state, input, retryCount } = test;
  return {
    arn: place.executionArn,
    name: place.executionName,
    type: "EXPRESS",
    isSynchronous: true,
    stateMachineArn: place.stateMachineArn,
    stateMachineName: place.stateMachineName,
    program: { startAt: state.name, states: test.scope.states },
    timeoutSeconds: undefined,
    jsonataBudget: jsonataBudgetOf(limits),
    test: { context: test.context ?? madeUpContext(place, { state, input: input.value, retryCount, now }) },
  };
}

function givenToken(context: JsonObject | undefined): string | undefined {
  const task = context === undefined ? undefined : memberOf(context, "Task");
  const token = isJsonObject(task) ? memberOf(task, "Token") : undefined;
  return typeof token === "string" ? token : undefined;
}

/** The execution never lived: it is put into the state as if it had come there. */
function enter(turn: Turn, { state, input, variables, place, retryCount }: StateTest): Scope {
  turn.emit(0, { kind: "ExecutionStarted", input, roleArn: place.roleArn ?? "" });
  const scope = scopeOf(turn.execution, 0);
  scope.variables = variables;
  const { name, type: stateType } = state;
  turn.emit(scope.lastEventId, { kind: "StateEntered", scope: scope.id, stateType, name, input });
  if (retryCount > 0 && "retry" in state) {
    for (const position of state.retry.keys()) activeState(scope).attempts.set(position, retryCount);
  }
  return scope;
}

/** @returns the problem of a request that contradicts itself. */
function run(turn: Turn, scope: Scope, test: StateTest): string | undefined {
  const { state, mock } = test;
  if (state.type === "Map") return runMap(turn, scope, state, test);
  if (state.type === "Parallel") {
    runParallel(turn, scope, state, mock);
    return undefined;
  }
  beginAgain(turn, scope);
  const work = scope.state?.work;
  if (!turn.isOpen) return undefined;
  if (state.type === "Wait" && work?.kind === "wait") leaveWait(turn, scope, state);
  if (work?.kind !== "task") return undefined;
  if (mock === undefined) startScheduledTasks(turn);
  else if ("result" in mock) endTask(turn, scope, { kind: "succeeded", output: mock.result });
  else endTask(turn, scope, { kind: "failed", ...mock.failure });
  return undefined;
}

function runParallel(turn: Turn, scope: Scope, state: ParallelState, mock: Mock | undefined): void {
  assert(mock !== undefined, "a Parallel is tested with a mock");
  const input = argumentsOf(currentView(turn, scope), state.flow);
  if ("failure" in input) failState(turn, scope, input.failure);
  else if ("failure" in mock) recover(turn, scope, mock.failure, scope.lastEventId);
  else leaveWithResult(turn, scope, state, mock.result);
}

function runMap(turn: Turn, scope: Scope, state: MapState, test: StateTest): string | undefined {
  const { mock, failedIterations } = test;
  assert(mock !== undefined, "a Map is tested with a mock");
  const prepared = prepareTestedMap(turn, scope, state, test.itemReaderData);
  if ("failure" in prepared) {
    failState(turn, scope, prepared.failure);
    return undefined;
  }
  const { tolerance, items = "result" in mock ? lengthOf(mock.result) : Infinity } = prepared.value;
  if (failedIterations > items) {
    return "Map iteration failure count must be less than or equal to the number of Map iterations";
  }
  if ("failure" in mock) recover(turn, scope, mock.failure, scope.lastEventId);
  else if (isExceeded(tolerance, failedIterations, items)) {
    recover(turn, scope, thresholdExceeded, scope.lastEventId);
  } else leaveWithResult(turn, scope, state, mock.result);
  return undefined;
}

function lengthOf({ value }: Payload): number {
  return Array.isArray(value) ? value.length : Infinity;
}

function reportOf(turn: Turn, scope: Scope, trace: Partial<TraceSteps>): StateTestReport {
  const { variables } = scope;
  const end = turn.events.find(isEnd);
  assert(end !== undefined, "a state that was run has been left, has failed, or will be tried again");
  switch (end.kind) {
    case "StateExited": {
      const exit = { output: end.output, nextState: end.next, trace, variables };
      if (trace.catchIndex === undefined) return { status: "SUCCEEDED", ...exit };
      return { status: "CAUGHT_ERROR", failure: trace.failure, ...exit };
    }
    case "RetryScheduled":
      return { status: "RETRIABLE", failure: trace.failure, trace, variables };
    case "ExecutionFailed":
      return { status: "FAILED", failure: { error: end.error, cause: end.cause }, trace, variables };
  }
}

type End = JournalEvent & { readonly kind: "StateExited" | "RetryScheduled" | "ExecutionFailed" };

function isEnd(event: JournalEvent): event is End {
  return event.kind === "StateExited" || event.kind === "RetryScheduled" || event.kind === "ExecutionFailed";
}

/** A Map is mocked, so that it starts no Map Run. */
function unmocked(): never {
  throw new Error("a Map that is tested is mocked");
}
