// An execution that ended without success goes on: states that were entered and not left begin again, what succeeded stays.
import type { Execution } from "./execution.ts";
import { continueMap } from "./states/map.ts";
import type { Turn } from "./turn.ts";

/** The time in which a client token names the same redrive (AWS's). */
export const clientTokenMs = 15 * 60 * 1000;

/** When the redrive of the same client token happened, epoch milliseconds; `undefined` for another redrive. */
export function repeatedRedrive(
  { namedRedrives }: Execution,
  clientToken: string | undefined,
  now: number,
): number | undefined {
  const since = now - clientTokenMs;
  return namedRedrives.find((named) => named.clientToken === clientToken && named.at >= since)?.at;
}

/**
 * Does nothing to an execution that runs, that succeeded, or whose history has no room, and nothing for a request that was
 * granted before, though the execution may have failed again since.
 */
export function redriveExecution(turn: Turn, clientToken: string | undefined): void {
  const { execution, environment } = turn;
  const { status, lastEventId } = execution;
  if (status !== "FAILED" && status !== "TIMED_OUT" && status !== "ABORTED") return;
  if (execution.identity.type !== "STANDARD" || lastEventId + 1 >= environment.limits.maxHistoryEvents) return;
  if (repeatedRedrive(execution, clientToken, environment.now) !== undefined) return;
  const redriveCount = execution.redriveCount + 1;
  turn.emit(lastEventId, { kind: "ExecutionRedriven", redriveCount, clientToken });
  for (const scope of execution.scopes.values()) turn.touch(scope);
  for (const scope of execution.scopes.values()) {
    if (!turn.isOpen || scope.state?.work?.kind !== "map") continue;
    turn.begin(scope);
    continueMap(turn, scope);
  }
}
