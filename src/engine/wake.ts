// Time passes: the timers of an execution, which of them are due, and what that brings about.
import { assert } from "../asl/assert.ts";
import { stateOf } from "./scopes.ts";
import { abortExecution, cancelTask, endExecution } from "./transition/end-execution.ts";
import type { Execution, Scope } from "./execution.ts";
import { recover } from "./transition/failure.ts";
import { beginAgain } from "./transition/enter.ts";
import { leaveWait } from "./states/wait.ts";
import type { Turn } from "./turn.ts";

/** The time at which the execution must be woken, epoch milliseconds; `undefined` when none of its timers runs. */
export function wakeAt(execution: Execution): number | undefined {
  if (execution.status !== "RUNNING") return undefined;
  let earliest = deadlineOf(execution);
  for (const scope of execution.scopes.values()) earliest = Math.min(earliest, timerOf(scope));
  return earliest === Infinity ? undefined : earliest;
}

function deadlineOf({ identity, startedAt, redrivenAt }: Execution): number {
  const { timeoutSeconds } = identity;
  return timeoutSeconds === undefined ? Infinity : (redrivenAt ?? startedAt) + timeoutSeconds * 1000;
}

function timerOf({ state }: Scope): number {
  const work = state?.work;
  if (work?.kind === "wait" || work?.kind === "backoff") return work.until;
  if (work?.kind === "task") return Math.min(work.deadline ?? Infinity, work.heartbeatDeadline ?? Infinity);
  return Infinity;
}

/** Does what is due at the environment's `now`, and nothing when nothing is. */
export function wake(turn: Turn): void {
  const { execution, environment } = turn;
  if (deadlineOf(execution) <= environment.now) return endExecution(turn, 0, { kind: "ExecutionTimedOut" });
  const due = [...execution.scopes.values()].filter((scope) => timerOf(scope) <= environment.now);
  const timedOut = due.filter((scope) => scope.state?.work?.kind === "task").map((scope) => timeOutTask(turn, scope));
  for (const scope of due) {
    if (!turn.isOpen || execution.scopes.get(scope.id) !== scope) continue;
    turn.begin(scope);
    const kind = scope.state?.work?.kind;
    if (kind === "backoff") {
      // Trying again is a state transition, too.
      if (environment.isStateMachineDeleted === true) return abortExecution(turn, {});
      beginAgain(turn, scope);
    }
    if (kind === "wait") {
      const state = stateOf(execution, scope);
      assert(state.type === "Wait", "only a Wait state waits");
      leaveWait(turn, scope, state);
    }
  }
  for (const { scope, eventId, isHeartbeat } of timedOut) {
    if (!turn.isOpen || execution.scopes.get(scope.id) !== scope || scope.lastEventId !== eventId) continue;
    turn.begin(scope);
    recover(turn, scope, { error: "States.Timeout", isHeartbeat }, eventId);
  }
}

/** All that time out together are listed before any of it has consequences. */
function timeOutTask(turn: Turn, scope: Scope) {
  const work = scope.state?.work;
  assert(work?.kind === "task", "a task is awaited");
  const isHeartbeat = (work.deadline ?? Infinity) > turn.environment.now;
  cancelTask(turn, scope);
  const eventId = turn.emit(scope.lastEventId, { kind: "TaskTimedOut", scope: scope.id, error: "States.Timeout" });
  return { scope, eventId, isHeartbeat };
}
