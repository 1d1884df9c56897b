// The items of a Map state. They are not stored: they follow from the state's input, so they are evaluated when the state
// starts and again when an iteration is started after a restart, with the time and the random numbers of the start.
import { assert } from "../../asl/assert.ts";
import { isJsonArray, isJsonNumber, isJsonObject, type Json, type JsonObject, toDouble } from "../../asl/json.ts";
import { Payload, shownJson } from "../../asl/payload.ts";
import type { MapState } from "../../asl/program.ts";
import { activeState, stateOf } from "../scopes.ts";
import {
  effectiveInput,
  evaluate,
  evaluationFailure,
  fillTemplate,
  mistyped,
  type Result,
  type StateFailure,
  readSource,
  referencePathConflict,
  runtimeFailure,
} from "../data-flow.ts";
import type { Execution, Scope } from "../execution.ts";
import { mistakenExpression, readInteger } from "./number-fields.ts";
import type { Turn } from "../turn.ts";
import type { Work } from "../../asl/work.ts";
import { type MapItem, pathScope, type View, viewOf } from "../view.ts";

export interface PreparedMap {
  readonly items: readonly Json[];
  /** The items are the members of an object, in the form `{ Key, Value }`. */
  readonly members?: readonly (readonly [Key: string, Value: Json])[] | undefined;
  /** The effective input, which an ItemSelector sees. */
  readonly input: Payload;
  /** 0 for as many as the engine allows. */
  readonly maxConcurrency: number;
}

/** The view that the active state of a scope has now. */
export function currentView(
  turn: Turn,
  scope: Scope,
  options: { readonly token?: string; readonly item?: MapItem } = {},
): View {
  const { token, item } = options;
  const salt = item === undefined ? undefined : `item ${item.Index}`;
  const { now: at, trace } = turn.environment;
  return viewOf(turn.execution, scope, { at, token, item, salt, trace, work: turn.work }, itemOf);
}

/** The items of a Map cannot be evaluated again as they were: by an earlier version of Pawl, in its own way. */
export class ItemsChangedError extends Error {
  override readonly name = "ItemsChangedError";
  readonly failure: StateFailure;

  constructor(failure: StateFailure) {
    super(failure.cause);
    this.failure = failure;
  }
}

/** The item that an iteration works on. @throws ItemsChangedError */
export function itemOf(execution: Execution, iteration: Scope, spent: Work | undefined): MapItem {
  assert(iteration.parent !== undefined, "an iteration has a Map");
  const prepared = preparedMap(execution, iteration.parent, spent);
  if ("failure" in prepared) throw new ItemsChangedError(prepared.failure);
  return itemAt(prepared.value, iteration.index);
}

export function itemAt({ items, members }: Pick<PreparedMap, "items" | "members">, Index: number): MapItem {
  const member = members?.[Index];
  if (member === undefined) return { Index, Value: items[Index] ?? null };
  const [Key, Value] = member;
  return { Index, Key, Value };
}

/**
 * The items of the Map that is at work in a scope; evaluated again where they are not at hand. That may fail, or come out
 * otherwise, where an earlier version of Pawl has started the Map and evaluated its fields in its own way.
 */
export function preparedMap(execution: Execution, scope: Scope, spent: Work | undefined): Result<PreparedMap> {
  const { work } = activeState(scope);
  assert(work?.kind === "map", "a Map is at work");
  const state = stateOf(execution, scope);
  assert(state.type === "Map", "a Map is at work in a Map state");
  if (work.prepared !== undefined) return { value: work.prepared };
  const view = viewOf(execution, scope, { at: work.startedAt, attempt: work.attempt, work: spent }, itemOf);
  const prepared = prepareMap(view, state);
  if ("failure" in prepared) return prepared;
  const { length } = prepared.value.items;
  if (length !== work.length) {
    return { failure: runtimeFailure(view, `The Map began with ${work.length} items and now finds ${length}.`) };
  }
  work.prepared = prepared.value;
  return prepared;
}

/** @param read the items that an ItemReader has read: they stand in for those of the state's input. */
export function prepareMap(view: View, state: MapState, read?: MapData): Result<PreparedMap> {
  const input = effectiveInput(view, state.flow);
  if ("failure" in input) return input;
  const items = read === undefined ? itemsOf(view, state, input.value) : { value: read };
  if ("failure" in items) return items;
  const maxConcurrency = maxConcurrencyOf(view, state, input.value);
  if ("failure" in maxConcurrency) return maxConcurrency;
  view.trace?.("maxConcurrency", maxConcurrency.value);
  const members = isJsonObject(items.value) ? Object.entries(items.value) : undefined;
  return {
    value: { items: listOf(items.value), members, input: input.value, maxConcurrency: maxConcurrency.value },
  };
}

