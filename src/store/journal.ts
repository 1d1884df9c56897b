// The role that holds executions: one current row each, and the journal of their events. Most of it is one call, `append`.
import type { JournalEvent } from "../engine/journal/event.ts";
import type { StateMachineType } from "./catalogue.ts";
import type { Job, JobKey } from "./jobs.ts";
import type { MapRunChange, MapRunChild } from "./map-run-row.ts";
import type { ActivityOffer } from "./offers.ts";
import type { Page } from "./page.ts";
import type { Signal } from "./signals.ts";

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/** The compact current row of an execution; everything else is in its journal. */
export interface ExecutionRecord {
  /** The number that the runtime gives it, ascending in the order of starts. */
  readonly id: number;
  readonly stateMachineId: number;
  /** The revision of the definition that the execution is pinned to. */
  readonly revisionId: number;
  /** The part of the ARN that follows the machine: the name, for Express `name:uuid`. Unique within the machine. */
  readonly key: string;
  readonly type: StateMachineType;
  readonly status: ExecutionStatus;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly stoppedAt?: number | undefined;
  readonly versionNumber?: number | undefined;
  readonly aliasName?: string | undefined;
  readonly traceHeader?: string | undefined;
  /** When the execution must be woken, epoch milliseconds; absent when no timer runs. */
  readonly wakeAt?: number | undefined;
  /** True while something must be performed for it: a restart looks at these and at no others. */
  readonly isInFlight: boolean;
  readonly lastEventId: number;
  /** How often the execution was redriven, and when last, epoch milliseconds; absent when it never was. */
  readonly redrive?: { readonly count: number; readonly at: number } | undefined;
  /** The task attempt that started this execution and waits for its end (`.sync`). */
  readonly parent?: { readonly executionId: number; readonly scheduledEventId: number } | undefined;
  /** The place of a child in its Map Run. Lists and counts of the executions of a machine leave children out. */
  readonly mapRun?: MapRunChild | undefined;
}

/** The work of one turn of one execution: its new row and its new events. */
export interface ExecutionChange {
  readonly record: ExecutionRecord;
  readonly isNew: boolean;
  readonly events: readonly JournalEvent[];
  readonly offers: readonly ActivityOffer[];
  /** Offers of attempts that are over before their execution is: nobody takes them any more, and taken ones are settled. */
  readonly withdrawnOffers: readonly ActivityOffer[];
  /** Signals to other executions; they wait from this commit on until they are consumed. */
  readonly signals: readonly Omit<Signal, "id">[];
  readonly consumedSignalIds: readonly number[];
  /** Steps of the Map Runs that the execution waits for. */
  readonly mapRuns?: readonly MapRunChange[] | undefined;
  /** The child of a Map Run in whose place the new execution is started: it gives its index up. */
  readonly replacedChildId?: number | undefined;
  /** Jobs that were submitted, and those that nobody waits for any more. */
  readonly jobs?: readonly Job[] | undefined;
  /** Jobs whose attempts are over, and that need not be stopped. */
  readonly settledJobs?: readonly JobKey[] | undefined;
}

/** The text, or what it is compressed to. */
export type RowContent = string | Uint8Array;

export interface EncodedRow {
  /** The first event, where the row can be found by it. */
  readonly mark: number | undefined;
  readonly content: RowContent;
  /** CRC-32 of the content, a text as UTF-8. */
  readonly checksum: number;
}

/** A change with the rows of its events, made ahead of the transaction that writes them. */
export interface EncodedChange extends ExecutionChange {
  readonly rows: readonly EncodedRow[];
  /** Length of all rows, in bytes or in characters of texts that are not compressed. */
  readonly length: number;
}

export interface ExecutionFilter {
  readonly stateMachineId: number;
  readonly status?: ExecutionStatus | undefined;
  readonly versionNumber?: number | undefined;
  readonly aliasName?: string | undefined;
  readonly isRedriven?: boolean | undefined;
}

/** The place where a listing goes on: behind the execution that was listed at that time and has that id. */
export interface ListingCursor {
  readonly at: number;
  readonly id: number;
}

/** The time that lists go by, epoch milliseconds: of the end, or while it runs, of the newest redrive or the start (as AWS's). */
export function listedAt({ stoppedAt, redrive, startedAt }: ExecutionRecord): number {
  return stoppedAt ?? redrive?.at ?? startedAt;
}

