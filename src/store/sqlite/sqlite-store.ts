// The embedded store: one SQLite file, one writing process, durable at every commit.
import type { MasterKey } from "../envelope.ts";
import { LeaseLostError } from "../errors.ts";
import type { Store } from "../store.ts";
import { openCatalogue } from "./catalogue.ts";
import { openCheckpointer } from "./checkpoint.ts";
import { commitSyncs } from "./commit-syncs.ts";
import { type CommitEnd, configure, type Connection, openConnection, transact, type Write } from "./connection.ts";
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

export interface SqliteOptions extends LockOptions {
  /** Told once that another process has taken the data over, or that they are gone: nothing can be written any more. */
  readonly onLeaseLost?: ((problem: LeaseLostError) => void) | undefined;
  /** How often that is looked for where nothing is written. */
  readonly leaseCheckMs?: number | undefined;
  /** Content of the write-ahead log beside the file that is copied into it, in the background. */
  readonly checkpointBytes?: number | undefined;
  /** Hears of failures in the background. Nothing that was stored is affected by them. */
  readonly onProblem?: ((problem: Error) => void) | undefined;
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
  const checkpointer = openCheckpointer(connection.file, {
    walBytes: options.checkpointBytes ?? 16 * 1024 * 1024,
    intervalMs: 60_000,
    onProblem: options.onProblem ?? (() => undefined),
  });
  const watch = watchLease(lease, options);
  const syncs = commitSyncs(connection, () => void verifyWritable().catch(() => undefined));
  const write: Write = async (work, { settled, durability = "atOnce" } = {}) => {
    const turn = checkpointer.writerTurn();
    if (turn !== undefined) await turn;
    let outcome: CommitEnd = "undone";
    try {
      sealing?.prepare();
      syncs.before(durability);
      const result = transact(connection, () => {
        lease.verify();
        return work();
      });
      outcome = "committed";
      syncs.committed(durability);
      checkpointer.committed();
      return result;
    } catch (error) {
      watch.failed(error);
      throw error;
    } finally {
      settled?.(outcome);
    }
  };
  const cells = eventCells({ file: connection.file, sealing, onProblem: options.onProblem ?? (() => undefined) });
  const queue = openOfferQueue(connection);
  // SQLite writes nothing where nothing changes; nobody reads this cell.
  const touch = connection.prepare("UPDATE partition SET process = ? WHERE id = ?");
  let touches = 0;
  const verifyWritable = (): Promise<void> => write(() => void touch.run(String((touches += 1)), partitionId));
  const rows = recordRows(sealing);
  const roles = {
    rows,
    signals: openSignalRows(connection),
    jobs: openJobRows(connection),
    mapRuns: openMapRunRows(connection, sealing),
  };
  const versions = openVersions(connection, write);
  return {
    journal: openJournal(connection, { ...roles, write, wrote: checkpointer.wrote, offers: queue, cells }),
    offers: openOffers(queue, write),
    signals: openSignals(connection),
    jobs: openJobs(connection, roles.jobs, write),
    mapRuns: openMapRuns(connection, { write, rows: roles.mapRuns, records: rows }),
    quarantines: openQuarantines(connection, write),
    catalogue: openCatalogue(connection, { write, sealing, versions }),
    versions: versions.role,
    secret: readSecret(connection, sealing),
    verifyWritable,
    async close() {
      watch.end();
      syncs.end();
      await checkpointer.close();
      lease.release();
      connection.database.close();
      lock.release();
    },
  };
}

/** Tells once that the data are no longer ours, as a write or a look now and then has found out. */
function watchLease(lease: Lease, { onLeaseLost, leaseCheckMs = 2_000 }: SqliteOptions) {
  const failed = (error: unknown): void => {
    if (!(error instanceof LeaseLostError) || isOver) return;
    end();
    onLeaseLost?.(error);
  };
  const timer = setInterval(() => {
    try {
      lease.check();
    } catch (error) {
      failed(error);
    }
  }, leaseCheckMs).unref();
  let isOver = false;
  const end = (): void => {
    isOver = true;
    clearInterval(timer);
  };
  return { failed, end };
}

function readSecret(connection: Connection, sealing: Sealing | undefined): string {
  const row = connection.prepare("SELECT secret, sealed_secret FROM partition WHERE id = ?").first(partitionId);
  return sealing === undefined ? String(row?.["secret"]) : sealing.open(cellName.secret, row?.["sealed_secret"]);
}
