// A file that takes the data of another store. It is opened and encrypted as any file of ours.
import { cellName } from "../cell-names.ts";
import { begunOf, encodePosition, holdsData, startPosition } from "../copy-mark.ts";
import type { Begun, TransferPosition, TransferSource, TransferTarget } from "../transfer.ts";
import { type CellsOptions, type TransferTable, transferTables, type TransferRow } from "../transfer-tables.ts";
import { configure, type Connection, openConnection, readNumber, transact } from "./connection.ts";
import { openEncryption, requireKeys } from "./encryption.ts";
import type { FileLock } from "./file-lock.ts";
import { type Lease, lockFile, partitionId, takeLease } from "./lease.ts";
import { copyIn, migrate, requireOurs } from "./schema.ts";
import type { Sealing } from "./sealing.ts";
import { columnsOf, countSql, prepareInsertion, readRow } from "./transfer-rows.ts";
import type { SqliteTransferOptions } from "./transfer-source.ts";

/** @throws StoreInUseError when a server has it open, StoreKeyError, Error when it holds anything but a copy. */
export async function openSqliteTarget(file: string, options: SqliteTransferOptions = {}): Promise<TransferTarget> {
  const connection = openConnection(file);
  let lock: FileLock | undefined;
  let lease: Lease | undefined;
  try {
    requireOurs(connection);
    lock = await lockFile(connection, options);
    requireOurs(connection);
    requireReceptive(connection);
    requireKeys(connection, options);
    configure(connection);
    lease = transact(connection, () => {
      migrate(connection);
      return takeLease(connection);
    });
    const told = { onProblem: () => undefined, onNotice: options.onNotice ?? (() => undefined) };
    // One that is whole is only looked at.
    const masterKeys = copyIn(connection) === "whole" ? undefined : options.masterKeys;
    const sealing = await openEncryption(connection, lease, { masterKeys, ...told });
    return new SqliteTarget(connection, { lock, lease, sealing });
  } catch (cause) {
    lease?.release();
    connection.database.close();
    lock?.release();
    throw cause;
  }
}

/** Before anything of it is changed. @throws Error where it holds data that are not a copy's. */
function requireReceptive(connection: Connection): void {
  if (copyIn(connection) !== undefined) return;
  const isThere = connection.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
  for (const { name } of transferTables) {
    if (isThere.first(name) === undefined) continue;
    if (readNumber(connection, `SELECT EXISTS (SELECT 1 FROM ${name})`) === 1) throw holdsData(connection.file);
  }
}

interface Held {
  readonly lock: FileLock;
  readonly lease: Lease;
  readonly sealing: Sealing | undefined;
}

class SqliteTarget implements TransferTarget {
  readonly place: string;
  readonly #connection: Connection;
  readonly #held: Held;
  readonly #cells: CellsOptions;
  readonly #insertions = new Map<TransferTable, (row: TransferRow) => void>();

  constructor(connection: Connection, held: Held) {
    this.place = connection.file;
    this.#connection = connection;
    this.#held = held;
    this.#cells = { place: connection.file, sealing: held.sealing };
  }

  async begin({ secret }: Pick<TransferSource, "secret">, identity: string): Promise<Begun> {
    const { prepare } = this.#connection;
    const found = prepare("SELECT source, position, completed_at FROM copy WHERE id = 0").first();
    if (found === undefined) {
      this.#transact(() => {
        prepare("INSERT INTO copy (id, source, position) VALUES (0, ?, ?)").run(identity, startPosition);
        this.#setSecret(secret);
      });
      return "nothing";
    }
    const { source, position, completed_at: completedAt } = found;
    const mark = { source: String(source), position: String(position), isComplete: completedAt !== null };
    const begun = begunOf(mark, identity, this.place);
    // An encryption that was begun since has made a new one.
    if (begun !== "complete") this.#transact(() => this.#setSecret(secret));
    return begun;
  }

  async write(table: TransferTable, rows: readonly TransferRow[], position: TransferPosition): Promise<void> {
    const insert = this.#insertion(table);
    this.#transact(() => {
      for (const row of rows) insert(row);
      this.#connection
        .prepare("UPDATE copy SET position = ? WHERE id = 0 AND completed_at IS NULL")
        .run(encodePosition(position));
    });
    // The log would grow to the size of the whole store.
    this.#connection.prepare("PRAGMA wal_checkpoint(PASSIVE)").all();
  }

  async written(): Promise<void> {
    this.#connection.prepare("PRAGMA wal_checkpoint(TRUNCATE)").all();
  }

  async readBack(table: TransferTable, rows: readonly TransferRow[]): Promise<readonly (TransferRow | undefined)[]> {
    const condition = table.key.map((column) => `${column} = ?`).join(" AND ");
    const select = this.#connection.prepare(
      `SELECT ${columnsOf(table).join(", ")} FROM ${table.name} WHERE ${condition}`,
    );
    return rows.map((row) => {
      const found = select.first(...table.key.map((column) => row[column] ?? null));
      return found === undefined ? undefined : readRow(table, found, this.#cells);
    });
  }

  async count(table: TransferTable): Promise<number> {
    return readNumber(this.#connection, countSql(table));
  }

  async complete(): Promise<void> {
    this.#transact(() => this.#connection.prepare("UPDATE copy SET completed_at = ? WHERE id = 0").run(Date.now()));
  }

  async close(): Promise<void> {
    this.#held.lease.release();
    this.#connection.database.close();
    this.#held.lock.release();
  }

  #transact(work: () => void): void {
    this.#held.sealing?.prepare();
    transact(this.#connection, () => {
      this.#held.lease.verify();
      work();
    });
  }

  #setSecret(secret: string): void {
    const { sealing } = this.#held;
    const cells = sealing === undefined ? [secret, null] : ["", sealing.seal(cellName.secret, secret)];
    this.#connection
      .prepare("UPDATE partition SET secret = ?, sealed_secret = ? WHERE id = ?")
      .run(...cells, partitionId);
  }

  #insertion(table: TransferTable): (row: TransferRow) => void {
    const known = this.#insertions.get(table) ?? prepareInsertion(this.#connection, table, this.#cells);
    this.#insertions.set(table, known);
    return known;
  }
}
