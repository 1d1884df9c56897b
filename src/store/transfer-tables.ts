// The tables of a store as they go into another. Their names and columns are the same in every database; how a cell stands there is the
// matter of each.
import { cellName } from "./cell-names.ts";
import { checksumOf, normalContent, verifyChecksum } from "./encoded-row.ts";

export type TransferCell = string | number | null | Uint8Array;

/** A row in the terms of no database, by the columns of its table: flags are 0 or 1, and nothing is sealed. */
export type TransferRow = Readonly<Record<string, TransferCell>>;

/** A free text may hold what a database cannot have as it is. */
export type ColumnKind = "number" | "flag" | "text" | "freeText";

/** The column whose text may be sealed: it stands in `sealed_…` then. */
export interface SealedColumn {
  readonly column: string;
  readonly nameOf: (row: TransferRow) => string;
  /** The cell that stands where a text is elsewhere. */
  readonly rest: "" | null;
  /** Whether a checksum of a text that is not sealed stands beside it. */
  readonly isChecked: boolean;
  /** The column of a text that is compressed. */
  readonly packed?: string;
}

export interface TransferTable {
  readonly name: string;
  /** For figures. */
  readonly says: string;
  readonly columns: Readonly<Record<string, ColumnKind>>;
  /** The columns that tell rows apart. */
  readonly key: readonly string[];
  /** The column of the execution whose partition has the row; absent where all nodes share it. */
  readonly execution?: string;
  readonly sealed?: SealedColumn;
}

const attempt = { execution_id: "number", scheduled_event_id: "number" } as const;
const numberOf = (row: TransferRow, column: string): number => row[column] as number;

const catalogue: readonly TransferTable[] = [
  {
    name: "state_machine",
    says: "state machines",
    key: ["id"],
    columns: {
      id: "number",
      name: "text",
      type: "number",
      status: "number",
      created_at: "number",
      revision_id: "number",
      tags: "text",
      initial_version_description: "freeText",
      last_version: "number",
    },
  },
  {
    name: "revision",
    says: "revisions",
    key: ["id"],
    columns: {
      id: "number",
      state_machine_id: "number",
      public_id: "text",
      created_at: "number",
      definition: "text",
      role_arn: "freeText",
      logging_configuration: "text",
      tracing_configuration: "text",
      encryption_configuration: "text",
    },
    sealed: {
      column: "definition",
      nameOf: (row) => cellName.definition(numberOf(row, "id"), numberOf(row, "state_machine_id")),
      rest: "",
      isChecked: true,
    },
  },
  {
    name: "version",
    says: "versions",
    key: ["state_machine_id", "number"],
    columns: {
      state_machine_id: "number",
      number: "number",
      revision_id: "number",
      created_at: "number",
      description: "freeText",
    },
  },
  {
    name: "alias",
    says: "aliases",
    key: ["state_machine_id", "name"],
    columns: {
      state_machine_id: "number",
      name: "text",
      description: "freeText",
      version_number: "number",
      weight: "number",
      other_version_number: "number",
      other_weight: "number",
      created_at: "number",
      updated_at: "number",
    },
  },
  {
    name: "activity",
    says: "activities",
    key: ["name"],
    columns: { name: "text", created_at: "number", tags: "text", encryption_configuration: "text" },
  },
];

/** The table whose rows stand in two tables where an execution that runs has a narrow row (postgres/schema.ts). */
export const executionTable: TransferTable = {
  name: "execution",
  says: "executions",
  key: ["id"],
  execution: "id",
  columns: {
    id: "number",
    state_machine_id: "number",
    revision_id: "number",
    key: "text",
    type: "number",
    status: "number",
    started_at: "number",
    stopped_at: "number",
    version_number: "number",
    alias_name: "text",
    trace_header: "freeText",
    parent_execution_id: "number",
    parent_scheduled_event_id: "number",
    redrive_count: "number",
    redriven_at: "number",
    map_run_id: "number",
    map_index: "number",
    item_count: "number",
    map_redrive: "number",
    first_journal_id: "number",
    wake_at: "number",
    is_in_flight: "flag",
    last_event_id: "number",
    last_journal_id: "number",
  },
  sealed: {
    column: "trace_header",
    nameOf: (row) => cellName.traceHeader(numberOf(row, "id")),
    rest: null,
    isChecked: false,
  },
};

const histories: readonly TransferTable[] = [
  executionTable,
  {
    name: "journal",
    says: "journal rows",
    key: ["id"],
    execution: "execution_id",
    columns: { id: "number", execution_id: "number", previous_id: "number", events: "text" },
    sealed: {
      column: "events",
      nameOf: (row) => cellName.events(numberOf(row, "id"), numberOf(row, "execution_id")),
      rest: "",
      isChecked: true,
      packed: "packed_events",
    },
  },
  {
    name: "journal_mark",
    says: "marks",
    key: ["execution_id", "event_id"],
    execution: "execution_id",
    columns: { execution_id: "number", event_id: "number", journal_id: "number" },
  },
  {
    name: "map_run",
    says: "Map Runs",
    key: ["id"],
    execution: "execution_id",
    columns: {
      id: "number",
      uuid: "text",
      label: "text",
      state_machine_id: "number",
      execution_id: "number",
      started_event_id: "number",
      status: "number",
      is_open: "flag",
      started_at: "number",
      stopped_at: "number",
      redrive_count: "number",
      redriven_at: "number",
      state: "text",
    },
    sealed: {
      column: "state",
      nameOf: (row) => cellName.mapRunState(numberOf(row, "id"), numberOf(row, "execution_id")),
      rest: "",
      isChecked: false,
    },
  },
];

