// From what happens in an execution to its spans: one for each execution, state, iteration, attempt of a task and back-off,
// made when it ends, out of what the fold knows of its beginning.
import type { ActiveState, Execution, Scope, Work } from "../../engine/execution.ts";
import { childrenOf, stateOf } from "../../engine/scopes.ts";
import type { Failure, JournalEvent } from "../../engine/journal/event.ts";
import { resourceName, type TaskResource } from "../../asl/resource.ts";
import { type Span, type SpanAttributes, type SpanFailure, spanFailure } from "./span.ts";
import { attemptSpanId, seedOf, spanIdOf, type SpanRole } from "./trace-context.ts";

/** @returns the spans that end with an event. */
export type MakeSpans = (event: JournalEvent, before: Execution) => readonly Span[];

/** For one execution, as long as it is in memory. */
export function createSpanMaker(): MakeSpans {
  const fault = new Fault();
  return (event, before) => {
    fault.learn(event);
    const ending = new Ending(event, before, fault);
    ending.take();
    return ending.spans;
  };
}

/**
 * The last failure and the events that it is known by on its way up. All of them happen in one turn, so that nothing is
 * lost when an execution leaves memory.
 */
class Fault {
  #eventIds: number[] = [];
  #failure: Failure = {};

  learn(event: JournalEvent): void {
    switch (event.kind) {
      case "TaskFailed":
      case "TaskSubmitFailed":
      case "TaskTimedOut":
      case "EvaluationFailed":
        this.#eventIds = [event.id];
        this.#failure = { error: event.error, cause: event.cause };
        return;
      case "MapStateFailed":
      case "ParallelStateFailed":
        this.#follow(event.previousEventId);
        this.#eventIds.push(event.id);
        return;
      case "MapIterationFailed":
      case "RetryScheduled":
        return this.#follow(event.previousEventId);
      default:
    }
  }

  /** The failure of something whose last event was this one. */
  after(eventId: number): SpanFailure | undefined {
    return this.#eventIds.includes(eventId) ? spanFailure(this.#failure) : undefined;
  }

  /** A failure that has no event of its own, as that of a Fail state, is known by the event before it. */
  #follow(eventId: number): void {
    if (this.#eventIds.includes(eventId)) return;
    this.#eventIds = [eventId];
    this.#failure = {};
  }
}

/** One event and all that ends with it. */
class Ending {
  readonly spans: Span[] = [];
  readonly #event: JournalEvent;
  readonly #before: Execution;
  readonly #fault: Fault;
  readonly #seed: string;

  constructor(event: JournalEvent, before: Execution, fault: Fault) {
    this.#event = event;
    this.#before = before;
    this.#fault = fault;
    this.#seed = seedOf(before.identity.arn, before.startedAt);
  }

  take(): void {
    const event = this.#event;
    switch (event.kind) {
      case "TaskSucceeded":
        return this.#endWork(this.#scope(event.scope), undefined);
      case "TaskFailed":
      case "TaskSubmitFailed":
      case "TaskTimedOut":
        return this.#endWork(this.#scope(event.scope), spanFailure(event));
      case "TaskScheduled":
      case "MapStateStarted":
      case "ParallelStateStarted":
      case "RetryScheduled":
        return this.#endWork(this.#scope(event.scope));
      case "StateAborted":
        return this.#abortState(this.#scope(event.scope));
      case "StateExited":
        return this.#endState(this.#scope(event.scope), this.#fault.after(event.previousEventId));
      case "MapIterationSucceeded":
        return this.#endIteration(this.#scope(event.scope), {});
      case "MapIterationFailed":
        return this.#endIteration(this.#scope(event.scope), {}, this.#fault.after(event.previousEventId));
      case "MapIterationAborted":
        return this.#endIteration(this.#scope(event.scope), aborted);
      case "ExecutionSucceeded":
        return this.#endExecution("SUCCEEDED");
      case "ExecutionFailed":
        return this.#endExecution("FAILED", spanFailure(event));
      case "ExecutionTimedOut":
        return this.#endExecution("TIMED_OUT", spanFailure({ ...event, error: event.error ?? "States.Timeout" }));
      case "ExecutionAborted":
        return this.#endExecution("ABORTED", spanFailure({ ...event, error: event.error ?? "ABORTED" }));
      default:
    }
  }

