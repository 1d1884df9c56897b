// A database that takes the data of another store. All executions come into one partition (partitions.ts); new ids of all partitions
// are above theirs.
import { randomBytes } from "node:crypto";
import { cellName } from "../cell-names.ts";
import { begunOf, encodePosition, holdsData, startPosition } from "../copy-mark.ts";
import { movedPartition } from "../partitions.ts";
import type { Begun, TransferPosition, TransferSource, TransferTarget } from "../transfer.ts";
import { type TransferTable, transferTables, type TransferRow } from "../transfer-tables.ts";
import { openContent } from "./database.ts";
import { idsPerBlock } from "./id-blocks.ts";
import type { Runs } from "./link.ts";
import { migrate } from "./schema.ts";
import type { Sealing } from "./sealing.ts";
import { type Cell, transposed, unnested } from "./tables.ts";
import { one } from "./transact.ts";
import {
  connectTransfer,
  type PostgresTransferOptions,
  requireUnused,
  type TransferDatabase,
} from "./transfer-database.ts";
import { insertions, keyColumns, readRows, selected, tablesOf } from "./transfer-rows.ts";

/** @throws StoreAwayError, StoreInUseError, StoreKeyError, Error when it holds anything but a copy. */
export async function openPostgresTarget(url: string, options: PostgresTransferOptions = {}): Promise<TransferTarget> {
  const database = await connectTransfer(url, options);
  const { transact, place } = database;
  try {
    const fresh = { partitions: options.partitions ?? 64, secret: randomBytes(32).toString("hex") };
    const isWhole = await transact(async (held) => {
      // One that is refused stays as it is.
      const made = await one(held, { text: "SELECT to_regclass('pawl.database') IS NOT NULL AS is_made" });
      if (made?.["is_made"] === true) await requireReceptive(held, place);
      await migrate(held, place, fresh);
      return (await one(held, { text: "SELECT FROM pawl.copy WHERE completed_at IS NOT NULL" })) !== undefined;
    });
    if (isWhole) return new PostgresTarget(database, undefined);
    const { sealing } = await openContent(database, { ...options, fresh, onProblem: () => undefined });
    return new PostgresTarget(database, sealing);
  } catch (cause) {
    await database.close();
    throw cause;
  }
}

/** @throws StoreInUseError, and Error where it holds data that are not a copy's. */
async function requireReceptive(held: Runs, place: string): Promise<void> {
  await requireUnused(held, place);
  const table = await one(held, { text: "SELECT to_regclass('pawl.copy') IS NOT NULL AS is_there" });
  if (table?.["is_there"] === true && (await one(held, { text: "SELECT FROM pawl.copy" })) !== undefined) return;
  const found = transferTables.map(({ name }) => `EXISTS (SELECT FROM pawl.${name})`).join(" OR ");
  const row = await one(held, { text: `SELECT ${found} AS is_used` });
  if (row?.["is_used"] === true) throw holdsData(`${place},`);
}

/** Another copy has gone on meanwhile. */
const advance = { text: "UPDATE pawl.copy SET position = $2 WHERE position = $1 AND completed_at IS NULL RETURNING 1" };

class PostgresTarget implements TransferTarget {
  readonly place: string;
  readonly #database: TransferDatabase;
  readonly #sealing: Sealing | undefined;
  #position = startPosition;

  constructor(database: TransferDatabase, sealing: Sealing | undefined) {
    this.place = `${database.place},`;
    this.#database = database;
    this.#sealing = sealing;
  }

