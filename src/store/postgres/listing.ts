// ListExecutions: one statement for each index that can lead it, all of them in the order of `listed_at`, so that a page
// reads no more rows than it shows where one filter narrows it.
import type { ExecutionFilter, ListingCursor } from "../journal.ts";
import type { Page } from "../page.ts";
import type { Row, Runs, Statement } from "./link.ts";
import { recordColumns, recordTables } from "./record-row.ts";
import { encodeStatus, statuses } from "../record-cells.ts";
import { movedPartition } from "../partitions.ts";

/** The leads of every shape of a listing: the conditions on the columns of an index between the machine and `listed_at`. */
const shapes = {
  alias: ["e.alias_name = $7"],
  version: ["e.version_number = $6"],
  redriven: ["e.redrive_count IS NOT NULL"],
  status: ["e.status = $5"],
  all: statuses.map((_, number) => `e.status = ${number}`),
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ListingShape = keyof typeof shapes;

/** The narrowest index that the filter allows. */
function shapeOf({ aliasName, versionNumber, isRedriven, status }: ExecutionFilter): ListingShape {
  if (aliasName !== undefined) return "alias";
  if (versionNumber !== undefined) return "version";
  if (isRedriven === true) return "redriven";
  return status === undefined ? "all" : "status";
}

/**
 * $1 is the machine, $2 and $3 the time and the id to go on behind, $4 the limit, $5 to $8 the filters, NULL where absent.
 * The narrow rows are joined once the page is known.
 */
export function listingSql(shape: ListingShape): string {
  const typed = "$5::smallint IS NULL OR e.status = $5";
  const others = `(${typed}) AND ($6::int IS NULL OR e.version_number = $6) AND ($7::text IS NULL OR e.alias_name = $7)
    AND ($8::boolean IS NULL OR (e.redrive_count IS NOT NULL) = $8)`;
  const selects = shapes[shape].map(
    (condition) =>
      `(SELECT e.partition, e.id, e.listed_at FROM pawl.execution e
        WHERE e.state_machine_id = $1 AND e.map_run_id IS NULL AND ${condition} AND (e.listed_at, e.id) < ($2, $3)
          AND ${others} ORDER BY e.listed_at DESC, e.id DESC LIMIT $4)`,
  );
  return pageSql(selects);
}

/** Merges parts of a listing, each in order, and reads the records of the page. */
export function pageSql(selects: readonly string[]): string {
  return `WITH page AS (SELECT * FROM (${selects.join(" UNION ALL ")}) AS parts ORDER BY listed_at DESC, id DESC LIMIT $4)
    SELECT ${recordColumns} FROM page CROSS JOIN LATERAL (SELECT * FROM pawl.execution e
      WHERE e.partition = page.partition AND e.id = page.id) e
      LEFT JOIN pawl.live l ON l.partition = e.partition AND l.execution_id = e.id
    ORDER BY e.listed_at DESC, e.id DESC`;
}

const prepared = (shape: ListingShape): Statement => ({ name: `pawl-list-${shape}`, text: listingSql(shape) });
const statements = {
  alias: prepared("alias"),
  version: prepared("version"),
  redriven: prepared("redriven"),
  status: prepared("status"),
  all: prepared("all"),
};

export const listingStart: ListingCursor = { at: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER };

export function listExecutions(
  runs: Runs,
  filter: ExecutionFilter,
  { limit, after = listingStart }: Page<ListingCursor>,
): Promise<readonly Row[]> {
  const { stateMachineId, status, versionNumber, aliasName, isRedriven } = filter;
  return runs.run(statements[shapeOf(filter)], [
    stateMachineId,
    after.at,
    after.id,
    limit,
    status === undefined ? null : encodeStatus(status),
    versionNumber ?? null,
    aliasName ?? null,
    isRedriven ?? null,
  ]);
}

/** The records of a machine's executions by key, the newest machine first. */
export const recordByKey: Statement = {
  name: "pawl-by-key",
  text: `SELECT ${recordColumns} FROM pawl.state_machine m
    JOIN pawl.execution e ON e.partition = $1 AND e.state_machine_id = m.id AND e.key = $3
    LEFT JOIN pawl.live l ON l.partition = e.partition AND l.execution_id = e.id
    WHERE m.name = $2 ORDER BY m.id DESC LIMIT 1`,
};
/** The same where executions were moved in, whose keys do not say where they are. */
export const recordByKeyOrMoved: Statement = {
  name: "pawl-by-key-or-moved",
  text: recordByKey.text.replace("e.partition = $1", `e.partition IN ($1, ${movedPartition})`),
};
export const recordById: Statement = {
  name: "pawl-by-id",
  text: `SELECT ${recordColumns} FROM ${recordTables} WHERE e.partition = $1 AND e.id = $2`,
};
