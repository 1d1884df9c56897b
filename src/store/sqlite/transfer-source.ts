// A file whose data go into another store. It is locked as by a server, and only read: an old one is brought up to date first, as
// by a server.
import { cellName } from "../cell-names.ts";
import { identityOf } from "../copy-mark.ts";
import type { MasterKey } from "../envelope.ts";
import type { PageBounds, TransferCursor, TransferPage, TransferSource } from "../transfer.ts";
import {
  beginningOf,
  type CellsOptions,
  type TransferTable,
  transferTables,
  type TransferRow,
} from "../transfer-tables.ts";
import { type Connection, openConnection, readNumber, type Statement, transact } from "./connection.ts";
import { openSealed, requireKeys } from "./encryption.ts";
import type { FileLock } from "./file-lock.ts";
import { lockFile, type LockOptions, partitionId } from "./lease.ts";
import { migrate, requireOurs, requireWhole } from "./schema.ts";
import { columnsOf, readRow } from "./transfer-rows.ts";

export interface SqliteTransferOptions extends LockOptions {
  readonly masterKeys?: readonly MasterKey[] | undefined;
}

/**
 * @param file one that is there.
 * @throws StoreInUseError when a server has it open, StoreKeyError, Error when it is no store, or only a part of one.
 */
export async function openSqliteSource(file: string, options: SqliteTransferOptions = {}): Promise<TransferSource> {
  const connection = openConnection(file);
  let lock: FileLock | undefined;
  try {
    requireOurs(connection);
    lock = await lockFile(connection, options);
    requireOurs(connection);
    if (readNumber(connection, "PRAGMA user_version") === 0) throw new Error(`${file} holds no data of Pawl`);
    requireWhole(connection);
    requireKeys(connection, options);
    transact(connection, () => migrate(connection));
    return new SqliteSource(connection, lock, options);
  } catch (cause) {
    connection.database.close();
    lock?.release();
    throw cause;
  }
}

class SqliteSource implements TransferSource {
  readonly place: string;
  readonly secret: string;
  readonly #connection: Connection;
  readonly #lock: FileLock;
  readonly #cells: CellsOptions;
  readonly #next = new Map<TransferTable, Statement>();

  constructor(connection: Connection, lock: FileLock, { masterKeys }: SqliteTransferOptions) {
    this.place = connection.file;
    this.#connection = connection;
    this.#lock = lock;
    const opening = openSealed(connection, { masterKeys, onProblem: () => undefined });
    const sealing = opening && { openBytes: opening.openBytes, seal: refuse };
    this.#cells = { place: connection.file, sealing };
    const row = connection.prepare("SELECT secret, sealed_secret FROM partition WHERE id = ?").first(partitionId);
    this.secret = opening?.open(cellName.secret, row?.["sealed_secret"]) ?? String(row?.["secret"]);
  }

  async identify(): Promise<string> {
    // Every server that opens the file counts the epoch up.
    const numbers = [
      `SELECT epoch FROM partition WHERE id = ${partitionId}`,
      "SELECT coalesce(max(id), 0) FROM journal",
      "SELECT coalesce(max(id), 0) FROM revision",
    ].map((sql) => readNumber(this.#connection, sql));
    return identityOf(this.secret, numbers);
  }

  async estimateRows(): Promise<number> {
    let rows = 0;
    for (const { name, columns } of transferTables) {
      // Counting reads a whole table; ids of these ascend without gaps.
      const isNumbered = columns["id"] !== undefined && name !== "activity_offer" && name !== "signal";
      const sql = `SELECT ${isNumbered ? "coalesce(max(id), 0)" : "count(*)"} FROM ${name}`;
      rows += readNumber(this.#connection, sql);
    }
    return rows;
  }

  async read(table: TransferTable, after: TransferCursor | undefined, bounds: PageBounds): Promise<TransferPage> {
    const next = this.#statement(table);
    const rows: TransferRow[] = [];
    let last = after;
    for (let bytes = 0; rows.length < bounds.mostRows && bytes < bounds.mostBytes;) {
      const found = next.first(...(last ?? beginningOf(table)));
      if (found === undefined) break;
      last = table.key.map((column) => found[column] as string | number);
      const row = readRow(table, found, this.#cells);
      const text = table.sealed === undefined ? null : row[table.sealed.column];
      if (typeof text === "string" || text instanceof Uint8Array) bytes += text.length;
      rows.push(row);
    }
    return { rows, last: rows.length === 0 ? undefined : last };
  }

  async close(): Promise<void> {
    this.#connection.database.close();
    this.#lock.release();
  }

  /** The first row behind a place. */
  #statement(table: TransferTable): Statement {
    const key = table.key.join(", ");
    const places = table.key.map(() => "?").join(", ");
    const known =
      this.#next.get(table) ??
      this.#connection.prepare(
        `SELECT ${columnsOf(table).join(", ")} FROM ${table.name} WHERE (${key}) > (${places}) ORDER BY ${key} LIMIT 1`,
      );
    this.#next.set(table, known);
    return known;
  }
}

function refuse(): never {
  throw new Error("nothing is written to a store that is copied from");
}
