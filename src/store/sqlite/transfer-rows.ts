// Rows of a file on their way to or from another store: the tables and cells of transfer-tables.ts as SQLite has them.
import {
  besideSealed,
  type CellsOptions,
  heldRow,
  storedRow,
  type TransferTable,
  type TransferRow,
} from "../transfer-tables.ts";
import type { Cell, Connection, Row } from "./connection.ts";
import { partitionId } from "./lease.ts";

/** Tables whose rows name the one partition. */
const partitioned: ReadonlySet<string> = new Set(["execution", "activity_offer", "signal", "job", "map_run"]);

export const columnsOf = (table: TransferTable): readonly string[] => [
  ...Object.keys(table.columns),
  ...besideSealed(table),
];

export function readRow(table: TransferTable, row: Row, options: CellsOptions): TransferRow {
  return heldRow(table, row, options);
}

/** @returns what inserts a row, within a transaction. */
export function prepareInsertion(
  { prepare }: Connection,
  table: TransferTable,
  options: CellsOptions,
): (row: TransferRow) => void {
  const columns = columnsOf(table);
  const fixed = partitioned.has(table.name) ? [["partition_id", partitionId] as const] : [];
  const names = [...columns, ...fixed.map(([name]) => name)];
  const insert = prepare(`INSERT INTO ${table.name} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`);
  return (row) => {
    const stored = storedRow(table, row, options);
    insert.run(...columns.map((column): Cell => stored[column] ?? null), ...fixed.map(([, cell]) => cell));
  };
}

/** Nothing but tables of ours. */
export function countSql({ name }: TransferTable): string {
  return `SELECT count(*) FROM ${name}`;
}