  #endExecution(status: string, failure?: SpanFailure): void {
    const { identity, scopes, startedAt, redriveCount } = this.#before;
    for (const scope of scopes.values()) {
      if (scope.state !== undefined && scope.parent === undefined) this.#endState(scope, this.#ownFailure(failure));
    }
    this.#add({
      id: this.#id("execution"),
      // Spans after a redrive stand under the execution's first span.
      parentId: redriveCount === 0 ? undefined : spanIdOf(this.#seed, "execution", 0),
      name: identity.stateMachineName,
      kind: "server",
      startedAt,
      failure,
      attributes: {
        "aws.step_functions.state_machine.arn": identity.stateMachineArn,
        "pawl.execution.arn": identity.arn,
        "pawl.execution.status": status,
        ...(redriveCount === 0 ? {} : { "pawl.execution.redrive_count": redriveCount }),
      },
    });
  }

  /** The failure of the whole execution is that of the state it was in, unless time or a person ended it. */
  #ownFailure(failure: SpanFailure | undefined): SpanFailure | undefined {
    return this.#event.kind === "ExecutionFailed" ? failure : undefined;
  }

  #endState(scope: Scope, failure: SpanFailure | undefined): void {
    const { state, parent, index } = scope;
    if (state === undefined) return;
    this.#endWork(scope);
    const { name, type, enteredEventId, enteredAt } = state;
    const retries = retriesOf(state);
    const isLeft = this.#event.kind === "StateExited" && this.#event.scope === scope.id;
    const definition = type === "Task" ? stateOf(this.#before, scope) : undefined;
    this.#add({
      id: this.#id("state", enteredEventId),
      parentId: this.#idAbove(scope),
      name,
      kind: "internal",
      startedAt: enteredAt,
      failure,
      attributes: {
        "pawl.state.name": name,
        "pawl.state.type": type,
        ...(definition?.type === "Task" ? resourceAttributes(definition.resource) : {}),
        ...(retries === 0 ? {} : { "pawl.state.retries": retries }),
        ...(parent?.state?.type === "Parallel" ? { "pawl.parallel.branch": index } : {}),
        ...(isLeft || failure !== undefined ? {} : aborted),
      },
    });
  }

  /** Scopes below a Map or Parallel go when that is left, and not before. */
  #abortState(scope: Scope): void {
    const kind = scope.state?.work?.kind;
    if (kind !== "map" && kind !== "parallel") this.#endWork(scope);
  }

  /** The work that a state waited for, and everything below it. */
  #endWork(scope: Scope, ...outcome: readonly [SpanFailure | undefined] | readonly []): void {
    const { state } = scope;
    const work = state?.work;
    if (state === undefined || work === undefined) return;
    if (work.kind === "map" || work.kind === "parallel") return this.#endBelow(scope, work);
    const parentId = this.#id("state", state.enteredEventId);
    if (work.kind === "task") {
      this.#add({
        id: attemptSpanId(this.#seed, work.scheduledEventId),
        parentId,
        name: attemptName(work.resource),
        kind: "client",
        startedAt: work.scheduledAt,
        failure: outcome[0],
        attributes: { ...resourceAttributes(work.resource), ...(outcome.length === 0 ? aborted : {}) },
      });
    } else if (work.kind === "backoff") {
      const { startedAt, until } = work;
      this.#add({
        id: this.#id("backoff", state.enteredEventId, retriesOf(state)),
        parentId,
        name: "Back-off",
        kind: "internal",
        startedAt,
        attributes: { "pawl.retry.delay_ms": until - startedAt },
      });
    }
  }

  #endBelow(scope: Scope, work: Work): void {
    // Every iteration succeeded: nothing is left of them, and nobody has to look for them.
    if (work.kind === "map" && work.succeeded === work.nextIndex) return;
    for (const child of childrenOf(this.#before, scope)) {
      this.#endState(child, this.#fault.after(child.lastEventId));
      if (work.kind === "map" && !child.hasFailed) this.#endIteration(child, aborted);
    }
  }

  #endIteration(scope: Scope, attributes: SpanAttributes, failure?: SpanFailure): void {
    const { id, parent, index, startedAt } = scope;
    if (parent?.state === undefined) return;
    this.#add({
      id: this.#id("iteration", id),
      parentId: this.#id("state", parent.state.enteredEventId),
      name: `${parent.state.name} iteration`,
      kind: "internal",
      startedAt,
      failure,
      attributes: { "pawl.map.index": index, ...attributes },
    });
  }

  /** The span that a state of a scope stands under. */
  #idAbove({ id, parent }: Scope): string {
    if (parent?.state === undefined) return this.#id("execution");
    return parent.state.type === "Map" ? this.#id("iteration", id) : this.#id("state", parent.state.enteredEventId);
  }

  /** A redrive makes second spans of the execution, and of the states and iterations that go on. */
  #id(role: SpanRole, ...place: readonly number[]): string {
    return spanIdOf(this.#seed, role, this.#before.redriveCount, ...place);
  }

  #scope(id: number): Scope {
    const scope = this.#before.scopes.get(id);
    if (scope === undefined) throw new Error(`Scope ${id} of ${this.#before.identity.arn} is not open.`);
    return scope;
  }

  /** Work that began before a redrive and goes on after it has a span of its own for each part. */
  #add(span: Omit<Span, "endedAt">): void {
    const startedAt = Math.max(span.startedAt, this.#before.redrivenAt ?? 0);
    this.spans.push({ ...span, startedAt, endedAt: this.#event.at });
  }
}

function retriesOf({ attempts }: ActiveState): number {
  let retries = 0;
  for (const count of attempts.values()) retries += count;
  return retries;
}

const aborted: SpanAttributes = { "pawl.aborted": true };

function attemptName(resource: TaskResource): string {
  if (resource.kind === "service") return `${resource.service}:${resourceName(resource)}`;
  const name = resource.arn.split(":")[6] ?? "";
  return `${resource.kind}:${name}`;
}

function resourceAttributes({ kind, arn }: TaskResource): SpanAttributes {
  return { "pawl.task.resource": arn, ...(kind === "activity" ? { "aws.step_functions.activity.arn": arn } : {}) };
}