/** Ids of the first and the last event wanted. An unlisted event has the id of the listed one before it. */
export interface EventRange {
  readonly from: number;
  readonly to: number;
  /** With more text than this the answer breaks off, though never before its first event, nor between those of one id. */
  readonly mostCharacters?: number | undefined;
  /** Once it has as many events the answer breaks off; it may have some more. */
  readonly mostEvents?: number | undefined;
  /** Says which end is left out where the answer breaks off; events come in order in any case. */
  readonly isNewestFirst?: boolean | undefined;
}

/** "first" is the beginning, where the input stands; "ends" is the beginning and the newest events, where the end stands. */
export type JournalPart = "first" | "ends" | EventRange;

/** Some events of one execution that were committed together; a commit has one row or several for each of its changes. */
export interface JournalRow {
  /** The number of the row, ascending in the order of commits. */
  readonly id: number;
  readonly executionId: number;
  readonly events: readonly JournalEvent[];
}

/** Rows of one execution, in order. */
export interface JournalRows {
  readonly rows: readonly JournalRow[];
  /** Whether there was nothing behind them when they were read. */
  readonly isLast: boolean;
}

export interface RowsBehind {
  /** The id of a row; 0 for all rows. */
  readonly after: number;
  /** With more text than this the answer breaks off, though never before its first row. */
  readonly mostCharacters: number;
}

/**
 * When a commit survives a crash of the machine: at once, or soon, which is with the next one that does so at once, and within
 * a second. A crash of the process alone loses neither.
 */
export type Durability = "atOnce" | "soon";

export interface Journal {
  /** An id that no other execution is given, above all before it. */
  newExecutionId(): number;
  /**
   * Makes the rows of a change ahead of the transaction: a change that cannot be encoded is a fault of its own.
   * @throws whatever is wrong with the change.
   */
  encode(change: ExecutionChange): EncodedChange;
  /**
   * Appends all changes in one durable transaction: all of them or none. That transaction is one across five roles: the
   * offers, signals, jobs and steps of Map Runs that a change brings or settles become visible with its events. Rejects when
   * it could not be made durable.
   * @param durability at once by default.
   */
  append(changes: readonly (ExecutionChange | EncodedChange)[], durability?: Durability): Promise<void>;
  readRecord(executionId: number): Promise<ExecutionRecord | undefined>;
  /** Finds an execution by the name of its machine, among several of that name in the newest that knows the key. */
  findRecord(stateMachineName: string, key: string): Promise<ExecutionRecord | undefined>;
  /** Events in order. A range costs about as much as its events, however long the journal is. */
  readEvents(executionId: number, part: JournalPart): Promise<readonly JournalEvent[]>;
  /** All events in order, some at a time: those of a whole execution may not fit into memory. */
  eachRow(executionId: number): AsyncIterable<readonly JournalEvent[]>;
  /** The rows of an execution behind one, some at a time: whoever has read so far goes on there. */
  readRowsOf(executionId: number, behind: RowsBehind): Promise<JournalRows>;
  /**
   * Rows of all executions in the order of their commits, behind the row `after`. A page ends early where its events are
   * large; it is empty only where nothing has been committed behind `after`. A row that is damaged is reported, and stands
   * there without events.
   */
  readRows(page: Page<number>): Promise<readonly JournalRow[]>;
  /** The id of the newest row; 0 in an empty journal. */
  newestRowId(): Promise<number>;
  /** Executions by descending `listedAt`, then by descending id. */
  listRecords(filter: ExecutionFilter, page: Page<ListingCursor>): Promise<readonly ExecutionRecord[]>;
  /** Running executions whose `wakeAt` is at or before `now`, earliest first. */
  dueRecords(now: number, limit: number): Promise<readonly ExecutionRecord[]>;
  /** Running executions with `isInFlight`, by ascending id after `after`. */
  inFlightRecords(page: Page<number>): Promise<readonly ExecutionRecord[]>;
  /** Those that run, and Map Runs whose children may. */
  countRunning(stateMachineId: number): Promise<number>;
  /** Executions of a machine by status, none counted beyond `most`, and no children of Map Runs. */
  countByStatus(stateMachineId: number, most: number): Promise<Readonly<Record<ExecutionStatus, number>>>;
  /** Standard executions that run, of all state machines of the catalogue. */
  countOpen(): Promise<number>;
}
