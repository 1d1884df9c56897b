// The fold of one event into the execution. Total, and without evaluating any expression: everything that an expression gave
// is in the event.
import { assert } from "../asl/assert.ts";
import type { MockedCall } from "./effect.ts";
import type {
  ExecutionEnded,
  ExecutionRedriven,
  ExecutionStarted,
  ExecutionSucceeded,
  JournalEvent,
  MapIterationEnded,
  ParallelStateStarted,
  RetryScheduled,
  StateEntered,
  StateExited,
  TaskScheduled,
} from "./journal/event.ts";
import { isUnlisted } from "./journal/event.ts";
import {
  attemptOf,
  type FoldedExecution,
  heartbeatDeadlineAfter,
  type MapWork,
  type ParallelWork,
  type Scope,
  type TaskWork,
  type Variables,
} from "./execution.ts";
import { endIteration, mapRunOf, startIteration, startMap, startMapRun } from "./apply-map.ts";
import { branchScope } from "./branch-scope.ts";
import { activeState, childrenOf, closeWork, openScope, scopeOf, stateOf } from "./scopes.ts";

const noVariables: Variables = new Map();
const noBytes: ReadonlyMap<string, number> = new Map();

/** Changes `execution` to what it is after `event`. */
export function apply(execution: FoldedExecution, event: JournalEvent): void {
  if (!isUnlisted(event)) execution.lastEventId = event.id;
  execution.lastEventAt = event.at;
  switch (event.kind) {
    case "ExecutionStarted":
      return startExecution(execution, event);
    case "ExecutionSucceeded":
    case "ExecutionFailed":
    case "ExecutionTimedOut":
    case "ExecutionAborted":
      return endExecution(execution, event, event.at);
    case "ExecutionRedriven":
      return redriveExecution(execution, event);
    case "MapIterationSucceeded":
    case "MapIterationFailed":
    case "MapIterationAborted":
      return endIteration(execution, event);
    default:
      return applyToScope(execution, scopeOf(execution, event.scope), event);
  }
}

function applyToScope(
  execution: FoldedExecution,
  scope: Scope,
  event: Exclude<JournalEvent, { kind: MapIterationEnded["kind"] }>,
) {
  switch (event.kind) {
    case "StateEntered":
      return enterState(scope, event);
    case "StateExited":
      return exitState(execution, scope, event);
    case "TaskScheduled":
      return scheduleTask(execution, scope, event);
    case "TaskStarted":
      return advanceTask(scope, event, "started");
    case "TaskSubmitted":
      taskOf(scope).submission = event.output;
      return advanceTask(scope, event, "submitted");
    case "TaskHeartbeat":
      taskOf(scope).heartbeatDeadline = heartbeatDeadlineAfter(taskOf(scope), event.at);
      return;
    case "TaskSucceeded":
    case "TaskFailed":
    case "TaskSubmitFailed":
    case "TaskTimedOut":
      return endTask(execution, scope, event.id);
    case "StateAborted":
      return abortState(execution, scope);
    case "WaitStarted":
      activeState(scope).work = { kind: "wait", until: event.until };
      return;
    case "RetryScheduled":
      return scheduleRetry(execution, scope, event);
    case "MapStateStarted":
      scope.lastEventId = event.id;
      activeState(scope).work = startMap(event, attemptOf(execution, activeState(scope)));
      return;
    case "MapRunStarted":
      scope.lastEventId = event.id;
      activeState(scope).work = startMapRun(event, attemptOf(execution, activeState(scope)));
      return;
    case "MapRunSucceeded":
      // Stands beside the chain, as the success of the state does.
      mapRunOf(scope).status = "SUCCEEDED";
      return;
    case "MapRunFailed":
    case "MapRunAborted":
      scope.lastEventId = event.id;
      mapRunOf(scope).status = event.kind === "MapRunFailed" ? "FAILED" : "ABORTED";
      return;
    case "MapRunRedriven":
      scope.lastEventId = event.id;
      mapRunOf(scope).status = "RUNNING";
      mapRunOf(scope).redriveCount = event.redriveCount;
      return;
    case "MapIterationStarted":
      return startIteration(execution, scope, event);
    case "ParallelStateStarted":
      return startParallel(execution, scope, event);
    case "MapStateFailed":
    case "ParallelStateFailed":
      return failContainer(scope, event.id);
    case "EvaluationFailed":
      scope.lastEventId = event.id;
      return;
    case "MapStateSucceeded":
    case "ParallelStateSucceeded":
      return succeedContainer(scope);
  }
}

