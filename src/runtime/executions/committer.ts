// Group commit: one batch is being made durable, and everything that arrives meanwhile joins the next. Throughput comes
// from the size of the batch; nobody is told anything before the batch it is in is durable.
import type { Durability, EncodedChange, ExecutionChange, Journal } from "../../store/journal.ts";
import type { Clock } from "../clock.ts";
import { type ExecutionListener, tellListeners } from "./listener.ts";

/** The store could not make a batch durable. Nothing of the batch, nor of what was decided on top of it, has happened. */
export class CommitError extends Error {
  override readonly name = "CommitError";
}

/** The process stops and takes nothing more: there is nothing wrong with the store. */
export class StoppingError extends CommitError {
  constructor() {
    super("The server is stopping.");
  }
}

interface Entry {
  readonly change: EncodedChange;
  readonly durability: Durability;
  readonly resolve: () => void;
  readonly reject: (error: CommitError) => void;
}

export interface CommitterOptions {
  readonly journal: Pick<Journal, "append" | "encode">;
  readonly clock: Clock;
  /** Told of every change that is handed over, and of every batch that failed before its entries are. */
  readonly listeners: readonly ExecutionListener[];
  /** Called when there is room again after `isFull`. */
  readonly onRoom: () => void;
  readonly log: (message: string, error: unknown) => void;
}

/** @param waiting the changes that are handed over and not yet written. */
type BetweenBatches = (waiting: () => readonly ExecutionChange[]) => Promise<void>;

/** How long a change that nobody waits for waits for others, and how many wait at most. */
const patienceMs = 10;
const mostPatient = 1_000;

/** The rows of one batch, which holds the event loop while it is written, end when they are longer. */
const batchLength = 4 * 1024 * 1024;

/** Nothing more should be decided while rows of this length wait to be written. */
const fullLength = 32 * 1024 * 1024;

export class Committer {
  readonly #options: CommitterOptions;
  #waiting: Entry[] = [];
  /** Length of the rows that are handed over and not yet written. */
  #length = 0;
  #betweenBatches: (() => Promise<void>)[] = [];
  #isCommitting = false;
  #isScheduled = false;
  #isClosed = false;
  #callOffPatience: (() => void) | undefined;
  /** Settles, for those who close, when nothing is being written or waits for it. */
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#length >= fullLength;
  }

  /**
   * Settles when the change is durable, or cannot be made so: then with a CommitError, or with the fault of this one change,
   * which cannot be encoded.
   */
  commit(change: ExecutionChange): Promise<void> {
    return this.#add(change, "atOnce", () => this.#schedule());
  }

  /**
   * As `commit`, for a change that nobody waits for: it goes with the next batch, or soon in one of its own, which costs no
   * sync of the disk.
   */
  commitBehind(change: ExecutionChange): Promise<void> {
    return this.#add(change, "soon", () => {
      if (this.#waiting.length >= mostPatient) return this.#schedule();
      const { clock } = this.#options;
      this.#callOffPatience ??= clock.callAfter(patienceMs, () => this.#schedule());
    });
  }

  /** Acts while nothing is being written: what waits then does so until the act has ended. */
  betweenBatches(act: BetweenBatches): Promise<void> {
    if (this.#isClosed) return Promise.reject(new StoppingError());
    return new Promise((resolve, reject) => {
      const waiting = (): readonly ExecutionChange[] => this.#waiting.map(({ change }) => change);
      this.#betweenBatches.push(() => act(waiting).then(resolve, reject));
      this.#schedule();
    });
  }

  /** Takes nothing more, and waits for what has been handed over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#waiting.length > 0) this.#schedule();
    if (!this.#isCommitting && !this.#isScheduled) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }

  #add(change: ExecutionChange, durability: Durability, schedule: () => void): Promise<void> {
    if (this.#isClosed) return Promise.reject(new StoppingError());
    const { journal, listeners, log } = this.#options;
    return new Promise((resolve, reject) => {
      const encoded = journal.encode(change);
      this.#length += encoded.length;
      this.#waiting.push({ change: encoded, durability, resolve, reject });
      tellListeners(listeners, (listener) => listener.handedOver?.(change), log);
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
    for (const act of this.#betweenBatches.splice(0)) await act();
    const batch = this.#nextBatch();
    try {
      if (batch.length > 0) await this.#append(batch);
      this.#leave(batch);
      for (const entry of batch) entry.resolve();
    } catch (cause) {
      this.#fail(batch, cause);
    }
    this.#isCommitting = false;
    if (this.#waiting.length > 0 || this.#betweenBatches.length > 0) this.#schedule();
    else this.#idle?.resolve();
  }

  #append(batch: readonly Entry[]): Promise<void> {
    const isAwaited = batch.some(({ durability }) => durability === "atOnce");
    const changes = batch.map(({ change }) => change);
    return this.#options.journal.append(changes, isAwaited ? "atOnce" : "soon");
  }

  /** As many changes as are written in one go, in their order. */
  #nextBatch(): readonly Entry[] {
    let length = 0;
    let count = 0;
    for (const { change } of this.#waiting) {
      if (count > 0 && length + change.length > batchLength) break;
      length += change.length;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** Changes are written, or will not be. */
  #leave(entries: readonly Entry[]): void {
    const wasFull = this.isFull;
    for (const { change } of entries) this.#length -= change.length;
    if (wasFull && !this.isFull) this.#options.onRoom();
  }

  /** Waiting changes were decided on top of those that failed, so they fail too. */
  #fail(batch: readonly Entry[], cause: unknown): void {
    const { listeners, log } = this.#options;
    const error = new CommitError("The store could not write.", { cause });
    const failed = [...batch, ...this.#waiting];
    this.#waiting = [];
    this.#leave(failed);
    tellListeners(listeners, (listener) => listener.undone?.(cause), log);
    for (const entry of failed) entry.reject(error);
  }
}
