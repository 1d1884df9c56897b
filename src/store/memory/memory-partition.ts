// A partition as its owner sees it, in memory: work lists show it alone, and its lease is looked at with every write.
import type { Hints, PartitionLease, Partitions, SharedStore } from "../cluster-store.ts";
import type { ExecutionChange } from "../journal.ts";
import type { Page } from "../page.ts";
import type { Store } from "../store.ts";
import { isOpen } from "./memory-journal.ts";
import type { MemoryOwnership } from "./memory-ownership.ts";
import type { MemoryStore } from "./memory-store.ts";

export interface OwnedPartitionParts {
  readonly whole: MemoryStore;
  readonly shared: SharedStore;
  readonly partitions: Partitions;
  readonly ownership: MemoryOwnership;
  readonly hints: Hints;
}

interface Owned {
  readonly isOwn: (id: number) => boolean;
  /** @throws NotOwnerError when the lease is over. */
  readonly verify: () => void;
  readonly newId: () => number;
  /** Tells others of a change that is durable. */
  readonly tell: (change: ExecutionChange) => void;
}

export function openOwnedPartition(parts: OwnedPartitionParts, lease: PartitionLease): Store {
  const { whole, shared, partitions, ownership, hints } = parts;
  const owned: Owned = {
    isOwn: (id) => partitions.ofExecution(id) === lease.partition,
    verify: () => ownership.verify(lease),
    newId: newIds(parts, lease),
    tell({ offers, signals }) {
      for (const { activityArn } of offers) hints.hint("offers", activityArn);
      const others = signals.map(({ executionId }) => partitions.ofExecution(executionId));
      for (const partition of others) if (partition !== lease.partition) hints.hint("signals", String(partition));
    },
  };
  return {
    ...shared,
    journal: ownedJournal(whole, owned),
    signals: {
      list: (page) => ownPage(page, whole.signals.list, ({ executionId }) => owned.isOwn(executionId)),
      of: (executionId) => whole.signals.of(executionId),
    },
    jobs: ownedJobs(whole, owned),
    mapRuns: ownedMapRuns(whole, owned),
    quarantines: ownedQuarantines(whole, owned),
    async close() {},
  };
}

const all = Number.MAX_SAFE_INTEGER;

/** The items of the partition behind a place of the whole. */
async function ownPage<Item>(
  { limit, after }: Page<number>,
  list: (page: Page<number>) => Promise<readonly Item[]>,
  isOwn: (item: Item) => boolean,
): Promise<readonly Item[]> {
  return (await list({ limit: all, after })).filter(isOwn).slice(0, limit);
}

function ownedJournal({ journal }: MemoryStore, { isOwn, verify, newId, tell }: Owned): Store["journal"] {
  return {
    ...journal,
    newExecutionId: newId,
    async append(changes) {
      verify();
      for (const change of changes) requireOwn(change, isOwn);
      await journal.append(changes);
      for (const change of changes) tell(change);
    },
    async dueRecords(now, limit) {
      return (await journal.dueRecords(now, all)).filter(({ id }) => isOwn(id)).slice(0, limit);
    },
    inFlightRecords: (page) => ownPage(page, journal.inFlightRecords, ({ id }) => isOwn(id)),
    async countOpen() {
      return [...journal.running()].filter((record) => isOwn(record.id) && isOpen(record)).length;
    },
  };
}

function requireOwn({ record: { id } }: ExecutionChange, isOwn: (id: number) => boolean): void {
  if (!isOwn(id)) throw new Error(`Execution ${id} is of another partition than that of its owner.`);
}

function ownedJobs({ jobs }: MemoryStore, { isOwn, verify }: Owned): Store["jobs"] {
  return {
    async due(now, limit) {
      return (await jobs.due(now, all)).filter(({ executionId }) => isOwn(executionId)).slice(0, limit);
    },
    async postpone(postponed) {
      verify();
      await jobs.postpone(postponed);
    },
    async settle(keys) {
      verify();
      await jobs.settle(keys);
    },
  };
}

function ownedMapRuns({ mapRuns }: MemoryStore, { isOwn, verify, newId }: Owned): Store["mapRuns"] {
  return {
    ...mapRuns,
    newMapRunId: newId,
    openMapRuns: (page) => ownPage(page, mapRuns.openMapRuns, ({ id }) => isOwn(id)),
    async updateMapRun(id, state) {
      verify();
      await mapRuns.updateMapRun(id, state);
    },
    async closeMapRun(id) {
      verify();
      await mapRuns.closeMapRun(id);
    },
  };
}

function ownedQuarantines({ quarantines }: MemoryStore, { isOwn, verify }: Owned): Store["quarantines"] {
  return {
    async add(quarantine) {
      verify();
      await quarantines.add(quarantine);
    },
    async remove(executionId) {
      verify();
      await quarantines.remove(executionId);
    },
    list: (page) => ownPage(page, quarantines.list, ({ executionId }) => isOwn(executionId)),
    among: async (executionIds) => quarantines.among(executionIds.filter(isOwn)),
    async count(most) {
      const found = await quarantines.list({ limit: all });
      return Math.min(most, found.filter(({ executionId }) => isOwn(executionId)).length);
    },
  };
}

function newIds({ partitions, ownership }: OwnedPartitionParts, { partition }: PartitionLease): () => number {
  let next = 0;
  let end = 0;
  return () => {
    if (next === end) {
      next = ownership.takeBlock(partition);
      end = next + ownership.blockSize;
      // Ids begin behind 0, where pages do.
      if (next === 0) next = 1;
    }
    const id = next * partitions.count + partition;
    next += 1;
    return id;
  };
}
