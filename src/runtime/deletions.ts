// Deletion of state machines: from its beginning nothing is started, what runs goes on to its end, and the machine goes
// with the last execution.
import type { Store } from "../store/store.ts";
import type { LiveExecutions } from "./executions/live-executions.ts";

export interface DeletionsOptions {
  readonly store: Pick<Store, "journal" | "catalogue">;
  readonly liveExecutions: Pick<LiveExecutions, "settled">;
}

const pageSize = 200;

export class Deletions {
  readonly #options: DeletionsOptions;
  /** Machines whose deletion began in this process: who read one as ACTIVE before may still want to start something. */
  readonly #begun = new Set<number>();

  constructor(options: DeletionsOptions) {
    this.#options = options;
  }

  hasBegun(stateMachineId: number): boolean {
    return this.#begun.has(stateMachineId);
  }

  async begin(stateMachineId: number): Promise<void> {
    const { store, liveExecutions } = this.#options;
    this.#begun.add(stateMachineId);
    try {
      await store.catalogue.updateStateMachine(stateMachineId, { status: "DELETING" });
    } catch (error) {
      this.#begun.delete(stateMachineId);
      throw error;
    }
    // Starts that were quicker must be in the store, or refused by it, before what runs is counted.
    await liveExecutions.settled(stateMachineId);
    await this.finish(stateMachineId);
  }

  /** Ends a deletion when no execution runs any more. */
  async finish(stateMachineId: number): Promise<void> {
    const { store } = this.#options;
    const machine = await store.catalogue.readStateMachine(stateMachineId);
    if (machine?.status !== "DELETING" || (await store.journal.countRunning(stateMachineId)) > 0) return;
    await store.catalogue.updateStateMachine(stateMachineId, { status: "DELETED" });
  }

  /** Ends what a crash cut short. */
  async recover(isClosed: () => boolean): Promise<void> {
    const { store } = this.#options;
    for (let after: number | undefined; !isClosed();) {
      const machines = await store.catalogue.listStateMachines({ limit: pageSize, after });
      for (const { id } of machines) await this.finish(id);
      after = machines.at(-1)?.id;
      if (machines.length < pageSize) return;
    }
  }
}
