// Map Runs <-> their rows, and the steps that they take with the executions that wait for them.
import { cellName } from "../cell-names.ts";
import { decodeMapRun, mapRunCells, mapRunColumns as runColumns, mapRunStatuses } from "../map-run-cells.ts";
import type { MapRunChange, MapRunRecord, MapRunState } from "../map-run-row.ts";
import type { Row, Statement } from "./link.ts";
import type { Sealing } from "./sealing.ts";
import { type Cell, countingSql } from "./tables.ts";

export const mapRunColumns = [...runColumns, "state", "sealed_state"] as const;

export interface MapRunRows {
  readonly partitionOf: (executionId: number) => number;
  /** The cells `state` and `sealed_state`. */
  encodeState(run: Pick<MapRunRecord, "id" | "executionId">, state: MapRunState): readonly [Cell, Cell];
  decode(rows: readonly Row[]): Promise<MapRunRecord[]>;
}

export function mapRunRows(partitionOf: (executionId: number) => number, sealing: Sealing | undefined): MapRunRows {
  return {
    partitionOf,
    encodeState({ id, executionId }, state) {
      const text = JSON.stringify(state);
      return sealing === undefined ? [text, null] : ["", sealing.seal(cellName.mapRunState(id, executionId), text)];
    },
    async decode(rows) {
      await sealing?.know(rows.map((row) => row["sealed_state"]));
      return rows.map((row) => {
        const name = cellName.mapRunState(row["id"] as number, row["execution_id"] as number);
        const state = sealing === undefined ? (row["state"] as string) : sealing.open(name, row["sealed_state"]);
        return decodeMapRun(row, JSON.parse(state) as MapRunState);
      });
    },
  };
}

export interface MapRunStep {
  readonly executionId: number;
  readonly change: MapRunChange;
}

const insert: Statement = {
  name: "pawl-map-run",
  text: `INSERT INTO pawl.map_run (partition, ${mapRunColumns.join(", ")})
    VALUES ($1, ${mapRunColumns.map((_, i) => `$${i + 2}`).join(", ")})`,
};
const ofEvent = "WHERE partition = $1 AND execution_id = $2 AND started_event_id = $3 RETURNING 1";
const end: Statement = {
  name: "pawl-map-run-end",
  text: `WITH changed AS (UPDATE pawl.map_run SET status = $4, is_open = $5, stopped_at = $6 ${ofEvent}) ${countingSql(7)}`,
};
const redrive: Statement = {
  name: "pawl-map-run-redrive",
  text: `WITH changed AS (UPDATE pawl.map_run SET status = 0, is_open = true, stopped_at = NULL, redrive_count = $4,
    redriven_at = $5 ${ofEvent}) ${countingSql(6)}`,
};
export const mapRunSteps: ReadonlySet<Statement> = new Set([end, redrive]);

export function mapRunStatement(
  rows: MapRunRows,
  { executionId, change }: MapRunStep,
): readonly [Statement, readonly Cell[]] {
  const partition = rows.partitionOf(executionId);
  switch (change.kind) {
    case "begin":
      return [insert, [partition, ...mapRunCells(change.run), ...rows.encodeState(change.run, change.run.state)]];
    case "end": {
      const { startedEventId, status, isOpen, at } = change;
      return [end, [partition, executionId, startedEventId, mapRunStatuses.indexOf(status), isOpen, at, 1]];
    }
    case "redrive": {
      const { count, at } = change.redrive;
      return [redrive, [partition, executionId, change.startedEventId, count, at, 1]];
    }
  }
}
