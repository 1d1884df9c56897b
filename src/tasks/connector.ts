// Connectors: the way from a task's resource to the thing it calls. A connector reports how the call came out;
// whether that is retried or caught is the workflow's business.
import type { Payload } from "../asl/payload.ts";
import type { JobService, PerformTask, TaskOutcome } from "../engine/effect.ts";
import type { Inspect } from "./ports.ts";

/** One that takes jobs (`.sync`) looks at them and stops them, too. */
export interface Connector extends Partial<JobService> {
  /** The reason why the parameters are no request at all; a task with such a problem is not even scheduled. */
  parameterProblem?(parameters: Payload): string | undefined;
  /**
   * Calls the resource once. Never rejects for what the called thing does: that is a `failed` outcome.
   * @param signal aborts when nobody waits for the outcome any more (timeout, stop, shutdown).
   * @param inspect looks at the call, where it is one of HTTP.
   */
  perform(task: PerformTask, signal: AbortSignal, inspect?: Inspect): Promise<TaskOutcome>;
}

/** Stable across repeated performances of one attempt: sent along, so that a receiver can tell a repetition. */
export function idempotencyKey(task: PerformTask): string {
  return `${task.attempt.executionArn}/${task.attempt.scheduledEventId}`;
}
