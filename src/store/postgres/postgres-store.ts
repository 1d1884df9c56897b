// The store that many processes share: one PostgreSQL database, in which each partition has one owner at a time.
import { randomBytes, randomUUID } from "node:crypto";
import type { ClusterStore, PartitionLease, SharedStore } from "../cluster-store.ts";
import type { MasterKey } from "../envelope.ts";
import { NotOwnerError } from "../errors.ts";
import { createPartitions } from "../partitions.ts";
import type { Store } from "../store.ts";
import type { Owner } from "./batch.ts";
import { CatalogueCache } from "./catalogue-cache.ts";
import { catalogueChanges, openCatalogue } from "./catalogue.ts";
import { checkServer, openDatabase } from "./database.ts";
import { eventCells } from "./event-cells.ts";
import { openExclusion } from "./exclusion.ts";
import { openHints } from "./hints.ts";
import { IdBlocks } from "./id-blocks.ts";
import { openOwnedJournal, openSharedJournal } from "./journal.ts";
import { Lane } from "./lane.ts";
import { Link, type LinkOptions, Links, type Runs } from "./link.ts";
import { mapRunRows } from "./map-run-rows.ts";
import { openMapRunReader, openMapRuns } from "./map-runs.ts";
import { openOwnership } from "./ownership.ts";
import { placeOf } from "./place.ts";
import { listQuarantines, openJobs, openOffers, openQuarantines, openSignals, ownerRuns } from "./queues.ts";
import { recordRows } from "./record-row.ts";
import { one, transactions } from "./transact.ts";
import { openVersions } from "./versions.ts";

export interface PostgresOptions {
  /** The parts into which executions are divided, where the database is new; it keeps those that it was made with. */
  readonly partitions?: number | undefined;
  /** Connections that append, 1 to 4 of them are enough. */
  readonly lanes?: number | undefined;
  /** Connections that read. */
  readonly readers?: number | undefined;
  /** How long a node lives after a beat, milliseconds. */
  readonly leaseMs?: number | undefined;
  /** How long an append is tried while the database is away: less than the time after which the node fences itself. */
  readonly patienceMs?: number | undefined;
  /** How long a taken offer is hidden from others, milliseconds. */
  readonly takenMs?: number | undefined;
  /** Says that connections are shared, by a pooler of transactions: nothing stays prepared, and nobody listens. */
  readonly isPooled?: boolean | undefined;
  /** Takes a server that may forget what it acknowledged. */
  readonly allowsAsynchronousCommit?: boolean | undefined;
  /** Hears of failures in the background. Nothing that was stored is affected by them. */
  readonly onProblem?: ((problem: Error) => void) | undefined;
  /** Encrypts what the store holds of workflows; the first one is current, the others open what they once encrypted. */
  readonly masterKeys?: readonly MasterKey[] | undefined;
  /** After so many sealed texts there is a new data key. */
  readonly sealsPerDataKey?: number | undefined;
}

const silenceMs = 10_000;

/**
 * Opens a database, and makes the tables where there are none.
 * @throws StoreAwayError when it cannot be reached, StoreKeyError when it is encrypted and the key was not given, Error when
 * the server or the database is none that Pawl can work with.
 */
export async function openPostgresStore(url: string, options: PostgresOptions = {}): Promise<ClusterStore> {
  const place = placeOf(url);
  const linkOptions: LinkOptions = { place, preparesStatements: options.isPooled !== true, silenceMs };
  const writer = new Link(linkOptions);
  try {
    await checkServer(writer, place.name, options);
    return await storeOf(linkOptions, { ...options, writer });
  } catch (cause) {
    await writer.close();
    throw cause;
  }
}

interface Opened extends PostgresOptions {
  readonly writer: Link;
}

