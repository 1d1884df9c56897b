// Map, inline: the same states for every item, as many at a time as allowed.
import { assert } from "../../asl/assert.ts";
import { Payload } from "../../asl/payload.ts";
import type { MapState } from "../../asl/program.ts";
import { activeState, stateOf } from "../scopes.ts";
import { dataLimitFailure } from "../data-flow.ts";
import { isResultTooLarge, type MapWork, type Scope } from "../execution.ts";
import { failState } from "../transition/failure.ts";
import { currentView, itemAt, iterationInput, preparedMap, prepareMap } from "../map/items.ts";
import type { Turn } from "../turn.ts";
import { leaveWithResult } from "../transition/leave.ts";

export function startInlineMap(turn: Turn, scope: Scope, state: MapState): void {
  const prepared = prepareMap(currentView(turn, scope), state);
  if ("failure" in prepared) return failState(turn, scope, prepared.failure);
  const { length } = prepared.value.items;
  const { maxInlineConcurrency } = turn.environment.limits;
  const concurrency = Math.min(prepared.value.maxConcurrency || maxInlineConcurrency, maxInlineConcurrency);
  const started = turn.emit(scope.lastEventId, { kind: "MapStateStarted", scope: scope.id, length, concurrency });
  workOf(scope).prepared = prepared.value;
  advanceMap(turn, scope, state, started);
}

/** An iteration has run to its end. */
export function endIteration(turn: Turn, parent: Scope, iteration: Scope): void {
  const { name } = activeState(parent);
  const { id, index, lastEventId } = iteration;
  turn.emit(lastEventId, { kind: "MapIterationSucceeded", scope: id, name, index });
  const state = stateOf(turn.execution, parent);
  assert(state.type === "Map", "an iteration belongs to a Map state");
  advanceMap(turn, parent, state, lastEventId);
}

/** Starts the iterations for which there is room: redriven, or after a decision that grew too long. */
export function continueMap(turn: Turn, scope: Scope): void {
  const state = stateOf(turn.execution, scope);
  assert(state.type === "Map", "a Map is at work in a Map state");
  advanceMap(turn, scope, state, workOf(scope).startedEventId);
}

/** @param after the event that made room: AWS hangs the start of an iteration there. */
function advanceMap(turn: Turn, scope: Scope, state: MapState, after: number): void {
  const { succeeded, length } = workOf(scope);
  if (succeeded === length) completeMap(turn, scope, state);
  else startIterations(turn, scope, state, after);
}

function startIterations(turn: Turn, scope: Scope, state: MapState, after: number): void {
  const evaluated = preparedMap(turn.execution, scope, turn.work);
  if ("failure" in evaluated) return failState(turn, scope, evaluated.failure);
  const prepared = evaluated.value;
  const { maxInlineConcurrency } = turn.environment.limits;
  const work = workOf(scope);
  // An earlier version has started a Map whose concurrency is not known.
  const limit = work.concurrency ?? Math.min(prepared.maxConcurrency || maxInlineConcurrency, maxInlineConcurrency);
  while (work.running < limit && work.nextIndex < work.length) {
    if (turn.isTooLong) return turn.continueLater();
    // The next one starts when one of these has ended.
    if (work.running > 0 && turn.heldData.isMuch) return;
    turn.begin(scope);
    const item = itemAt(prepared, work.nextIndex);
    const input = iterationInput(currentView(turn, scope, { item }), state, prepared, item);
    if ("failure" in input) return failState(turn, scope, input.failure);
    const { name } = state;
    if (input.value.isTooLarge) return failState(turn, scope, dataLimitFailure(name));
    const id = turn.emit(after, {
      kind: "MapIterationStarted",
      scope: scope.id,
      name,
      index: item.Index,
      input: input.value,
    });
    turn.heldData.add(input.value);
    turn.touchById(id);
  }
}

function completeMap(turn: Turn, scope: Scope, state: MapState): void {
  const work = workOf(scope);
  const succeeded = turn.emit(scope.lastEventId, { kind: "MapStateSucceeded", scope: scope.id });
  if (isResultTooLarge(work)) return failState(turn, scope, dataLimitFailure(state.name));
  leaveWithResult(turn, scope, state, Payload.ofList(work.outputs), succeeded);
}

function workOf(scope: Scope): MapWork {
  const { work } = activeState(scope);
  assert(work?.kind === "map", "a Map is at work");
  return work;
}
