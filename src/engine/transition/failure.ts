// The way of a failure: retried by a Retrier, caught by a Catcher, or passed up to the Map or Parallel around it,
// and at last the end of the execution.
import { Payload } from "../../asl/payload.ts";
import type { Catcher, MapState, ParallelState, Retrier, TaskState } from "../../asl/program.ts";
import { activeState, childrenOf, stateOf } from "../scopes.ts";
import { outputOfError, type StateFailure } from "../data-flow.ts";
import { abortMapRun, cancelTask, endExecution } from "./end-execution.ts";
import type { Failure } from "../journal/event.ts";
import type { Scope } from "../execution.ts";
import { itemOf } from "../map/items.ts";
import { exitState } from "./exit.ts";
import type { Turn } from "../turn.ts";
import { viewOf } from "../view.ts";

/** A failure on its way: `isHeartbeat` tells a missed heartbeat from another timeout. */
export interface RaisedFailure extends Failure {
  readonly isHeartbeat?: boolean | undefined;
}

/**
 * The active state of a scope cannot go on: what AWS lists for it, then recovery.
 * @param after the event that the failure is known by, where no EvaluationFailed is listed.
 */
export function failState(turn: Turn, scope: Scope, failure: StateFailure, after = scope.lastEventId): void {
  const state = activeState(scope);
  if (failure.evaluation !== undefined) {
    const hasBegun = scope.lastEventId !== state.enteredEventId || failure.evaluation.isAfterEntry === true;
    turn.emit(hasBegun ? scope.lastEventId : state.enteredAfterEventId, {
      kind: "EvaluationFailed",
      scope: scope.id,
      state: state.name,
      error: failure.error,
      cause: failure.cause,
      location: failure.evaluation.location,
    });
    return recover(turn, scope, failure, scope.lastEventId);
  }
  recover(turn, scope, failure, after);
}

/**
 * Finds who deals with a failure of a scope's active state.
 * @param after the event that the failure is known by.
 */
export function recover(turn: Turn, scope: Scope, failure: RaisedFailure, after: number, isFromBelow = false): void {
  // No Retrier and no Catcher sees it, in none of the states around it, and nothing below is listed as aborted (measured).
  if (failure.error === "States.Runtime") return failExecution(turn, failure, after);
  const definition = stateOf(turn.execution, scope);
  if (definition.type !== "Task" && definition.type !== "Parallel" && definition.type !== "Map") {
    return propagate(turn, scope, failure, after);
  }
  turn.environment.trace?.("failure", failure);
  const { work } = activeState(scope);
  if (!isFromBelow && (work?.kind === "map" || work?.kind === "parallel")) abortBelow(turn, scope, after, undefined);
  if (retry(turn, scope, definition, failure, after)) return;
  // A Map or Parallel that is not tried again has failed, whatever catches it.
  if (definition.type !== "Task") turn.emit(after, { kind: `${definition.type}StateFailed`, scope: scope.id });
  const position = definition.catch.findIndex(({ errorEquals }) => matches(errorEquals, failure));
  const catcher = definition.catch[position];
  if (catcher === undefined) return propagate(turn, scope, failure, scope.lastEventId);
  turn.environment.trace?.("catchIndex", position);
  catchFailure(turn, scope, catcher, failure, after);
}

/** The first Retrier that names the error decides, also when its attempts are used up. */
function retry(
  turn: Turn,
  scope: Scope,
  definition: TaskState | ParallelState | MapState,
  failure: RaisedFailure,
  after: number,
): boolean {
  const position = definition.retry.findIndex((retrier) => matches(retrier.errorEquals, failure));
  const retrier = definition.retry[position];
  if (retrier === undefined) return false;
  const { now, trace } = turn.environment;
  trace?.("retryIndex", position);
  const attempts = activeState(scope).attempts.get(position) ?? 0;
  if (attempts >= retrier.maxAttempts) return false;
  const view = viewOf(turn.execution, scope, { at: now, salt: "retry", work: turn.work }, itemOf);
  const delayMs = retryDelayMs(retrier, attempts, view.random);
  trace?.("retryBackoffSeconds", delayMs / 1000);
  const until = now + delayMs;
  turn.emit(after, { kind: "RetryScheduled", scope: scope.id, retrier: position, until });
  return true;
}

