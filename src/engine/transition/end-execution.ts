// The last event of an execution, and the end of everything that was still running for it.
import type { ExecutionEnded, ExecutionSucceeded, Failure } from "../journal/event.ts";
import type { Scope } from "../execution.ts";
import type { Turn } from "../turn.ts";

export function endExecution(turn: Turn, previousEventId: number, event: ExecutionSucceeded | ExecutionEnded): void {
  for (const scope of turn.execution.tasks.values()) cancelTask(turn, scope);
  turn.emit(previousEventId, event);
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