function startExecution(
  execution: FoldedExecution,
  { input, roleArn, at, testCase }: ExecutionStarted & JournalEvent,
): void {
  execution.status = "RUNNING";
  execution.testCase = testCase;
  execution.input = input;
  execution.roleArn = roleArn;
  execution.startedAt = at;
  execution.scopes.set(0, {
    id: 0,
    parent: undefined,
    index: 0,
    startedAt: at,
    variables: noVariables,
    variableBytes: noBytes,
    lastEventId: 0,
    data: input,
    next: execution.identity.program.startAt,
    state: undefined,
    hasEnded: false,
    hasFailed: false,
  });
}

const endStatus = {
  ExecutionFailed: "FAILED",
  ExecutionTimedOut: "TIMED_OUT",
  ExecutionAborted: "ABORTED",
} as const;

function endExecution(execution: FoldedExecution, event: ExecutionSucceeded | ExecutionEnded, at: number): void {
  execution.stoppedAt = at;
  execution.tasks.clear();
  if (event.kind === "ExecutionSucceeded") {
    execution.status = "SUCCEEDED";
    execution.output = event.output;
    execution.scopes.clear();
  } else {
    execution.status = endStatus[event.kind];
    execution.error = event.error;
    execution.cause = event.cause;
  }
}

/** Client tokens that are known of one execution (AWS's number). */
const namedRedrivesKept = 10;

/** Takes back the end: what had not succeeded is to begin again, with its retries and its time limits anew. */
function redriveExecution(execution: FoldedExecution, event: ExecutionRedriven & JournalEvent): void {
  const isTooMuchData = execution.error === "States.DataLimitExceeded";
  execution.status = "RUNNING";
  execution.stoppedAt = undefined;
  execution.error = undefined;
  execution.cause = undefined;
  execution.redriveCount = event.redriveCount;
  execution.redrivenAt = event.at;
  if (event.clientToken !== undefined) {
    execution.namedRedrives.push({ clientToken: event.clientToken, at: event.at });
    if (execution.namedRedrives.length > namedRedrivesKept) execution.namedRedrives.shift();
  }
  redriveScope(execution, scopeOf(execution, 0), isTooMuchData);
}

/** @param isTooMuchData the execution failed of too large data: a Map or Parallel that failed begins again as a whole. */
function redriveScope(execution: FoldedExecution, scope: Scope, isTooMuchData: boolean): void {
  const { state } = scope;
  scope.hasFailed = false;
  if (state === undefined) return;
  state.attempts.clear();
  const { work } = state;
  if ((work?.kind === "map" || work?.kind === "parallel") && isResumable(work, isTooMuchData)) {
    work.hasFailed = false;
    for (const child of childrenOf(work)) {
      if (child.hasFailed && work.kind === "map") work.running += 1;
      if (!child.hasEnded) redriveScope(execution, child, isTooMuchData);
    }
    return;
  }
  if (work?.kind === "mapRun" && work.status !== "SUCCEEDED" && !(work.status === "FAILED" && isTooMuchData)) {
    work.status = "REDRIVING";
    return;
  }
  closeWork(execution, scope);
  state.work = { kind: "redrive" };
}

/** A state whose scopes all succeeded could not take their result: it begins again. */
function isResumable({ hasSucceeded, hasFailed }: MapWork | ParallelWork, isTooMuchData: boolean): boolean {
  return !hasSucceeded && !(hasFailed && isTooMuchData);
}

function enterState(scope: Scope, event: StateEntered & JournalEvent): void {
  scope.state = {
    name: event.name,
    type: event.stateType,
    input: event.input,
    enteredEventId: event.id,
    enteredAfterEventId: event.previousEventId,
    enteredAt: event.at,
    attempts: new Map(),
    work: undefined,
  };
  scope.next = undefined;
  scope.lastEventId = event.id;
}

function exitState(execution: FoldedExecution, scope: Scope, event: StateExited & JournalEvent): void {
  closeWork(execution, scope);
  if (event.assigned !== undefined) {
    const variables = new Map(scope.variables);
    const variableBytes = new Map(scope.variableBytes);
    for (const [name, payload] of Object.entries(event.assigned)) {
      variables.set(name, payload.value);
      variableBytes.set(name, payload.bytes);
    }
    scope.variables = variables;
    scope.variableBytes = variableBytes;
  }
  scope.state = undefined;
  scope.data = event.output;
  scope.next = event.next;
  scope.lastEventId = event.id;
  if (event.next === undefined) endScope(scope, event.id);
}

