// The store that many processes share: one PostgreSQL database, in which each partition has one owner at a time.
import { randomBytes, randomUUID } from "node:crypto";
import type { ClusterStore, Partitions, SharedStore } from "../cluster-store.ts";
import type { MasterKey } from "../envelope.ts";
import { createPartitions, movedPartition } from "../partitions.ts";
import { CatalogueCache } from "./catalogue-cache.ts";
import { catalogueChanges, openCatalogue } from "./catalogue.ts";
import { checkServer, type DatabaseAccess, openDatabase } from "./database.ts";
import { type EventCells, eventCells } from "./event-cells.ts";
import { openExclusion } from "./exclusion.ts";
import { openHints } from "./hints.ts";
import { openSharedJournal } from "./journal.ts";
import { Lane } from "./lane.ts";
import { Link, type LinkOptions, Links, type Runs } from "./link.ts";
import { recordByKey } from "./listing.ts";
import { type MapRunRows, mapRunRows } from "./map-run-rows.ts";
import { openMapRunReader } from "./map-runs.ts";
import { ownPartition } from "./owned-partition.ts";
import { openOwnership } from "./ownership.ts";
import { placeOf } from "./place.ts";
import { listQuarantines, openOffers } from "./queues.ts";
import { type RecordRows, recordRows } from "./record-row.ts";
import type { Sealing } from "./sealing.ts";
import { one, type Transact, transactions } from "./transact.ts";
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
  const runs = new Links(options.readers ?? 2, linkOptions);
  const transact = transactions(writer, 2_000);
  try {
    await checkServer(runs, place.name, options);
    const parts = await openParts({ runs, transact, place: place.name }, options);
    return storeOf(linkOptions, { ...options, ...parts, writer, runs, transact });
  } catch (cause) {
    await Promise.all([writer.close(), runs.close()]);
    throw cause;
  }
}

interface Opened extends Omit<PostgresOptions, keyof Parts>, Parts {
  readonly writer: Link;
  readonly runs: Links;
  readonly transact: Transact;
}

function storeOf(linkOptions: LinkOptions, options: Opened): ClusterStore {
  const { writer, runs, transact, leaseMs = 9_000, isPooled = false } = options;
  const { partitions, hasMoved, cells, sealing, records, mapRuns } = options;
  const writerId = randomUUID();
  const partitionOf = partitions.ofExecution;
  const { patienceMs = 5_000 } = options;
  const hints = openHints({ link: isPooled ? undefined : new Link(linkOptions), writer: writerId, partitionOf });
  const cache = new CatalogueCache();
  hints.subscribe((kind) => (kind === "catalogue" ? cache.forget() : undefined));
  const change = catalogueChanges(transact, cache, () => hints.hint("catalogue", ""));
  const lanes = Array.from({ length: Math.min(options.lanes ?? 2, partitions.count) }, (_, number) => {
    const link = new Link(linkOptions);
    return new Lane({ partitionOf, cells, sealing, mapRuns, link, writer: writerId, number, patienceMs });
  });
  const exclusion = openExclusion(linkOptions);
  // A beat that hears nothing is sent again on another connection while the lease lasts.
  const heartbeat = new Link({ ...linkOptions, silenceMs: leaseMs / 3 });
  const shared: SharedStore = {
    catalogue: openCatalogue({ runs, change, cache, sealing, place: linkOptions.place.name }),
    versions: openVersions({ runs, change }),
    journal: openSharedJournal({ runs, partitions, hasMoved, rows: records, cells }),
    mapRuns: openMapRunReader({ runs, rows: mapRuns, records }),
    offers: openOffers({ runs, partitionOf, takenMs: options.takenMs ?? 30_000 }),
    quarantines: listQuarantines(runs, undefined),
    secret: options.secret,
    verifyWritable: () =>
      transact(async (held) => void (await held.run({ text: "UPDATE pawl.database SET touches = touches + 1" }))),
    exclusively: exclusion.exclusively,
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
    isMoved: hasMoved ? (...name) => isInMovedPartition(runs, name) : undefined,
    own: (lease) => ownPartition({ partitions, sealing, records, mapRuns, runs, lanes, hints, shared }, lease),
    async close() {
      await Promise.all(lanes.map((lane) => lane.close()));
      await Promise.all([hints, exclusion, runs, heartbeat, writer].map((part) => part.close()));
    },
  };
}

/** The parts that the roles have in common. */
interface Parts {
  readonly partitions: Partitions;
  readonly hasMoved: boolean;
  readonly secret: string;
  readonly sealing: Sealing | undefined;
  readonly cells: EventCells;
  readonly records: RecordRows;
  readonly mapRuns: MapRunRows;
}

async function openParts(access: DatabaseAccess, options: PostgresOptions): Promise<Parts> {
  const { place } = access;
  const { onProblem = () => undefined } = options;
  const fresh = { partitions: options.partitions ?? 64, secret: randomBytes(32).toString("hex") };
  const {
    partitions: count,
    movedBelow,
    secret,
    sealing,
  } = await openDatabase(access, { ...options, fresh, onProblem });
  const partitions = createPartitions({ count, movedBelow, now: Date.now });
  return {
    partitions,
    hasMoved: movedBelow > 0,
    secret,
    sealing,
    cells: eventCells({ place, sealing, onProblem }),
    records: recordRows(sealing),
    mapRuns: mapRunRows(partitions.ofExecution, sealing),
  };
}

async function isInMovedPartition(runs: Runs, [stateMachineName, key]: readonly [string, string]): Promise<boolean> {
  return (await one(runs, recordByKey, [movedPartition, stateMachineName, key])) !== undefined;
}
