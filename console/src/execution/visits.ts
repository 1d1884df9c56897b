// The visits of an execution: each time that a state was entered, and how that went, read off the journal in one pass. A visit
// knows its node on the graph: scopes of branches and iterations are followed down to the scope of the definition.
import { branchScope } from "@engine/branch-scope.ts";
import type { JournalEvent, StateType } from "@engine/journal/event.ts";
import type { Payload } from "@asl/payload.ts";
import type { TaskResource } from "@asl/resource.ts";
import type { GraphIndex } from "../graph/graph-index.ts";

export type VisitStatus = "running" | "waiting" | "succeeded" | "failed" | "caught" | "aborted";

export interface Attempt {
  readonly scheduledEventId: number;
  readonly scheduledAt: number;
  readonly resource: TaskResource;
  readonly parameters: Payload;
  endedAt: number | undefined;
  output: Payload | undefined;
  error: string | undefined;
  cause: string | undefined;
  /** When the next try begins, where it waits for that. */
  retryAt: number | undefined;
}

export interface Visit {
  /** The id of its StateEntered. */
  readonly id: number;
  readonly scope: ScopeOfVisit;
  readonly nodeId: string;
  readonly name: string;
  readonly type: StateType;
  readonly input: Payload;
  readonly enteredAt: number;
  status: VisitStatus;
  endedAt: number | undefined;
  output: Payload | undefined;
  assigned: Readonly<Record<string, Payload>> | undefined;
  next: string | undefined;
  error: string | undefined;
  cause: string | undefined;
  readonly attempts: Attempt[];
  /** Its events, unlisted ones too; those of scopes inside it are with their own visits. */
  readonly events: JournalEvent[];
}

/** The machine itself, a branch or an iteration. */
export interface ScopeOfVisit {
  readonly id: number;
  /** The scope of the graph. */
  readonly pointer: string;
  readonly parent: ScopeOfVisit | undefined;
  /** Where it is an iteration. */
  readonly iteration: { readonly index: number; readonly mapNodeId: string; readonly mapVisitId: number } | undefined;
  status: VisitStatus;
}

export interface Visits {
  readonly all: readonly Visit[];
  readonly iterations: readonly ScopeOfVisit[];
}

interface Walk {
  readonly graph: GraphIndex;
  readonly scopes: Map<number, ScopeOfVisit>;
  readonly open: Map<number, Visit>;
  readonly all: Visit[];
  readonly iterations: ScopeOfVisit[];
}

/** @param count how many of the events to look at: those before a point in time */
export function visitsOf(events: readonly JournalEvent[], graph: GraphIndex, count = events.length): Visits {
  const root: ScopeOfVisit = { id: 0, pointer: "", parent: undefined, iteration: undefined, status: "running" };
  const walk: Walk = { graph, scopes: new Map([[0, root]]), open: new Map(), all: [], iterations: [] };
  for (let index = 0; index < count; index++) {
    const event = events[index];
    if (event !== undefined) follow(walk, event);
  }
  return { all: walk.all, iterations: walk.iterations };
}

function follow(walk: Walk, event: JournalEvent): void {
  switch (event.kind) {
    case "ExecutionSucceeded":
    case "ExecutionStarted":
      return;
    case "ExecutionFailed":
    case "ExecutionTimedOut":
    case "ExecutionAborted":
      return endAll(walk, event);
    case "ExecutionRedriven":
      return takeUpAll(walk);
    case "StateEntered":
      return enter(walk, event);
    case "MapIterationStarted":
      walk.open.get(event.scope)?.events.push(event);
      return openIteration(walk, event);
    case "MapIterationSucceeded":
    case "MapIterationFailed":
    case "MapIterationAborted":
      return endIteration(walk, event);
    default:
      return followInVisit(walk, event);
  }
}

type InVisit = Exclude<
  JournalEvent,
  { readonly kind: `Execution${string}` | "StateEntered" | `MapIteration${string}` }
>;

function followInVisit(walk: Walk, event: InVisit): void {
  const visit = walk.open.get(event.scope);
  if (visit === undefined) return;
  visit.events.push(event);
  const attempt = visit.attempts.at(-1);
  switch (event.kind) {
    case "StateExited":
      visit.endedAt = event.at;
      visit.output = event.output;
      visit.assigned = event.assigned;
      visit.next = event.next;
      visit.status = visit.error === undefined && visit.cause === undefined ? "succeeded" : "caught";
      walk.open.delete(event.scope);
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
      return clearFailure(visit);
    case "ParallelStateStarted":
      clearFailure(visit);
      return openBranches(walk, visit, event);
    case "MapStateFailed":
    case "ParallelStateFailed":
      visit.status = "failed";
      visit.error ??= failureInside(walk, visit)?.error ?? "States.TaskFailed";
      visit.cause ??= failureInside(walk, visit)?.cause;
      return;
    default:
      return;
  }
}

