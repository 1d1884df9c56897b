// The running engine, as its callers see it. Every promise settles only after what it reports is durable.
import type { Payload } from "../asl/payload.ts";
import type { TaskAttempt } from "../engine/effect.ts";
import type { Failure, JournalEvent } from "../engine/journal/event.ts";
import type { MapRunQueries } from "./map-runs/map-run-description.ts";
import type { LimitExceeded } from "./starts/quotas.ts";
import type { RevisionRecord, StateMachineRecord } from "../store/catalogue.ts";
import type { EventRange, ExecutionFilter, ExecutionRecord, ListingCursor } from "../store/journal.ts";
import type { ActivityOffer } from "../store/offers.ts";
import type { Page } from "../store/page.ts";

export interface StartRequest {
  readonly stateMachine: StateMachineRecord;
  readonly revision: RevisionRecord;
  /** A new UUID when absent. */
  readonly name?: string | undefined;
  readonly input: Payload;
  readonly versionNumber?: number | undefined;
  readonly aliasName?: string | undefined;
  readonly traceHeader?: string | undefined;
  /** A test case of the mock file. */
  readonly testCase?: string | undefined;
  /** The task attempt that makes the start, which may make it again after a crash. */
  readonly startedBy?: TaskAttempt | undefined;
  /** The task attempt that waits for the end of the execution. */
  readonly parent?: TaskAttempt | undefined;
}

export type StartOutcome =
  /** Also the answer to a repeated start: same name and input while the execution runs. */
  | { readonly kind: "started"; readonly executionArn: string; readonly startedAt: number }
  | { readonly kind: "alreadyExists"; readonly executionArn: string }
  /** The deletion of the machine has begun since it was read. */
  | { readonly kind: "deleting" }
  /** Too many Standard executions run. */
  | LimitExceeded;

export type RedriveOutcome =
  /** Also the answer to a repeated redrive: the same client token again within a quarter of an hour. */
  | { readonly kind: "redriven"; readonly redrivenAt: number }
  | { readonly kind: "notRedrivable"; readonly reason: string }
  /** Too many Standard executions run. */
  | LimitExceeded;

export interface ExecutionDescription {
  readonly record: ExecutionRecord;
  readonly executionArn: string;
  readonly stateMachineName: string;
  readonly name: string;
  readonly input: Payload;
  readonly output?: Payload | undefined;
  readonly failure?: Failure | undefined;
}

/** The history of an execution up to now; what happens later is not in it. */
export interface ExecutionHistory {
  /** Id of the newest listed event: ids of listed events are dense from 1. */
  readonly lastEventId: number;
  /** The events of a range, unlisted ones included. */
  read(range: EventRange): Promise<readonly JournalEvent[]>;
}

/** How a message for a task token was taken: `timedOut` when the task has ended, `invalidToken` when there never was one. */
export type TokenOutcome = "accepted" | "invalidToken" | "timedOut";

export interface ActivityTask {
  readonly kind: "task";
  readonly taskToken: string;
  readonly input: Payload;
  /** To be told when the answer with the task has reached its worker, or has not: then another worker gets the task. */
  handedOver(isDelivered: boolean): void;
}

export interface Runtime {
  startExecution(request: StartRequest): Promise<StartOutcome>;
  /** Runs an Express execution to its end, in memory. */
  startSyncExecution(request: StartRequest): Promise<ExecutionDescription>;
  /** Answers with the time of the end, also when it had ended before; `undefined` when there is no such execution. */
  stopExecution(executionArn: string, failure: Failure): Promise<number | undefined>;
  /** Listed events that an execution may have. */
  readonly maxHistoryEvents: number;
  /** Has an execution that ended without success go on where it stopped; `undefined` when there is no such execution. */
  redriveExecution(executionArn: string, clientToken: string | undefined): Promise<RedriveOutcome | undefined>;
  describeExecution(executionArn: string): Promise<ExecutionDescription | undefined>;
  /** Opens the history of an execution; `undefined` when there is no such execution. */
  readHistory(executionArn: string): Promise<ExecutionHistory | undefined>;
  listExecutions(filter: ExecutionFilter, page: Page<ListingCursor>): Promise<readonly ExecutionRecord[]>;

  readonly mapRuns: MapRunQueries;

  /** Waits for a task of the activity until `signal` aborts; refused at once when too many wait. */
  takeActivityTask(
    activityArn: string,
    workerName: string | undefined,
    signal: AbortSignal,
  ): Promise<ActivityTask | LimitExceeded | undefined>;
  sendTaskSuccess(taskToken: string, output: Payload): Promise<TokenOutcome>;
  sendTaskFailure(taskToken: string, failure: Failure): Promise<TokenOutcome>;
  sendTaskHeartbeat(taskToken: string): Promise<TokenOutcome>;

  /** The number of executions here that a bug of Pawl has stopped, and that are still to be ended or taken up by another version. */
  readonly quarantined: number;
  /** The number of workers that wait for a task at this moment, for each of some activities. */
  countWorkers(activityArns: readonly string[]): Promise<readonly number[]>;
  /** Calls back at once after every commit, for readers that follow the journal; the function that is returned ends it. */
  whenCommitted(hint: () => void): () => void;
  /** Performs what a crash or a stop left outstanding. Settles when all of it is under way. */
  recover(): Promise<void>;
  /** Lets nothing start any more; the machine is deleted when no execution of it runs, at once or later. */
  deleteStateMachine(stateMachine: StateMachineRecord): Promise<void>;
  /** Stops timers and calls in flight, and waits for what is being committed. */
  close(): Promise<void>;
}

/** The runtime of a store, or of a partition of one: what those need who put several of them together. */
export interface OwningRuntime extends Runtime {
  /** The row of an execution that was written lately: what the store has, as long as nobody else writes it. */
  recentRecord(stateMachineId: number, key: string): ExecutionRecord | undefined;
  /** Begins the task of an offer that was taken out of its queue; "over" when nobody waits for it any more. */
  beginActivityTask(
    offer: ActivityOffer,
    workerName: string | undefined,
    signal: AbortSignal,
  ): Promise<ActivityTask | "over" | "workerGone">;
  /** As `handedOver` of the task, for one that an earlier owner may have begun. */
  activityTaskHandedOver(offer: ActivityOffer, isDelivered: boolean): void;
  /** Delivers signals that came in without a commit of this runtime. Settles when all of them are under way. */
  deliverSignals(): Promise<void>;
  /** The deletion of a machine is durable: nothing of it is started any more. Settles when starts that were quicker are. */
  noteDeletion(stateMachineId: number): Promise<void>;
  /** Standard executions that run, as far as is known. */
  readonly openExecutions: number;
  /**
   * Makes no new call for executions that another owner can go on with. Settles when none is in flight any more, and no
   * Express execution is in memory.
   */
  drain(): Promise<void>;
}
