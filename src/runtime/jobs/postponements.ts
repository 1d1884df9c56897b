// Times of next looks, noted for many jobs at once: a look that found nothing new costs no commit of its own.
import type { Job } from "../../store/jobs.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";

export interface PostponementsOptions {
  readonly store: Pick<Store, "jobs">;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: (message: string, error?: unknown) => void;
}

const gatherMs = 200;
const retryDelayMs = 1_000;

export class Postponements {
  readonly #options: PostponementsOptions;
  #waiting: Job[] = [];
  #written = Promise.withResolvers<void>();
  #callOff: (() => void) | undefined;

  constructor(options: PostponementsOptions) {
    this.#options = options;
  }

  /** Settles when the time is noted. */
  add(job: Job): Promise<void> {
    this.#waiting.push(job);
    this.#callOff ??= this.#options.clock.callAfter(gatherMs, () => void this.#write());
    return this.#written.promise;
  }

  stop(): void {
    this.#callOff?.();
  }

  async #write(): Promise<void> {
    const { store, clock, signal, log } = this.#options;
    const [jobs, written] = [this.#waiting, this.#written];
    this.#waiting = [];
    this.#written = Promise.withResolvers();
    this.#callOff = undefined;
    try {
      await store.jobs.postpone(jobs);
      written.resolve();
    } catch (error) {
      if (signal.aborted) return;
      log("The next looks at jobs could not be noted; trying again.", error);
      clock.callAfter(retryDelayMs, () => {
        // Nothing is lost if the process ends before: the jobs are looked at sooner.
        for (const job of jobs) void this.add(job).then(written.resolve);
      });
    }
  }
}
