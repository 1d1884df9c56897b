// Looks at the jobs that task attempts wait for, and stops those that nobody waits for any more. Which jobs there are, and
// when each is due, the store knows: a job costs this process nothing between two looks, and a restart goes on where the last
// process stood.
import type { JobService, SubmittedJob } from "../../engine/effect.ts";
import type { ExecutionChange, ExecutionRecord } from "../../store/journal.ts";
import type { Job } from "../../store/jobs.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import type { ExecutionListener } from "../executions/listener.ts";
import type { LiveExecution } from "../executions/live-execution.ts";
import type { Loop } from "../executions/loop.ts";
import { mayPass } from "../executions/passing.ts";
import { nextLook } from "./look-times.ts";
import { Postponements } from "./postponements.ts";
import { ServicePauses } from "./service-pauses.ts";
import { submittedJob } from "./submitted-job.ts";

export interface JobPollerOptions {
  readonly store: Pick<Store, "journal" | "jobs">;
  readonly clock: Clock;
  readonly loop: Pick<Loop, "deliverSurely" | "isQuarantined">;
  readonly jobs: JobService;
  readonly log: (message: string, error?: unknown) => void;
}

/** Looks that are under way at a time. */
const mostLooks = 50;
/** Looks among them at jobs of one service, and of one that did not answer: it must not take the places of all others. */
const mostOfService = 40;
const mostOfSilent = 2;
/** Looks that begin in a beat: 100 a second, however many jobs there are. */
const looksPerBeat = 10;
const beatMs = 100;
const retryDelayMs = 1_000;
/** After so long nobody tries to stop a job any more. */
const stopForMs = 24 * 3_600_000;
/** A look that found something which only a person can mend is made again some time. */
const restMs = 600_000;

export class JobPoller implements ExecutionListener {
  readonly #options: JobPollerOptions;
  readonly #pauses = new ServicePauses();
  readonly #postponements: Postponements;
  /** Jobs that are being looked at. */
  readonly #busy = new Set<string>();
  readonly #stopped = new AbortController();
  /** Services whose trouble was told. */
  readonly #told = new Set<string>();
  /** Looks that are under way, by service. */
  readonly #underWay = new Map<string, number>();
  #setFor = Infinity;
  #callOff: (() => void) | undefined;
  #isRinging = false;

  constructor(options: JobPollerOptions) {
    this.#options = options;
    this.#postponements = new Postponements({ ...options, signal: this.#stopped.signal });
  }

  committed(_live: LiveExecution, { jobs = [] }: ExecutionChange): void {
    for (const { lookAt } of jobs) this.#consider(lookAt);
  }

  /** Sets itself to the earliest look in the store that is not under way. */
  async setFromStore(): Promise<void> {
    const [earliest] = await this.#due(Number.MAX_SAFE_INTEGER, 1);
    if (earliest !== undefined) this.#consider(earliest.lookAt);
  }

  stop(): void {
    this.#stopped.abort();
    this.#callOff?.();
    this.#postponements.stop();
  }

  #consider(lookAt: number): void {
    if (this.#stopped.signal.aborted || lookAt >= this.#setFor) return;
    this.#callOff?.();
    this.#setFor = lookAt;
    this.#callOff = this.#options.clock.callAt(lookAt, () => void this.#ring());
  }

