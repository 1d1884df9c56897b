// One timer for all parked executions: it is set to the earliest wake-up time in the store, and asks the store who is due.
import type { ExecutionRecord, Journal } from "../store/store.ts";
import type { Clock } from "./clock.ts";

/** Executions woken before others get their turn. */
const batchSize = 200;
const retryDelayMs = 1_000;

export interface AlarmOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  /** Wakes one execution; settles when that is durable. */
  readonly wake: (record: ExecutionRecord) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

export class Alarm {
  readonly #options: AlarmOptions;
  #setFor = Infinity;
  #callOff: (() => void) | undefined;
  #isRinging = false;
  #isStopped = false;

  constructor(options: AlarmOptions) {
    this.#options = options;
  }

  /** An execution wants to be woken at a time, epoch milliseconds. */
  consider(wakeAt: number): void {
    if (this.#isStopped || wakeAt >= this.#setFor) return;
    this.#callOff?.();
    this.#setFor = wakeAt;
    this.#callOff = this.#options.clock.callAt(wakeAt, () => void this.#ring());
  }

  /** Sets itself to the earliest wake-up time in the store. */
  async setFromStore(): Promise<void> {
    const earliest = await this.#options.journal.earliestWakeAt();
    if (earliest !== undefined) this.consider(earliest);
  }

  stop(): void {
    this.#isStopped = true;
    this.#callOff?.();
  }

  async #ring(): Promise<void> {
    this.#setFor = Infinity;
    if (this.#isRinging || this.#isStopped) return;
    this.#isRinging = true;
    try {
      await this.#wakeDue();
      this.#isRinging = false;
      await this.setFromStore();
    } catch (error) {
      this.#isRinging = false;
      this.#options.onError(error);
      this.consider(this.#options.clock.now() + retryDelayMs);
    }
  }

  async #wakeDue(): Promise<void> {
    const { journal, clock, wake } = this.#options;
    for (;;) {
      const due = await journal.dueRecords(clock.now(), batchSize);
      await Promise.all(due.map(wake));
      if (due.length < batchSize || this.#isStopped) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
