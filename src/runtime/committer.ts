// Group commit: one batch is being made durable, and everything that arrives meanwhile joins the next. Throughput comes
// from the size of the batch; nobody is told anything before the batch it is in is durable.
import type { ExecutionChange, Journal } from "../store/store.ts";
import type { Clock } from "./clock.ts";

/** The store could not make a batch durable. Nothing of the batch, nor of what was decided on top of it, has happened. */
export class CommitError extends Error {
  override readonly name = "CommitError";
}

interface Entry {
  readonly change: ExecutionChange;
  readonly resolve: () => void;
  readonly reject: (error: CommitError) => void;
}

export interface CommitterOptions {
  readonly journal: Pick<Journal, "append">;
  readonly clock: Clock;
  /** Told of every batch that failed, before its entries are. */
  readonly onFailure: (error: unknown) => void;
}

/** How long a change that nobody waits for waits for others, and how many wait at most. */
const patienceMs = 10;
const mostPatient = 1_000;

export class Committer {
  readonly #options: CommitterOptions;
  #waiting: Entry[] = [];
  #isCommitting = false;
  #isScheduled = false;
  #isClosed = false;
  #callOffPatience: (() => void) | undefined;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  /** Settles when the change is durable, or cannot be made so. */
  commit(change: ExecutionChange): Promise<void> {
    return this.#add(change, () => this.#schedule());
  }

  /** As `commit`, for a change that nobody waits for: it goes with the next batch, or soon in one of its own. */
  commitBehind(change: ExecutionChange): Promise<void> {
    return this.#add(change, () => {
      if (this.#waiting.length >= mostPatient) return this.#schedule();
      const { clock } = this.#options;
      this.#callOffPatience ??= clock.callAt(clock.now() + patienceMs, () => this.#schedule());
    });
  }

  /** Takes nothing more, and waits for what has been handed over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#waiting.length > 0) this.#schedule();
    while (this.#isCommitting || this.#isScheduled) await new Promise((resolve) => setImmediate(resolve));
  }

  #add(change: ExecutionChange, schedule: () => void): Promise<void> {
    if (this.#isClosed) return Promise.reject(new CommitError("The server is stopping."));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject });
      schedule();
    });
  }

  #schedule(): void {
    this.#callOffPatience?.();
    this.#callOffPatience = undefined;
    if (this.#isScheduled || this.#isCommitting) return;
    this.#isScheduled = true;
    // All that this turn of the event loop brings in goes into one batch.
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    this.#isScheduled = false;
    this.#isCommitting = true;
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      await this.#options.journal.append(batch.map((entry) => entry.change));
      for (const entry of batch) entry.resolve();
    } catch (cause) {
      this.#fail(batch, cause);
    }
    this.#isCommitting = false;
    if (this.#waiting.length > 0) this.#schedule();
  }

  /** What waits was decided on top of what failed, so it fails too. */
  #fail(batch: readonly Entry[], cause: unknown): void {
    const error = new CommitError("The store could not write.", { cause });
    const failed = [...batch, ...this.#waiting];
    this.#waiting = [];
    this.#options.onFailure(cause);
    for (const entry of failed) entry.reject(error);
  }
}
