// An execution's row <-> ExecutionRecord. Types and statuses are stored as small numbers; schema.ts names them.
import type { ExecutionRecord, ExecutionStatus, StateMachineType } from "../store.ts";
import type { Cell, Row } from "./connection.ts";

const statuses: readonly ExecutionStatus[] = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];
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

/** Columns that are written once, in the order of `insertCells`. */
export const recordColumns = `id, state_machine_id, revision_id, key, type, status, started_at, stopped_at,
  version_number, alias_name, trace_header, wake_at, is_in_flight, last_event_id, parent_execution_id,
  parent_scheduled_event_id`;

export function insertCells(record: ExecutionRecord): readonly Cell[] {
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
    record.traceHeader ?? null,
    record.wakeAt ?? null,
    record.isInFlight ? 1 : 0,
    record.lastEventId,
    record.parent?.executionId ?? null,
    record.parent?.scheduledEventId ?? null,
  ];
}

export function decodeRecord(row: Row): ExecutionRecord {
  const optional = <Value extends Cell>(column: string): Value | undefined =>
    (row[column] ?? undefined) as Value | undefined;
  const parentId = optional<number>("parent_execution_id");
  const stoppedAt = optional<number>("stopped_at");
  const versionNumber = optional<number>("version_number");
  const aliasName = optional<string>("alias_name");
  const traceHeader = optional<string>("trace_header");
  const wakeAt = optional<number>("wake_at");
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
    ...(parentId === undefined
      ? {}
      : { parent: { executionId: parentId, scheduledEventId: row["parent_scheduled_event_id"] as number } }),
  };
}
