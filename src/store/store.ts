// Durable state, spoken in the engine's terms. Three roles: the journal of executions, the catalogue of resources, and
// the lease that says which process may write. `memory/` and `sqlite/` implement it; contract.ts proves both.
import type { JournalEvent } from "../engine/journal/event.ts";

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
export type StateMachineType = "STANDARD" | "EXPRESS";

/** The compact current row of an execution; everything else is in its journal. */
export interface ExecutionRecord {
  /** Given by the runtime, ascending in the order of starts. */
  readonly id: number;
  readonly stateMachineId: number;
  /** The revision of the definition that the execution is pinned to. */
  readonly revisionId: number;
  /** What follows the machine in the ARN: the name, for Express `name:uuid`. Unique within the machine. */
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
}

/** What one turn of one execution adds: its new row and its new events. */
export interface ExecutionChange {
  readonly record: ExecutionRecord;
  readonly isNew: boolean;
  readonly events: readonly JournalEvent[];
  readonly offers: readonly ActivityOffer[];
  /** Queued for other executions in the same commit, until they are consumed. */
  readonly signals: readonly Omit<Signal, "id">[];
  readonly consumedSignalIds: readonly number[];
}

/** One task in the queue of an activity. */
export interface ActivityOffer {
  readonly activityArn: string;
  readonly executionId: number;
  readonly scheduledEventId: number;
}

/** The end of a child execution, on its way to the task attempt that waits for it. */
export interface Signal {
  readonly id: number;
  readonly executionId: number;
  readonly scheduledEventId: number;
  readonly childExecutionId: number;
}

export interface StateMachineRecord {
  readonly id: number;
  readonly name: string;
  readonly type: StateMachineType;
  readonly status: "ACTIVE" | "DELETING" | "DELETED";
  readonly createdAt: number;
  /** `RevisionRecord.id` of the newest revision. */
  readonly revisionId: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Of the version that was published with the machine, which may be empty; absent when none was. */
  readonly initialVersionDescription?: string | undefined;
}
export interface RevisionRecord {
  readonly id: number;
  readonly stateMachineId: number;
  /** The revision id of the API: absent for a machine that was never updated. */
  readonly publicId?: string | undefined;
  readonly createdAt: number;
  readonly definition: string;
  readonly roleArn: string;
  /** JSON text as it was given, echoed by Describe; absent when it was not given. */
  readonly loggingConfiguration?: string | undefined;
  readonly tracingConfiguration?: string | undefined;
  readonly encryptionConfiguration?: string | undefined;
}
/** A revision that has a number. */
export interface VersionRecord {
  readonly stateMachineId: number;
  /** Ascending from 1, and never given again. */
  readonly number: number;
  readonly revisionId: number;
  readonly createdAt: number;
  readonly description?: string | undefined;
}
/** The share of an alias's starts that a version gets, in percent. */
export interface Route {
  readonly versionNumber: number;
  readonly weight: number;
}
export interface AliasRecord {
  readonly stateMachineId: number;
  readonly name: string;
  readonly description?: string | undefined;
  /** One or two, to versions that exist. */
  readonly routes: readonly Route[];
  readonly createdAt: number;
  readonly updatedAt: number;
}
/** Why an alias could not be written: its name is taken, it is not there, or a version it is to refer to is not. */
export type AliasRefusal = "nameTaken" | "aliasMissing" | "versionMissing";

export interface ActivityRecord {
  readonly name: string;
  readonly createdAt: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly encryptionConfiguration?: string | undefined;
}

/** A page of a listing, newest first or by name; `after` is the last key of the page before. */
export interface Page<Key> {
  readonly limit: number;
  readonly after?: Key | undefined;
}

export interface ExecutionFilter {
  readonly stateMachineId: number;
  readonly status?: ExecutionStatus | undefined;
  readonly versionNumber?: number | undefined;
  readonly aliasName?: string | undefined;
  readonly isRedriven?: boolean | undefined;
}

export type JournalPart = "all" | "first" | "ends";

export interface Journal {
  /** Appends all changes in one durable transaction: all of them or none. Rejects when it could not be made durable. */
  append(changes: readonly ExecutionChange[]): Promise<void>;
  readRecord(executionId: number): Promise<ExecutionRecord | undefined>;
  /** By the machine's name: the newest machine of that name that knows the key. */
  findRecord(stateMachineName: string, key: string): Promise<ExecutionRecord | undefined>;
  /** Events in order. "first" reads only the first commit, where the input stands; "ends" the last one too, where the end stands. */
  readEvents(executionId: number, part: JournalPart): Promise<readonly JournalEvent[]>;
  /** Newest first, by descending id. */
  listRecords(filter: ExecutionFilter, page: Page<number>): Promise<readonly ExecutionRecord[]>;
  /** Running executions whose `wakeAt` is at or before `now`, earliest first. */
  dueRecords(now: number, limit: number): Promise<readonly ExecutionRecord[]>;
  /** Running executions with `isInFlight`, by ascending id after `after`. */
  inFlightRecords(page: Page<number>): Promise<readonly ExecutionRecord[]>;
  countRunning(stateMachineId: number): Promise<number>;
  /** Standard executions that run, of all state machines of the catalogue. */
  countOpen(): Promise<number>;

