// The row of a Map Run <-> MapRunRecord, as every database has it: statuses are stored as small numbers.
import type { MapRunRecord, MapRunState, MapRunStatus } from "./map-run-row.ts";
import type { StoredRow } from "./record-cells.ts";

/** Position is the number that is stored. */
export const mapRunStatuses: readonly MapRunStatus[] = ["RUNNING", "SUCCEEDED", "FAILED", "ABORTED"];

/** All but those of the state. */
export const mapRunColumns = [
  "id",
  "uuid",
  "label",
  "state_machine_id",
  "execution_id",
  "started_event_id",
  "status",
  "is_open",
  "started_at",
  "stopped_at",
  "redrive_count",
  "redriven_at",
] as const;

/** The cells of `mapRunColumns`. */
export function mapRunCells(run: MapRunRecord): readonly (string | number | boolean | null)[] {
  return [
    run.id,
    run.uuid,
    run.label,
    run.stateMachineId,
    run.executionId,
    run.startedEventId,
    mapRunStatuses.indexOf(run.status),
    run.isOpen,
    run.startedAt,
    run.stoppedAt ?? null,
    run.redrive?.count ?? null,
    run.redrive?.at ?? null,
  ];
}

/** @param row the columns of a run, whatever else it has. */
export function decodeMapRun(row: StoredRow, state: MapRunState): MapRunRecord {
  const [stoppedAt, redrives] = [row["stopped_at"], row["redrive_count"]];
  return {
    id: row["id"] as number,
    uuid: row["uuid"] as string,
    label: row["label"] as string,
    stateMachineId: row["state_machine_id"] as number,
    executionId: row["execution_id"] as number,
    startedEventId: row["started_event_id"] as number,
    status: mapRunStatuses[row["status"] as number] as MapRunStatus,
    isOpen: Boolean(row["is_open"]),
    startedAt: row["started_at"] as number,
    ...(stoppedAt === null ? {} : { stoppedAt: stoppedAt as number }),
    ...(redrives === null ? {} : { redrive: { count: redrives as number, at: row["redriven_at"] as number } }),
    state,
  };
}
