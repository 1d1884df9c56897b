// Answers that any node gives from the store that all share, whoever owns the executions.
import type { ArnSpace } from "../aws/arn.ts";
import { describeExecution } from "../runtime/executions/describe-execution.ts";
import { findRecord } from "../runtime/executions/find-record.ts";
import type { RecentEnds } from "../runtime/executions/recent-ends.ts";
import { mapRunQueries } from "../runtime/map-runs/map-run-queries.ts";
import type { OwningRuntime, Runtime } from "../runtime/runtime.ts";
import type { SharedStore } from "../store/cluster-store.ts";
import type { ExecutionRecord } from "../store/journal.ts";
import type { ChildCount } from "../store/map-runs.ts";
import type { RoutedCalls } from "./routed-calls.ts";

export interface SharedQueriesOptions {
  readonly store: SharedStore;
  readonly arns: ArnSpace;
  readonly ends: Pick<RecentEnds, "of">;
  /** The row of an execution of this node that was written lately. */
  readonly recentRecord: (executionArn: string) => Promise<ExecutionRecord | undefined>;
  readonly calls: Pick<RoutedCalls, "updateMapRun">;
  /** The runtime that has an execution or a Map Run, where it is here. */
  readonly runtimeOf: (id: number) => OwningRuntime | undefined;
}

type SharedQueries = Pick<Runtime, "describeExecution" | "readHistory" | "listExecutions" | "mapRuns">;

export function sharedQueries({
  store,
  arns,
  ends,
  recentRecord,
  calls,
  runtimeOf,
}: SharedQueriesOptions): SharedQueries {
  const { journal } = store;
  const find = async (executionArn: string): Promise<ExecutionRecord | undefined> =>
    (await recentRecord(executionArn)) ?? findRecord(journal, executionArn);
  const queries = mapRunQueries({
    store,
    arns,
    mapRunner: { update: (...given) => calls.updateMapRun(...given), countChildren: () => undefined },
  });
  return {
    async describeExecution(executionArn) {
      const record = await find(executionArn);
      return record === undefined ? undefined : describeExecution({ store, arns, ends }, record);
    },
    async readHistory(executionArn) {
      const record = await find(executionArn);
      if (record === undefined) return undefined;
      const { id, lastEventId } = record;
      return { lastEventId, read: (range) => journal.readEvents(id, range) };
    },
    listExecutions: (filter, page) => journal.listRecords(filter, page),
    mapRuns: {
      ...queries,
      // The runtime that goes through a run knows without asking.
      countChildren: (mapRunId): Promise<readonly ChildCount[]> =>
        (runtimeOf(mapRunId)?.mapRuns ?? queries).countChildren(mapRunId),
    },
  };
}
