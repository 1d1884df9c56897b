// One timer for all parked executions: it is set to the earliest wake-up time in the store, and asks the store who is due.
import type { ExecutionChange, ExecutionRecord, Journal } from "../../store/journal.ts";
import type { Clock } from "../clock.ts";
import type { ExecutionListener } from "./listener.ts";
import type { LiveExecution } from "./live-execution.ts";
import type { Loop } from "./loop.ts";

/** Executions woken before others get their turn. */
const batchSize = 200;
const retryDelayMs = 1_000;

export interface AlarmOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly loop: Pick<Loop, "deliverSurely">;
  readonly log: (message: string, error: unknown) => void;
}

export class Alarm implements ExecutionListener {
  readonly #options: AlarmOptions;
  /** Executions that stand as they did after they were woken, and the time they were woken for: bugs of Pawl, not waits. */
  readonly #stalled = new Map<number, number>();
  #setFor = Infinity;
  #callOff: (() => void) | undefined;
  #isRinging = false;
  #isStopped = false;

  constructor(options: AlarmOptions) {
    this.#options = options;
  }

  committed(_live: LiveExecution, { record: { wakeAt } }: ExecutionChange): void {
    if (wakeAt !== undefined) this.#consider(wakeAt);
  }

  /** An execution wants to be woken at a time, epoch milliseconds. */
  #consider(wakeAt: number): void {
    if (this.#isStopped || wakeAt >= this.#setFor) return;
    this.#callOff?.();
    this.#setFor = wakeAt;
    this.#callOff = this.#options.clock.callAt(wakeAt, () => void this.#ring());
  }

  /** Sets itself to the earliest wake-up time in the store. */
  async setFromStore(): Promise<void> {
    const [earliest] = await this.#due(Number.MAX_SAFE_INTEGER, 1);
    if (earliest?.wakeAt !== undefined) this.#consider(earliest.wakeAt);
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
      if (this.#isStopped) return;
      this.#options.log("Timers could not be read; trying again.", error);
      // Nothing that wants to be woken meanwhile comes before it.
      this.#setFor = -Infinity;
      this.#callOff = this.#options.clock.callAfter(retryDelayMs, () => void this.#ring());
    }
  }

  async #wakeDue(): Promise<void> {
    const { clock, loop } = this.#options;
    const woken = new Map<number, number>();
    while (!this.#isStopped) {
      const due = await this.#due(clock.now(), batchSize);
      if (due.length === 0) return;
      const fresh: ExecutionRecord[] = [];
      for (const record of due) {
        const { id, wakeAt = 0 } = record;
        if (woken.get(id) === wakeAt) this.#stalled.set(id, wakeAt);
        else fresh.push(record);
        woken.set(id, wakeAt);
      }
      await Promise.all(fresh.map(({ id }) => loop.deliverSurely(id, { kind: "Wake" })));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #due(now: number, limit: number): Promise<readonly ExecutionRecord[]> {
    const records = await this.#options.journal.dueRecords(now, limit + this.#stalled.size);
    return records.filter(({ id, wakeAt }) => this.#stalled.get(id) !== wakeAt).slice(0, limit);
  }
}
