// The database that simulated nodes share: a store of many owners in memory, which judges every append by what it knows itself:
// who was given which partition last, and what was written before.
import assert from "node:assert/strict";
import type { Execution } from "../../engine/execution.ts";
import type { ClusterNode, Ownership, PartitionLease } from "../../store/cluster-store.ts";
import type { ExecutionChange } from "../../store/journal.ts";
import { type MemoryCluster, openMemoryCluster } from "../../store/memory/memory-cluster-store.ts";
import type { Store } from "../../store/store.ts";
import { JournalJudge } from "../journal-judge.ts";
import { movedPartition } from "../../store/partitions.ts";
import { simulatedArns, type SimulatedWorld } from "../simulated-world.ts";

const leaseMs = 9_000;
const offerMs = 15_000;
/** Ids that executions which were moved in may have. */
const movedIds = 40;

export interface SimulatedDatabaseOptions {
  readonly partitions: number;
  /** The key of executions that are as if they had been moved in: theirs say nothing of a partition, and their ids neither. */
  readonly movedKey?: string | undefined;
}

interface Owner {
  readonly nodeId: string;
  readonly epoch: number;
}

export class SimulatedDatabase {
  readonly cluster: MemoryCluster;
  readonly #judge: JournalJudge;
  readonly #owners = new Map<number, Owner>();
  readonly #movedKey: string | undefined;
  #nextMovedId = 1;

  constructor({ clock }: SimulatedWorld, { partitions, movedKey }: SimulatedDatabaseOptions) {
    const movedBelow = movedKey === undefined ? 0 : movedIds;
    const options = { partitions, movedBelow, leaseMs, offerMs, blockSize: 64, now: () => clock.now() };
    this.#movedKey = movedKey;
    const cluster = openMemoryCluster(options);
    const isMoved: MemoryCluster["isMoved"] =
      cluster.isMoved && (async (name, key) => key === movedKey || (await cluster.isMoved?.(name, key)) === true);
    this.cluster = { ...cluster, isMoved };
    this.#judge = new JournalJudge(this.cluster.whole, simulatedArns);
  }

  get store(): Store {
    return this.cluster.whole;
  }

  get executions(): Iterable<Execution> {
    return this.#judge.executions;
  }

  get mapRunIds(): Iterable<number> {
    return this.#judge.mapRunIds;
  }

  execution(arn: string): Execution | undefined {
    return this.#judge.execution(arn);
  }

  hasAttempt(arn: string, scheduledEventId: number): boolean {
    return this.#judge.hasAttempt(arn, scheduledEventId);
  }

  partitionOf(stateMachineName: string, key: string): number {
    return key === this.#movedKey ? movedPartition : this.cluster.partitions.of(stateMachineName, key);
  }

  /** An id of one that was moved in, while there are any. */
  takeMovedId(partition: number): number | undefined {
    if (this.#movedKey === undefined || partition !== movedPartition || this.#nextMovedId >= movedIds) return undefined;
    return this.#nextMovedId++;
  }

  /** The owner that a partition was given to last. */
  ownerOf(partition: number): Owner | undefined {
    return this.#owners.get(partition);
  }

  async beat(node: ClusterNode, wish: Parameters<Ownership["beat"]>[1]) {
    const beat = await this.cluster.ownership.beat(node, wish);
    for (const { partition, epoch } of beat.held) {
      const known = this.#owners.get(partition);
      assert.ok(known === undefined || known.epoch <= epoch, "epochs ascend");
      assert.ok(known?.epoch !== epoch || known.nodeId === node.id, "an epoch has one owner");
      this.#owners.set(partition, { nodeId: node.id, epoch });
    }
    return beat;
  }

  /** Rejects with NotOwnerError for an owner of yesterday. @throws AssertionError where one is let through. */
  async append(owned: Store, { partition, epoch }: PartitionLease, changes: readonly ExecutionChange[]): Promise<void> {
    await owned.journal.append(changes);
    assert.equal(this.#owners.get(partition)?.epoch, epoch, `nothing is written to ${partition} under an old epoch`);
    await this.#judge.verify(changes);
  }

  /** Whether nothing is left to do. */
  async isQuiet(): Promise<boolean> {
    const { signals, jobs, mapRuns, catalogue } = this.store;
    if ([...this.cluster.whole.journal.running()].length > 0) return false;
    const lists = [
      await signals.list({ limit: 1 }),
      await jobs.due(Number.MAX_SAFE_INTEGER, 1),
      await mapRuns.openMapRuns({ limit: 1 }),
      (await catalogue.listStateMachines({ limit: 100 })).filter(({ status }) => status === "DELETING"),
    ];
    return lists.every(({ length }) => length === 0);
  }
}
