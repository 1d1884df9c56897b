// A service that runs jobs, in a simulated world: it outlives every process that submits to it, knows a repeated submission by
// its token, and lets a job run for some time or until it is stopped.
import assert from "node:assert/strict";
import { isJsonObject, memberOf } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import type { PerformTask, SubmittedJob } from "../engine/effect.ts";

interface RunningJob {
  /** Epoch milliseconds; earlier when it is stopped. */
  endsAt: number;
  isStopped: boolean;
  /** Somebody has looked at it, so that its submission is durable. */
  isKnown: boolean;
}

export interface JobsOutsideOptions {
  readonly now: () => number;
  readonly random: () => number;
}

export class JobsOutside {
  readonly #options: JobsOutsideOptions;
  readonly #jobs = new Map<string, RunningJob>();

  constructor(options: JobsOutsideOptions) {
    this.#options = options;
  }

  /** @returns the answer, which names the job. */
  submit({ attempt, parameters }: PerformTask): Payload {
    const { now, random } = this.#options;
    const id = `${attempt.executionArn}/${attempt.scheduledEventId}`;
    const given = isJsonObject(parameters.value) ? parameters.value : {};
    const lastsMs = (0.5 + random() / 2) * Number(memberOf(given, "seconds")) * 1000;
    if (!this.#jobs.has(id)) this.#jobs.set(id, { endsAt: now() + lastsMs, isStopped: false, isKnown: false });
    return Payload.ofValue({ JobRunId: id });
  }

  hasEnded(submitted: SubmittedJob): boolean {
    const job = this.#find(submitted);
    job.isKnown = true;
    return job.endsAt <= this.#options.now();
  }

  stop(submitted: SubmittedJob): void {
    const job = this.#find(submitted);
    job.isStopped = true;
    job.endsAt = Math.min(job.endsAt, this.#options.now());
  }

  /** Jobs that somebody waited for, and that still run. */
  get running(): readonly string[] {
    const now = this.#options.now();
    return [...this.#jobs].filter(([, { endsAt, isKnown }]) => isKnown && endsAt > now).map(([id]) => id);
  }

  get stopped(): number {
    return [...this.#jobs.values()].filter(({ isStopped }) => isStopped).length;
  }

  #find({ submission }: SubmittedJob): RunningJob {
    const { JobRunId: id } = JSON.parse(submission.text) as { JobRunId: string };
    const job = this.#jobs.get(id);
    assert.ok(job !== undefined, `the job ${id} was submitted`);
    return job;
  }
}
