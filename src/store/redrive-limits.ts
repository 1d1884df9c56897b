// How far an execution may have come to go on after its end (API reference, RedriveExecution). The rule as rows can be asked
// by it: the stores ask theirs in the same words.
import type { ExecutionRecord } from "./journal.ts";

export interface RedriveLimits {
  /** Events that an execution has at most. */
  readonly lastEventId: number;
  /** When it began, epoch milliseconds, at the earliest; redrives change nothing about it. */
  readonly startedAt: number;
  /** When it ended last, epoch milliseconds, at the earliest. */
  readonly stoppedAt: number;
}

type Reached = Pick<ExecutionRecord, "lastEventId" | "startedAt" | "stoppedAt">;

/** The first limit that an execution is beyond. */
export function exceededLimit(reached: Reached, limits: RedriveLimits): keyof RedriveLimits | undefined {
  if (reached.lastEventId > limits.lastEventId) return "lastEventId";
  if (reached.startedAt < limits.startedAt) return "startedAt";
  if (reached.stoppedAt !== undefined && reached.stoppedAt < limits.stoppedAt) return "stoppedAt";
  return undefined;
}
