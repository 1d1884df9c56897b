// Recovery after a stop or a crash: what the last process left outstanding is taken up again.
import type { Journal } from "../../store/journal.ts";
import type { MemoryBudget } from "../memory-budget.ts";
import type { LiveExecutions } from "./live-executions.ts";
import type { Quarantine } from "./quarantine.ts";
import { mayPass } from "./passing.ts";

export interface RecoveryOptions {
  readonly journal: Pick<Journal, "inFlightRecords">;
  readonly liveExecutions: Pick<LiveExecutions, "get">;
  readonly memory: Pick<MemoryBudget, "isSpent">;
  readonly quarantine: Pick<Quarantine, "has">;
  /** Lets some time pass before something is tried again. */
  readonly pause: () => Promise<void>;
  readonly log: (message: string, error: unknown) => void;
}

/** Executions recovered before others get their turn. */
const batchSize = 200;

/** Loading an execution is enough: whatever is outstanding in it is taken up when it comes into memory. */
export class Recovery {
  readonly #options: RecoveryOptions;
  #isStopped = false;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#isStopped = true;
  }

  async run(): Promise<void> {
    const { journal, liveExecutions, memory, quarantine, pause, log } = this.#options;
    for (let after = 0; !this.#isStopped;) {
      const records = await journal.inFlightRecords({ limit: batchSize, after });
      for (const { id } of records) {
        if (quarantine.has(id)) continue;
        while (memory.isSpent && !this.#isStopped) await pause();
        await liveExecutions.get(id).catch((error: unknown) => {
          log(`Execution ${id} cannot be taken up again${mayPass(error) ? " yet; it is tried again" : ""}.`, error);
          if (mayPass(error)) void this.#takeUpLater(id);
        });
      }
      const last = records.at(-1);
      if (last === undefined || records.length < batchSize) return;
      after = last.id;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Tries until it succeeds, or nothing more can be hoped for. */
  async #takeUpLater(id: number): Promise<void> {
    const { liveExecutions, pause, log } = this.#options;
    while (!this.#isStopped) {
      await pause();
      try {
        await liveExecutions.get(id);
        return;
      } catch (error) {
        if (!mayPass(error)) return log(`Execution ${id} cannot be taken up again.`, error);
      }
    }
  }
}
