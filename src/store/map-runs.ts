// The role that holds Map Runs: a row each, whose children are executions that name it. The children are the run's cursor
// and its counters: there is no second copy of what they say.
import type { ExecutionRecord, ExecutionStatus, ListingCursor } from "./journal.ts";
import type { MapRunChild, MapRunRecord, MapRunState } from "./map-run-row.ts";
import type { Page } from "./page.ts";
import type { RedriveLimits } from "./redrive-limits.ts";

/** Children alike: of one status, begun or redriven last by one redrive of the run. */
export interface ChildCount {
  readonly status: ExecutionStatus;
  readonly redrive: number;
  readonly children: number;
  readonly items: number;
}

/** How far a run has come, as of one moment. */
export interface MapRunProgress {
  readonly counts: readonly ChildCount[];
  /** The index of the next child. */
  readonly nextIndex: number;
  readonly running: readonly ({ readonly executionId: number } & Pick<MapRunChild, "itemCount" | "redrive">)[];
}

export interface ChildFilter {
  readonly mapRunId: number;
  readonly status?: ExecutionStatus | undefined;
  readonly isRedriven?: boolean | undefined;
  /** Those that ended without success before this redrive of the run, and are still to be redriven. */
  readonly pendingRedrive?: { readonly redrive: number; readonly limits?: RedriveLimits | undefined } | undefined;
}

/** `begins`, `ends` and redrives are members of an `ExecutionChange`. */
export interface MapRuns {
  /** An id that no other run is given, above all before it. */
  newMapRunId(): number;
  readMapRun(id: number): Promise<MapRunRecord | undefined>;
  /** The run whose ARN ends so. */
  findMapRun(uuid: string): Promise<MapRunRecord | undefined>;
  /** The run that an event of an execution began. */
  mapRunOf(executionId: number, startedEventId: number): Promise<MapRunRecord | undefined>;
  /** The runs of an execution, the newest first, behind the one whose id is `after`. */
  listMapRuns(executionId: number, page: Page<number>): Promise<readonly MapRunRecord[]>;
  /** Runs that are open, by ascending id behind `after`. */
  openMapRuns(page: Page<number>): Promise<readonly MapRunRecord[]>;
  /** Children in whose place another was started are not counted. */
  countChildren(id: number): Promise<readonly ChildCount[]>;
  /** The children among these that did not succeed and are beyond a limit of redrives. */
  countUnredrivable(id: number, limits: RedriveLimits): Promise<readonly ChildCount[]>;
  progressOf(id: number): Promise<MapRunProgress>;
  /** Children of some statuses by their index, behind the index `after`. */
  childrenByIndex(
    id: number,
    statuses: readonly ExecutionStatus[],
    page: Page<number>,
  ): Promise<readonly ExecutionRecord[]>;
  /** Children by descending `listedAt`, then by descending id; also those in whose place another was started. */
  listChildren(filter: ChildFilter, page: Page<ListingCursor>): Promise<readonly ExecutionRecord[]>;
  updateMapRun(id: number, state: MapRunState): Promise<void>;
  /** Nothing of a run that has ended runs any more. */
  closeMapRun(id: number): Promise<void>;
}

/** Map Runs as those see them who run none of them. */
export type MapRunReader = Omit<MapRuns, "newMapRunId" | "updateMapRun" | "closeMapRun">;
