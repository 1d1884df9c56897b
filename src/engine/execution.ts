// An execution in memory: what its events add up to. Only apply.ts changes it, in place: the execution is owned by one
// turn at a time, and a copy per event would make a Map of n iterations cost n².
import type { Json, JsonObject } from "../asl/json.ts";
import type { JsonataBudget } from "../asl/jsonata/budget.ts";
import { maxPayloadBytes, type Payload } from "../asl/payload.ts";
import type { Program } from "../asl/program.ts";
import type { ProgramShape } from "../asl/program-shape.ts";
import type { TaskResource } from "../asl/resource.ts";
import type { MockedCall } from "./effect.ts";
import type { StateType } from "./journal/event.ts";

/** The facts about an execution that are known before its first event, and never change. */
export interface FoldIdentity {
  readonly arn: string;
  readonly name: string;
  readonly type: "STANDARD" | "EXPRESS";
  /** A synchronous Express execution shows no `RedriveCount` in its context object. */
  readonly isSynchronous: boolean;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  /** The shape of the definition is all that a fold needs. */
  readonly program: ProgramShape;
  /** From the start to the end: the machine's own `TimeoutSeconds`, and for Express at most what the type allows. */
  readonly timeoutSeconds: number | undefined;
  /** How much one evaluation in JSONata may use; AWS's bounds where it is absent. */
  readonly jsonataBudget?: JsonataBudget | undefined;
  /** TestState runs one state by itself: with a given context object, and with failures that name no event. */
  readonly test?: { readonly context: JsonObject } | undefined;
}

/** The identity of an execution that can go on: with the program that its states run. */
export interface ExecutionIdentity extends FoldIdentity {
  readonly program: Program;
}

export type Variables = ReadonlyMap<string, Json>;

/** An execution as its events add up to it: what `apply` folds, and what viewers look at. */
export interface FoldedExecution {
  readonly identity: FoldIdentity;
  status: "NOT_STARTED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  roleArn: string;
  input: Payload | undefined;
  output: Payload | undefined;
  error: string | undefined;
  cause: string | undefined;
  startedAt: number;
  redriveCount: number;
  /** Epoch milliseconds of the last redrive. */
  redrivenAt: number | undefined;
  /** The newest redrives that a client named, the oldest first. */
  readonly namedRedrives: NamedRedrive[];
  stoppedAt: number | undefined;
  lastEventId: number;
  /** Epoch milliseconds. */
  lastEventAt: number;
  /** The scopes that are open, by id; 0 is the machine itself. Those of an execution that failed stay for a redrive. */
  readonly scopes: Map<number, Scope>;
  /** The task attempts whose outcome is awaited: id of TaskScheduled to scope. */
  readonly tasks: Map<number, Scope>;
  /** The test case of the mock file. */
  testCase: string | undefined;
  /** Calls that were scheduled so far, by state; counted only for a test case. */
  readonly invocations: Map<string, number>;
}

/** An execution that decisions are made for. */
export interface Execution extends FoldedExecution {
  readonly identity: ExecutionIdentity;
}

