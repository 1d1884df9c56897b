// A visit of a state as it was at one moment: how it fared, what it gave, its tries. Folded of what happened to the visit.
import type { Payload } from "../../asl/payload.ts";
import type { TaskResource } from "../../asl/resource.ts";
import type { Failure, JournalEvent, StateType } from "../journal/event.ts";

export type VisitStatus = "running" | "waiting" | "succeeded" | "failed" | "caught" | "aborted";

export interface Attempt {
  readonly scheduledEventId: number;
  readonly scheduledAt: number;
  readonly resource: TaskResource;
  readonly parameters: Payload;
  readonly endedAt: number | undefined;
  readonly output: Payload | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** When the next try begins, where it waits for that. */
  readonly retryAt: number | undefined;
}

/** The machine itself, a branch or an iteration. */
export interface ScopeOfVisit {
  readonly id: number;
  /** The scope of the graph. */
  readonly pointer: string;
  readonly parent: ScopeOfVisit | undefined;
  /** Where it is an iteration. */
  readonly iteration: { readonly index: number; readonly mapNodeId: string; readonly mapVisitId: number } | undefined;
}

export interface VisitState {
  /** The id of its StateEntered. */
  readonly id: number;
  readonly scope: ScopeOfVisit;
  readonly nodeId: string;
  readonly name: string;
  readonly type: StateType;
  readonly input: Payload;
  readonly enteredAt: number;
  readonly status: VisitStatus;
  readonly endedAt: number | undefined;
  readonly output: Payload | undefined;
  readonly assigned: Readonly<Record<string, Payload>> | undefined;
  readonly next: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly attempts: readonly Attempt[];
  /** Its events, unlisted ones too; those of scopes inside it are with their own visits. */
  readonly events: readonly JournalEvent[];
}

/** An event that changed a visit: one of its own, or one that ended, failed or redrove what it is part of. */
export interface Happening {
  /** The place of the event in the journal, counted from 0. */
  readonly position: number;
  readonly event: JournalEvent;
  /** The failure of the state within that a Map or Parallel failed with. */
  readonly inner?: Failure | undefined;
}

type Open<Value> = { -readonly [Member in keyof Value]: Value[Member] };

/** A visit that more may happen to. */
export interface VisitDraft extends Open<Omit<VisitState, "attempts" | "events">> {
  readonly attempts: Open<Attempt>[];
  readonly events: JournalEvent[];
}

export type StateEntered = JournalEvent & { readonly kind: "StateEntered" };

export function newVisit(event: StateEntered, scope: ScopeOfVisit, nodeId: string): VisitDraft {
  return {
    id: event.id,
    scope,
    nodeId,
    name: event.name,
    type: event.stateType,
    input: event.input,
    enteredAt: event.at,
    status: "running",
    endedAt: undefined,
    output: undefined,
    assigned: undefined,
    next: undefined,
    error: undefined,
    cause: undefined,
    attempts: [],
    events: [event],
  };
}

/** Applies what happened to a visit. */
export function happen(visit: VisitDraft, { event, inner }: Happening): void {
  switch (event.kind) {
    case "ExecutionFailed":
    case "ExecutionTimedOut":
    case "ExecutionAborted":
      return endWithExecution(visit, event);
    case "ExecutionRedriven":
      if (visit.status !== "failed" && visit.status !== "aborted") return;
      clearFailure(visit);
      visit.endedAt = undefined;
      return;
    case "MapIterationSucceeded":
    case "MapIterationFailed":
    case "MapIterationAborted":
      return end(visit, event.at, iterationEnds[event.kind]);
    default:
      visit.events.push(event);
      return happenWithin(visit, event, inner);
  }
}

export const iterationEnds = {
  MapIterationSucceeded: "succeeded",
  MapIterationFailed: "failed",
  MapIterationAborted: "aborted",
} as const;

function happenWithin(visit: VisitDraft, event: JournalEvent, inner: Failure | undefined): void {
  const attempt = visit.attempts.at(-1);
  switch (event.kind) {
    case "StateExited":
      visit.endedAt = event.at;
      visit.output = event.output;
      visit.assigned = event.assigned;
      visit.next = event.next;
      visit.status = visit.error === undefined && visit.cause === undefined ? "succeeded" : "caught";
      return;
    case "StateAborted":
      visit.endedAt = event.at;
      visit.status = "aborted";
      return;
    case "WaitStarted":
      visit.status = "waiting";
      return;
    case "TaskScheduled":
      clearFailure(visit);
      visit.status = event.token === undefined && event.resource.kind !== "activity" ? "running" : "waiting";
      visit.attempts.push(attemptOf(event));
      return;
    case "RetryScheduled":
      visit.status = "waiting";
      if (attempt !== undefined) attempt.retryAt = event.until;
      return;
    case "TaskSucceeded":
      visit.status = "running";
      if (attempt !== undefined) Object.assign(attempt, { endedAt: event.at, output: event.output });
      return;
    case "TaskFailed":
    case "TaskSubmitFailed":
    case "TaskTimedOut":
      if (attempt !== undefined) Object.assign(attempt, { endedAt: event.at, error: event.error, cause: event.cause });
      return fail(visit, event);
    case "EvaluationFailed":
      return fail(visit, event);
    case "MapStateStarted":
    case "ParallelStateStarted":
      return clearFailure(visit);
    case "MapStateFailed":
    case "ParallelStateFailed":
      visit.status = "failed";
      visit.error ??= inner?.error ?? "States.TaskFailed";
      visit.cause ??= inner?.cause;
      return;
    default:
      return;
  }
}

function attemptOf(event: JournalEvent & { readonly kind: "TaskScheduled" }): Attempt {
  const { id, at, resource, parameters } = event;
  const open = { endedAt: undefined, output: undefined, error: undefined, cause: undefined, retryAt: undefined };
  return { scheduledEventId: id, scheduledAt: at, resource, parameters, ...open };
}

function fail(visit: VisitDraft, { error, cause }: Failure): void {
  visit.status = "failed";
  visit.error = error;
  visit.cause = cause ?? (error === undefined ? "" : undefined);
}

function clearFailure(visit: VisitDraft): void {
  visit.status = "running";
  visit.error = undefined;
  visit.cause = undefined;
}

/** The state that fails an execution is the machine's own; whatever else is open was cut off. */
function endWithExecution(
  visit: VisitDraft,
  event: JournalEvent & { readonly kind: "ExecutionFailed" | "ExecutionTimedOut" | "ExecutionAborted" },
): void {
  if (visit.endedAt !== undefined) return;
  const isOfMachine = visit.scope.id === 0;
  const isItsFailure = event.kind === "ExecutionFailed" && (isOfMachine || visit.status === "failed");
  end(visit, event.at, isItsFailure ? "failed" : "aborted");
  if (!isItsFailure || !isOfMachine) return;
  visit.error ??= event.error;
  visit.cause ??= event.cause;
}

function end(visit: VisitDraft, at: number, status: VisitStatus): void {
  visit.endedAt = at;
  if (visit.status !== "failed") visit.status = status;
}