async function storeOf(linkOptions: LinkOptions, options: Opened): Promise<ClusterStore> {
  const { place } = linkOptions;
  const { writer, leaseMs = 9_000, onProblem = () => undefined, isPooled = false } = options;
  const runs = new Links(options.readers ?? 2, linkOptions);
  const transact = transactions(writer, 2_000);
  const fresh = { partitions: options.partitions ?? 64, secret: randomBytes(32).toString("hex") };
  const {
    partitions: count,
    secret,
    sealing,
  } = await openDatabase(
    { runs: writer, transact, place: place.name },
    {
      ...options,
      fresh,
      onProblem,
    },
  );
  const partitions = createPartitions({ count, now: Date.now });
  const partitionOf = partitions.ofExecution;
  const writerId = randomUUID();
  const hints = openHints({ link: isPooled ? undefined : new Link(linkOptions), writer: writerId, partitionOf });
  const cache = new CatalogueCache();
  hints.subscribe((kind) => (kind === "catalogue" ? cache.forget() : undefined));
  const change = catalogueChanges(transact, cache, () => hints.hint("catalogue", ""));
  const cells = eventCells({ place: place.name, sealing, onProblem });
  const records = recordRows(sealing);
  const mapRuns = mapRunRows(partitionOf, sealing);
  const batches = { partitionOf, cells, sealing, mapRuns };
  const { patienceMs = 5_000 } = options;
  const lanes = Array.from(
    { length: Math.min(options.lanes ?? 2, count) },
    (_, number) => new Lane({ ...batches, link: new Link(linkOptions), writer: writerId, number, patienceMs }),
  );
  const exclusion = openExclusion(linkOptions);
  const heartbeat = new Link(linkOptions);
  const shared: SharedStore = {
    catalogue: openCatalogue({ runs, change, cache, sealing, place: place.name }),
    versions: openVersions({ runs, change }),
    journal: openSharedJournal({ runs, partitions, rows: records, cells }),
    mapRuns: openMapRunReader({ runs, rows: mapRuns, records }),
    offers: openOffers({ runs, partitionOf, takenMs: options.takenMs ?? 10_000 }),
    quarantines: listQuarantines(runs, undefined),
    secret,
    verifyWritable: () =>
      transact(async (held) => void (await held.run({ text: "UPDATE pawl.database SET touches = touches + 1" }))),
    exclusively: exclusion.exclusively,
  };
  const own = async (lease: PartitionLease): Promise<Store> => {
    const { partition } = lease;
    const { block, hasOffers } = await takeBlock(writer, lease);
    const ids = new IdBlocks({
      partition,
      partitions: count,
      block,
      fetch: async () => (await takeBlock(writer, lease)).block,
    });
    const owner: Owner = { lease, mayHaveOffers: hasOffers };
    const owned = ownerRuns(runs, lease);
    const lane = lanes[partition % lanes.length] as Lane;
    return {
      ...shared,
      journal: openOwnedJournal({ runs, shared: shared.journal, rows: records, owner, lane, ids, hints }),
      signals: openSignals(runs, partition),
      jobs: openJobs(runs, owned, partition),
      mapRuns: openMapRuns({ runs, rows: mapRuns, reader: shared.mapRuns, sealing, partition, ids, owner: owned }),
      quarantines: openQuarantines(runs, owned, partition),
      close: async () => undefined,
    };
  };
  return {
    partitions,
    ownership: openOwnership({
      leaseMs,
      transact: transactions(heartbeat, 1_000),
      onCatalogueChange: (number) => cache.changed(number),
      onReleased: () => hints.hint("partitions", ""),
    }),
    hints,
    shared,
    own,
    async close() {
      await Promise.all(lanes.map((lane) => lane.close()));
      await Promise.all([hints, exclusion, runs, heartbeat, writer].map((part) => part.close()));
    },
  };
}

/** @throws NotOwnerError */
async function takeBlock(
  runs: Runs,
  { partition, epoch }: PartitionLease,
): Promise<{ readonly block: number; readonly hasOffers: boolean }> {
  const row = await one(
    runs,
    {
      text: `UPDATE pawl.partition SET next_block = next_block + 1 WHERE id = $1 AND epoch = $2
        RETURNING next_block - 1 AS block, EXISTS (SELECT FROM pawl.activity_offer WHERE partition = $1) AS has_offers`,
    },
    [partition, epoch],
  );
  if (row === undefined) throw new NotOwnerError(`Partition ${partition} belongs to another node now`);
  return { block: row["block"] as number, hasOffers: row["has_offers"] === true };
}
