// The embedded store: one SQLite file, one writing process, durable at every commit.
import type { MasterKey } from "../envelope.ts";
import type { Store } from "../store.ts";
import { openCatalogue } from "./catalogue.ts";
import { configure, type Connection, openConnection, transact } from "./connection.ts";
import { DurableReads } from "./durable-reads.ts";
import { openEncryption, requireKeys } from "./encryption.ts";
import { eventCells } from "./event-cells.ts";
import { openJobRows, openJobs } from "./jobs.ts";
import { openJournal } from "./journal.ts";
import type { FileLock } from "./file-lock.ts";
import { type Lease, lockFile, type LockOptions, partitionId, takeLease } from "./lease.ts";
import { openMapRunRows, openMapRuns } from "./map-runs.ts";
import { openOfferQueue, openOffers } from "./offer-queue.ts";
import { recordRows } from "./record-row.ts";
import { migrate, requireOurs, requireWhole } from "./schema.ts";
import { cellName } from "../cell-names.ts";
import type { Sealing } from "./sealing.ts";
import { openQuarantines } from "./quarantines.ts";
import { openSignalRows, openSignals } from "./signals.ts";
import { openVersions } from "./versions.ts";
import { openWriter, type WriterOptions } from "./writer.ts";

export interface SqliteOptions extends LockOptions, WriterOptions {
  /** Encrypts what the store holds of workflows; the first one is current, the others open what they once encrypted. */
  readonly masterKeys?: readonly MasterKey[] | undefined;
  /** After so many sealed texts there is a new data key. */
  readonly sealsPerDataKey?: number | undefined;
}

/**
 * Opens or creates a store in a file.
 * @throws StoreInUseError when a live process has it open, StoreKeyError when it is encrypted and the key was not given,
 * Error when the file is no store of this version.
 */
export async function openSqliteStore(file: string, options: SqliteOptions = {}): Promise<Store> {
  return openStoreOn(openConnection(file), options);
}

/** Takes the connection over: closing the store closes it, and so does a failure to open. */
export async function openStoreOn(connection: Connection, options: SqliteOptions): Promise<Store> {
  let lock: FileLock | undefined;
  let lease: Lease | undefined;
  try {
    requireOurs(connection);
    lock = await lockFile(connection, options);
    // The process that had the file may have changed it. An opening that is refused changes nothing.
    requireOurs(connection);
    requireWhole(connection);
    requireKeys(connection, options);
    configure(connection);
    // Nobody writes what the former schema asks for, with the former lease, into the new one.
    lease = transact(connection, () => {
      migrate(connection);
      return takeLease(connection);
    });
    const sealing = await openEncryption(connection, lease, {
      ...options,
      onProblem: options.onProblem ?? (() => undefined),
      onNotice: options.onNotice ?? (() => undefined),
    });
    return storeOf(connection, { ...options, lock, lease, sealing });
  } catch (cause) {
    lease?.release();
    connection.database.close();
    lock?.release();
    throw cause;
  }
}

interface Opened extends SqliteOptions {
  readonly lock: FileLock;
  readonly lease: Lease;
  readonly sealing: Sealing | undefined;
}

function storeOf(connection: Connection, options: Opened): Store {
  const { lock, lease, sealing } = options;
  const writer = openWriter(connection, { lease, sealing }, options);
  const executions = new DurableReads(writer.write);
  const catalogue = new DurableReads(writer.write);
  const cells = eventCells({ file: connection.file, sealing, onProblem: options.onProblem ?? (() => undefined) });
  const queue = openOfferQueue(connection);
  // SQLite writes nothing where nothing changes; nobody reads this cell.
  const touch = connection.prepare("UPDATE partition SET process = ? WHERE id = ?");
  let touches = 0;
  const rows = recordRows(sealing);
  const roles = {
    rows,
    signals: openSignalRows(connection),
    jobs: openJobRows(connection),
    mapRuns: openMapRunRows(connection, sealing),
  };
  const { write } = executions;
  const versions = openVersions(connection, catalogue.write);
  const journal = openJournal(connection, { ...roles, write, wrote: writer.wrote, offers: queue, cells });
  const mapRuns = openMapRuns(connection, { write, rows: roles.mapRuns, records: rows });
  return {
    journal: executions.of(journal, toldOfJournal),
    offers: openOffers(queue, write),
    signals: openSignals(connection),
    jobs: openJobs(connection, roles.jobs, write),
    mapRuns: executions.of(mapRuns, toldOfMapRuns),
    quarantines: executions.of(openQuarantines(connection, write), ["list"]),
    catalogue: catalogue.of(openCatalogue(connection, { write: catalogue.write, sealing, versions }), toldOfCatalogue),
    versions: catalogue.of(versions.role, toldOfVersions),
    secret: readSecret(connection, sealing),
    verifyWritable: () => writer.write(() => void touch.run(String((touches += 1)), partitionId)),
    async close() {
      await writer.close();
      lease.release();
      connection.database.close();
      lock.release();
    },
  };
}

// The reads whose answers leave the process.
const toldOfJournal = [
  "findRecord",
  "readEvents",
  "readRowsOf",
  "readRows",
  "newestRowId",
  "listRecords",
  "countRunning",
  "countByStatus",
] as const;
const toldOfMapRuns = ["findMapRun", "listMapRuns", "countChildren", "listChildren"] as const;
const toldOfCatalogue = [
  "findStateMachine",
  "readStateMachine",
  "readRevision",
  "listStateMachines",
  "countStateMachines",
  "findActivity",
  "listActivities",
  "countActivities",
] as const;
const toldOfVersions = [
  "findVersion",
  "findVersionOf",
  "countVersions",
  "listVersions",
  "findAlias",
  "countAliases",
  "listAliases",
] as const;

function readSecret(connection: Connection, sealing: Sealing | undefined): string {
  const row = connection.prepare("SELECT secret, sealed_secret FROM partition WHERE id = ?").first(partitionId);
  return sealing === undefined ? String(row?.["secret"]) : sealing.open(cellName.secret, row?.["sealed_secret"]);
}
