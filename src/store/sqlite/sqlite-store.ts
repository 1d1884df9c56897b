// The embedded store: one SQLite file, one writing process, durable at every commit.
import type { Store } from "../store.ts";
import { openCatalogue } from "./catalogue.ts";
import { openCheckpointer } from "./checkpoint.ts";
import { type Connection, openConnection, transact } from "./connection.ts";
import { openJournal, type Outcome, type Write } from "./journal.ts";
import { acquireLease, type Holder, isHolderAlive, type Lease, partitionId } from "./lease.ts";
import { migrate } from "./schema.ts";

export interface SqliteOptions {
  /** Whether the process that holds the lease still runs; asks the operating system when absent. */
  readonly isHolderAlive?: ((holder: Holder) => boolean) | undefined;
  /** Content of the write-ahead log beside the file that is copied into it, in the background. */
  readonly checkpointBytes?: number | undefined;
  /** Told of what failed in the background. Nothing that was stored is affected by it. */
  readonly onProblem?: ((problem: Error) => void) | undefined;
}

/**
 * Opens or creates a store in a file.
 * @throws StoreInUseError when a live process has it open, Error when the file is no store of this version.
 */
export async function openSqliteStore(file: string, options: SqliteOptions = {}): Promise<Store> {
  return openStoreOn(openConnection(file), options);
}

/** Takes the connection over: closing the store closes it, and so does a failure to open. */
export function openStoreOn(connection: Connection, options: SqliteOptions): Store {
  let lease: Lease | undefined;
  try {
    migrate(connection);
    lease = acquireLease(connection, options.isHolderAlive ?? isHolderAlive);
    return storeOf(connection, lease, options);
  } catch (cause) {
    lease?.release();
    connection.database.close();
    throw cause;
  }
}

function storeOf(connection: Connection, lease: Lease, options: SqliteOptions): Store {
  const checkpointer = openCheckpointer(connection.file, {
    walBytes: options.checkpointBytes ?? 16 * 1024 * 1024,
    intervalMs: 60_000,
    onProblem: options.onProblem ?? (() => undefined),
  });
  const write: Write = async (work, settled) => {
    const turn = checkpointer.writerTurn();
    if (turn !== undefined) await turn;
    let outcome: Outcome = "undone";
    try {
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
  const journal = openJournal(connection, write, checkpointer.wrote);
  const secret = String(connection.prepare("SELECT secret FROM partition WHERE id = ?").first(partitionId)?.["secret"]);
  return {
    secret,
    ...journal,
    ...openCatalogue(connection, write),
    get nextExecutionId() {
      return journal.nextExecutionId;
    },
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