const queues: readonly TransferTable[] = [
  {
    name: "activity_offer",
    says: "activity tasks",
    key: ["execution_id", "scheduled_event_id"],
    execution: "execution_id",
    columns: { ...attempt, id: "number", activity_arn: "text" },
  },
  {
    name: "signal",
    says: "signals",
    key: ["id"],
    execution: "execution_id",
    columns: { id: "number", ...attempt, child_execution_id: "number" },
  },
  {
    name: "job",
    says: "jobs",
    key: ["execution_id", "scheduled_event_id"],
    execution: "execution_id",
    columns: {
      ...attempt,
      submitted_event_id: "number",
      is_abandoned: "flag",
      since: "number",
      look_at: "number",
    },
  },
  {
    name: "quarantine",
    says: "quarantines",
    key: ["execution_id"],
    execution: "execution_id",
    columns: { execution_id: "number", since: "number", version: "text" },
  },
];

/** All that a store holds, in the order in which it is copied. */
export const transferTables: readonly TransferTable[] = [...catalogue, ...histories, ...queues];

/** The first place of all, before every row. */
export function beginningOf({ key, columns }: TransferTable): readonly (string | number)[] {
  return key.map((column) => (columns[column] === "text" ? "" : Number.MIN_SAFE_INTEGER));
}

/** The columns in which a text that may be sealed can stand, beside its own. */
export function besideSealed({ sealed }: TransferTable): readonly string[] {
  if (sealed === undefined) return [];
  const { column, packed, isChecked } = sealed;
  return [`sealed_${column}`, ...(packed === undefined ? [] : [packed]), ...(isChecked ? ["checksum"] : [])];
}

export interface CellsOptions {
  readonly place: string;
  /** Absent where nothing is sealed. */
  readonly sealing:
    | {
        seal(name: string, content: string | Uint8Array): Uint8Array;
        openBytes(name: string, cell: TransferCell): Uint8Array;
      }
    | undefined;
}

/** The cells of a row as they are stored: those of its own columns, and those of `besideSealed`. */
export function storedRow({ sealed }: TransferTable, row: TransferRow, { sealing }: CellsOptions): TransferRow {
  if (sealed === undefined) return row;
  const { column, packed, isChecked, rest } = sealed;
  const content = row[column] ?? null;
  const beside: Record<string, TransferCell> = { [`sealed_${column}`]: null };
  if (packed !== undefined) beside[packed] = null;
  if (isChecked) beside["checksum"] = null;
  if (content === null || typeof content === "number") return { ...row, ...beside };
  if (sealing !== undefined) {
    return { ...row, ...beside, [column]: rest, [`sealed_${column}`]: sealing.seal(sealed.nameOf(row), content) };
  }
  if (isChecked) beside["checksum"] = checksumOf(content);
  if (typeof content === "string" || packed === undefined) return { ...row, ...beside };
  return { ...row, ...beside, [column]: rest, [packed]: content };
}

/**
 * The row that is stored so.
 * @throws StoreDamagedError, SealBrokenError where the text is not the one that was written.
 */
export function heldRow(table: TransferTable, stored: TransferRow, { sealing, place }: CellsOptions): TransferRow {
  const { sealed } = table;
  if (sealed === undefined) return stored;
  const { column, packed, isChecked } = sealed;
  const row: Record<string, TransferCell> = {};
  for (const name of Object.keys(table.columns)) row[name] = stored[name] ?? null;
  if (sealing !== undefined) {
    const cell = stored[`sealed_${column}`] ?? null;
    if (cell !== null || sealed.rest !== null) {
      const bytes = sealing.openBytes(sealed.nameOf(row), cell);
      row[column] = packed === undefined ? Buffer.from(bytes).toString() : normalContent(bytes);
    }
    return row;
  }
  const compressed = packed === undefined ? null : stored[packed];
  const content = compressed ?? row[column] ?? null;
  row[column] = content;
  const checksum = stored["checksum"];
  if (isChecked && typeof checksum === "number" && content !== null && typeof content !== "number") {
    verifyChecksum(content, checksum, `${place}: ${nameOfRow(table, row)}`);
  }
  return row;
}

/** Such as `journal row 17`. */
export function nameOfRow({ name, key }: TransferTable, row: TransferRow): string {
  return `the row ${key.map((column) => String(row[column])).join("/")} of ${name}`;
}
