// Ports by which connectors ask something of the engine that they work for: starting an execution, and calling an action of
// the API. The runtime and the API answer, and know connectors by these types alone.
import type { Json } from "../asl/json.ts";
import type { Payload } from "../asl/payload.ts";
import type { TaskAttempt } from "../engine/effect.ts";
import type { Failure } from "../engine/journal/event.ts";

export interface StartChildRequest {
  /** The ARN of a machine, a version or an alias. */
  readonly stateMachineArn: string;
  readonly name?: string | undefined;
  /**
   * Takes the place of an absent name. It follows from the attempt, so that a repeated performance starts no second child.
   */
  readonly defaultName: string;
  readonly input: Payload;
  readonly traceHeader?: string | undefined;
  /** The attempt that makes the start. */
  readonly startedBy: TaskAttempt;
  /** The attempt that waits for the child's end (`.sync`). */
  readonly parent?: TaskAttempt | undefined;
}

export type StartChildOutcome =
  /** `startedAt` in epoch milliseconds. */
  | { readonly kind: "started"; readonly executionArn: string; readonly startedAt: number }
  /** An error of the StartExecution action by its name there, such as `StateMachineDoesNotExist`. */
  | { readonly kind: "error"; readonly name: string; readonly message: string };

/** Starts an execution as the API does, and settles when its start is durable. */
export type StartChild = (request: StartChildRequest) => Promise<StartChildOutcome>;

export type ActionAnswer =
  | { readonly kind: "answer"; readonly body: string }
  /** An error of the API by its name there, such as `InvalidToken`. */
  | { readonly kind: "error"; readonly name: string; readonly message: string; readonly status: number };

/** Performs an action of the Step Functions API, such as `SendTaskSuccess`, as a request of a client does. */
export type CallAction = (action: string, input: Json, signal: AbortSignal) => Promise<ActionAnswer>;

/** An execution that has ended, as DescribeExecution tells of it; times in epoch milliseconds. */
export interface EndedChild {
  readonly executionArn: string;
  readonly name: string;
  readonly input: Payload;
  readonly output?: Payload | undefined;
  readonly failure?: Failure | undefined;
  readonly record: {
    readonly status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
    readonly startedAt: number;
    readonly stoppedAt?: number | undefined;
    readonly versionNumber?: number | undefined;
    readonly aliasName?: string | undefined;
    readonly traceHeader?: string | undefined;
    readonly redrive?: { readonly count: number; readonly at: number } | undefined;
  };
}

/** A request of an HTTP task and its answer, as TestState shows them. */
export interface HttpExchange {
  readonly request: {
    readonly protocol: string;
    readonly method: string;
    readonly url: string;
    /** Such as `[a: b, c: d]`. */
    readonly headers: string;
    readonly body: string | undefined;
  };
  /** Absent when there was none. */
  readonly response:
    | {
        readonly protocol: string;
        readonly statusCode: string;
        readonly statusMessage: string;
        readonly headers: string;
        readonly body: string;
      }
    | undefined;
}

/** Somebody looks at the call that a task makes. */
export interface Inspect {
  /** Whether requests are shown with what a connection adds to them. */
  readonly revealSecrets: boolean;
  /** The last one counts. */
  readonly show: (exchange: HttpExchange) => void;
}
