// An execution's rows <-> ExecutionRecord: what stays as it began, and what turns change, which stands in `live` while it runs.
import { cellName } from "../cell-names.ts";
import { type ExecutionRecord, listedAt } from "../journal.ts";
import { decodeRecord, encodeStatus, encodeType } from "../record-cells.ts";
import type { Row } from "./link.ts";
import type { Sealing } from "./sealing.ts";
import { type Cell, type Columns, freeText, readFreeText } from "./tables.ts";

/** The columns of a new row of `execution`, in the order of `newCells`. */
export const newColumns: Columns = [
  ["partition", "int"],
  ["id", "bigint"],
  ["state_machine_id", "int"],
  ["revision_id", "int"],
  ["key", "text"],
  ["type", "smallint"],
  ["status", "smallint"],
  ["started_at", "bigint"],
  ["stopped_at", "bigint"],
  ["listed_at", "bigint"],
  ["version_number", "int"],
  ["alias_name", "text"],
  ["trace_header", "text"],
  ["sealed_trace_header", "bytea"],
  ["parent_execution_id", "bigint"],
  ["parent_scheduled_event_id", "int"],
  ["redrive_count", "int"],
  ["redriven_at", "bigint"],
  ["map_run_id", "bigint"],
  ["map_index", "int"],
  ["item_count", "int"],
  ["map_redrive", "int"],
  ["first_journal_id", "bigint"],
  ["wake_at", "bigint"],
  ["is_in_flight", "boolean"],
  ["last_event_id", "int"],
  ["last_journal_id", "bigint"],
];

export interface WrittenRows {
  readonly first: number | null;
  readonly last: number | null;
}

/** The cells that a turn changes; NULL in `execution` while `live` has it. */
export function turnCells(record: ExecutionRecord, lastJournalId: number | null): readonly Cell[] {
  return [record.wakeAt ?? null, record.isInFlight, record.lastEventId, lastJournalId];
}

export function newCells(
  record: ExecutionRecord,
  partition: number,
  { written, sealing }: { readonly written: WrittenRows; readonly sealing: Sealing | undefined },
): readonly Cell[] {
  const { id, traceHeader, mapRun } = record;
  const isSealed = sealing !== undefined && traceHeader !== undefined;
  return [
    partition,
    id,
    record.stateMachineId,
    record.revisionId,
    record.key,
    encodeType(record.type),
    encodeStatus(record.status),
    record.startedAt,
    record.stoppedAt ?? null,
    listedAt(record),
    record.versionNumber ?? null,
    record.aliasName ?? null,
    isSealed ? null : freeText(traceHeader),
    isSealed ? sealing.seal(cellName.traceHeader(id), traceHeader) : null,
    record.parent?.executionId ?? null,
    record.parent?.scheduledEventId ?? null,
    record.redrive?.count ?? null,
    record.redrive?.at ?? null,
    mapRun?.id ?? null,
    mapRun?.index ?? null,
    mapRun?.itemCount ?? null,
    mapRun?.redrive ?? null,
    written.first,
    ...(record.status === "RUNNING" ? [null, null, null, null] : turnCells(record, written.last)),
  ];
}

const kept = newColumns
  .slice(
    1,
    newColumns.findIndex(([name]) => name === "first_journal_id"),
  )
  .map(([name]) => `e.${name}`);

/** The columns that `decodeRecord` reads, of `recordTables`. */
export const recordColumns = [
  ...kept,
  "coalesce(l.wake_at, e.wake_at) AS wake_at",
  "coalesce(l.is_in_flight, e.is_in_flight) AS is_in_flight",
  "coalesce(l.last_event_id, e.last_event_id) AS last_event_id",
].join(", ");

const joined = "ON l.partition = e.partition AND l.execution_id = e.id";
export const recordTables = `pawl.execution e LEFT JOIN pawl.live l ${joined}`;
export const liveTables = `pawl.live l JOIN pawl.execution e ${joined}`;

export interface RecordRows {
  decode(rows: readonly Row[]): Promise<ExecutionRecord[]>;
}

export function recordRows(sealing: Sealing | undefined): RecordRows {
  return {
    async decode(rows) {
      await sealing?.know(rows.map((row) => row["sealed_trace_header"]));
      // Timers and lists of all executions must not stop at one header that is damaged.
      const headerOf = (row: Row): string | undefined =>
        row["sealed_trace_header"] === null
          ? readFreeText(row["trace_header"])
          : sealing?.openOrReport(cellName.traceHeader(row["id"] as number), row["sealed_trace_header"]);
      return rows.map((row) => decodeRecord(row, headerOf(row)));
    },
  };
}
