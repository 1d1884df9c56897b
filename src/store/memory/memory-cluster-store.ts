// A store of many owners that forgets everything with its process: the least that `ClusterStore` asks for, in one place, for
// simulations and tests.
import type { ClusterStore, HintKind, Hints, PartitionLease, SharedStore } from "../cluster-store.ts";
import { createPartitions, movedPartition } from "../partitions.ts";
import { MemoryOwnership } from "./memory-ownership.ts";
import { openOwnedPartition } from "./memory-partition.ts";
import { type MemoryStore, openMemoryStore } from "./memory-store.ts";
import { returningOffers } from "./returning-offers.ts";

export interface MemoryClusterOptions {
  readonly partitions: number;
  /** Executions with lower ids count as moved in, whoever writes them to the whole. */
  readonly movedBelow?: number | undefined;
  readonly leaseMs: number;
  /** How long an offer that was taken is hidden. */
  readonly offerMs?: number;
  /** Ids of a block. */
  readonly blockSize?: number;
  /** The clock of the database, epoch milliseconds. */
  readonly now: () => number;
}

/** The stores of all owners, and what they have in common, for those who look into it from outside. */
export interface MemoryCluster extends ClusterStore {
  readonly whole: MemoryStore;
  /** Whether a lease is that of the partition's owner now. */
  isCurrent(lease: PartitionLease): boolean;
}

const usualOfferMs = 30_000;
const usualBlockSize = 2 ** 20;

export function openMemoryCluster(options: MemoryClusterOptions): MemoryCluster {
  const {
    partitions: count,
    movedBelow = 0,
    leaseMs,
    offerMs = usualOfferMs,
    blockSize = usualBlockSize,
    now,
  } = options;
  const partitions = createPartitions({ count, movedBelow, now });
  const base = openMemoryStore();
  const whole: MemoryStore = { ...base, offers: returningOffers(base.offers, { hiddenMs: offerMs, now }) };
  const hints = openHints();
  const released = (): void => hints.hint("partitions", "");
  const firstBlock = Math.ceil(movedBelow / (blockSize * count));
  const ownership = new MemoryOwnership({ partitions: count, leaseMs, blockSize, firstBlock, now, released });
  const isMoved = async (stateMachineName: string, key: string): Promise<boolean> => {
    const record = await whole.journal.findRecord(stateMachineName, key);
    return record !== undefined && partitions.ofExecution(record.id) === movedPartition;
  };
  const shared = sharedStore(whole, () => {
    ownership.catalogueChanged();
    hints.hint("catalogue", "");
  });
  return {
    whole,
    partitions,
    ownership,
    hints,
    shared,
    isMoved: movedBelow === 0 ? undefined : isMoved,
    isCurrent: (lease) => ownership.isCurrent(lease),
    own: async (lease) => openOwnedPartition({ whole, shared, partitions, ownership, hints }, lease),
    async close() {},
  };
}

function openHints(): Hints {
  const hearers = new Set<(kind: HintKind, key: string) => void>();
  return {
    hint(kind, key) {
      queueMicrotask(() => {
        for (const hear of hearers) hear(kind, key);
      });
    },
    subscribe(hear) {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
  };
}

function sharedStore(whole: MemoryStore, changed: () => void): SharedStore {
  const { journal, offers, mapRuns, quarantines, secret } = whole;
  const locks = new Map<string, Promise<unknown>>();
  return {
    catalogue: telling(whole.catalogue, changed),
    versions: telling(whole.versions, changed),
    journal,
    offers,
    mapRuns,
    quarantines,
    secret,
    verifyWritable: () => whole.verifyWritable(),
    async exclusively(resource, act) {
      const before = locks.get(resource);
      const result = before === undefined ? act() : before.then(act);
      const settled = result.catch(() => undefined);
      locks.set(resource, settled);
      try {
        return await result;
      } finally {
        if (locks.get(resource) === settled) locks.delete(resource);
      }
    },
  };
}

const reading = /^(find|read|list|count)/;

/** A role whose changes are told. */
function telling<Role extends object>(role: Role, changed: () => void): Role {
  return new Proxy(role, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function" || reading.test(String(name))) return member;
      return async (...given: readonly unknown[]): Promise<unknown> => {
        const answer: unknown = await Reflect.apply(member, target, given);
        changed();
        return answer;
      };
    },
  });
}
