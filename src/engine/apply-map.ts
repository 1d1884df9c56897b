// The fold of the events of Maps: their iterations, and Map Runs.
import { assert } from "../asl/assert.ts";
import type {
  JournalEvent,
  MapIterationEnded,
  MapIterationStarted,
  MapRunStarted,
  MapStateStarted,
} from "./journal/event.ts";
import type { Attempt, FoldedExecution, MapRunWork, MapWork, Scope } from "./execution.ts";
import { activeState, openScope, scopeOf } from "./scopes.ts";

export function startMap(
  { id, at, length, concurrency, version }: MapStateStarted & JournalEvent,
  attempt: Attempt,
): MapWork | undefined {
  if (version === 2) return undefined;
  return {
    kind: "map",
    startedEventId: id,
    startedAt: at,
    length,
    concurrency,
    attempt,
    nextIndex: 0,
    running: 0,
    succeeded: 0,
    outputs: [],
    outputBytes: 0,
    children: new Set(),
    hasSucceeded: false,
    hasFailed: false,
  };
}

export function startIteration(
  execution: FoldedExecution,
  parent: Scope,
  event: MapIterationStarted & JournalEvent,
): void {
  const work = mapOf(parent);
  work.nextIndex = event.index + 1;
  work.running += 1;
  const { id, index, at: startedAt, input: data } = event;
  work.children.add(openScope(execution, parent, { id, index, startedAt, lastEventId: id, data }));
}

export function endIteration(execution: FoldedExecution, event: MapIterationEnded & JournalEvent): void {
  const scope = scopeOf(execution, event.scope);
  const { parent } = scope;
  assert(parent !== undefined, "an iteration has a Map");
  const work = mapOf(parent);
  work.running -= 1;
  if (event.kind === "MapIterationSucceeded") {
    work.succeeded += 1;
    work.outputBytes += scope.data.bytes + 1;
    work.outputs[event.index] = scope.data;
    work.children.delete(scope);
    execution.scopes.delete(scope.id);
    parent.lastEventId = event.id;
  } else {
    scope.hasFailed = true;
    parent.lastEventId = event.previousEventId;
  }
}

function mapOf(scope: Scope): MapWork {
  const { work } = activeState(scope);
  assert(work?.kind === "map", "a Map is at work");
  return work;
}

export function startMapRun({ id, at, mapRunArn }: MapRunStarted & JournalEvent, attempt: Attempt): MapRunWork {
  const isNew = { redriveCount: 0, status: "RUNNING" } as const;
  return { kind: "mapRun", startedEventId: id, startedAt: at, mapRunArn, attempt, ...isNew };
}

export function mapRunOf(scope: Scope): MapRunWork {
  const { work } = activeState(scope);
  assert(work?.kind === "mapRun", "a Map Run is at work");
  return work;
}