/** The data that a Map goes through; the distributed one takes objects too. */
export type MapData = readonly Json[] | JsonObject;

function listOf(data: MapData): readonly Json[] {
  return isJsonObject(data) ? Object.entries(data).map(([Key, Value]) => ({ Key, Value })) : data;
}

function itemsOf(view: View, { items, flow, mode }: MapState, input: Payload): Result<MapData> {
  const isIterable = (value: Json): value is MapData =>
    isJsonArray(value) || (mode === "DISTRIBUTED" && isJsonObject(value));
  if (items !== undefined && "location" in items) {
    const outcome = evaluate(view, items);
    if ("failure" in outcome) return outcome;
    if (isIterable(outcome.value)) return { value: outcome.value };
    return { failure: items.isWhole ? mistyped(view, items, "array", outcome.value) : notAnArray(view, outcome.value) };
  }
  const found =
    items === undefined ? { found: true as const, value: input.value } : items.read(pathScope(view, input.value));
  if (!found.found) {
    view.trace?.("problem", { path: items?.source ?? "$", scope: pathScope(view, input.value) });
    const conflict = items?.root === "input" ? items.conflict?.(input.value, view.work) : undefined;
    if (conflict !== undefined) return { failure: referencePathConflict(conflict) };
    return { failure: runtimeFailure(view, `Invalid path '${items?.source ?? "$"}' : ${found.message}`) };
  }
  if (isIterable(found.value)) {
    if (flow.language === "JSONPath") view.trace?.("afterItemsPath", listOf(found.value));
    return { value: found.value };
  }
  if (flow.language === "JSONata") return { failure: notAnArray(view, found.value) };
  // AWS names a path into the context object as if it began there (recorded).
  const path = (items?.source ?? "$").replace(/^\$\$/, "$");
  return { failure: runtimeFailure(view, `Reference path "${path}" must point to array.`) };
}

function notAnArray(view: View, value: Json) {
  return evaluationFailure(view, `Map state input must be an array but was: ${shownJson(value)}`);
}

function maxConcurrencyOf(view: View, { maxConcurrency }: MapState, input: Payload): Result<number> {
  if (maxConcurrency === undefined) return { value: 0 };
  const outcome = readSource(
    view,
    maxConcurrency,
    input,
    (path, message) => `Invalid path '${path.source}' : ${message}`,
  );
  if ("failure" in outcome) return outcome;
  const { value } = outcome;
  const number =
    maxConcurrency.kind === "path" ? readInteger(value) : isJsonNumber(value) ? toDouble(value) : Number.NaN;
  if (Number.isInteger(number) && number >= 0) return { value: number };
  const negative = "MaxConcurrency cannot be negative.";
  if (maxConcurrency.kind === "expression") {
    const { expression } = maxConcurrency;
    if (number < 0) return { failure: evaluationFailure(view, negative, expression.location) };
    return { failure: mistakenExpression(view, expression, value, "MaxConcurrency") };
  }
  if (number < 0) return { failure: runtimeFailure(view, negative) };
  const text = typeof value === "string" ? value : shownJson(value);
  const path = maxConcurrency.kind === "path" ? maxConcurrency.path.source : "MaxConcurrency";
  const detail = `The MaxConcurrencyPath field refers to value "${text}" which is not a valid integer: ${path}`;
  return { failure: runtimeFailure(view, detail) };
}

/**
 * The input of the iteration of an item: the item itself, or what the ItemSelector makes of it.
 * @param input the effective input of the state
 */
export function iterationInput(
  view: View,
  { flow }: MapState,
  { input }: Pick<PreparedMap, "input">,
  item: MapItem,
): Result<Payload> {
  if (flow.language === "JSONPath") {
    return flow.parameters === undefined
      ? { value: Payload.ofValue(plainItem(item)) }
      : fillTemplate(view, flow.parameters, input);
  }
  if (flow.arguments === undefined) return { value: Payload.ofValue(plainItem(item)) };
  const outcome = evaluate(view, flow.arguments);
  return "failure" in outcome ? outcome : { value: Payload.ofValue(outcome.value) };
}

function plainItem({ Key, Value }: MapItem): Json {
  return Key === undefined ? Value : { Key, Value };
}
