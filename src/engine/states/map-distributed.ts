// Map, distributed: a Map Run goes through the items outside of the execution, which waits for how it comes out.
import { assert } from "../../asl/assert.ts";
import type { MapState } from "../../asl/program.ts";
import { dataLimitFailure, runtimeFailure } from "../data-flow.ts";
import type { MapRunOutcome } from "../effect.ts";
import type { MapRunWork, Scope } from "../execution.ts";
import { currentView } from "../map/items.ts";
import { planMapRun, prepareMapRun, scopeOfMapRun } from "../map/map-run.ts";
import { activeState, stateOf } from "../scopes.ts";
import { failState, recover } from "../transition/failure.ts";
import { leaveWithResult } from "../transition/leave.ts";
import type { MapRunTry, Turn } from "../turn.ts";

export function startDistributedMap(turn: Turn, scope: Scope, state: MapState): void {
  const view = currentView(turn, scope);
  // The validator refuses it; a stored definition of an earlier version may hold it.
  if (turn.execution.identity.type === "EXPRESS")
    return failState(turn, scope, runtimeFailure(view, "An Express execution runs no distributed Map."));
  const prepared = prepareMapRun(view, state);
  if ("failure" in prepared) return failState(turn, scope, prepared.failure);
  const { length } = prepared.value.items;
  turn.emit(scope.lastEventId, { kind: "MapStateStarted", version: 2, scope: scope.id, length });
  const plan = planMapRun(view, state, prepared.value);
  if ("failure" in plan) return failState(turn, scope, plan.failure);
  const { name, label, childType } = state;
  const { tolerance } = plan.value;
  const maxConcurrency = prepared.value.maxConcurrency || undefined;
  const mapRunArn = turn.environment.mapRunArn({ name, label });
  const startedEventId = turn.emit(scope.lastEventId, {
    kind: "MapRunStarted",
    scope: scope.id,
    mapRunArn,
    maxConcurrency,
    toleratedCount: tolerance.count,
    toleratedPercentage: tolerance.percentage,
  });
  const total = state.itemReader === undefined ? length : undefined;
  const run = { startedEventId, mapRunArn, stateName: name, childType, maxConcurrency, tolerance, total };
  turn.effects.push({ kind: "StartMapRun", ...run });
}

/** A run comes out once: told again, or of one that nobody waits for any more, nothing happens. */
export function receiveMapRunOutcome(
  turn: Turn,
  { startedEventId, redriveCount }: MapRunTry,
  outcome: MapRunOutcome,
): void {
  const scope = scopeOfMapRun(turn.execution, startedEventId);
  if (scope === undefined) return;
  const work = workOf(scope);
  if (work.status !== "RUNNING" || work.redriveCount !== redriveCount) return;
  turn.begin(scope);
  if (outcome.kind === "failed") {
    const { error, cause } = outcome;
    const failed = turn.emit(scope.lastEventId, { kind: "MapRunFailed", scope: scope.id, error, cause });
    turn.effects.push({ kind: "EndMapRun", startedEventId, status: "FAILED" });
    return recover(turn, scope, { error, cause }, failed);
  }
  const state = stateOf(turn.execution, scope);
  assert(state.type === "Map", "a Map Run is of a Map state");
  const runSucceeded = turn.emit(scope.lastEventId, { kind: "MapRunSucceeded", scope: scope.id });
  turn.effects.push({ kind: "EndMapRun", startedEventId, status: "SUCCEEDED" });
  const succeeded = turn.emit(runSucceeded, { kind: "MapStateSucceeded", scope: scope.id });
  if (outcome.output.isTooLarge) return failState(turn, scope, dataLimitFailure(state.name), succeeded);
  leaveWithResult(turn, scope, state, outcome.output, succeeded);
}

/** The execution was redriven: the run goes on under its name. */
export function redriveMapRun(turn: Turn, scope: Scope): void {
  const { startedEventId, mapRunArn, redriveCount: before } = workOf(scope);
  const redriveCount = before + 1;
  turn.emit(scope.lastEventId, { kind: "MapRunRedriven", scope: scope.id, mapRunArn, redriveCount });
  turn.effects.push({ kind: "RedriveMapRun", startedEventId, redriveCount });
}

function workOf(scope: Scope): MapRunWork {
  const { work } = activeState(scope);
  assert(work?.kind === "mapRun", "a Map Run is at work");
  return work;
}
