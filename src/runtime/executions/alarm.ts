// One timer for all parked executions: it is set to the earliest wake-up time in the store, and asks the store who is due.
import type { ExecutionChange, ExecutionRecord, Journal } from "../../store/journal.ts";
import type { Clock } from "../clock.ts";
import type { ExecutionListener } from "./listener.ts";
import type { LiveExecution } from "./live-execution.ts";
import type { Loop } from "./loop.ts";

/** Executions that are being woken at a time. */
const mostWaking = 200;
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
  /** Executions that are being woken: one that cannot be read for now keeps no other from being woken. */
  readonly #waking = new Map<number, number>();
  /** Settles when one of them is no longer. */
  #woken = Promise.withResolvers<void>();
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
    const { clock } = this.#options;
    while (!this.#isStopped) {
      const room = mostWaking - this.#waking.size;
      const due = room === 0 ? [] : await this.#due(clock.now(), room);
      for (const record of due) void this.#wake(record);
      if (room > 0 && due.length === 0) return;
      if (this.#waking.size >= mostWaking) await this.#woken.promise;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #wake({ id, wakeAt = 0 }: ExecutionRecord): Promise<void> {
    const { loop, clock, journal, log } = this.#options;
    this.#waking.set(id, wakeAt);
    let wokenAt = Infinity;
    try {
      await loop.deliverSurely(id, { kind: "Wake" }, () => (wokenAt = clock.now()));
      const record = await journal.readRecord(id);
      const isUnmoved = record?.status === "RUNNING" && record.wakeAt === wakeAt;
      if (isUnmoved && wokenAt >= wakeAt) this.#stalled.set(id, wakeAt);
    } catch (error) {
      log(`Whether execution ${id} has been woken could not be read.`, error);
    }
    this.#waking.delete(id);
    // The clock was set back meanwhile: it was woken too early.
    if (wokenAt < wakeAt) this.#consider(wakeAt);
    this.#woken.resolve();
    this.#woken = Promise.withResolvers();
  }

  async #due(now: number, limit: number): Promise<readonly ExecutionRecord[]> {
    const known = this.#stalled.size + this.#waking.size;
    const records = await this.#options.journal.dueRecords(now, limit + known);
    const isKnown = ({ id, wakeAt }: ExecutionRecord): boolean =>
      this.#stalled.get(id) === wakeAt || this.#waking.get(id) === wakeAt;
    return records.filter((record) => !isKnown(record)).slice(0, limit);
  }
}
