// Map Runs: their rows move in the commits of the executions that wait for them, or by themselves; their children are rows
// of executions.
import { decodeMapRun, mapRunCells, mapRunColumns, mapRunStatuses } from "../map-run-cells.ts";
import type { MapRunChange, MapRunRecord, MapRunState } from "../map-run-row.ts";
import type { MapRuns } from "../map-runs.ts";
import { type Cell, type Connection, readNumber, type Row, type Write } from "./connection.ts";
import { partitionId } from "./lease.ts";
import { prepareMapRunChildren } from "./map-run-children.ts";
import type { RecordRows } from "./record-row.ts";
import { cellName } from "../cell-names.ts";
import type { Sealing } from "./sealing.ts";

/** The writes, to be called within a transaction. */
export interface MapRunRows {
  apply(executionId: number, change: MapRunChange): void;
  /** The state as it is stored. */
  encode(run: Pick<MapRunRecord, "id" | "executionId">, state: MapRunState): Cell;
  decode(row: Row): MapRunRecord;
  readonly stateColumn: string;
  newId(): number;
}

export function openMapRunRows(connection: Connection, sealing: Sealing | undefined): MapRunRows {
  const stateColumn = sealing === undefined ? "state" : "sealed_state";
  const encode: MapRunRows["encode"] = ({ id, executionId }, state) => {
    const text = JSON.stringify(state);
    return sealing === undefined ? text : sealing.seal(cellName.mapRunState(id, executionId), text);
  };
  const insert = connection.prepare(
    `INSERT INTO map_run (${mapRunColumns.join(", ")}, ${stateColumn}, partition_id)
     VALUES (${mapRunColumns.map(() => "?").join(", ")}, ?, ${partitionId})`,
  );
  const ofEvent = "WHERE execution_id = ? AND started_event_id = ?";
  const end = connection.prepare(`UPDATE map_run SET status = ?, is_open = ?, stopped_at = ? ${ofEvent}`);
  const redrive = connection.prepare(
    `UPDATE map_run SET status = 0, is_open = 1, stopped_at = NULL, redrive_count = ?, redriven_at = ? ${ofEvent}`,
  );
  // Ids are counted here and not by SQLite: none is given twice, whatever was deleted or undone.
  let nextId = readNumber(connection, "SELECT coalesce(max(id), 0) + 1 FROM map_run");
  const moved = ({ changes }: { readonly changes: number | bigint }, executionId: number): void => {
    if (changes !== 1) throw new Error(`execution ${executionId} has no such Map Run`);
  };
  return {
    stateColumn,
    encode,
    newId: () => nextId++,
    apply(executionId, change) {
      switch (change.kind) {
        case "begin":
          insert.run(...insertCells(change.run), encode(change.run, change.run.state));
          nextId = Math.max(nextId, change.run.id + 1);
          return;
        case "end": {
          const { status, isOpen, at, startedEventId } = change;
          return moved(
            end.run(mapRunStatuses.indexOf(status), Number(isOpen), at, executionId, startedEventId),
            executionId,
          );
        }
        case "redrive": {
          const { count, at } = change.redrive;
          return moved(redrive.run(count, at, executionId, change.startedEventId), executionId);
        }
      }
    },
    decode(row) {
      const name = cellName.mapRunState(row["id"] as number, row["execution_id"] as number);
      const state = sealing === undefined ? row["state"] : sealing.open(name, row["sealed_state"]);
      return decodeMapRun(row, JSON.parse(state as string) as MapRunState);
    },
  };
}

export interface MapRunsOptions {
  readonly write: Write;
  readonly rows: MapRunRows;
  readonly records: RecordRows;
}

export function openMapRuns(connection: Connection, { write, rows, records }: MapRunsOptions): MapRuns {
  const select = `SELECT ${mapRunColumns.join(", ")}, ${rows.stateColumn} FROM map_run`;
  const byId = connection.prepare(`${select} WHERE id = ?`);
  const byUuid = connection.prepare(`${select} WHERE uuid = ?`);
  const byEvent = connection.prepare(`${select} WHERE execution_id = ? AND started_event_id = ?`);
  const ofExecution = connection.prepare(`${select} WHERE execution_id = ? AND id < ? ORDER BY id DESC LIMIT ?`);
  const open = connection.prepare(
    `${select} WHERE partition_id = ${partitionId} AND is_open = 1 AND id > ? ORDER BY id LIMIT ?`,
  );
  const update = connection.prepare(`UPDATE map_run SET ${rows.stateColumn} = ? WHERE id = ?`);
  const close = connection.prepare("UPDATE map_run SET is_open = 0 WHERE id = ? AND status <> 0");
  const found = (row: Row | undefined): MapRunRecord | undefined => (row === undefined ? undefined : rows.decode(row));
  return {
    ...prepareMapRunChildren(connection, records),
    newMapRunId: () => rows.newId(),
    async readMapRun(id) {
      return found(byId.first(id));
    },
    async findMapRun(uuid) {
      return found(byUuid.first(uuid));
    },
    async mapRunOf(executionId, startedEventId) {
      return found(byEvent.first(executionId, startedEventId));
    },
    async listMapRuns(executionId, { limit, after = Number.MAX_SAFE_INTEGER }) {
      return ofExecution.all(executionId, after, limit).map(rows.decode);
    },
    async openMapRuns({ limit, after = 0 }) {
      return open.all(after, limit).map(rows.decode);
    },
    async updateMapRun(id, state) {
      await write(() => {
        const run = found(byId.first(id));
        if (run !== undefined) update.run(rows.encode(run, state), id);
      });
    },
    async closeMapRun(id) {
      await write(() => void close.run(id));
    },
  };
}

/** SQLite has no booleans. */
function insertCells(run: MapRunRecord): readonly Cell[] {
  return mapRunCells(run).map((cell) => (typeof cell === "boolean" ? Number(cell) : cell));
}