function endScope(scope: Scope, eventId: number): void {
  scope.hasEnded = true;
  const work = scope.parent?.state?.work;
  if (scope.parent !== undefined && work?.kind === "parallel") {
    work.ended += 1;
    work.outputBytes += scope.data.bytes + 1;
    scope.parent.lastEventId = eventId;
  }
}

function mockedCall({ testCase, invocations }: FoldedExecution, stateName: string): MockedCall | undefined {
  if (testCase === undefined) return undefined;
  const invocation = invocations.get(stateName) ?? 0;
  invocations.set(stateName, invocation + 1);
  return { testCase, stateName, invocation };
}

function scheduleTask(execution: FoldedExecution, scope: Scope, event: TaskScheduled & JournalEvent): void {
  const { timeoutSeconds, version = 1 } = event;
  const isFromStart = version === 2;
  activeState(scope).work = {
    kind: "task",
    scheduledEventId: event.id,
    scheduledAt: event.at,
    resource: event.resource,
    parameters: event.parameters,
    token: event.token,
    credentialsRoleArn: event.credentialsRoleArn,
    mocked: mockedCall(execution, activeState(scope).name),
    deadline: timeoutSeconds === undefined || isFromStart ? undefined : event.at + timeoutSeconds * 1000,
    timeoutSecondsFromStart: isFromStart ? timeoutSeconds : undefined,
    heartbeatSeconds: event.heartbeatSeconds,
    heartbeatDeadline: undefined,
    phase: "scheduled",
    submission: undefined,
  };
  execution.tasks.set(event.id, scope);
  scope.lastEventId = event.id;
}

function advanceTask(scope: Scope, event: JournalEvent, phase: TaskWork["phase"]): void {
  const task = taskOf(scope);
  const { timeoutSecondsFromStart } = task;
  if (phase === "started" && timeoutSecondsFromStart !== undefined)
    task.deadline = event.at + timeoutSecondsFromStart * 1000;
  task.phase = phase;
  task.heartbeatDeadline = heartbeatDeadlineAfter(task, event.at);
  scope.lastEventId = event.id;
}

function endTask(execution: FoldedExecution, scope: Scope, eventId: number): void {
  closeWork(execution, scope);
  scope.lastEventId = eventId;
}

function taskOf(scope: Scope): TaskWork {
  const { work } = activeState(scope);
  assert(work?.kind === "task", "a task is awaited");
  return work;
}

/** An aborted state stays named until its scope goes; its wait is over. The scopes or the run below it were aborted before. */
function abortState(execution: FoldedExecution, scope: Scope): void {
  const kind = activeState(scope).work?.kind;
  if (kind !== "map" && kind !== "parallel" && kind !== "mapRun") closeWork(execution, scope);
}

/** Stands beside the chain: what follows hangs on the event before. */
function succeedContainer(scope: Scope): void {
  const { work } = activeState(scope);
  if (work?.kind === "map" || work?.kind === "parallel") work.hasSucceeded = true;
}

/** The scopes below stay until the state is left, tried again or redriven. */
function failContainer(scope: Scope, eventId: number): void {
  const { work } = activeState(scope);
  scope.lastEventId = eventId;
  if (work?.kind === "map" || work?.kind === "parallel") work.hasFailed = true;
}

function scheduleRetry(execution: FoldedExecution, scope: Scope, event: RetryScheduled & JournalEvent): void {
  const state = activeState(scope);
  closeWork(execution, scope);
  state.attempts.set(event.retrier, (state.attempts.get(event.retrier) ?? 0) + 1);
  state.work = { kind: "backoff", startedAt: event.at, until: event.until };
  scope.lastEventId = event.previousEventId;
}

function startParallel(execution: FoldedExecution, scope: Scope, event: ParallelStateStarted & JournalEvent): void {
  const container = stateOf(execution, scope);
  assert(container.type === "Parallel", "only a Parallel has branches");
  const { id: eventId, at: startedAt, input: data } = event;
  scope.lastEventId = eventId;
  const branches = container.branches.map((_, index) =>
    openScope(execution, scope, { id: branchScope(event, index), index, startedAt, lastEventId: eventId, data }),
  );
  activeState(scope).work = {
    kind: "parallel",
    startedEventId: eventId,
    branches,
    ended: 0,
    outputBytes: 0,
    hasSucceeded: false,
    hasFailed: false,
  };
}
