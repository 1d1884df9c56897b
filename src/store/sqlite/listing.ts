// ListExecutions: one statement for each index that can lead it, all of them in the order of `listed_at`, so that a page
// reads no more rows than it shows where one filter narrows it.
import type { ExecutionFilter, ListingCursor } from "../journal.ts";
import type { Page } from "../page.ts";
import type { Cell, Connection, Row } from "./connection.ts";
import { columnsOf, type RecordRows } from "./record-row.ts";
import { encodeStatus, statuses } from "../record-cells.ts";

/** The index that leads a listing, and its condition on the columns between the machine and `listed_at`. */
interface Lead {
  readonly index: string;
  readonly condition: string;
}

const byStatus = (status: string): Lead => ({ index: "execution_status", condition: `e.status = ${status}` });

/** The leads of every shape of a listing; several are merged by their order. */
const shapes = {
  alias: [{ index: "execution_alias", condition: "e.alias_name = ?7" }],
  version: [{ index: "execution_version", condition: "e.version_number = ?6" }],
  redriven: [{ index: "execution_redriven", condition: "e.redrive_count IS NOT NULL" }],
  status: [byStatus("?5")],
  all: statuses.map((_, number) => byStatus(String(number))),
} as const satisfies Readonly<Record<string, readonly Lead[]>>;

export type ListingShape = keyof typeof shapes;

/** The narrowest index that the filter allows. */
function shapeOf({ aliasName, versionNumber, isRedriven, status }: ExecutionFilter): ListingShape {
  if (aliasName !== undefined) return "alias";
  if (versionNumber !== undefined) return "version";
  if (isRedriven === true) return "redriven";
  return status === undefined ? "all" : "status";
}

/** ?1 is the machine, ?2 and ?3 the time and the id to go on behind, ?4 the limit, ?5 to ?8 the filters, NULL where absent. */
export function listingSql(shape: ListingShape, { columns }: Pick<RecordRows, "columns">): string {
  const selects = shapes[shape].map(
    ({ index, condition }) =>
      `SELECT ${columnsOf("e", columns)}, e.listed_at FROM execution e INDEXED BY ${index}
       WHERE e.state_machine_id = ?1 AND e.map_run_id IS NULL AND ${condition} AND (e.listed_at, e.id) < (?2, ?3)
         AND (?5 IS NULL OR e.status = ?5) AND (?6 IS NULL OR e.version_number = ?6)
         AND (?7 IS NULL OR e.alias_name = ?7) AND (?8 IS NULL OR (e.redrive_count IS NOT NULL) = ?8)`,
  );
  return `${selects.join(" UNION ALL ")} ORDER BY listed_at DESC, id DESC LIMIT ?4`;
}

export type Listing = (filter: ExecutionFilter, page: Page<ListingCursor>) => readonly Row[];

export function prepareListing(connection: Connection, rows: RecordRows): Listing {
  const prepared = (shape: ListingShape) => connection.prepare(listingSql(shape, rows));
  const statements = {
    alias: prepared("alias"),
    version: prepared("version"),
    redriven: prepared("redriven"),
    status: prepared("status"),
    all: prepared("all"),
  };
  return (filter, { limit, after }) => {
    const { stateMachineId, status, versionNumber, aliasName, isRedriven } = filter;
    const behind = after ?? { at: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER };
    const filters: readonly Cell[] = [
      status === undefined ? null : encodeStatus(status),
      versionNumber ?? null,
      aliasName ?? null,
      isRedriven === undefined ? null : Number(isRedriven),
    ];
    return statements[shapeOf(filter)].all(stateMachineId, behind.at, behind.id, limit, ...filters);
  };
}
