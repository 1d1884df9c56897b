// The ItemBatcher of a distributed Map: several items make the input of one child execution.
import type { Json, JsonObject } from "../../asl/json.ts";
import { maxPayloadBytes, Payload } from "../../asl/payload.ts";
import type { ItemBatcher, ValueSource } from "../../asl/program.ts";
import { evaluate, fillTemplate, type Result, readSource, runtimeFailure } from "../data-flow.ts";
import { readInteger } from "./items.ts";
import type { View } from "../view.ts";

/**
 * The inputs of the children, made one by one as they are asked for: `{ BatchInput?, Items }`, each as large as the limits
 * allow, but never without an item.
 * @param input the effective input of the Map state.
 */
export function batchItems(
  view: View,
  batcher: ItemBatcher,
  input: Payload,
  items: Iterable<Payload>,
): Result<Iterable<Json>> {
  const maxItems = limitOf(view, batcher.maxItemsPerBatch, input, "MaxItemsPerBatch");
  if ("failure" in maxItems) return maxItems;
  const maxBytes = limitOf(view, batcher.maxInputBytesPerBatch, input, "MaxInputBytesPerBatch");
  if ("failure" in maxBytes) return maxBytes;
  const shared = batchInput(view, batcher, input);
  if ("failure" in shared) return shared;
  const head: JsonObject = shared.value === undefined ? {} : { BatchInput: shared.value };
  return { value: batches(items, head, { items: maxItems.value, bytes: Math.min(maxBytes.value, maxPayloadBytes) }) };
}

/** @param head what every batch has beside its items. */
function* batches(
  items: Iterable<Payload>,
  head: JsonObject,
  most: { readonly items: number; readonly bytes: number },
): Generator<Json, undefined> {
  const emptyBytes = Payload.ofValue({ ...head, Items: [] }).bytes;
  let batch: Json[] = [];
  let bytes = emptyBytes;
  for (const item of items) {
    const grown = bytes + item.bytes + (batch.length > 0 ? 1 : 0);
    if (batch.length > 0 && (batch.length >= most.items || grown > most.bytes)) {
      yield { ...head, Items: batch };
      batch = [];
      bytes = emptyBytes + item.bytes;
    } else bytes = grown;
    batch.push(item.value);
  }
  if (batch.length > 0) yield { ...head, Items: batch };
  return undefined;
}

function limitOf(view: View, source: ValueSource | undefined, input: Payload, field: string): Result<number> {
  if (source === undefined) return { value: Infinity };
  const outcome = readSource(view, source, input, (path, message) => `Invalid path '${path.source}' : ${message}`);
  if ("failure" in outcome) return outcome;
  const number = readInteger(outcome.value);
  if (number >= 1) return { value: number };
  return { failure: runtimeFailure(view, `The field ${field} must be a positive integer.`) };
}

function batchInput(view: View, { batchInput: source }: ItemBatcher, input: Payload): Result<Json | undefined> {
  if (source === undefined) return { value: undefined };
  if ("location" in source) return evaluate(view, source);
  const filled = fillTemplate(view, source, input);
  return "failure" in filled ? filled : { value: filled.value.value };
}