  async begin({ secret }: Pick<TransferSource, "secret">, identity: string): Promise<Begun> {
    const { transact, place } = this.#database;
    await this.#sealing?.prepare();
    return transact(async (held) => {
      await held.run({ text: "LOCK TABLE pawl.copy IN EXCLUSIVE MODE" });
      const found = await one(held, { text: "SELECT source, position, completed_at FROM pawl.copy" });
      if (found !== undefined) {
        this.#position = found["position"] as string;
        const mark = { source: found["source"] as string, position: this.#position };
        return begunOf({ ...mark, isComplete: found["completed_at"] !== null }, identity, this.place);
      }
      await requireReceptive(held, place);
      await held.run({ text: "INSERT INTO pawl.copy (id, source, position) VALUES (0, $1, $2)" }, [
        identity,
        startPosition,
      ]);
      const cells = this.#sealing === undefined ? [secret, null] : ["", this.#sealing.seal(cellName.secret, secret)];
      await held.run({ text: "UPDATE pawl.database SET secret = $1, sealed_secret = $2 WHERE id = 0" }, cells);
      // A node that has opened the database and not been heard yet finds its leases over.
      await held.run({ text: "UPDATE pawl.partition SET owner = NULL, epoch = epoch + 1" });
      return "nothing";
    });
  }

  async write(table: TransferTable, rows: readonly TransferRow[], position: TransferPosition): Promise<void> {
    const { transact, place } = this.#database;
    await this.#sealing?.prepare();
    const cells = { place, sealing: this.#sealing, partition: movedPartition };
    const statements = insertions(table, rows, cells);
    const [before, next] = [this.#position, encodePosition(position)];
    await transact(async (held) => {
      await requireUnused(held, place);
      if ((await one(held, advance, [before, next])) === undefined) {
        throw new Error(`${this.place} is the target of another copy that is at work: end one of them`);
      }
      await Promise.all(statements.map(({ text, values }) => held.run({ text }, values)));
    });
    this.#position = next;
  }

  async written(): Promise<void> {
    // The server knows nothing of these tables yet, and would read whole ones to find a few rows.
    for (const { name } of transferTables) await this.#database.runs.run({ text: `ANALYZE pawl.${name}` });
    await this.#database.runs.run({ text: "ANALYZE pawl.live" });
  }

  async readBack(table: TransferTable, rows: readonly TransferRow[]): Promise<readonly (TransferRow | undefined)[]> {
    const columns = keyColumns(table);
    const keys = rows.map((row) =>
      columns.map(([name]): Cell => (name === "partition" ? movedPartition : (row[name] ?? null))),
    );
    const joined = columns.map(([name]) => `t.${name} = u.${name}`).join(" AND ");
    const statement = {
      text: `SELECT ${selected(table)} FROM ${unnested(columns)} JOIN ${joinedTables(table, joined)}`,
    };
    const found = await this.#database.runs.run(statement, transposed(columns, keys));
    const read = await readRows(table, found, { place: this.#database.place, sealing: this.#sealing });
    const byKey = new Map(read.map((row) => [keyOf(table, row), row]));
    return rows.map((row) => byKey.get(keyOf(table, row)));
  }

  async count({ name }: TransferTable): Promise<number> {
    const row = await one(this.#database.runs, { text: `SELECT count(*) AS n FROM pawl.${name}` });
    return row?.["n"] as number;
  }

  async complete(): Promise<void> {
    const { transact, place } = this.#database;
    await transact(async (held) => {
      await requireUnused(held, place);
      await held.run({ text: "LOCK TABLE pawl.copy IN EXCLUSIVE MODE" });
      const newest = await one(held, {
        text: `SELECT greatest((SELECT max(id) FROM pawl.execution), (SELECT max(id) FROM pawl.map_run), 0) AS id`,
      });
      const id = newest?.["id"] as number;
      const movedBelow = id === 0 ? 0 : id + 1;
      await held.run({ text: "UPDATE pawl.database SET moved_below = $1 WHERE id = 0" }, [movedBelow]);
      await held.run(
        {
          text: `UPDATE pawl.partition SET next_block =
            greatest(next_block, ($1 + ${idsPerBlock}::bigint * d.partitions - 1) / (${idsPerBlock}::bigint * d.partitions))
            FROM pawl.database d`,
        },
        [movedBelow],
      );
      for (const sequence of sequences) await held.run({ text: sequence });
      await held.run({ text: "UPDATE pawl.catalogue_change SET number = number + 1" });
      await held.run({ text: "UPDATE pawl.copy SET completed_at = $1" }, [Date.now()]);
    });
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

/** Each goes on behind the newest row. */
const sequences = [
  ...["state_machine", "revision", "activity_offer", "signal"].map((table) => [
    `pg_get_serial_sequence('pawl.${table}', 'id')`,
    table,
  ]),
  ["'pawl.journal_order'", "journal"],
].map(([sequence, table]) => `SELECT setval(${sequence}, max(id)) FROM pawl.${table} HAVING max(id) > 0`);

function joinedTables(table: TransferTable, condition: string): string {
  const [first, ...live] = tablesOf(table).split(" LEFT JOIN ");
  return [`${first} ON ${condition}`, ...live].join(" LEFT JOIN ");
}

function keyOf({ key }: TransferTable, row: TransferRow): string {
  return JSON.stringify(key.map((column) => row[column]));
}
