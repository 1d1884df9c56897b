// The columns of an execution's row; schema.ts names their numbers.
import type { ExecutionRecord } from "../journal.ts";
import { decodeRecord, encodeStatus, encodeType } from "../record-cells.ts";
import type { Cell, Row } from "./connection.ts";
import { cellName } from "../cell-names.ts";
import type { Sealing } from "./sealing.ts";

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