  /**
   * Takes the oldest offer of an activity out of its queue. It is gone for good with the commit of an event whose
   * `previousEventId` is the offer's `scheduledEventId`, or of the end of its execution: until then, a process that opens
   * the store after a crash finds it in the queue again.
   */
  takeOffer(activityArn: string): Promise<ActivityOffer | undefined>;
  /** Puts a taken offer back at the head of its queue. */
  returnOffer(offer: ActivityOffer): Promise<void>;
  signals(page: Page<number>): Promise<readonly Signal[]>;
  signalsOf(executionId: number): Promise<readonly Signal[]>;
}

export interface Catalogue extends Versions {
  /**
   * Stores a new machine with its first revision, and with version 1 of it where `initialVersionDescription` is given;
   * `undefined` when a machine has the name.
   */
  createStateMachine(
    machine: Omit<StateMachineRecord, "id" | "revisionId" | "status">,
    revision: Omit<RevisionRecord, "id" | "stateMachineId">,
  ): Promise<StateMachineRecord | undefined>;
  /** The machine of that name that is not DELETED. */
  findStateMachine(name: string): Promise<StateMachineRecord | undefined>;
  readStateMachine(id: number): Promise<StateMachineRecord | undefined>;
  addRevision(revision: Omit<RevisionRecord, "id">): Promise<RevisionRecord>;
  readRevision(id: number): Promise<RevisionRecord | undefined>;
  /** The versions and aliases of a machine go when its status becomes DELETED. */
  updateStateMachine(id: number, change: Partial<Pick<StateMachineRecord, "status" | "tags">>): Promise<void>;
  /** By name, after the machine whose id is `after`; DELETED ones are left out. */
  listStateMachines(page: Page<number>): Promise<readonly StateMachineRecord[]>;
  /** DELETED ones are left out. */
  countStateMachines(): Promise<number>;

  createActivity(activity: ActivityRecord): Promise<void>;
  findActivity(name: string): Promise<ActivityRecord | undefined>;
  updateActivityTags(name: string, tags: Readonly<Record<string, string>>): Promise<void>;
  deleteActivity(name: string): Promise<void>;
  /** By ascending name. */
  listActivities(page: Page<string>): Promise<readonly ActivityRecord[]>;
  countActivities(): Promise<number>;
}

/** Versions and aliases of state machines. */
export interface Versions {
  /** Gives the revision the next number of its machine; the version that the revision has where it has one. */
  publishVersion(version: Omit<VersionRecord, "number">): Promise<VersionRecord>;
  findVersion(stateMachineId: number, number: number): Promise<VersionRecord | undefined>;
  findVersionOf(stateMachineId: number, revisionId: number): Promise<VersionRecord | undefined>;
  countVersions(stateMachineId: number): Promise<number>;
  /** By descending number. */
  listVersions(stateMachineId: number, page: Page<number>): Promise<readonly VersionRecord[]>;
  /** Does nothing while aliases refer to the version, and answers with their names; with none when it is gone. */
  deleteVersion(stateMachineId: number, number: number): Promise<readonly string[]>;

  createAlias(alias: AliasRecord): Promise<AliasRecord | AliasRefusal>;
  findAlias(stateMachineId: number, name: string): Promise<AliasRecord | undefined>;
  /** Sets what the change names; an empty description takes the description away. */
  updateAlias(stateMachineId: number, name: string, change: AliasChange): Promise<AliasRecord | AliasRefusal>;
  deleteAlias(stateMachineId: number, name: string): Promise<void>;
  countAliases(stateMachineId: number): Promise<number>;
  /** By ascending name. */
  listAliases(filter: AliasFilter, page: Page<string>): Promise<readonly AliasRecord[]>;
}
export type AliasChange = Pick<AliasRecord, "updatedAt"> & Partial<Pick<AliasRecord, "description" | "routes">>;
export interface AliasFilter {
  readonly stateMachineId: number;
  /** Only aliases that refer to it. */
  readonly versionNumber?: number | undefined;
}

/** Thrown by a write of a process that lost the lease: another process has taken the data over. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}
/** Thrown by `open` when a live process holds the lease. */
export class StoreInUseError extends Error {
  override readonly name = "StoreInUseError";
}
/** Thrown by `open` when the store is encrypted and its key was not given. */
export class StoreKeyError extends Error {
  override readonly name = "StoreKeyError";
}
/** Thrown by a read of an encrypted store: what is there was changed, moved, or never sealed. */
export class SealBrokenError extends Error {
  override readonly name = "SealBrokenError";
}

export interface Store extends Journal, Catalogue {
  /** Random and made once: seals what clients carry for the store, such as page tokens. */
  readonly secret: string;
  /** First execution id that is free. */
  readonly nextExecutionId: number;
  close(): Promise<void>;
}
