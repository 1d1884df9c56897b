// The children of Map Runs, read along two indexes: by their index, and by their status and the time that lists go by.
import type { ExecutionStatus } from "../journal.ts";
import type { ChildCount, ChildFilter, MapRuns } from "../map-runs.ts";
import type { Row, Runs, Statement } from "./link.ts";
import { listingStart, pageSql } from "./listing.ts";
import { recordColumns, recordTables, type RecordRows } from "./record-row.ts";
import type { RedriveLimits } from "../redrive-limits.ts";
import { encodeStatus, statuses } from "../record-cells.ts";

type Children = Pick<
  MapRuns,
  "countChildren" | "countUnredrivable" | "progressOf" | "childrenByIndex" | "listChildren"
>;

const ofRun = "e.partition = $1 AND e.map_run_id = $2";
const counts: Statement = {
  name: "pawl-count-children",
  text: `SELECT e.status AS a, e.map_redrive AS b, count(*) AS c, sum(e.item_count)::bigint AS d FROM pawl.execution e
    WHERE ${ofRun} AND e.map_index IS NOT NULL GROUP BY e.status, e.map_redrive`,
};
/** `exceededLimit`, in SQL: the parameters from this one on are `limitCells`. */
function exceedsSql(first: number): string {
  const columns = ["stopped_at <", "started_at <", "last_event_id >"];
  const exceeded = columns.map((column, i) => `e.${column} $${first + i}::bigint`).join(" OR ");
  return `coalesce(${exceeded}, false)`;
}

export const unredrivable: Statement = {
  name: "pawl-count-unredrivable",
  text: `SELECT e.status AS a, e.map_redrive AS b, count(*) AS c, sum(e.item_count)::bigint AS d FROM pawl.execution e
    WHERE ${ofRun} AND e.status IN (2, 3, 4) AND e.map_index IS NOT NULL AND ${exceedsSql(3)}
    GROUP BY e.status, e.map_redrive`,
};
/** All of it as of one moment: the counts, the next index, and the children that run. */
const progress: Statement = {
  name: "pawl-progress",
  text: `SELECT 0 AS kind, e.status::bigint AS a, e.map_redrive::bigint AS b, count(*) AS c, sum(e.item_count)::bigint AS d
    FROM pawl.execution e WHERE ${ofRun} AND e.map_index IS NOT NULL GROUP BY e.status, e.map_redrive
    UNION ALL SELECT 1, coalesce(max(e.map_index), -1) + 1, 0, 0, 0 FROM pawl.execution e WHERE ${ofRun}
    UNION ALL SELECT 2, e.id, e.item_count, e.map_redrive, 0 FROM pawl.execution e WHERE ${ofRun} AND e.status = 0`,
};
const byIndex: Statement = {
  name: "pawl-children-by-index",
  text: `SELECT ${recordColumns} FROM ${recordTables}
    WHERE ${ofRun} AND e.map_index > $3 AND e.status = ANY ($5::smallint[]) ORDER BY e.map_index LIMIT $4`,
};

/** $1 and $2 are the run, $3 and $5 the time and the id to go on behind, $4 the limit. */
export function childListingSql(shown: readonly number[]): string {
  return pageSql(
    shown.map(
      (status) =>
        `(SELECT e.partition, e.id, e.listed_at FROM pawl.execution e
          WHERE ${ofRun} AND e.status = ${status} AND (e.listed_at, e.id) < ($3, $5)
            AND ($6::boolean IS NULL OR (e.redrive_count IS NOT NULL) = $6)
            AND ($7::int IS NULL OR (e.map_index IS NOT NULL AND e.map_redrive < $7))
            AND ($8::bigint IS NULL OR NOT ${exceedsSql(8)})
          ORDER BY e.listed_at DESC, e.id DESC LIMIT $4)`,
    ),
  );
}

const listing = (name: string, shown: readonly number[]): Statement => ({
  name: `pawl-children-${name}`,
  text: childListingSql(shown),
});
const listOf = new Map(statuses.map((status, number) => [status, listing(status, [number])]));
const listAll = listing("all", [0, 1, 2, 3, 4]);
const listUnsuccessful = listing("unsuccessful", [2, 3, 4]);

function statementOf({ status, pendingRedrive }: ChildFilter): Statement {
  const listed = status === undefined ? undefined : listOf.get(status);
  return listed ?? (pendingRedrive === undefined ? listAll : listUnsuccessful);
}

export function openMapRunChildren(runs: Runs, partitionOf: (id: number) => number, { decode }: RecordRows): Children {
  return {
    async countChildren(id) {
      return (await runs.run(counts, [partitionOf(id), id])).map(countOf);
    },
    async countUnredrivable(id, limits) {
      return (await runs.run(unredrivable, [partitionOf(id), id, ...limitCells(limits)])).map(countOf);
    },
    async progressOf(id) {
      const rows = await runs.run(progress, [partitionOf(id), id]);
      const ofKind = (kind: number): readonly Row[] => rows.filter((row) => row["kind"] === kind);
      return {
        counts: ofKind(0).map(countOf),
        nextIndex: ofKind(1)[0]?.["a"] as number,
        running: ofKind(2).map((row) => ({
          executionId: row["a"] as number,
          itemCount: row["b"] as number,
          redrive: row["c"] as number,
        })),
      };
    },
    async childrenByIndex(id, wanted, { limit, after = -1 }) {
      return decode(await runs.run(byIndex, [partitionOf(id), id, after, limit, wanted.map(encodeStatus)]));
    },
    async listChildren(filter, { limit, after = listingStart }) {
      const { mapRunId, isRedriven = null, pendingRedrive } = filter;
      const pending = [pendingRedrive?.redrive ?? null, ...limitCells(pendingRedrive?.limits)];
      const page = [partitionOf(mapRunId), mapRunId, after.at, limit, after.id];
      return decode(await runs.run(statementOf(filter), [...page, isRedriven, ...pending]));
    },
  };
}

function limitCells(limits: RedriveLimits | undefined): readonly (number | null)[] {
  return [limits?.stoppedAt ?? null, limits?.startedAt ?? null, limits?.lastEventId ?? null];
}

function countOf(row: Row): ChildCount {
  return {
    status: statuses[row["a"] as number] as ExecutionStatus,
    redrive: row["b"] as number,
    children: row["c"] as number,
    items: row["d"] as number,
  };
}