/** Milliseconds before the retry that follows `attempts` earlier ones. */
export function retryDelayMs(retrier: Retrier, attempts: number, random: () => number): number {
  const seconds = Math.min(
    retrier.intervalSeconds * retrier.backoffRate ** attempts,
    retrier.maxDelaySeconds ?? Infinity,
  );
  return Math.round((retrier.jitterStrategy === "FULL" ? random() * seconds : seconds) * 1000);
}

function catchFailure(turn: Turn, scope: Scope, catcher: Catcher, failure: RaisedFailure, after: number): void {
  const isTimeout = failure.error === "States.Timeout" && failure.cause === undefined;
  const errorOutput = Payload.ofValue({
    Error: failure.error ?? null,
    Cause: failure.cause ?? (isTimeout ? "" : null),
  });
  const view = viewOf(turn.execution, scope, { at: turn.environment.now, salt: "catch", work: turn.work }, itemOf);
  const { flow, type } = stateOf(turn.execution, scope);
  const outcome = outputOfError(view, flow, catcher, errorOutput);
  if ("value" in outcome) return exitState(turn, scope, outcome.value, catcher.next);
  const { error, cause, evaluation } = outcome.failure;
  if (evaluation !== undefined) {
    const { location } = evaluation;
    turn.emit(after, {
      kind: "EvaluationFailed",
      scope: scope.id,
      state: view.state.name,
      error,
      cause,
      location,
    });
  }
  if (error === "States.Runtime") return failExecution(turn, { error, cause }, scope.lastEventId);
  // AWS lists the failure of the state once more when its Catcher fails, too.
  if (type === "Map" || type === "Parallel")
    turn.emit(scope.lastEventId, { kind: `${type}StateFailed`, scope: scope.id });
  propagate(turn, scope, { error, cause }, scope.lastEventId);
}

/** Nobody in the state itself deals with the failure: the state around it fails, or the execution does. */
function propagate(turn: Turn, scope: Scope, failure: RaisedFailure, after: number): void {
  const { parent } = scope;
  if (parent === undefined) return failExecution(turn, failure, after);
  abortBelow(turn, parent, after, scope);
  recover(turn, parent, failure, after, true);
}

export function failExecution(turn: Turn, { error, cause }: RaisedFailure, after: number): void {
  endExecution(turn, after, { kind: "ExecutionFailed", error, cause });
}

/**
 * Aborts everything that runs in a Map or Parallel. AWS lists, per iteration, first its end and then the abort of the
 * state it was in; the state that failed is among them.
 */
function abortBelow(turn: Turn, parent: Scope, after: number, failed: Scope | undefined): void {
  const { name, type, work } = activeState(parent);
  if (failed !== undefined && type === "Map") {
    turn.emit(after, { kind: "MapIterationFailed", scope: failed.id, name, index: failed.index });
    abortState(turn, failed, after);
  }
  for (const child of childrenOf(work)) {
    if (child.hasEnded || child.hasFailed || (child === failed && type === "Map")) continue;
    if (type === "Map") turn.emit(after, { kind: "MapIterationAborted", scope: child.id, name, index: child.index });
    abortState(turn, child, after);
  }
}

function abortState(turn: Turn, scope: Scope, after: number): void {
  const { state } = scope;
  if (state === undefined) return;
  if (state.work?.kind === "map" || state.work?.kind === "parallel") abortBelow(turn, scope, after, undefined);
  if (state.type === "Task" || state.type === "Wait" || state.type === "Parallel" || state.type === "Map") {
    cancelTask(turn, scope);
    abortMapRun(turn, scope, after);
    turn.emit(after, { kind: "StateAborted", scope: scope.id, stateType: state.type });
  }
}

/** Whether an `ErrorEquals` names a failure; `States.Runtime` is never asked for. */
function matches(errorEquals: readonly string[], { error, isHeartbeat }: RaisedFailure): boolean {
  return errorEquals.some((name) => {
    if (name === "States.ALL" || name === error) return true;
    if (name === "States.HeartbeatTimeout") return isHeartbeat === true;
    return name === "States.TaskFailed" && error !== "States.Timeout" && error !== "States.DataLimitExceeded";
  });
}
