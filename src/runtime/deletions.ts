// Deletion of state machines: from its beginning nothing is started, what runs is aborted at its next state transition,
// and the machine goes with the last execution.
import type { ExecutionChange } from "../store/journal.ts";
import type { Store } from "../store/store.ts";
import type { ExecutionListener } from "./executions/listener.ts";
import type { LiveExecution } from "./executions/live-execution.ts";
import type { LiveExecutions } from "./executions/live-executions.ts";
import type { Partition } from "./partition.ts";

export interface DeletionsOptions {
  readonly store: Pick<Store, "journal" | "catalogue">;
  readonly liveExecutions: Pick<LiveExecutions, "settled">;
  /**
   * Machines whose deletion has begun: the loop aborts their executions, and who read one as ACTIVE before may still want
   * to start something.
   */
  readonly deletingMachines: Set<number>;
  /** Where there are other partitions, a deletion that is over here may not be over there: others end it. */
  readonly partition?: Partition | undefined;
  readonly log: (message: string, error: unknown) => void;
}

const pageSize = 200;

export class Deletions implements ExecutionListener {
  readonly #options: DeletionsOptions;
  #isStopped = false;

  /** Deletions that are being written, by machine. */
  readonly #begun = new Map<number, number>();

  constructor(options: DeletionsOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** A deletion that an earlier process began is known with the first execution of the machine. */
  loaded({ record, stateMachine }: LiveExecution): void {
    if (stateMachine.status === "DELETING") this.#options.deletingMachines.add(record.stateMachineId);
  }

  committed(_live: LiveExecution, { record }: ExecutionChange): void {
    const { status, stateMachineId } = record;
    if (status !== "RUNNING" && this.hasBegun(stateMachineId)) void this.mayBeOver(stateMachineId);
  }

  /** Nothing of the machine is started any more. */
  hasBegun(stateMachineId: number): boolean {
    return this.#begun.has(stateMachineId) || this.#options.deletingMachines.has(stateMachineId);
  }

  async begin(stateMachineId: number): Promise<void> {
    const { store, liveExecutions, deletingMachines } = this.#options;
    const before = this.#begun.get(stateMachineId) ?? 0;
    this.#begun.set(stateMachineId, before + 1);
    try {
      await store.catalogue.updateStateMachine(stateMachineId, { status: "DELETING" });
      // Executions are aborted by what is durable.
      deletingMachines.add(stateMachineId);
    } finally {
      const others = (this.#begun.get(stateMachineId) ?? 1) - 1;
      if (others === 0) this.#begun.delete(stateMachineId);
      else this.#begun.set(stateMachineId, others);
    }
    // Starts that were quicker must be in the store, or refused by it, before what runs is counted.
    await liveExecutions.settled(stateMachineId);
    await this.#finish(stateMachineId);
  }

  /** A deletion has begun elsewhere, and is durable. Settles when starts that were quicker are durable, or refused. */
  async note(stateMachineId: number): Promise<void> {
    this.#options.deletingMachines.add(stateMachineId);
    await this.#options.liveExecutions.settled(stateMachineId);
  }

  /** An execution or a Map Run has ended: it may have been the last one of its machine. */
  async mayBeOver(stateMachineId: number): Promise<void> {
    try {
      await this.#finish(stateMachineId);
    } catch (error) {
      if (this.#isStopped) return;
      this.#options.log("The deletion of a state machine could not be ended; it will be at the next start.", error);
    }
  }

  /** Ends a deletion when no execution runs any more. */
  async #finish(stateMachineId: number): Promise<void> {
    const { store, partition } = this.#options;
    if (partition !== undefined) return;
    const machine = await store.catalogue.readStateMachine(stateMachineId);
    if (machine?.status !== "DELETING" || (await store.journal.countRunning(stateMachineId)) > 0) return;
    await store.catalogue.updateStateMachine(stateMachineId, { status: "DELETED" });
  }

  /** Ends what a crash cut short. */
  async recover(): Promise<void> {
    const { store, partition } = this.#options;
    if (partition !== undefined) return;
    for (let after: number | undefined; !this.#isStopped;) {
      const machines = await store.catalogue.listStateMachines({ limit: pageSize, after });
      for (const { id } of machines) await this.#finish(id);
      after = machines.at(-1)?.id;
      if (machines.length < pageSize) return;
    }
  }
}
