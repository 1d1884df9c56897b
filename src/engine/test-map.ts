// A Map state under TestState: everything before its iterations is done for real, the iterations themselves are mocked.
import { isJsonArray, isJsonObject, type Json, memberOf, parseJson } from "../asl/json.ts";
import type { Payload } from "../asl/payload.ts";
import type { ItemReader, MapState } from "../asl/program.ts";
import type { Outcome } from "./data-flow.ts";
import type { Scope } from "./execution.ts";
import { batchItems } from "./item-batcher.ts";
import { currentView, iterationInput, type PreparedMap, prepareMap } from "./map-items.ts";
import { type Tolerance, toleranceOf } from "./tolerance.ts";
import type { Turn } from "./turn.ts";
import type { View } from "./view.ts";

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
): Outcome<TestedMap> {
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
  if (state.itemBatcher !== undefined) {
    const batches = batchItems(view, state.itemBatcher, prepared.value.input, inputs.value);
    if ("failure" in batches) return batches;
    view.trace?.("afterItemBatcher", batches.value);
  }
  return { value: { tolerance: tolerance.value, items: prepared.value.items.length } };
}

function iterationInputs(
  turn: Turn,
  scope: Scope,
  state: MapState,
  prepared: PreparedMap,
): Outcome<readonly Payload[]> {
  const inputs: Payload[] = [];
  for (const [Index, Value] of prepared.items.entries()) {
    const item = { Index, Value };
    const input = iterationInput(currentView(turn, scope, { item }), state, prepared, item);
    if ("failure" in input) return input;
    inputs.push(input.value);
  }
  const selector = state.flow.language === "JSONata" ? state.flow.arguments : state.flow.parameters;
  const values = inputs.map(({ value }) => value);
  if (selector !== undefined) turn.environment.trace?.("afterItemSelector", values);
  return { value: inputs };
}

/** The items in what an ItemReader would have read; `undefined` for a Map without one. */
function itemsRead(
  view: View,
  reader: ItemReader | undefined,
  read: string | undefined,
): Outcome<readonly Json[] | undefined> {
  if (reader === undefined) return { value: undefined };
  if (read === undefined) return { value: [] };
  const data = readerData(reader, read);
  if (data === undefined) return unreadable(`The data of the ItemReader is not ${reader.inputType ?? "JSON"}.`);
  if (reader.itemsPointer === undefined) return itemsIn(data);
  const pointed = pointedTo(data, reader.itemsPointer);
  if (pointed === undefined) return unreadable(`The ItemsPointer '${reader.itemsPointer}' points to nothing.`);
  view.trace?.("afterItemsPointer", pointed);
  return itemsIn(pointed);
}

function unreadable(cause: string): Outcome<never> {
  return { failure: { error: "States.ItemReaderFailed", cause } };
}

function itemsIn(data: Json): Outcome<readonly Json[]> {
  if (isJsonArray(data)) return { value: data };
  if (isJsonObject(data)) return { value: Object.entries(data).map(([Key, Value]) => ({ Key, Value })) };
  return unreadable("Attempting to map over non-iterable node.");
}

/** JSON by default: other formats count as one JSON text of the items too, which is how their items look. */
function readerData({ inputType }: ItemReader, text: string): Json | undefined {
  try {
    if (inputType !== "JSONL") return parseJson(text);
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    return lines.map((line) => parseJson(line));
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
