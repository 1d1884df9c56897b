// The embedded store: one SQLite file, one writing process, durable at every commit.
import type { MasterKey } from "../envelope.ts";
import type { Store } from "../store.ts";
import { openCatalogue } from "./catalogue.ts";
import { openCheckpointer } from "./checkpoint.ts";
import { type CommitEnd, type Connection, openConnection, transact, type Write } from "./connection.ts";
import { openEncryption } from "./encryption.ts";
import { eventCells } from "./event-cells.ts";
import { openJournal } from "./journal.ts";
import { acquireLease, type Holder, isHolderAlive, type Lease, partitionId } from "./lease.ts";
import { openOfferQueue, openOffers } from "./offer-queue.ts";
import { migrate } from "./schema.ts";
import { cellName, type Sealing } from "./sealing.ts";
import { openSignalRows, openSignals } from "./signals.ts";
import { openVersions } from "./versions.ts";

export interface SqliteOptions {
  /** Says whether the process that holds the lease still runs; the operating system is asked when absent. */
  readonly isHolderAlive?: ((holder: Holder) => boolean) | undefined;
  /** Content of the write-ahead log beside the file that is copied into it, in the background. */
  readonly checkpointBytes?: number | undefined;
  /** Hears of failures in the background. Nothing that was stored is affected by them. */
  readonly onProblem?: ((problem: Error) => void) | undefined;
  /** Encrypts what the store holds of workflows; the first one is current, the others open what they once encrypted. */
  readonly masterKeys?: readonly MasterKey[] | undefined;
  /** After so many sealed texts there is a new data key. */
  readonly sealsPerDataKey?: number | undefined;
  /** Hears how a store that was plain is being encrypted, before it is open. */
  readonly onNotice?: ((message: string) => void) | undefined;
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
  let lease: Lease | undefined;
  try {
    migrate(connection);
    lease = acquireLease(connection, options.isHolderAlive ?? isHolderAlive);
    const sealing = await openEncryption(connection, lease, {
      ...options,
      onProblem: options.onProblem ?? (() => undefined),
      onNotice: options.onNotice ?? (() => undefined),
    });
    return storeOf(connection, lease, { ...options, sealing });
  } catch (cause) {
    lease?.release();
    connection.database.close();
    throw cause;
  }
}

interface Opened extends SqliteOptions {
  readonly sealing: Sealing | undefined;
}

function storeOf(connection: Connection, lease: Lease, options: Opened): Store {
  const { sealing } = options;
  const checkpointer = openCheckpointer(connection.file, {
    walBytes: options.checkpointBytes ?? 16 * 1024 * 1024,
    intervalMs: 60_000,
    onProblem: options.onProblem ?? (() => undefined),
  });
  const write: Write = async (work, settled) => {
    const turn = checkpointer.writerTurn();
    if (turn !== undefined) await turn;
    let outcome: CommitEnd = "undone";
    try {
      sealing?.prepare();
      const result = transact(connection, () => {
        lease.verify();
        return work();
      });
      outcome = "committed";
      checkpointer.committed();
      return result;
    } finally {
      settled?.(outcome);
    }
  };
  const cells = eventCells({ file: connection.file, sealing, onProblem: options.onProblem ?? (() => undefined) });
  const queue = openOfferQueue(connection);
  const signals = openSignalRows(connection);
  const versions = openVersions(connection, write);
  return {
    journal: openJournal(connection, { write, wrote: checkpointer.wrote, offers: queue, signals, sealing, cells }),
    offers: openOffers(queue, write),
    signals: openSignals(connection),
    catalogue: openCatalogue(connection, { write, sealing, versions }),
    versions: versions.role,
    secret: readSecret(connection, sealing),
    async close() {
      await checkpointer.close();
      try {
        lease.release();
      } finally {
        connection.database.close();
      }
    },
  };
}

function readSecret(connection: Connection, sealing: Sealing | undefined): string {
  const row = connection.prepare("SELECT secret, sealed_secret FROM partition WHERE id = ?").first(partitionId);
  return sealing === undefined ? String(row?.["secret"]) : sealing.open(cellName.secret, row?.["sealed_secret"]);
}
