// The events of a journal: all that has happened in an execution. Most are the events that GetExecutionHistory shows (see
// history.ts for their public form); the unlisted ones carry what the fold needs and AWS does not show. Facts:
// the Step Functions history event types; an unlisted event has no id of its own and does not count towards the limit.
import type { Payload } from "../../asl/payload.ts";
import type { TaskResource } from "../../asl/resource.ts";

export type StateType = "Task" | "Pass" | "Wait" | "Choice" | "Succeed" | "Fail" | "Parallel" | "Map";

/** A workflow failure: a value, never an exception. Both members may be absent (a Fail state, SendTaskFailure). */
export interface Failure {
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** The private part of the header. */
interface Versioned {
  /** The version of the kind's meaning that the event has (event-versions.ts); absent for the first. */
  readonly version?: number | undefined;
}

interface Header extends Versioned {
  /** Dense from 1 in commit order; an unlisted event repeats the id of the listed event before it. */
  readonly id: number;
  /** Id of the event that caused this one; 0 for the first events of an execution. */
  readonly previousEventId: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Most events belong to a scope: 0 is the machine itself, any other an iteration or a branch. */
interface Scoped {
  readonly scope: number;
}

export interface ExecutionStarted {
  readonly kind: "ExecutionStarted";
  readonly input: Payload;
  readonly roleArn: string;
  readonly stateMachineVersionArn?: string | undefined;
  readonly stateMachineAliasArn?: string | undefined;
  /** Private: the test case of the mock file that answers for tasks. */
  readonly testCase?: string | undefined;
  /** Private: the task attempt of another execution. */
  readonly startedBy?: { readonly executionArn: string; readonly scheduledEventId: number } | undefined;
}
export interface ExecutionSucceeded {
  readonly kind: "ExecutionSucceeded";
  readonly output: Payload;
}
export interface ExecutionEnded extends Failure {
  readonly kind: "ExecutionFailed" | "ExecutionTimedOut" | "ExecutionAborted";
}

/** An execution that ended without success goes on where it stopped. */
export interface ExecutionRedriven {
  readonly kind: "ExecutionRedriven";
  readonly redriveCount: number;
  /** Private: tells a repeated request from another redrive. */
  readonly clientToken?: string | undefined;
}

export interface StateEntered extends Scoped {
  readonly kind: "StateEntered";
  readonly stateType: StateType;
  readonly name: string;
  readonly input: Payload;
}
export interface StateExited extends Scoped {
  readonly kind: "StateExited";
  readonly stateType: StateType;
  readonly name: string;
  readonly output: Payload;
  /** Variables that the state assigned, in the order of its `Assign`. */
  readonly assigned?: Readonly<Record<string, Payload>> | undefined;
  /** The state that follows; absent where the scope ends. */
  readonly next?: string | undefined;
}
export interface StateAborted extends Scoped {
  readonly kind: "StateAborted";
  readonly stateType: "Task" | "Wait" | "Parallel" | "Map";
}

export interface TaskScheduled extends Scoped {
  readonly kind: "TaskScheduled";
  readonly resource: TaskResource;
  readonly parameters: Payload;
  readonly timeoutSeconds?: number | undefined;
  readonly heartbeatSeconds?: number | undefined;
  readonly credentialsRoleArn?: string | undefined;
  /** Given to the worker of an activity or a callback. */
  readonly token?: string | undefined;
}
export interface TaskStarted extends Scoped {
  readonly kind: "TaskStarted";
  readonly workerName?: string | undefined;
}
export interface TaskSubmitted extends Scoped {
  readonly kind: "TaskSubmitted";
  readonly output: Payload;
}
export interface TaskSucceeded extends Scoped {
  readonly kind: "TaskSucceeded";
  readonly output: Payload;
}
export interface TaskFailed extends Scoped, Failure {
  readonly kind: "TaskFailed" | "TaskSubmitFailed" | "TaskTimedOut";
}

/** Version 2 is of a distributed Map, whose items a Map Run goes through. */
export interface MapStateStarted extends Scoped {
  readonly kind: "MapStateStarted";
  readonly length: number;
  /** Private: iterations that run at the same time. */
  readonly concurrency?: number | undefined;
}
/** Opens the scope whose id is this event's id. */
export interface MapIterationStarted extends Scoped {
  readonly kind: "MapIterationStarted";
  readonly name: string;
  readonly index: number;
  /** Received by the first state of the iteration. */
  readonly input: Payload;
}
/** `scope` is the iteration's. */
export interface MapIterationEnded extends Scoped {
  readonly kind: "MapIterationSucceeded" | "MapIterationFailed" | "MapIterationAborted";
  readonly name: string;
  readonly index: number;
}
/** Its child executions are executions of their own, of which the parent's journal says nothing. */
export interface MapRunStarted extends Scoped {
  readonly kind: "MapRunStarted";
  readonly mapRunArn: string;
  /** Private: children that run at the same time; absent for as many as may. */
  readonly maxConcurrency?: number | undefined;
  /** Private: failed items that are put up with. */
  readonly toleratedCount?: number | undefined;
  /** Private: the same, of all items, 0 to 100. */
  readonly toleratedPercentage?: number | undefined;
}
export interface MapRunEnded extends Scoped {
  readonly kind: "MapRunSucceeded" | "MapRunAborted";
}
export interface MapRunFailed extends Scoped {
  readonly kind: "MapRunFailed";
  readonly error: string;
  readonly cause: string;
}
export interface MapRunRedriven extends Scoped {
  readonly kind: "MapRunRedriven";
  readonly mapRunArn: string;
  readonly redriveCount: number;
}
/** ParallelStateStarted opens one scope per branch, numbered by branch-scope.ts. */
export interface ParallelStateStarted extends Scoped {
  readonly kind: "ParallelStateStarted";
  /** Received by the first state of every branch. */
  readonly input: Payload;
}
export interface ContainerEnded extends Scoped {
  readonly kind: "MapStateSucceeded" | "MapStateFailed" | "ParallelStateSucceeded" | "ParallelStateFailed";
}
export interface EvaluationFailed extends Scoped {
  readonly kind: "EvaluationFailed";
  readonly state: string;
  readonly error: string;
  readonly cause: string;
  readonly location?: string | undefined;
}

/** Unlisted: a Wait state sleeps. */
export interface WaitStarted extends Scoped {
  readonly kind: "WaitStarted";
  /** Epoch milliseconds. */
  readonly until: number;
}
/** Unlisted: a failed attempt will be repeated. */
export interface RetryScheduled extends Scoped {
  readonly kind: "RetryScheduled";
  /** Position of the Retrier that decided. */
  readonly retrier: number;
  /** Epoch milliseconds. */
  readonly until: number;
}
/** Unlisted: a worker said that it is alive. */
export interface TaskHeartbeat extends Scoped {
  readonly kind: "TaskHeartbeat";
}

export type UnlistedEvent = WaitStarted | RetryScheduled | TaskHeartbeat;
export type ListedEvent =
  | ExecutionStarted
  | ExecutionSucceeded
  | ExecutionEnded
  | ExecutionRedriven
  | StateEntered
  | StateExited
  | StateAborted
  | TaskScheduled
  | TaskStarted
  | TaskSubmitted
  | TaskSucceeded
  | TaskFailed
  | MapStateStarted
  | MapIterationStarted
  | MapIterationEnded
  | MapRunStarted
  | MapRunEnded
  | MapRunFailed
  | MapRunRedriven
  | ParallelStateStarted
  | ContainerEnded
  | EvaluationFailed;

/** An event before it has its place in the journal. */
export type EventBody = ListedEvent | UnlistedEvent;
export type NewEvent = Versioned & EventBody;
export type JournalEvent = Header & EventBody;

export function isUnlisted(event: { readonly kind: EventBody["kind"] }): boolean {
  return event.kind === "WaitStarted" || event.kind === "RetryScheduled" || event.kind === "TaskHeartbeat";
}

/** Whether it is the last event of an execution, unless that is redriven. */
export function isEndOfExecution({ kind }: { readonly kind: EventBody["kind"] }): boolean {
  switch (kind) {
    case "ExecutionSucceeded":
    case "ExecutionFailed":
    case "ExecutionTimedOut":
    case "ExecutionAborted":
      return true;
    default:
      return false;
  }
}
