// The children of Map Runs, read along two indexes: by their index, and by their status and the time that lists go by.
import type { ExecutionStatus } from "../journal.ts";
import type { ChildCount, ChildFilter, MapRuns } from "../map-runs.ts";
import type { Cell, Connection, Row } from "./connection.ts";
import { columnsOf, type RecordRows } from "./record-row.ts";
import type { RedriveLimits } from "../redrive-limits.ts";
import { encodeStatus, statuses } from "../record-cells.ts";

type Children = Pick<
  MapRuns,
  "countChildren" | "countUnredrivable" | "progressOf" | "childrenByIndex" | "listChildren"
>;

export function prepareMapRunChildren(connection: Connection, { columns, decode }: RecordRows): Children {
  // All of it stands in the index.
  const counts = connection.prepare(
    `SELECT status, map_redrive, count(*) AS children, sum(item_count) AS items FROM execution
       INDEXED BY execution_map_run
     WHERE map_run_id = ? AND map_index IS NOT NULL GROUP BY status, map_redrive`,
  );
  const unredrivable = connection.prepare(
    `SELECT e.status, e.map_redrive, count(*) AS children, sum(e.item_count) AS items FROM execution e
       INDEXED BY execution_map_run
     WHERE e.map_run_id = ?1 AND e.status IN (2, 3, 4) AND e.map_index IS NOT NULL AND ${exceedsSql(2)}
     GROUP BY e.status, e.map_redrive`,
  );
  const newest = connection.prepare(
    `SELECT coalesce(max(map_index), -1) + 1 AS next FROM execution INDEXED BY execution_map_index
     WHERE map_run_id = ?`,
  );
  const running = connection.prepare(
    `SELECT id, item_count, map_redrive FROM execution INDEXED BY execution_map_run WHERE map_run_id = ? AND status = 0`,
  );
  const byIndex = connection.prepare(
    `SELECT ${columnsOf("e", columns)} FROM execution e INDEXED BY execution_map_index
     WHERE e.map_run_id = ?1 AND e.map_index > ?2 AND e.status IN (SELECT value FROM json_each(?4))
     ORDER BY e.map_index LIMIT ?3`,
  );
  const listing = (shown: readonly string[]) => connection.prepare(listingSql(shown, columns));
  const listOf = new Map(statuses.map((status) => [status, listing([String(encodeStatus(status))])]));
  const listAll = listing(statuses.map((_, number) => String(number)));
  const listUnsuccessful = listing(["2", "3", "4"]);
  const statementOf = ({ status, pendingRedrive }: ChildFilter) =>
    (status === undefined ? undefined : listOf.get(status)) ??
    (pendingRedrive === undefined ? listAll : listUnsuccessful);
  return {
    async countChildren(id) {
      return counts.all(id).map(decodeCount);
    },
    async countUnredrivable(id, limits) {
      return unredrivable.all(id, ...limitCells(limits)).map(decodeCount);
    },
    async progressOf(id) {
      return {
        counts: counts.all(id).map(decodeCount),
        nextIndex: newest.first(id)?.["next"] as number,
        running: running.all(id).map((row) => ({
          executionId: row["id"] as number,
          itemCount: row["item_count"] as number,
          redrive: row["map_redrive"] as number,
        })),
      };
    },
    async childrenByIndex(id, wanted, { limit, after = -1 }) {
      return byIndex.all(id, after, limit, JSON.stringify(wanted.map(encodeStatus))).map(decode);
    },
    async listChildren(filter, { limit, after }) {
      const { mapRunId, isRedriven, pendingRedrive } = filter;
      const behind = after ?? { at: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER };
      const redriven = isRedriven === undefined ? null : Number(isRedriven);
      const pending = [pendingRedrive?.redrive ?? null, ...limitCells(pendingRedrive?.limits)];
      return statementOf(filter)
        .all(mapRunId, behind.at, behind.id, limit, redriven, ...pending)
        .map(decode);
    },
  };
}

/** `exceededLimit`, in SQL: the parameters from this one on are `limitCells`. */
function exceedsSql(first: number): string {
  const exceeded = `e.stopped_at < ?${first} OR e.started_at < ?${first + 1} OR e.last_event_id > ?${first + 2}`;
  return `coalesce(${exceeded}, 0)`;
}

function limitCells(limits: RedriveLimits | undefined): readonly [Cell, Cell, Cell] {
  return [limits?.stoppedAt ?? null, limits?.startedAt ?? null, limits?.lastEventId ?? null];
}

/** Lists of several statuses are merged by their order. */
function listingSql(shown: readonly string[], columns: readonly string[]): string {
  const selects = shown.map(
    (status) =>
      `SELECT ${columnsOf("e", columns)}, e.listed_at FROM execution e INDEXED BY execution_map_run
       WHERE e.map_run_id = ?1 AND e.status = ${status} AND (e.listed_at, e.id) < (?2, ?3)
         AND (?5 IS NULL OR (e.redrive_count IS NOT NULL) = ?5)
         AND (?6 IS NULL OR (e.map_index IS NOT NULL AND e.map_redrive < ?6))
         AND (?7 IS NULL OR NOT ${exceedsSql(7)})`,
  );
  return `${selects.join(" UNION ALL ")} ORDER BY listed_at DESC, id DESC LIMIT ?4`;
}

function decodeCount(row: Row): ChildCount {
  return {
    status: statuses[row["status"] as number] as ExecutionStatus,
    redrive: row["map_redrive"] as number,
    children: row["children"] as number,
    items: row["items"] as number,
  };
}
