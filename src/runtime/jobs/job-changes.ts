// The rows of jobs that a commit brings and takes: the difference between the jobs that the execution waited for before a
// turn and those that it waits for now. One whose end the turn was told of is settled; any other that is not awaited any
// more is to be stopped.
import { awaitedJobs } from "../../engine/pending.ts";
import type { Command } from "../../engine/turn.ts";
import type { ExecutionChange } from "../../store/journal.ts";
import type { Job, JobKey } from "../../store/jobs.ts";
import type { LiveExecution } from "../executions/live-execution.ts";
import { nextLook } from "./look-times.ts";

/** Notes in `live` which jobs are awaited from now on. */
export function jobChanges(
  live: LiveExecution,
  command: Command,
  now: number,
): Pick<ExecutionChange, "jobs" | "settledJobs"> {
  const before = live.jobs;
  const after = awaitedJobs(live.execution);
  if (before.size === 0 && after.size === 0) return {};
  live.jobs = after;
  const executionId = live.record.id;
  const jobs: Job[] = [];
  const settledJobs: JobKey[] = [];
  for (const [scheduledEventId, submittedEventId] of after) {
    if (before.has(scheduledEventId)) continue;
    const job = { executionId, scheduledEventId, submittedEventId, isAbandoned: false, since: now };
    jobs.push({ ...job, lookAt: nextLook(job, now) });
  }
  for (const [scheduledEventId, submittedEventId] of before) {
    if (after.has(scheduledEventId)) continue;
    if (command.kind === "TaskOutcome" && command.scheduledEventId === scheduledEventId) {
      settledJobs.push({ executionId, scheduledEventId });
    } else {
      jobs.push({ executionId, scheduledEventId, submittedEventId, isAbandoned: true, since: now, lookAt: now });
    }
  }
  return { jobs, settledJobs };
}
