// Map Runs as callers of the runtime see them.
import type { ExecutionRecord, ListingCursor } from "../../store/journal.ts";
import type { MapRunRecord, MapRunState } from "../../store/map-run-row.ts";
import type { ChildCount, ChildFilter } from "../../store/map-runs.ts";
import type { Page } from "../../store/page.ts";
import type { RedriveLimits } from "../../store/redrive-limits.ts";

export interface MapRunDescription {
  readonly run: MapRunRecord;
  readonly mapRunArn: string;
  readonly stateMachineName: string;
  /** The execution that waits for the run. */
  readonly executionArn: string;
}

export interface MapRunQueries {
  /** `undefined` for an ARN that no run has. */
  find(arn: string): Promise<MapRunDescription | undefined>;
  read(mapRunId: number): Promise<MapRunDescription | undefined>;
  countChildren(mapRunId: number): Promise<readonly ChildCount[]>;
  countUnredrivable(mapRunId: number, limits: RedriveLimits): Promise<readonly ChildCount[]>;
  /** The runs of an execution, the newest first; `undefined` when there is no such execution. */
  list(arnOfExecution: string, page: Page<number>): Promise<readonly MapRunDescription[] | undefined>;
  listChildren(filter: ChildFilter, page: Page<ListingCursor>): Promise<readonly ExecutionRecord[]>;
  /** @returns whether the run goes on, so that it could be changed. */
  update(mapRunId: number, update: MapRunUpdate): Promise<boolean>;
}

/** Absent members stay as they are; one that is `undefined` takes a bound away. */
export type MapRunUpdate = Pick<MapRunState, "maxConcurrency" | "toleratedCount" | "toleratedPercentage">;
