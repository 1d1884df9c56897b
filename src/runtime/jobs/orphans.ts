// A job that was submitted for an attempt which was over by then: no event tells of it, so it is stopped at once or not at all.
import type { JobService, PerformTask } from "../../engine/effect.ts";
import type { Payload } from "../../asl/payload.ts";

export interface OrphanOptions {
  readonly jobs: JobService;
  readonly pause: () => Promise<void>;
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly log: (message: string) => void;
}

const mostTries = 20;

export async function stopOrphanedJob(task: PerformTask, submission: Payload, options: OrphanOptions): Promise<void> {
  const { jobs, pause, signal, now, log } = options;
  const { resource, parameters, credentialsRoleArn } = task;
  const job = { resource, parameters, submission, submittedAt: now, credentialsRoleArn };
  let trouble = "";
  for (let tries = 0; tries < mostTries && !signal.aborted; tries++) {
    const stop = await jobs.stop(job, signal);
    if (stop.kind === "done") return;
    trouble = stop.message;
    if (stop.kind === "refused") break;
    await pause();
  }
  if (!signal.aborted) log(`A job of ${resource.arn} that nobody waits for could not be stopped. ${trouble}`);
}
