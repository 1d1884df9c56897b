// Effects: the things that an execution wants done outside itself. One is performed only after the events that caused it
// are durable; its outcome comes back as a command.
import type { Payload } from "../asl/payload.ts";
import type { TaskResource } from "../asl/resource.ts";
import type { Failure } from "./journal/event.ts";

/** Identifies one attempt of one task: the id of its TaskScheduled event. */
export interface TaskAttempt {
  readonly executionArn: string;
  readonly scheduledEventId: number;
}

/** A call of an execution that was started with a test case of a mock file. */
export interface MockedCall {
  readonly testCase: string;
  readonly stateName: string;
  /** Counts the calls of the state in the execution from 0, repetitions and iterations alike. */
  readonly invocation: number;
}

/** Call the task's resource. Performed again under the same attempt when a crash left its outcome unknown. */
export interface PerformTask {
  readonly kind: "PerformTask";
  readonly attempt: TaskAttempt;
  readonly resource: TaskResource;
  readonly parameters: Payload;
  readonly stateMachineArn: string;
  /** For logs. */
  readonly stateName?: string | undefined;
  readonly roleArn: string;
  /** The role of the task's `Credentials`. */
  readonly credentialsRoleArn?: string | undefined;
  /** Epoch milliseconds after which the outcome is no longer of interest; absent when the state has no timeout. */
  readonly deadline?: number | undefined;
  readonly mocked?: MockedCall | undefined;
  /** The execution's own, which what is called hears of; the runtime adds it. */
  readonly traceHeader?: string | undefined;
  /** An earlier performance may have reached the resource: its process told nobody how it came out. */
  readonly isRepetition?: boolean | undefined;
}
/** Put the task in the queue of its activity. */
export interface OfferActivityTask {
  readonly kind: "OfferActivityTask";
  readonly attempt: TaskAttempt;
  readonly activityArn: string;
}
/** Nobody waits for the attempt any more: stop it where that is possible. */
export interface CancelTask {
  readonly kind: "CancelTask";
  readonly attempt: TaskAttempt;
  readonly resource: TaskResource;
  /** The answer of the called service when it accepted the task; absent before that. */
  readonly submission?: Payload | undefined;
}
/** Go through the items of a distributed Map. Its row is made in the commit of its event. */
export interface StartMapRun {
  readonly kind: "StartMapRun";
  /** Id of the MapRunStarted. */
  readonly startedEventId: number;
  readonly mapRunArn: string;
  readonly stateName: string;
  readonly childType: "STANDARD" | "EXPRESS";
  /** Children that run at the same time; absent for as many as may. */
  readonly maxConcurrency: number | undefined;
  readonly tolerance: Tolerance;
  /** All items; absent where they are still to be read. */
  readonly total: number | undefined;
}
/** The Map Run is over for the execution: what still runs of it is to be stopped. */
export interface EndMapRun {
  readonly kind: "EndMapRun";
  readonly startedEventId: number;
  readonly status: "SUCCEEDED" | "FAILED" | "ABORTED";
}
/** Go on with a Map Run that ended without success: with the items that failed, were aborted or never began. */
export interface RedriveMapRun {
  readonly kind: "RedriveMapRun";
  readonly startedEventId: number;
  readonly redriveCount: number;
}
/** The decision grew too long for one turn: decide again with a Continue command. */
export interface ContinueExecution {
  readonly kind: "ContinueExecution";
}
export type MapRunEffect = StartMapRun | EndMapRun | RedriveMapRun;
export type Effect = PerformTask | OfferActivityTask | CancelTask | MapRunEffect | ContinueExecution;

/** The failed items that a Map Run puts up with; none without a threshold. */
export interface Tolerance {
  readonly count: number | undefined;
  /** 0 to 100. */
  readonly percentage: number | undefined;
}

/** How a Map Run came out. */
export type MapRunOutcome =
  | { readonly kind: "succeeded"; readonly output: Payload }
  | { readonly kind: "failed"; readonly error: string; readonly cause: string };

/**
 * The outcome of a task attempt, as a connector reports it. `submission` is the answer that accepted the call, where that
 * and the end are known at once.
 */
export type TaskOutcome =
  | { readonly kind: "succeeded"; readonly output: Payload; readonly submission?: Payload | undefined }
  /** The call was accepted; the end comes later, by a token or by the job itself. */
  | { readonly kind: "submitted"; readonly output: Payload }
  | ({
      readonly kind: "failed";
      readonly submission?: Payload | undefined;
      /** The call was not accepted: there is nothing whose end could be awaited. */
      readonly isRefusal?: boolean | undefined;
    } & Failure);

/** A job of another service that took the call of a task (`.sync`). */
export interface SubmittedJob {
  readonly resource: TaskResource;
  readonly parameters: Payload;
  /** The answer of the service when it took the call. */
  readonly submission: Payload;
  /** When that was, epoch milliseconds. */
  readonly submittedAt: number;
  /** The role that the task's `Credentials` name. */
  readonly credentialsRoleArn?: string | undefined;
}

/** The state of a job, as a look at it found it. */
export type JobLook =
  | { readonly kind: "running" }
  | { readonly kind: "ended"; readonly outcome: Exclude<TaskOutcome, { readonly kind: "submitted" }> }
  /** The service did not say. It may later; sooner where it was not for its load. */
  | { readonly kind: "unavailable"; readonly message: string; readonly isThrottled: boolean };

/** The answer to the request to stop a job. */
export type JobStop =
  /** It is stopped, has ended, or is of a kind that AWS leaves alone. */
  | { readonly kind: "done" }
  /** It cannot be stopped. */
  | { readonly kind: "refused"; readonly message: string }
  | Extract<JobLook, { readonly kind: "unavailable" }>;

/** Looks at jobs and stops them. Never rejects for what a service does. */
export interface JobService {
  look(job: SubmittedJob, signal: AbortSignal): Promise<JobLook>;
  stop(job: SubmittedJob, signal: AbortSignal): Promise<JobStop>;
}
