// A Map Run as it is stored, the steps that it takes, and the place of a child in it.
import type { StateMachineType } from "./catalogue.ts";

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
  /** Files of children that succeeded, which a ResultWriter wrote when the run, or a redrive of it, had failed. */
  readonly succeededFiles?: readonly SucceededFiles[] | undefined;
}

export interface ResultFile {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

export interface SucceededFiles {
  /** The redrive of the run that wrote them; 0 for none. */
  readonly redrive: number;
  readonly files: readonly ResultFile[];
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

/** The run after a step. */
export function changedRun(run: MapRunRecord, change: Exclude<MapRunChange, { kind: "begin" }>): MapRunRecord {
  if (change.kind === "end") {
    return { ...run, status: change.status, isOpen: change.isOpen, stoppedAt: change.at };
  }
  const { stoppedAt: _, ...before } = run;
  return { ...before, status: "RUNNING", isOpen: true, redrive: change.redrive };
}
