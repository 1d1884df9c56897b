// Rows of a database on their way to or from another store: the tables and cells of transfer-tables.ts as PostgreSQL has them.
import {
  besideSealed,
  type CellsOptions,
  type ColumnKind,
  executionTable,
  heldRow,
  storedRow,
  type TransferTable,
  type TransferCell,
  type TransferRow,
} from "../transfer-tables.ts";
import type { Row } from "./link.ts";
import type { Sealing } from "./sealing.ts";
import { type Cell, type Columns, freeText, namesOf, readFreeText, transposed, unnested } from "./tables.ts";

const types: Readonly<Record<ColumnKind, string>> = {
  number: "bigint",
  flag: "boolean",
  text: "text",
  freeText: "text",
};

/** The columns that stand in `live` while an execution runs. */
const turnColumns: ReadonlySet<string> = new Set(["wake_at", "is_in_flight", "last_event_id", "last_journal_id"]);

/** The columns as a statement selects them from `tablesOf`. */
export function selected(table: TransferTable): string {
  return [...Object.keys(table.columns), ...besideSealed(table)]
    .map((column) =>
      table === executionTable && turnColumns.has(column)
        ? `coalesce(l.${column}, t.${column}) AS ${column}`
        : `t.${column}`,
    )
    .join(", ");
}

/** The rows as `t`. */
export function tablesOf(table: TransferTable): string {
  return table === executionTable
    ? "pawl.execution t LEFT JOIN pawl.live l ON l.partition = t.partition AND l.execution_id = t.id"
    : `pawl.${table.name} t`;
}

/** The columns that lead to a row, in the order of an index. */
export function keyColumns(table: TransferTable): Columns {
  const key = table.key.map((column) => [column, types[table.columns[column] ?? "number"]] as const);
  return table.execution === undefined ? key : [["partition", "int"], ...key];
}

export async function readRows(
  table: TransferTable,
  rows: readonly Row[],
  options: { readonly place: string; readonly sealing: Sealing | undefined },
): Promise<readonly TransferRow[]> {
  const { sealed } = table;
  if (sealed !== undefined) await options.sealing?.know(rows.map((row) => row[`sealed_${sealed.column}`]));
  return rows.map((row) => {
    const cells: Record<string, TransferCell> = {};
    for (const [column, kind] of Object.entries(table.columns)) cells[column] = readCell(row[column], kind);
    for (const column of besideSealed(table)) cells[column] = (row[column] ?? null) as TransferCell;
    return heldRow(table, cells, options);
  });
}

function readCell(cell: unknown, kind: ColumnKind): TransferCell {
  if (cell === null || cell === undefined) return null;
  if (kind === "flag") return cell === true ? 1 : 0;
  return (kind === "freeText" ? readFreeText(cell) : cell) as TransferCell;
}

function storedCell(cell: TransferCell, kind: ColumnKind): Cell {
  if (cell === null) return null;
  if (kind === "flag") return cell === 1;
  return kind === "freeText" && typeof cell === "string" ? freeText(cell) : cell;
}

export interface Insertion {
  readonly text: string;
  readonly values: readonly (readonly Cell[])[];
}

/** Statements that insert rows, all of one partition. */
export function insertions(
  table: TransferTable,
  rows: readonly TransferRow[],
  { partition, ...options }: CellsOptions & { readonly partition: number },
): readonly Insertion[] {
  const isExecution = table === executionTable;
  const columns: Columns = [
    ...(table.execution === undefined ? [] : [["partition", "int"] as const]),
    ...(isExecution ? [["listed_at", "bigint"] as const] : []),
    ...Object.entries(table.columns).map(([name, kind]) => [name, types[kind]] as const),
    ...besideSealed(table).map((name) => [name, name === "checksum" ? "bigint" : "bytea"] as const),
  ];
  const cells = rows.map((row) => {
    const stored = storedRow(table, row, options);
    const isRunning = isExecution && row["status"] === 0;
    return namesOf(columns).map((name): Cell => {
      if (name === "partition") return partition;
      if (name === "listed_at") return (row["stopped_at"] ?? row["redriven_at"] ?? row["started_at"] ?? null) as Cell;
      if (isRunning && turnColumns.has(name)) return null;
      return storedCell(stored[name] ?? null, table.columns[name] ?? "number");
    });
  });
  const running = isExecution ? rows.filter((row) => row["status"] === 0) : [];
  return [insertion(table.name, columns, cells), ...(running.length === 0 ? [] : [liveInsertion(running, partition)])];
}

function insertion(name: string, columns: Columns, rows: readonly (readonly Cell[])[]): Insertion {
  const names = namesOf(columns).join(", ");
  return {
    text: `INSERT INTO pawl.${name} (${names}) OVERRIDING SYSTEM VALUE SELECT ${names} FROM ${unnested(columns)}`,
    values: transposed(columns, rows),
  };
}

const liveColumns: Columns = [
  ["partition", "int"],
  ["execution_id", "bigint"],
  ["counts", "boolean"],
  ["wake_at", "bigint"],
  ["is_in_flight", "boolean"],
  ["last_event_id", "bigint"],
  ["last_journal_id", "bigint"],
];

function liveInsertion(running: readonly TransferRow[], partition: number): Insertion {
  const rows = running.map((row): readonly Cell[] => [
    partition,
    row["id"] ?? null,
    row["type"] === 0 && row["map_run_id"] === null,
    row["wake_at"] ?? null,
    row["is_in_flight"] === 1,
    row["last_event_id"] ?? null,
    row["last_journal_id"] ?? null,
  ]);
  return insertion("live", liveColumns, rows);
}
