// An execution that ended without success goes on: states that were entered and not left begin again, what succeeded stays.
import { continueMap } from "./states/map.ts";
import type { Turn } from "./turn.ts";

/** Does nothing to an execution that runs, that succeeded, or whose history has no room. */
export function redriveExecution(turn: Turn, clientToken: string | undefined): void {
  const { execution, environment } = turn;
  const { status, lastEventId } = execution;
  if (status !== "FAILED" && status !== "TIMED_OUT" && status !== "ABORTED") return;
  if (execution.identity.type !== "STANDARD" || lastEventId + 1 >= environment.limits.maxHistoryEvents) return;
  const redriveCount = execution.redriveCount + 1;
  turn.emit(lastEventId, { kind: "ExecutionRedriven", redriveCount, clientToken });
  for (const scope of execution.scopes.values()) turn.touch(scope);
  for (const scope of execution.scopes.values()) {
    if (turn.isOpen && scope.state?.work?.kind === "map") continueMap(turn, scope);
  }
}
