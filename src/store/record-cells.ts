// An execution's row <-> ExecutionRecord, as every database has it: types and statuses are stored as small numbers.
import type { StateMachineType } from "./catalogue.ts";
import type { ExecutionRecord, ExecutionStatus } from "./journal.ts";

export type StoredRow = Readonly<Record<string, unknown>>;

/** Position is the number that is stored. */
export const statuses: readonly ExecutionStatus[] = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];
const types: readonly StateMachineType[] = ["STANDARD", "EXPRESS"];

export const encodeStatus = (status: ExecutionStatus): number => statuses.indexOf(status);
export const encodeType = (type: StateMachineType): number => types.indexOf(type);
export const decodeType = (cell: unknown): StateMachineType => types[cell as number] as StateMachineType;

/** @param row the columns of an execution, whatever else it has. */
export function decodeRecord(row: StoredRow, traceHeader: string | undefined): ExecutionRecord {
  const optional = <Value>(column: string): Value | undefined => (row[column] ?? undefined) as Value | undefined;
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
    isInFlight: Boolean(row["is_in_flight"]),
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

function mapRunOf(row: StoredRow): Pick<ExecutionRecord, "mapRun"> {
  const [id, index, itemCount, redrive] = [row["map_run_id"], row["map_index"], row["item_count"], row["map_redrive"]];
  if (typeof id !== "number") return {};
  const place = { id, itemCount: itemCount as number, redrive: redrive as number };
  return { mapRun: index === null ? place : { ...place, index: index as number } };
}
