// An execution's row <-> ExecutionRecord. Types and statuses are stored as small numbers; schema.ts names them.
import type { StateMachineType } from "../catalogue.ts";
import type { ExecutionRecord, ExecutionStatus } from "../journal.ts";
import type { Cell, Row } from "./connection.ts";
import { cellName } from "../cell-names.ts";
import type { Sealing } from "./sealing.ts";

/** Position is the number that is stored. */
export const statuses: readonly ExecutionStatus[] = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];
const types: readonly StateMachineType[] = ["STANDARD", "EXPRESS"];

export function encodeStatus(status: ExecutionStatus): number {
  return statuses.indexOf(status);
}

export function encodeType(type: StateMachineType): number {
  return types.indexOf(type);
}

export function decodeType(cell: Cell | undefined): StateMachineType {
  return types[cell as number] as StateMachineType;
}

export interface RecordRows {
  /** The columns that make a record, in the order of `insertCells`. */
  readonly columns: readonly string[];
  insertCells(record: ExecutionRecord): readonly Cell[];
  decode(row: Row): ExecutionRecord;
}

export function recordRows(sealing: Sealing | undefined): RecordRows {
  if (sealing === undefined) {
    return {
      columns: recordColumns,
      insertCells: (record) => insertCells(record, record.traceHeader ?? null),
      decode: (row) => decodeRecord(row, (row["trace_header"] ?? undefined) as string | undefined),
    };
  }
  const sealed = ({ id, traceHeader }: ExecutionRecord): Cell =>
    traceHeader === undefined ? null : sealing.seal(cellName.traceHeader(id), traceHeader);
  // Timers and lists of all executions must not stop at one header that is damaged.
  const opened = (row: Row): string | undefined =>
    row["sealed_trace_header"] === null
      ? undefined
      : sealing.openOrReport(cellName.traceHeader(row["id"] as number), row["sealed_trace_header"]);
  return {
    columns: recordColumns.map((column) => (column === "trace_header" ? "sealed_trace_header" : column)),
    insertCells: (record) => insertCells(record, sealed(record)),
    decode: (row) => decodeRecord(row, opened(row)),
  };
}

/** The columns of a table that has an alias in its statement. */
export function columnsOf(alias: string, columns: readonly string[]): string {
  return columns.map((column) => `${alias}.${column}`).join(", ");
}

const recordColumns = [
  "id",
  "state_machine_id",
  "revision_id",
  "key",
  "type",
  "status",
  "started_at",
  "stopped_at",
  "version_number",
  "alias_name",
  "trace_header",
  "wake_at",
  "is_in_flight",
  "last_event_id",
  "parent_execution_id",
  "parent_scheduled_event_id",
  "redrive_count",
  "redriven_at",
  "map_run_id",
  "map_index",
  "item_count",
  "map_redrive",
] as const;

function insertCells(record: ExecutionRecord, traceHeader: Cell): readonly Cell[] {
  return [
    record.id,
    record.stateMachineId,
    record.revisionId,
    record.key,
    encodeType(record.type),
    encodeStatus(record.status),
    record.startedAt,
    record.stoppedAt ?? null,
    record.versionNumber ?? null,
    record.aliasName ?? null,
    traceHeader,
    record.wakeAt ?? null,
    record.isInFlight ? 1 : 0,
    record.lastEventId,
    record.parent?.executionId ?? null,
    record.parent?.scheduledEventId ?? null,
    record.redrive?.count ?? null,
    record.redrive?.at ?? null,
    record.mapRun?.id ?? null,
    record.mapRun?.index ?? null,
    record.mapRun?.itemCount ?? null,
    record.mapRun?.redrive ?? null,
  ];
}

function decodeRecord(row: Row, traceHeader: string | undefined): ExecutionRecord {
  const optional = <Value extends Cell>(column: string): Value | undefined =>
    (row[column] ?? undefined) as Value | undefined;
  const parentId = optional<number>("parent_execution_id");
  const stoppedAt = optional<number>("stopped_at");
  const versionNumber = optional<number>("version_number");
  const aliasName = optional<string>("alias_name");
  const wakeAt = optional<number>("wake_at");
  const redrives = optional<number>("redrive_count");
  return {
    id: row["id"] as number,
    stateMachineId: row["state_machine_id"] as number,
    revisionId: row["revision_id"] as number,
    key: row["key"] as string,
    type: decodeType(row["type"]),
    status: statuses[row["status"] as number] as ExecutionStatus,
    startedAt: row["started_at"] as number,
    isInFlight: row["is_in_flight"] === 1,
    lastEventId: row["last_event_id"] as number,
    ...(stoppedAt === undefined ? {} : { stoppedAt }),
    ...(versionNumber === undefined ? {} : { versionNumber }),
    ...(aliasName === undefined ? {} : { aliasName }),
    ...(traceHeader === undefined ? {} : { traceHeader }),
    ...(wakeAt === undefined ? {} : { wakeAt }),
    ...(redrives === undefined ? {} : { redrive: { count: redrives, at: row["redriven_at"] as number } }),
    ...(parentId === undefined
      ? {}
      : { parent: { executionId: parentId, scheduledEventId: row["parent_scheduled_event_id"] as number } }),
    ...mapRunOf(row),
  };
}

function mapRunOf(row: Row): Pick<ExecutionRecord, "mapRun"> {
  const [id, index, itemCount, redrive] = [row["map_run_id"], row["map_index"], row["item_count"], row["map_redrive"]];
  if (typeof id !== "number") return {};
  const place = { id, itemCount: itemCount as number, redrive: redrive as number };
  return { mapRun: index === null ? place : { ...place, index: index as number } };
}
