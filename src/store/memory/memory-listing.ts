// A page of executions, in memory.
import { type ExecutionFilter, type ExecutionRecord, listedAt, type ListingCursor } from "../journal.ts";
import type { Page } from "../page.ts";

export function listRecords(
  records: Iterable<ExecutionRecord>,
  filter: ExecutionFilter,
  page: Page<ListingCursor>,
): readonly ExecutionRecord[] {
  const { stateMachineId, status, versionNumber, aliasName, isRedriven } = filter;
  const wanted = [...records].filter(
    (record) =>
      record.stateMachineId === stateMachineId &&
      record.mapRun === undefined &&
      (status === undefined || record.status === status) &&
      (versionNumber === undefined || record.versionNumber === versionNumber) &&
      (aliasName === undefined || record.aliasName === aliasName) &&
      (isRedriven === undefined || (record.redrive !== undefined) === isRedriven),
  );
  return pageOf(wanted, page);
}

/** In the order of lists. */
export function pageOf(
  records: readonly ExecutionRecord[],
  { limit, after }: Page<ListingCursor>,
): readonly ExecutionRecord[] {
  const isBehind = (record: ExecutionRecord): boolean =>
    after === undefined || newestFirst({ at: listedAt(record), id: record.id }, after) > 0;
  return records
    .filter(isBehind)
    .toSorted((a, b) => newestFirst({ at: listedAt(a), id: a.id }, { at: listedAt(b), id: b.id }))
    .slice(0, limit);
}

function newestFirst(a: ListingCursor, b: ListingCursor): number {
  return b.at - a.at || b.id - a.id;
}
