// The role that holds Map Runs: a row each, whose children are executions that name it. The children are the run's cursor
// and its counters: there is no second copy of what they say.
import type { StateMachineType } from "./catalogue.ts";
import type { ExecutionRecord, ExecutionStatus, ListingCursor } from "./journal.ts";
import type { Page } from "./page.ts";

export type MapRunStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED";

export interface MapRunRecord {
  /** The number that the runtime gives it, ascending in the order of starts. */
  readonly id: number;
  /** The last part of the ARN. */
  readonly uuid: string;
  readonly label: string;
  readonly stateMachineId: number;
  /** The execution that waits for the run, and its MapRunStarted. */
  readonly executionId: number;
  readonly startedEventId: number;
  readonly status: MapRunStatus;
  /** Children of it may run: also once the run itself has ended, until they are stopped. */
  readonly isOpen: boolean;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly stoppedAt?: number | undefined;
  /** How often it was redriven, and when last, epoch milliseconds; absent when it never was. */
  readonly redrive?: { readonly count: number; readonly at: number } | undefined;
  readonly state: MapRunState;
}

/** The part of a run that moves by itself, and not with the execution that waits for it. */
export interface MapRunState {
  readonly stateName: string;
  readonly childType: StateMachineType;
  /** Absent for as many as may. */
  readonly maxConcurrency?: number | undefined;
  /** Failed items that are put up with. */
  readonly toleratedCount?: number | undefined;
  /** The same, of all items, 0 to 100. */
  readonly toleratedPercentage?: number | undefined;
  /** All items, once they are known. */
  readonly total?: number | undefined;
  /** The items that the children have are all that there are. */
  readonly isRead?: boolean | undefined;
  /** Pins what an ItemReader reads. */
  readonly pin?: string | undefined;
  /** Executions whose results stand in files. */
  readonly resultsWritten?: boolean | undefined;
}

/** The place of a child in its Map Run. */
export interface MapRunChild {
  readonly id: number;
  /** From 0, in the order of the items; absent for a child in whose place another was started. */
  readonly index?: number | undefined;
  readonly itemCount: number;
  /** The redrive of the run that began it or redrove it last; 0 for none. */
  readonly redrive: number;
}

/** A step of a run that is part of a step of the execution that waits for it. */
export type MapRunChange =
  | { readonly kind: "begin"; readonly run: MapRunRecord }
  | ({ readonly kind: "end" } & Pick<MapRunRecord, "startedEventId" | "status" | "isOpen"> & {
        /** Epoch milliseconds. */
        readonly at: number;
      })
  | {
      readonly kind: "redrive";
      readonly startedEventId: number;
      readonly redrive: { readonly count: number; readonly at: number };
    };

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
  readonly running: readonly { readonly executionId: number; readonly itemCount: number }[];
}

export interface ChildFilter {
  readonly mapRunId: number;
  readonly status?: ExecutionStatus | undefined;
  readonly isRedriven?: boolean | undefined;
  /** Those that ended without success before this redrive of the run, and were not redriven since. */
  readonly pendingRedrive?: number | undefined;
}

/** `begins`, `ends` and redrives are members of an `ExecutionChange`. */
export interface MapRuns {
  /** The first id that is free. */
  nextMapRunId(): number;
  readMapRun(id: number): Promise<MapRunRecord | undefined>;
  /** The run whose ARN ends so. */
  findMapRun(uuid: string): Promise<MapRunRecord | undefined>;
  /** The runs of an execution, the newest first, behind the one whose id is `after`. */
  listMapRuns(executionId: number, page: Page<number>): Promise<readonly MapRunRecord[]>;
  /** Runs that are open, by ascending id behind `after`. */
  openMapRuns(page: Page<number>): Promise<readonly MapRunRecord[]>;
  /** Children in whose place another was started are not counted. */
  countChildren(id: number): Promise<readonly ChildCount[]>;
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

/** The run after a step. */
export function changedRun(run: MapRunRecord, change: Exclude<MapRunChange, { kind: "begin" }>): MapRunRecord {
  if (change.kind === "end") {
    return { ...run, status: change.status, isOpen: change.isOpen, stoppedAt: change.at };
  }
  const { stoppedAt: _, ...before } = run;
  return { ...before, status: "RUNNING", isOpen: true, redrive: change.redrive };
}