export interface NamedRedrive {
  readonly clientToken: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** One thread of states: the machine itself, an iteration of a Map, or a branch of a Parallel. */
export interface Scope {
  readonly id: number;
  readonly parent: Scope | undefined;
  /** Position among its siblings: of the iteration or of the branch. */
  readonly index: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Outer variables included; a new map at each assignment. */
  variables: Variables;
  /** The sizes of the variables in bytes. */
  variableBytes: ReadonlyMap<string, number>;
  /** The event that the next event of this scope follows from. */
  lastEventId: number;
  /** The input of the next state, or, once the scope has ended, what it gave. */
  data: Payload;
  /** The state to enter next; `undefined` while a state is active and after the end. */
  next: string | undefined;
  state: ActiveState | undefined;
  /** It has run through its last state. */
  hasEnded: boolean;
  /** An iteration that failed or was aborted: nothing of it goes on unless the execution is redriven. */
  hasFailed: boolean;
}

export interface ActiveState {
  readonly name: string;
  readonly type: StateType;
  readonly input: Payload;
  readonly enteredEventId: number;
  /** The event that StateEntered followed from: AWS hangs EvaluationFailed there. */
  readonly enteredAfterEventId: number;
  /** Epoch milliseconds. */
  readonly enteredAt: number;
  /** Retries made so far, by the position of the Retrier; sparse. */
  readonly attempts: Map<number, number>;
  work: Work | undefined;
}

/** The thing that an active state waits for. */
export type Work = RedriveWork | WaitWork | BackoffWork | TaskWork | MapWork | MapRunWork | ParallelWork;

/** The state is to begin again: the execution was redriven. */
export interface RedriveWork {
  readonly kind: "redrive";
}
export interface WaitWork {
  readonly kind: "wait";
  readonly until: number;
}
export interface BackoffWork {
  readonly kind: "backoff";
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly until: number;
}
export interface TaskWork {
  readonly kind: "task";
  readonly scheduledEventId: number;
  /** Epoch milliseconds. */
  readonly scheduledAt: number;
  readonly resource: TaskResource;
  readonly parameters: Payload;
  readonly token: string | undefined;
  readonly credentialsRoleArn: string | undefined;
  /** Epoch milliseconds; `undefined` without a timeout, and for an activity before a worker has the task. */
  deadline: number | undefined;
  /** The timeout of an activity, which counts from the moment in which a worker takes the task. */
  readonly timeoutSecondsFromStart: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  heartbeatDeadline: number | undefined;
  readonly mocked: MockedCall | undefined;
  /** For an activity, started means that a worker has the task. */
  phase: "scheduled" | "started" | "submitted";
  /** The answer of the called service when it accepted the task. */
  submission: Payload | undefined;
}
export interface MapWork {
  readonly kind: "map";
  readonly startedEventId: number;
  readonly startedAt: number;
  readonly length: number;
  /** Iterations that run at the same time; `undefined` where an earlier version has started the Map. */
  readonly concurrency: number | undefined;
  /** The retries and redrives that the state saw when it started. */
  readonly attempt: Attempt;
  /** Index of the first iteration that has not started. */
  nextIndex: number;
  running: number;
  succeeded: number;
  /** Not kept once they are too much for a result. */
  readonly outputs: Payload[];
  /** The bytes of the outputs, with what separates them in a list. */
  outputBytes: number;
  /** The iterations that are open, in the order of their index: those that run, and those that failed or were aborted. */
  readonly children: Set<Scope>;
  /** Every iteration has succeeded, and the state has its result. */
  hasSucceeded: boolean;
  /** The state has failed, and was neither left nor tried again. */
  hasFailed: boolean;
  /** The items and the effective input, evaluated again when needed: not part of the fold. */
  prepared?: { readonly items: readonly Json[]; readonly input: Payload; readonly maxConcurrency: number } | undefined;
}
/** A Map Run, which goes on outside of the execution. */
export interface MapRunWork {
  readonly kind: "mapRun";
  /** Id of its MapRunStarted. */
  readonly startedEventId: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly mapRunArn: string;
  /** The retries and redrives that the state saw when the run started. */
  readonly attempt: Attempt;
  redriveCount: number;
  /** The execution is redriven, and the run is to be. */
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED" | "REDRIVING";
}
export interface ParallelWork {
  readonly kind: "parallel";
  readonly startedEventId: number;
  readonly branches: readonly Scope[];
  ended: number;
  /** The bytes of what the branches that have ended gave, with what separates them; not kept once it is too much. */
  outputBytes: number;
  /** Every branch has ended, and the state has its result. */
  hasSucceeded: boolean;
  hasFailed: boolean;
}

/** The count of the tries of a state, as its context object and its random numbers show it. */
export interface Attempt {
  readonly retryCount: number;
  readonly redriveCount: number;
  readonly redrivenAt: number | undefined;
}

export function newExecution(identity: ExecutionIdentity): Execution;
export function newExecution(identity: FoldIdentity): FoldedExecution;
export function newExecution(identity: FoldIdentity): FoldedExecution {
  return {
    identity,
    status: "NOT_STARTED",
    roleArn: "",
    input: undefined,
    output: undefined,
    error: undefined,
    cause: undefined,
    startedAt: 0,
    redriveCount: 0,
    redrivenAt: undefined,
    namedRedrives: [],
    stoppedAt: undefined,
    lastEventId: 0,
    lastEventAt: 0,
    scopes: new Map(),
    tasks: new Map(),
    testCase: undefined,
    invocations: new Map(),
  };
}

export function attemptOf({ redriveCount, redrivenAt }: FoldedExecution, state: ActiveState): Attempt {
  let retryCount = 0;
  for (const attempts of state.attempts.values()) retryCount += attempts;
  return { retryCount, redriveCount, redrivenAt };
}

/** Whether what iterations or branches gave so far is more than the result of a state may be. */
export function isResultTooLarge({ outputBytes }: MapWork | ParallelWork): boolean {
  return outputBytes + 1 > maxPayloadBytes;
}

/** Whether a Map Run goes on, or is about to. */
export function isOpenMapRun({ status }: MapRunWork): boolean {
  return status === "RUNNING" || status === "REDRIVING";
}

/** The time, epoch milliseconds, by which a task that has shown life must do so again; `undefined` if it need not. */
export function heartbeatDeadlineAfter({ heartbeatSeconds }: TaskWork, at: number): number | undefined {
  return heartbeatSeconds === undefined ? undefined : at + heartbeatSeconds * 1000;
}
