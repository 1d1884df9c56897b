// The one connection that writes, and its transactions: committed when they return, undone when they throw.
import { DatabaseSync } from "node:sqlite";
import type { Durability } from "../journal.ts";
import { prepareDataFile } from "./data-file.ts";

/** A value that SQLite stores, as JavaScript writes and reads it. */
export type Cell = string | number | null | Uint8Array;
export type Row = Readonly<Record<string, Cell>>;

/** A prepared statement; its errors are worth reading. */
export interface Statement {
  first(...parameters: readonly Cell[]): Row | undefined;
  all(...parameters: readonly Cell[]): readonly Row[];
  /** Within `transact`, which explains its errors. */
  run(...parameters: readonly Cell[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
}

export type CommitEnd = "committed" | "undone";

/** Runs work in one durable transaction of the owner. */
export type Write = <T>(work: () => T, options?: WriteOptions) => Promise<T>;

export interface WriteOptions {
  /** Hears how it ended before any other work begins. */
  readonly settled?: ((outcome: CommitEnd) => void) | undefined;
  /** Hears, right after the commit, of the sync that makes it durable, where that goes on in the background. */
  readonly syncing?: ((synced: Promise<void>) => void) | undefined;
  /** At once by default. */
  readonly durability?: Durability | undefined;
}

export interface Connection {
  readonly file: string;
  readonly database: DatabaseSync;
  prepare(sql: string): Statement;
}

/**
 * Opens or creates the file, without changing it: `configure` follows when it turned out to be ours.
 * @throws Error naming the file when it cannot be opened or is not a SQLite database.
 */
export function openConnection(file: string): Connection {
  let database: DatabaseSync | undefined;
  const path = prepareDataFile(file);
  try {
    database = new DatabaseSync(path, { timeout: 10_000 });
    database.exec("PRAGMA schema_version");
    return connectionOf(path, database);
  } catch (cause) {
    database?.close();
    throw explain(cause, path);
  }
}

/** A checkpoint copies megabytes and syncs: it has its own thread (checkpoint.ts) and never a commit waiting for it. */
export function configure({ database, file }: Connection): void {
  explained(file, () => {
    const mode = database.prepare("PRAGMA journal_mode = WAL").get();
    if (mode?.["journal_mode"] !== "wal") {
      throw new Error(`${file} lies on a disk that cannot share memory between processes: put it on a local disk`);
    }
    database.exec(`
      PRAGMA synchronous = FULL;
      PRAGMA wal_autocheckpoint = 0;
      PRAGMA journal_size_limit = 67108864;
      PRAGMA cache_size = -16384;
    `);
  });
}

/** Says whether each commit syncs the log by itself; otherwise log-sync.ts does it. */
export function syncOfCommits({ database }: Connection, which: "each" | "no"): void {
  database.exec(`PRAGMA synchronous = ${which === "each" ? "FULL" : "NORMAL"}`);
}

/**
 * Runs `work` in one transaction.
 * @throws what `work` throws, after undoing everything; an error of SQLite in words for an operator, with its cause.
 */
export function transact<T>({ database, file }: Connection, work: () => T): T {
  try {
    database.exec("BEGIN IMMEDIATE");
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (cause) {
    // SQLite has undone some failures by itself, a full disk among them.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw explain(cause, file);
  }
}

function connectionOf(file: string, database: DatabaseSync): Connection {
  return {
    file,
    database,
    prepare(sql) {
      const statement = explained(file, () => database.prepare(sql));
      return {
        first: (...parameters) => explained(file, () => statement.get(...parameters) as Row | undefined),
        all: (...parameters) => explained(file, () => statement.all(...parameters) as unknown as readonly Row[]),
        run: (...parameters) => statement.run(...parameters),
      };
    },
  };
}

function explained<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw explain(cause, file);
  }
}

/** The one number that a query gives. */
export function readNumber(connection: Connection, sql: string): number {
  return Object.values(connection.prepare(sql).first() ?? {})[0] as number;
}

/** The primary result codes of SQLite that an operator can do something about (sqlite.org/rescode.html). */
const explanations: ReadonlyMap<number, (file: string) => string> = new Map([
  [5, (file) => `${file} is locked by another program: stop what uses it`],
  [8, (file) => `${file} cannot be written: make it and its directory writable for this user`],
  [10, (file) => `reading or writing ${file} failed: look at the disk and its free space`],
  [11, (file) => `${file} is damaged: restore it from a backup, or move it away to start with an empty one`],
  [13, (file) => `${file} cannot grow: the disk is full. Free some space; what was stored before is safe`],
  [14, (file) => `${file} cannot be opened: its directory must exist and be writable for this user`],
  [26, (file) => `${file} is not a SQLite database: name another file, or move it away`],
]);

function explain(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return error;
  const explanation = explanations.get(error.errcode & 0xff);
  return explanation === undefined ? error : new Error(explanation(file), { cause: error });
}
