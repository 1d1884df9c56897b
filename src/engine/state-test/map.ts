// A Map state under TestState: everything before its iterations is done for real, the iterations themselves are mocked.
import { isJsonArray, isJsonObject, type Json, memberOf, parseJson } from "../../asl/json.ts";
import { jsonLimitProblem } from "../../asl/json-limits.ts";
import { maxPayloadBytes, Payload } from "../../asl/payload.ts";
import type { ItemReader, MapState } from "../../asl/program.ts";
import type { Result } from "../data-flow.ts";
import type { Tolerance } from "../effect.ts";
import { readCsv } from "../map/csv.ts";
import type { Scope } from "../execution.ts";
import { Batches, type BatchLimits, batchLimits } from "../map/item-batcher.ts";
import { currentView, itemAt, iterationInput, type MapData, type PreparedMap, prepareMap } from "../map/items.ts";
import { toleranceOf } from "../map/tolerance.ts";
import type { Turn } from "../turn.ts";
import type { View } from "../view.ts";

export interface TestedMap {
  readonly tolerance: Tolerance;
  /** `undefined` where the items are what an ItemReader would read. */
  readonly items: number | undefined;
}

/** @param read the text that the ItemReader stands for. */
export function prepareTestedMap(
  turn: Turn,
  scope: Scope,
  state: MapState,
  read: string | undefined,
): Result<TestedMap> {
  const view = currentView(turn, scope);
  const given = itemsRead(view, state.itemReader, read);
  if ("failure" in given) return given;
  const prepared = prepareMap(view, state, given.value);
  if ("failure" in prepared) return prepared;
  const tolerance = toleranceOf(view, state, prepared.value.input);
  if ("failure" in tolerance) return tolerance;
  const isUnread = state.itemReader !== undefined && read === undefined;
  if (isUnread) return { value: { tolerance: tolerance.value, items: undefined } };
  const inputs = iterationInputs(turn, scope, state, prepared.value);
  if ("failure" in inputs) return inputs;
  if (state.itemBatcher !== undefined && inputs.value !== undefined) {
    const limits = batchLimits(view, state.itemBatcher, prepared.value.input);
    if ("failure" in limits) return limits;
    const shown = listUnlessTooLarge(batchesOf(limits.value, inputs.value));
    if (shown !== undefined) view.trace?.("afterItemBatcher", shown);
  }
  return { value: { tolerance: tolerance.value, items: prepared.value.items.length } };
}

function* batchesOf(limits: BatchLimits, items: readonly Payload[]): Generator<Json, undefined> {
  const batches = new Batches(limits);
  for (const item of items) {
    const full = batches.add(item);
    if (full !== undefined) yield full.input;
  }
  const rest = batches.rest();
  if (rest !== undefined) yield rest.input;
  return undefined;
}

/** `undefined` where they are too much to show: a batch repeats what all batches share. */
function listUnlessTooLarge(batches: Iterable<Json>): readonly Json[] | undefined {
  const shown: Json[] = [];
  let bytes = 0;
  for (const batch of batches) {
    bytes += Payload.ofValue(batch).bytes;
    if (bytes > maxPayloadBytes) return undefined;
    shown.push(batch);
  }
  return shown;
}

/** `undefined` where they are too much to show: a selector can hand the whole input to every item. */
function iterationInputs(
  turn: Turn,
  scope: Scope,
  state: MapState,
  prepared: PreparedMap,
): Result<readonly Payload[] | undefined> {
  const inputs: Payload[] = [];
  let bytes = 0;
  for (const index of prepared.items.keys()) {
    const item = { ...itemAt(prepared, index), ...(state.mode === "DISTRIBUTED" ? { Source: "STATE_DATA" } : {}) };
    const input = iterationInput(currentView(turn, scope, { item }), state, prepared, item);
    if ("failure" in input) return input;
    bytes += input.value.bytes;
    if (bytes > maxPayloadBytes) return { value: undefined };
    inputs.push(input.value);
  }
  const selector = state.flow.language === "JSONata" ? state.flow.arguments : state.flow.parameters;
  const values = inputs.map(({ value }) => value);
  if (selector !== undefined) turn.environment.trace?.("afterItemSelector", values);
  return { value: inputs };
}

/** The items in what an ItemReader would have read; `undefined` for a Map without one. */
function itemsRead(view: View, reader: ItemReader | undefined, read: string | undefined): Result<MapData | undefined> {
  if (reader === undefined) return { value: undefined };
  if (read === undefined) return { value: [] };
  const data = readerData(reader, read);
  if ("failure" in data || reader.itemsPointer === undefined) return "failure" in data ? data : itemsIn(data.value);
  const pointed = pointedTo(data.value, reader.itemsPointer);
  if (pointed === undefined) return unreadable(`The ItemsPointer '${reader.itemsPointer}' points to nothing.`);
  view.trace?.("afterItemsPointer", pointed);
  return itemsIn(pointed);
}

function unreadable(cause: string): Result<never> {
  return { failure: { error: "States.ItemReaderFailed", cause } };
}

function itemsIn(data: Json): Result<MapData> {
  if (isJsonArray(data) || isJsonObject(data)) return { value: data };
  return unreadable("Attempting to map over non-iterable node.");
}

/** Formats without a text of their own are given as a JSON text of their items. */
function readerData(reader: ItemReader, text: string): Result<Json> {
  if (reader.inputType === "CSV") {
    const read = readCsv(reader, [text]);
    return "items" in read ? { value: [...read.items] } : unreadable(read.problem);
  }
  const texts = reader.inputType === "JSONL" ? text.split("\n").filter((line) => line.trim() !== "") : [text];
  const values: Json[] = [];
  for (const part of texts) {
    const problem = jsonLimitProblem(part);
    if (problem !== undefined) return unreadable(`The data of the ItemReader cannot be read: ${problem}`);
    const value = parsed(part);
    if (value === undefined) return unreadable(`The data of the ItemReader is not ${reader.inputType ?? "JSON"}.`);
    values.push(value);
  }
  return { value: reader.inputType === "JSONL" ? values : (values[0] ?? null) };
}

function parsed(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Follows a JSON Pointer (RFC 6901). */
function pointedTo(data: Json, pointer: string): Json | undefined {
  let found: Json | undefined = data;
  for (const token of pointer.split("/").slice(1)) {
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (isJsonArray(found)) found = /^(0|[1-9]\d*)$/.test(name) ? found[Number(name)] : undefined;
    else found = isJsonObject(found) ? memberOf(found, name) : undefined;
  }
  return found;
}
