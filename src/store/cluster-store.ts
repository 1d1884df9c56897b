// A store that many processes share. Its executions are divided into partitions; each partition has one owner at a time, which
// sees it as a `Store` of its own, and the database itself refuses what an owner of yesterday writes.
import type { Journal } from "./journal.ts";
import type { MapRunReader } from "./map-runs.ts";
import type { Store } from "./store.ts";

/** The parts into which executions are divided, fixed when the database is made. */
export interface Partitions {
  readonly count: number;
  /** The partition of an execution that began here, by what its ARN says: the machine and the key. */
  of(stateMachineName: string, key: string): number;
  /** The partition of any execution, by its id. */
  ofExecution(executionId: number): number;
  /** A UUID that, behind `prefix` as the key of an execution of the machine, falls on one of these partitions. */
  drawKey(stateMachineName: string, prefix: string, partitions: ReadonlySet<number>): string;
}

/** The right to write a partition, until another takes it with a higher epoch. */
export interface PartitionLease {
  readonly partition: number;
  readonly epoch: number;
}

export interface ClusterNode {
  /** A UUID of this life of the process. */
  readonly id: string;
  /** The place where other nodes reach it; absent for one that cannot be reached. */
  readonly url?: string | undefined;
  readonly version: string;
}

/** The state of the cluster as of one beat. */
export interface Beat {
  /** The nodes whose leases had not run out, this one included. */
  readonly nodes: readonly ClusterNode[];
  /** The leases of this node. */
  readonly held: readonly PartitionLease[];
  /** The owner of each partition that has a living one. */
  readonly owners: ReadonlyMap<number, ClusterNode>;
  /** Standard executions that run on the other nodes, as they said last. */
  readonly openElsewhere: number;
  /** Grows with every change of the catalogue. */
  readonly catalogueChange: number;
}

export interface Wish {
  /** Partitions to take where they are free, or their owners' leases have run out. */
  readonly take: readonly number[];
  readonly release: readonly number[];
  /** Standard executions that run in this node's partitions. */
  readonly openExecutions: number;
}

/** Says who owns what. Time is the database's: nodes' clocks decide nothing. */
export interface Ownership {
  /** Milliseconds for which a node lives after a beat. */
  readonly leaseMs: number;
  /** Renews the node's lease; takes what it wishes and is free, and gives back what it releases. One transaction. */
  beat(node: ClusterNode, wish: Wish): Promise<Beat>;
  /** Gives everything back. */
  leave(node: ClusterNode): Promise<void>;
}

export type HintKind = "signals" | "offers" | "catalogue" | "journal" | "partitions";

/**
 * Words between nodes that may come late, twice or never: they save waiting, and nothing relies on them. The store itself
 * hints after its commits: at signals for other partitions, offers, changes of the catalogue, and partitions that became free.
 */
export interface Hints {
  /** `key` is the partition, or the ARN of an activity; empty where the kind says all. */
  hint(kind: HintKind, key: string): void;
  /** Hears the hints of all nodes, this one's own at once. The function that is returned ends it. */
  subscribe(hear: (kind: HintKind, key: string) => void): () => void;
}

/** The journal as those see it who own none of it. */
export type JournalReader = Omit<
  Journal,
  "newExecutionId" | "encode" | "append" | "dueRecords" | "inFlightRecords" | "countOpen"
>;

/** Everything that any node may read and do, whoever owns the executions. */
export interface SharedStore extends Pick<Store, "catalogue" | "versions" | "secret" | "verifyWritable"> {
  readonly journal: JournalReader;
  readonly mapRuns: MapRunReader;
  /** An offer that is taken is hidden for a while, and offered again where its owner has not settled it by then. */
  readonly offers: Store["offers"];
  /** Those of all partitions. */
  readonly quarantines: Pick<Store["quarantines"], "list">;
  /** Runs `act`, which begins no other such act, while no node does so for the same resource. */
  exclusively<T>(resource: string, act: () => Promise<T>): Promise<T>;
}

export interface ClusterStore {
  readonly partitions: Partitions;
  readonly ownership: Ownership;
  readonly hints: Hints;
  readonly shared: SharedStore;
  /**
   * Whether the partition of the executions that were moved in has one of that machine and key: it is there then, whatever the
   * key says. The answer never changes from no to yes for a key that says another partition. Absent where nothing was moved in.
   */
  readonly isMoved?: ((stateMachineName: string, key: string) => Promise<boolean>) | undefined;
  /**
   * A partition as its owner sees it. Reads are of everything; work lists (due and in-flight executions, signals, jobs, open
   * Map Runs, quarantines, `countOpen`) are of the partition, and new ids fall on it. `append` rejects with
   * `NotOwnerError` when another node has taken the partition, and with `OutcomeUnknownError` when nobody can say whether
   * the batch was written. Signals may go to executions of any partition. Closing it gives nothing back.
   */
  own(lease: PartitionLease): Promise<Store>;
  close(): Promise<void>;
}
