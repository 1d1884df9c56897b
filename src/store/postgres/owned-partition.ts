// A partition as its owner sees it: a store of which reads are everybody's, and work lists and new ids the partition's own.
import type { PartitionLease, Partitions, SharedStore } from "../cluster-store.ts";
import { NotOwnerError } from "../errors.ts";
import type { Store } from "../store.ts";
import type { Owner } from "./batch.ts";
import type { HintsAfterCommits } from "./hints.ts";
import { IdBlocks } from "./id-blocks.ts";
import { openOwnedJournal } from "./journal.ts";
import type { Lanes } from "./lanes.ts";
import type { Runs } from "./link.ts";
import type { MapRunRows } from "./map-run-rows.ts";
import { openMapRuns } from "./map-runs.ts";
import { openJobs, openQuarantines, openSignals, ownerRuns } from "./queues.ts";
import type { RecordRows } from "./record-row.ts";
import type { Sealing } from "./sealing.ts";
import { one } from "./transact.ts";

export interface OwnedPartitionOptions {
  readonly partitions: Partitions;
  readonly sealing: Sealing | undefined;
  readonly records: RecordRows;
  readonly mapRuns: MapRunRows;
  readonly runs: Runs;
  readonly lanes: Lanes;
  readonly hints: HintsAfterCommits;
  readonly shared: SharedStore;
}

/** @throws NotOwnerError */
export async function ownPartition(options: OwnedPartitionOptions, lease: PartitionLease): Promise<Store> {
  const { partitions, sealing, records, runs, lanes, hints, shared } = options;
  const { partition } = lease;
  // The same epoch may be owned here again: what an earlier owner appended comes first.
  await lanes.settled(partition);
  const { block, hasOffers } = await takeBlock(runs, lease);
  const ids = new IdBlocks({
    partition,
    partitions: partitions.count,
    block,
    fetch: async () => (await takeBlock(runs, lease)).block,
  });
  const owner: Owner = { lease, mayHaveOffers: hasOffers, isClosed: false };
  const owned = ownerRuns(runs, lease);
  const { mapRuns: rows } = options;
  return {
    ...shared,
    journal: openOwnedJournal({ runs, partitions, shared: shared.journal, rows: records, owner, lanes, ids, hints }),
    signals: openSignals(runs, partition),
    jobs: openJobs(runs, owned, partition),
    mapRuns: openMapRuns({ runs, rows, reader: shared.mapRuns, sealing, partition, ids, owner: owned }),
    quarantines: openQuarantines(runs, owned, partition),
    async close() {
      owner.isClosed = true;
    },
  };
}

const takeIds = {
  text: `UPDATE pawl.partition SET next_block = next_block + 1 WHERE id = $1 AND epoch = $2 AND owner IS NOT NULL
    RETURNING next_block - 1 AS block, EXISTS (SELECT FROM pawl.activity_offer WHERE partition = $1) AS has_offers`,
};

async function takeBlock(
  runs: Runs,
  { partition, epoch }: PartitionLease,
): Promise<{ readonly block: number; readonly hasOffers: boolean }> {
  const row = await one(runs, takeIds, [partition, epoch]);
  if (row === undefined) throw new NotOwnerError(`Partition ${partition} belongs to another node now`);
  return { block: row["block"] as number, hasOffers: row["has_offers"] === true };
}