  /** One beat: some of the jobs that are due are looked at. The next beat follows while there are more. */
  async #ring(): Promise<void> {
    if (this.#isRinging || this.#stopped.signal.aborted) return;
    this.#isRinging = true;
    const { clock, log } = this.#options;
    // Jobs that are submitted meanwhile wait for the end of the beat.
    this.#setFor = -Infinity;
    let delayMs: number | undefined = beatMs;
    try {
      const room = Math.min(looksPerBeat, mostLooks - this.#busy.size);
      const due = room === 0 ? [] : await this.#due(clock.now(), room);
      for (const job of due) void this.#attend(job);
      if (due.length < room) delayMs = undefined;
    } catch (error) {
      if (!this.#stopped.signal.aborted) log("Jobs that are waited for could not be read; trying again.", error);
      delayMs = retryDelayMs;
    }
    this.#isRinging = false;
    if (this.#stopped.signal.aborted) return;
    if (delayMs !== undefined) {
      this.#callOff = clock.callAfter(delayMs, () => void this.#ring());
      return;
    }
    this.#setFor = Infinity;
    await this.#setSurely();
  }

  async #setSurely(): Promise<void> {
    const { clock, log } = this.#options;
    // A beat that is to come finds everything.
    if (this.#setFor === -Infinity) return;
    try {
      await this.setFromStore();
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      log("Jobs that are waited for could not be read; trying again.", error);
      this.#consider(clock.now() + retryDelayMs);
    }
  }

  async #due(now: number, limit: number): Promise<readonly Job[]> {
    const jobs = await this.#options.store.jobs.due(now, limit + this.#busy.size);
    return jobs.filter((job) => !this.#busy.has(keyOf(job))).slice(0, limit);
  }

  async #attend(job: Job): Promise<void> {
    const { store, clock, log } = this.#options;
    const key = keyOf(job);
    this.#busy.add(key);
    try {
      const lookAt = await this.#fate(job);
      if (this.#stopped.signal.aborted) return;
      if (lookAt === undefined) await store.jobs.settle([job]);
      else if (lookAt !== "settled") await this.#postponements.add({ ...job, lookAt });
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      const isPassing = mayPass(error);
      log(
        `A job of execution ${job.executionId} could not be looked at${isPassing ? "; it is tried again" : ""}.`,
        error,
      );
      await this.#postponements.add({ ...job, lookAt: clock.now() + (isPassing ? retryDelayMs : restMs) });
    }
    this.#busy.delete(key);
    // The job may have been abandoned meanwhile, which is due at once.
    await this.#setSurely();
  }

  /** The time of its next look; `undefined` when it is to be forgotten, "settled" when it is already. */
  async #fate(job: Job): Promise<number | "settled" | undefined> {
    const { store, loop, clock } = this.#options;
    const record = await store.journal.readRecord(job.executionId);
    const submitted = record && (await this.#read(job, record));
    if (record === undefined || submitted === undefined) return undefined;
    const service = serviceOf(submitted);
    const until = this.#pauses.until(service, clock.now());
    if (until !== undefined) return nextLook(job, until);
    const underWay = this.#underWay.get(service) ?? 0;
    if (underWay >= (this.#told.has(service) ? mostOfSilent : mostOfService)) return nextLook(job, clock.now());
    this.#underWay.set(service, underWay + 1);
    try {
      if (job.isAbandoned || record.status !== "RUNNING") return await this.#stopJob(job, submitted);
      if (loop.isQuarantined(job.executionId)) return clock.now() + restMs;
      return await this.#look(job, submitted, record);
    } finally {
      const left = (this.#underWay.get(service) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(service);
      else this.#underWay.set(service, left);
    }
  }

  /** @returns `undefined` where the job is of no interest any more: it ended with an execution whose journal is damaged. */
  async #read(job: Job, { status }: ExecutionRecord): Promise<SubmittedJob | undefined> {
    const { store, log } = this.#options;
    try {
      return await submittedJob(store.journal, job);
    } catch (error) {
      if (status === "RUNNING" || mayPass(error)) throw error;
      log(`A job of execution ${job.executionId} cannot be stopped: what is known of it cannot be read.`, error);
      return undefined;
    }
  }

  async #look(job: Job, submitted: SubmittedJob, { id }: ExecutionRecord): Promise<number | "settled" | undefined> {
    const { jobs, loop, clock } = this.#options;
    const look = await jobs.look(submitted, this.#stopped.signal);
    if (this.#stopped.signal.aborted) return clock.now();
    if (look.kind === "unavailable") return this.#later(job, submitted, look);
    this.#answered(submitted);
    if (look.kind === "running") return nextLook(job, clock.now());
    const { scheduledEventId } = job;
    const delivery = await loop.deliverSurely(id, { kind: "TaskOutcome", scheduledEventId, outcome: look.outcome });
    if (delivery === "undelivered") return clock.now() + restMs;
    return delivery === "taken" ? "settled" : undefined;
  }

  async #stopJob(job: Job, submitted: SubmittedJob): Promise<number | undefined> {
    const { jobs, clock, log } = this.#options;
    const stop = await jobs.stop(submitted, this.#stopped.signal);
    if (this.#stopped.signal.aborted) return clock.now();
    if (stop.kind === "unavailable") {
      const isOver = clock.now() - job.since > stopForMs;
      if (!isOver) return this.#later(job, submitted, stop);
      log(
        `A job of ${submitted.resource.arn} could not be stopped for a day; it is left to its own end. ${stop.message}`,
      );
      return undefined;
    }
    this.#answered(submitted);
    if (stop.kind === "refused") log(`A job of ${submitted.resource.arn} could not be stopped. ${stop.message}`);
    return undefined;
  }

  #answered(submitted: SubmittedJob): void {
    const service = serviceOf(submitted);
    this.#pauses.answered(service, this.#options.clock.now());
    this.#told.delete(service);
  }

  #later(
    job: Job,
    submitted: SubmittedJob,
    trouble: { readonly message: string; readonly isThrottled: boolean },
  ): number {
    const { clock, log } = this.#options;
    const service = serviceOf(submitted);
    const now = clock.now();
    if (trouble.isThrottled) this.#pauses.throttled(service, now);
    else if (!this.#told.has(service)) {
      this.#told.add(service);
      log(`Jobs of ${service} cannot be looked at for now; it is tried again. ${trouble.message}`);
    }
    return nextLook(job, this.#pauses.until(service, now) ?? now);
  }
}

function serviceOf({ resource }: SubmittedJob): string {
  return resource.kind === "service" ? resource.service : "";
}

function keyOf({ executionId, scheduledEventId }: Job): string {
  return `${executionId}/${scheduledEventId}`;
}
