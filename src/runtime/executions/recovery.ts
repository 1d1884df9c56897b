// Recovery after a stop or a crash: what the last process left outstanding is taken up again.
import type { Journal } from "../../store/journal.ts";
import type { LiveExecutions } from "./live-executions.ts";

export interface RecoveryOptions {
  readonly journal: Pick<Journal, "inFlightRecords">;
  readonly liveExecutions: Pick<LiveExecutions, "get">;
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
    const { journal, liveExecutions, log } = this.#options;
    for (let after = 0; !this.#isStopped;) {
      const records = await journal.inFlightRecords({ limit: batchSize, after });
      for (const { id } of records) {
        await liveExecutions.get(id).catch((error: unknown) => log(`Execution ${id} cannot be taken up again.`, error));
      }
      const last = records.at(-1);
      if (last === undefined || records.length < batchSize) return;
      after = last.id;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