function enter(walk: Walk, event: JournalEvent & { readonly kind: "StateEntered" }): void {
  const scope = walk.scopes.get(event.scope);
  if (scope === undefined) return;
  const visit: Visit = {
    id: event.id,
    scope,
    nodeId: walk.graph.nodeId(scope.pointer, event.name) ?? "",
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
  walk.open.set(event.scope, visit);
  walk.all.push(visit);
}

function attemptOf(event: JournalEvent & { readonly kind: "TaskScheduled" }): Attempt {
  const { id, at, resource, parameters } = event;
  const open = { endedAt: undefined, output: undefined, error: undefined, cause: undefined, retryAt: undefined };
  return { scheduledEventId: id, scheduledAt: at, resource, parameters, ...open };
}

function fail(
  visit: Visit,
  failure: { readonly error?: string | undefined; readonly cause?: string | undefined },
): void {
  visit.status = "failed";
  visit.error = failure.error;
  visit.cause = failure.cause ?? (failure.error === undefined ? "" : undefined);
}

function clearFailure(visit: Visit): void {
  visit.status = "running";
  visit.error = undefined;
  visit.cause = undefined;
}

function openIteration(walk: Walk, event: JournalEvent & { readonly kind: "MapIterationStarted" }): void {
  const map = walk.open.get(event.scope);
  const parent = walk.scopes.get(event.scope);
  if (map === undefined || parent === undefined) return;
  const scope: ScopeOfVisit = {
    id: event.id,
    pointer: walk.graph.innerScopes(map.nodeId)[0] ?? "",
    parent,
    iteration: { index: event.index, mapNodeId: map.nodeId, mapVisitId: map.id },
    status: "running",
  };
  walk.scopes.set(scope.id, scope);
  walk.iterations.push(scope);
}

function endIteration(
  walk: Walk,
  event: JournalEvent & { readonly kind: "MapIterationSucceeded" | "MapIterationFailed" | "MapIterationAborted" },
): void {
  const scope = walk.scopes.get(event.scope);
  if (scope === undefined) return;
  const ends = {
    MapIterationSucceeded: "succeeded",
    MapIterationFailed: "failed",
    MapIterationAborted: "aborted",
  } as const;
  scope.status = ends[event.kind];
  const visit = walk.open.get(event.scope);
  if (visit !== undefined) end(visit, event.at, scope.status);
}

function openBranches(walk: Walk, visit: Visit, event: JournalEvent & { readonly kind: "ParallelStateStarted" }): void {
  for (const [index, pointer] of walk.graph.innerScopes(visit.nodeId).entries()) {
    const id = branchScope(event, index);
    walk.scopes.set(id, { id, pointer, parent: visit.scope, iteration: undefined, status: "running" });
  }
}

function failureInside(walk: Walk, container: Visit): Visit | undefined {
  return walk.all.findLast(
    ({ scope, status, id }) => id > container.id && status === "failed" && scope.parent === container.scope,
  );
}

/** The state that fails an execution is the machine's own; whatever else is open was cut off. */
function endAll(
  walk: Walk,
  event: JournalEvent & { readonly kind: "ExecutionFailed" | "ExecutionTimedOut" | "ExecutionAborted" },
): void {
  for (const [scope, visit] of walk.open) {
    if (visit.endedAt !== undefined) continue;
    const isItsFailure = event.kind === "ExecutionFailed" && (scope === 0 || visit.status === "failed");
    end(visit, event.at, isItsFailure ? "failed" : "aborted");
    if (isItsFailure && scope === 0) {
      visit.error ??= event.error;
      visit.cause ??= event.cause;
    }
  }
}

function end(visit: Visit, at: number, status: VisitStatus): void {
  visit.endedAt = at;
  if (visit.status !== "failed") visit.status = status;
}

function takeUpAll(walk: Walk): void {
  for (const visit of walk.open.values()) {
    if (visit.status !== "failed" && visit.status !== "aborted") continue;
    clearFailure(visit);
    visit.endedAt = undefined;
  }
}

/** The scopes that a visit lies in, from its own to the machine. */
export function chainOf(visit: Visit): readonly ScopeOfVisit[] {
  const chain: ScopeOfVisit[] = [];
  for (let scope: ScopeOfVisit | undefined = visit.scope; scope !== undefined; scope = scope.parent) chain.push(scope);
  return chain;
}
