// One partition while this node owns it: a runtime on a store that shows the partition alone. It is begun when the node has
// taken the partition, drained when another is to have it, and abandoned when another may have taken it.
import type { OwningRuntime } from "../runtime/runtime.ts";
import type { PartitionLease } from "../store/cluster-store.ts";
import { NotOwnerError, OutcomeUnknownError } from "../store/errors.ts";
import type { Store } from "../store/store.ts";

export interface PartitionOwnerOptions {
  readonly lease: PartitionLease;
  readonly own: (lease: PartitionLease) => Promise<Store>;
  /** Makes the runtime on the store. */
  readonly open: (partition: number, store: Store, log: Log) => OwningRuntime;
  /** Machines whose deletion has begun. */
  readonly deleting: () => Iterable<number>;
  /** The partition cannot be gone on with under this lease. */
  readonly lost: (owner: PartitionOwner) => void;
  readonly log: Log;
}

type Log = (message: string, error?: unknown) => void;

/** "open" and "draining" take calls. */
type Phase = "beginning" | "open" | "draining" | "closed";

export class PartitionOwner {
  readonly lease: PartitionLease;
  /** Settles when what the last owner left outstanding is under way, or will not be here. */
  readonly recovered: Promise<void>;
  readonly #options: PartitionOwnerOptions;
  #phase: Phase = "beginning";
  #store: Store | undefined;
  #runtime: OwningRuntime | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: PartitionOwnerOptions) {
    this.#options = options;
    this.lease = options.lease;
    this.recovered = this.#begin();
  }

  /** The runtime, while it takes calls. */
  get runtime(): OwningRuntime | undefined {
    return this.#phase === "open" || this.#phase === "draining" ? this.#runtime : undefined;
  }

  get isDraining(): boolean {
    return this.#phase === "draining";
  }

  /** Leaves new calls of tasks to the next owner, waits for those in flight, at most so long, and closes. */
  async handOver(patience: Promise<void>): Promise<void> {
    if (this.#phase === "open") this.#phase = "draining";
    const runtime = this.#runtime;
    if (runtime !== undefined && this.#phase === "draining") await Promise.race([runtime.drain(), patience]);
    await this.close();
  }

  /** Stops at once, and waits for what is being committed. */
  close(): Promise<void> {
    this.#phase = "closed";
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #begin(): Promise<void> {
    const { lease, own, open, deleting, log, lost } = this.#options;
    try {
      const store = await own(lease);
      this.#store = store;
      if (this.#isClosed) return void (await store.close());
      const runtime = open(lease.partition, this.#watched(store), (message, error) => {
        // The end of a partition is told once, and not by everything that it ends.
        if (!this.#isClosed) log(message, error);
      });
      this.#runtime = runtime;
      for (const stateMachineId of deleting()) void runtime.noteDeletion(stateMachineId);
      this.#phase = "open";
      await runtime.recover();
    } catch (error) {
      if (this.#isClosed) return;
      log(`Partition ${lease.partition} could not be taken up; it is tried again.`, error);
      lost(this);
    }
  }

  get #isClosed(): boolean {
    return this.#phase === "closed";
  }

  async #closeAll(): Promise<void> {
    await this.#runtime?.close();
    await this.#store?.close();
  }

  /** The store, whose refusals as of another owner end the runtime before it acts on them. */
  #watched(store: Store): Store {
    const { lost, lease, log } = this.#options;
    return {
      ...store,
      journal: {
        ...store.journal,
        append: async (changes, durability) => {
          try {
            await store.journal.append(changes, durability);
          } catch (error) {
            if (!this.#isClosed && (error instanceof NotOwnerError || error instanceof OutcomeUnknownError)) {
              log(`Partition ${lease.partition} is given up.`, error);
              lost(this);
            }
            throw error;
          }
        },
      },
    };
  }
}
