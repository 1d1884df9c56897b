// A database whose data go into another store. It is only read: an old one is brought up to date first, as by a server.
import { cellName } from "../cell-names.ts";
import { identityOf } from "../copy-mark.ts";
import type { PageBounds, TransferCursor, TransferPage, TransferSource } from "../transfer.ts";
import { beginningOf, type TransferTable, transferTables } from "../transfer-tables.ts";
import { openSealed, requireWhole } from "./database.ts";
import type { Row } from "./link.ts";
import { migrate } from "./schema.ts";
import type { Sealing } from "./sealing.ts";
import { one } from "./transact.ts";
import { namesOf } from "./tables.ts";
import {
  connectTransfer,
  type PostgresTransferOptions,
  requireUnused,
  type TransferDatabase,
} from "./transfer-database.ts";
import { keyColumns, readRows, selected, tablesOf } from "./transfer-rows.ts";

/** @throws StoreAwayError, StoreInUseError, StoreKeyError, Error when it holds no data of ours, or only a part. */
export async function openPostgresSource(url: string, options: PostgresTransferOptions = {}): Promise<TransferSource> {
  const database = await connectTransfer(url, options);
  const { runs, transact, place } = database;
  try {
    const made = await one(runs, { text: "SELECT to_regclass('pawl.database') IS NOT NULL AS is_made" });
    if (made?.["is_made"] !== true) throw new Error(`${place}, holds no data of Pawl`);
    await requireUnused(runs, place);
    await transact((held) => migrate(held, place, { partitions: 0, secret: "" }));
    await requireWhole(database);
    const sealing = await openSealed(database, { ...options, onProblem: () => undefined });
    return new PostgresSource(database, sealing, await readSecret(database, sealing));
  } catch (cause) {
    await database.close();
    throw cause;
  }
}

async function readSecret({ runs }: TransferDatabase, sealing: Sealing | undefined): Promise<string> {
  const row = await one(runs, { text: "SELECT secret, sealed_secret FROM pawl.database WHERE id = 0" });
  if (sealing === undefined) return row?.["secret"] as string;
  await sealing.know([row?.["sealed_secret"]]);
  return sealing.open(cellName.secret, row?.["sealed_secret"]);
}

/** Every owner counts an epoch up, every change of the catalogue its number. */
const numbers = {
  text: `SELECT (SELECT sum(epoch) FROM pawl.partition)::bigint AS epochs,
    (SELECT number FROM pawl.catalogue_change) AS changes,
    (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM pawl.journal_order) AS rows`,
};

/** More than is in the tables where they were not analyzed for long, or less. */
const estimate = {
  text: `SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint AS rows FROM pg_class
    WHERE relnamespace = 'pawl'::regnamespace AND relname = ANY ($1)`,
};

class PostgresSource implements TransferSource {
  readonly place: string;
  readonly secret: string;
  readonly #database: TransferDatabase;
  readonly #sealing: Sealing | undefined;

  constructor(database: TransferDatabase, sealing: Sealing | undefined, secret: string) {
    this.place = `${database.place},`;
    this.secret = secret;
    this.#database = database;
    this.#sealing = sealing;
  }

  async identify(): Promise<string> {
    const { runs, place } = this.#database;
    await requireUnused(runs, place);
    const row = await one(runs, numbers);
    return identityOf(this.secret, [row?.["epochs"], row?.["changes"], row?.["rows"]] as number[]);
  }

  async estimateRows(): Promise<number> {
    const row = await one(this.#database.runs, estimate, [transferTables.map(({ name }) => name)]);
    return row?.["rows"] as number;
  }

  async read(table: TransferTable, after: TransferCursor | undefined, bounds: PageBounds): Promise<TransferPage> {
    const from = after ?? [...(table.execution === undefined ? [] : [-1]), ...beginningOf(table)];
    const last = await this.#lastOfPage(table, from, bounds);
    if (last === undefined) return { rows: [], last };
    const [key, columns] = [keyOf(table), keyColumns(table)];
    const statement = {
      text: `SELECT ${selected(table)} FROM ${tablesOf(table)}
        WHERE (${key}) > (${parameters(table, 1)}) AND (${key}) <= (${parameters(table, 1 + columns.length)}) ORDER BY ${key}`,
    };
    const found = await this.#database.runs.run(statement, [...from, ...last]);
    const rows = await readRows(table, found, { place: this.#database.place, sealing: this.#sealing });
    return { rows, last };
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  /** The place up to which a page reads, by the lengths of its texts. */
  async #lastOfPage(
    table: TransferTable,
    from: TransferCursor,
    { mostRows, mostBytes }: PageBounds,
  ): Promise<TransferCursor | undefined> {
    const [key, columns] = [keyOf(table), keyColumns(table)];
    const statement = {
      text: `SELECT ${key}, ${lengthOf(table)} AS bytes FROM pawl.${table.name} t
        WHERE (${key}) > (${parameters(table, 1)}) ORDER BY ${key} LIMIT ${mostRows}`,
    };
    let last: Row | undefined;
    let bytes = 0;
    for (const row of await this.#database.runs.run(statement, from)) {
      last = row;
      bytes += row["bytes"] as number;
      if (bytes >= mostBytes) break;
    }
    return last && namesOf(columns).map((column) => last?.[column] as string | number);
  }
}

function keyOf(table: TransferTable): string {
  return namesOf(keyColumns(table))
    .map((column) => `t.${column}`)
    .join(", ");
}

/** The parameters of a place, from a number on. */
function parameters(table: TransferTable, first: number): string {
  return keyColumns(table)
    .map(([, type], i) => `$${first + i}::${type}`)
    .join(", ");
}

function lengthOf({ sealed }: TransferTable): string {
  if (sealed === undefined) return "0";
  const columns = [sealed.column, `sealed_${sealed.column}`, ...(sealed.packed === undefined ? [] : [sealed.packed])];
  return columns.map((column) => `coalesce(octet_length(t.${column}), 0)`).join(" + ");
}
