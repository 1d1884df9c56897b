// The last event of an execution, and the end of everything that was still running for it.
import type { ExecutionEnded, ExecutionSucceeded, Failure } from "../journal/event.ts";
import { isOpenMapRun, type Scope } from "../execution.ts";
import type { Turn } from "../turn.ts";

export function endExecution(turn: Turn, previousEventId: number, event: ExecutionSucceeded | ExecutionEnded): void {
  for (const scope of turn.execution.tasks.values()) cancelTask(turn, scope);
  if (event.kind === "ExecutionAborted" || event.kind === "ExecutionTimedOut") abortMapRuns(turn);
  turn.emit(previousEventId, event);
}

/** A Map Run that goes on is listed as aborted, and its state with it, where the history has room. */
function abortMapRuns(turn: Turn): void {
  const { scopes, lastEventId } = turn.execution;
  const open = [...scopes.values()].filter(({ state }) => state?.work?.kind === "mapRun" && isOpenMapRun(state.work));
  if (lastEventId + 2 * open.length + 1 >= turn.environment.limits.maxHistoryEvents) return;
  for (const scope of open) {
    abortMapRun(turn, scope, scope.lastEventId);
    turn.emit(scope.lastEventId, { kind: "StateAborted", scope: scope.id, stateType: "Map" });
  }
}

/** @param after the event that the abort is known by. */
export function abortMapRun(turn: Turn, scope: Scope, after: number): void {
  const work = scope.state?.work;
  if (work?.kind !== "mapRun" || !isOpenMapRun(work)) return;
  turn.emit(after, { kind: "MapRunAborted", scope: scope.id });
  turn.effects.push({ kind: "EndMapRun", startedEventId: work.startedEventId, status: "ABORTED" });
}

/** Stopped, or at a state transition after its machine was deleted. AWS hangs the abort of a whole execution on no event. */
export function abortExecution(turn: Turn, { error, cause }: Failure): void {
  endExecution(turn, 0, { kind: "ExecutionAborted", error, cause });
}

/** Asks for the task that a scope waits for to be stopped. */
export function cancelTask(turn: Turn, scope: Scope): void {
  const work = scope.state?.work;
  if (work?.kind !== "task") return;
  const attempt = { executionArn: turn.execution.identity.arn, scheduledEventId: work.scheduledEventId };
  turn.effects.push({ kind: "CancelTask", attempt, resource: work.resource, submission: work.submission });
}
