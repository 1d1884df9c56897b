// The members of the events, kind by kind, in the order in which a journal row holds them. The order is for ever: stored
// rows are read by it, so that a new member is optional and stands at the end.
import type { Payload } from "../../asl/payload.ts";
import type { TaskResource } from "../../asl/resource.ts";
import type { TaskAttempt } from "../effect.ts";
import type { EventBody } from "./event.ts";

/** The types of members, by the names that the table has for them. */
export interface CellTypes {
  readonly text: string;
  readonly number: number;
  readonly payload: Payload;
  readonly resource: TaskResource;
  readonly attempt: TaskAttempt;
  readonly assigned: Readonly<Record<string, Payload>>;
}

/** A question mark stands behind the type of a member that may be absent. */
export type CellType = keyof CellTypes | `${keyof CellTypes}?`;

type Kind = EventBody["kind"];
type BodyOf<Of extends Kind, Body = EventBody> = Body extends { readonly kind: infer Kinds }
  ? Of extends Kinds
    ? Body
    : never
  : never;
type NameOf<Value> = { [Name in keyof CellTypes]: Value extends CellTypes[Name] ? Name : never }[keyof CellTypes];
type CellTypeOf<Value> = undefined extends Value ? `${NameOf<NonNullable<Value>>}?` : NameOf<Value>;
type CellsOf<Body> = { readonly [Name in Exclude<keyof Body, "kind">]-?: CellTypeOf<Body[Name]> };

/** For each kind all its members and their types: one that is missing, unknown or of another type does not compile. */
export const eventMembers = {
  ExecutionStarted: {
    input: "payload",
    roleArn: "text",
    stateMachineVersionArn: "text?",
    stateMachineAliasArn: "text?",
    testCase: "text?",
    startedBy: "attempt?",
  },
  ExecutionSucceeded: { output: "payload" },
  ExecutionFailed: { error: "text?", cause: "text?" },
  ExecutionTimedOut: { error: "text?", cause: "text?" },
  ExecutionAborted: { error: "text?", cause: "text?" },
  ExecutionRedriven: { redriveCount: "number", clientToken: "text?" },
  StateEntered: { scope: "number", stateType: "text", name: "text", input: "payload" },
  StateExited: {
    scope: "number",
    stateType: "text",
    name: "text",
    output: "payload",
    next: "text?",
    assigned: "assigned?",
  },
  StateAborted: { scope: "number", stateType: "text" },
  TaskScheduled: {
    scope: "number",
    resource: "resource",
    parameters: "payload",
    timeoutSeconds: "number?",
    heartbeatSeconds: "number?",
    credentialsRoleArn: "text?",
    token: "text?",
  },
  TaskStarted: { scope: "number", workerName: "text?" },
  TaskSubmitted: { scope: "number", output: "payload" },
  TaskSucceeded: { scope: "number", output: "payload" },
  TaskFailed: { scope: "number", error: "text?", cause: "text?" },
  TaskSubmitFailed: { scope: "number", error: "text?", cause: "text?" },
  TaskTimedOut: { scope: "number", error: "text?", cause: "text?" },
  MapStateStarted: { scope: "number", length: "number", concurrency: "number?" },
  MapStateSucceeded: { scope: "number" },
  MapStateFailed: { scope: "number" },
  MapIterationStarted: { scope: "number", name: "text", index: "number", input: "payload" },
  MapIterationSucceeded: { scope: "number", name: "text", index: "number" },
  MapIterationFailed: { scope: "number", name: "text", index: "number" },
  MapIterationAborted: { scope: "number", name: "text", index: "number" },
  MapRunStarted: {
    scope: "number",
    mapRunArn: "text",
    maxConcurrency: "number?",
    toleratedCount: "number?",
    toleratedPercentage: "number?",
  },
  MapRunSucceeded: { scope: "number" },
  MapRunFailed: { scope: "number", error: "text", cause: "text" },
  MapRunAborted: { scope: "number" },
  MapRunRedriven: { scope: "number", mapRunArn: "text", redriveCount: "number" },
  ParallelStateStarted: { scope: "number", input: "payload" },
  ParallelStateSucceeded: { scope: "number" },
  ParallelStateFailed: { scope: "number" },
  EvaluationFailed: { scope: "number", state: "text", error: "text", cause: "text", location: "text?" },
  WaitStarted: { scope: "number", until: "number" },
  RetryScheduled: { scope: "number", retrier: "number", until: "number" },
  TaskHeartbeat: { scope: "number" },
} as const satisfies { readonly [Of in Kind]: CellsOf<BodyOf<Of>> };
