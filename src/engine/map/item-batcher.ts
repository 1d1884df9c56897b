// The ItemBatcher of a distributed Map: several items make the input of one child execution.
import type { Json, JsonObject } from "../../asl/json.ts";
import { maxPayloadBytes, Payload } from "../../asl/payload.ts";
import type { ItemBatcher, ValueSource } from "../../asl/program.ts";
import { evaluate, fillTemplate, type Result, runtimeFailure } from "../data-flow.ts";
import { numberField } from "./number-fields.ts";
import type { View } from "../view.ts";

export interface BatchLimits {
  /** Items at most. */
  readonly items: number;
  /** Bytes of a child's input at most, though a batch is never without an item. */
  readonly bytes: number;
  /** The members that every batch has beside its items: `BatchInput`, or none. */
  readonly head: JsonObject;
}

/** @param input the effective input of the Map state. */
export function batchLimits(view: View, batcher: ItemBatcher, input: Payload): Result<BatchLimits> {
  const maxItems = limitOf(view, batcher.maxItemsPerBatch, input, "MaxItemsPerBatch");
  if ("failure" in maxItems) return maxItems;
  const maxBytes = limitOf(view, batcher.maxInputBytesPerBatch, input, "MaxInputBytesPerBatch");
  if ("failure" in maxBytes) return maxBytes;
  const shared = batchInput(view, batcher, input);
  if ("failure" in shared) return shared;
  const head: JsonObject = shared.value === undefined ? {} : { BatchInput: shared.value };
  return { value: { items: maxItems.value, bytes: Math.min(maxBytes.value, maxPayloadBytes), head } };
}

/** The input of a child, and how many items it is of. */
export interface Batch {
  readonly input: Json;
  readonly itemCount: number;
}

/** Puts items into batches of the form `{ BatchInput?, Items }`, each as large as the limits allow. */
export class Batches {
  readonly #limits: BatchLimits;
  readonly #emptyBytes: number;
  #items: Json[] = [];
  #bytes: number;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
    this.#emptyBytes = Payload.ofValue({ ...limits.head, Items: [] }).bytes;
    this.#bytes = this.#emptyBytes;
  }

  /** @returns the batch before, where the item does not fit into it. */
  add(item: Payload): Batch | undefined {
    const { items, bytes } = this.#limits;
    const grown = this.#bytes + item.bytes + (this.#items.length > 0 ? 1 : 0);
    const isFull = this.#items.length > 0 && (this.#items.length >= items || grown > bytes);
    const full = isFull ? this.rest() : undefined;
    this.#bytes = isFull ? this.#emptyBytes + item.bytes : grown;
    this.#items.push(item.value);
    return full;
  }

  /** The batch that is not full yet; `undefined` where there is no item for it. */
  rest(): Batch | undefined {
    const items = this.#items;
    this.#items = [];
    return items.length === 0 ? undefined : { input: { ...this.#limits.head, Items: items }, itemCount: items.length };
  }
}

function limitOf(view: View, source: ValueSource | undefined, input: Payload, field: string): Result<number> {
  const outcome = numberField(view, source, input, { field, type: "integer" });
  if ("failure" in outcome) return outcome;
  const { value = Infinity } = outcome;
  if (value >= 1) return { value };
  return { failure: runtimeFailure(view, `The field ${field} must be a positive integer.`) };
}

function batchInput(view: View, { batchInput: source }: ItemBatcher, input: Payload): Result<Json | undefined> {
  if (source === undefined) return { value: undefined };
  if ("location" in source) return evaluate(view, source);
  const filled = fillTemplate(view, source, input);
  return "failure" in filled ? filled : { value: filled.value.value };
}
