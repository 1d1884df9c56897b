// Deletions of state machines among many nodes. All runtimes here hear of one before the next beat is good, and a node without
// good beats owns nothing: so once a deletion has been known for longer than a lease, nothing of the machine is started anywhere.
import type { Beat, SharedStore } from "../store/cluster-store.ts";
import type { OwnedPartitions } from "./owned-partitions.ts";

export interface ClusterDeletionsOptions {
  readonly shared: Pick<SharedStore, "catalogue" | "journal">;
  readonly owned: Pick<OwnedPartitions, "owner" | "owners" | "runtimes">;
  /** The number of partitions. */
  readonly count: number;
  readonly leaseMs: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsed: () => number;
  readonly log: (message: string, error?: unknown) => void;
}

const pageSize = 200;

export class ClusterDeletions {
  readonly #options: ClusterDeletionsOptions;
  /** Settle when all runtimes here know. */
  readonly #noted = new Map<number, Promise<void>>();
  /** Since when all runtimes here know. */
  readonly #knownSince = new Map<number, number>();
  readonly #over = new Set<number>();
  #isSweeping = false;

  constructor(options: ClusterDeletionsOptions) {
    this.#options = options;
  }

  /** Machines of which nothing is started any more. */
  get known(): Iterable<number> {
    return this.#noted.keys();
  }

  /** A deletion is durable. Settles when starts that were quicker are, or are refused. */
  note(stateMachineId: number): Promise<void> {
    const noted = this.#noted.get(stateMachineId) ?? this.#tell(stateMachineId);
    this.#noted.set(stateMachineId, noted);
    return noted;
  }

  async #tell(stateMachineId: number): Promise<void> {
    const { owned, elapsed } = this.#options;
    const runtimes = [...owned.owners].map(({ runtime }) => runtime);
    await Promise.all(runtimes.map((runtime) => runtime?.noteDeletion(stateMachineId)));
    this.#knownSince.set(stateMachineId, elapsed());
  }

  /** Hears of the deletions that other nodes began. */
  async refresh(): Promise<void> {
    const { catalogue } = this.#options.shared;
    for (let after: number | undefined; ;) {
      const machines = await catalogue.listStateMachines({ limit: pageSize, after });
      for (const { id, status } of machines) if (status === "DELETING") await this.note(id);
      after = machines.at(-1)?.id;
      if (machines.length < pageSize) return;
    }
  }

  /** Ends deletions of which nothing runs, those that are this node's to end. */
  async sweep(beat: Beat): Promise<void> {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    try {
      for (const id of this.#knownSince.keys()) if (!this.#over.has(id)) await this.#finish(id, beat);
    } catch (error) {
      this.#options.log("The deletion of a state machine could not be ended; it is tried again.", error);
    } finally {
      this.#isSweeping = false;
    }
  }

  async #finish(id: number, { owners }: Beat): Promise<void> {
    const { shared, owned, count, leaseMs, elapsed } = this.#options;
    if (owned.owner(id % count)?.runtime === undefined) return;
    const isAllHere = owned.runtimes.length === count;
    const age = elapsed() - (this.#knownSince.get(id) ?? Infinity);
    // Each owner has beaten since, and so knows of it.
    const isKnownToAll = age > 2 * leaseMs && owners.size === count;
    if (!isAllHere && !isKnownToAll) return;
    const machine = await shared.catalogue.readStateMachine(id);
    if (machine?.status === "DELETED") this.#over.add(id);
    if (machine?.status !== "DELETING" || (await shared.journal.countRunning(id)) > 0) return;
    await shared.catalogue.updateStateMachine(id, { status: "DELETED" });
    this.#over.add(id);
  }
}
