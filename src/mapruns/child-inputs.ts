// The inputs of the children of a Map Run, one after the other as they are asked for: items of state data or of an
// ItemReader, what the ItemSelector makes of them, and what the ItemBatcher puts together.
import { Payload } from "../asl/payload.ts";
import { Work, WorkExceeded } from "../asl/work.ts";
import { dataLimitFailure } from "../engine/data-flow.ts";
import { Batches } from "../engine/map/item-batcher.ts";
import { itemAt, ItemsChangedError } from "../engine/map/items.ts";
import type { MapRunInputs, MapRunPlan } from "../engine/map/map-run.ts";
import type { MapItem } from "../engine/view.ts";
import { isJsonObject, type Json } from "../asl/json.ts";
import { MapRunFailure } from "./map-run-failure.ts";
import { type ItemChunk, ItemReaderError, type ItemSource } from "./ports.ts";

export interface ChildInput {
  readonly input: Payload;
  readonly itemCount: number;
}

export interface ChildInputsOptions {
  readonly inputs: MapRunInputs;
  readonly plan: MapRunPlan;
  /** The items of an ItemReader; absent for state data. */
  readonly source: ItemSource | undefined;
  /** Items that are passed over: those of children that there are. */
  readonly skip: number;
  /** Steps of work for one item. */
  readonly maxSteps: number;
  /** Lets others be served in between; `undefined` where they need not be. */
  readonly pause: () => Promise<void> | undefined;
  readonly signal: AbortSignal;
}

/** @throws MapRunFailure */
export async function* childInputs(options: ChildInputsOptions): AsyncGenerator<ChildInput, undefined> {
  const { plan, inputs, maxSteps, pause } = options;
  const batches = plan.batches === undefined ? undefined : new Batches(plan.batches);
  for await (const item of itemsOf(options)) {
    const pausing = pause();
    if (pausing !== undefined) await pausing;
    const input = inputOf(() => inputs.inputOf(plan, item, new Work({ steps: maxSteps })), plan);
    if (batches === undefined) yield { input, itemCount: 1 };
    else {
      const full = batches.add(input);
      if (full !== undefined) yield { input: Payload.ofValue(full.input), itemCount: full.itemCount };
    }
  }
  const rest = batches?.rest();
  if (rest !== undefined) yield { input: Payload.ofValue(rest.input), itemCount: rest.itemCount };
  return undefined;
}

function inputOf(evaluate: () => ReturnType<MapRunInputs["inputOf"]>, { state }: MapRunPlan): Payload {
  const outcome = evaluated(evaluate);
  if ("failure" in outcome) throw new MapRunFailure(outcome.failure);
  if (outcome.value.isTooLarge) throw new MapRunFailure(dataLimitFailure(state.name));
  return outcome.value;
}

/** Evaluates; what nothing in a workflow can deal with fails the run. @throws MapRunFailure */
export function evaluated<Value>(evaluate: () => Value): Value {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof ItemsChangedError) throw new MapRunFailure(error.failure);
    if (error instanceof WorkExceeded) {
      const cause = `An item takes more work than one state may: ${error.message}.`;
      throw new MapRunFailure({ error: "States.Runtime", cause });
    }
    throw error;
  }
}

async function* itemsOf({ plan, source, skip, signal }: ChildInputsOptions): AsyncGenerator<MapItem, undefined> {
  if (source === undefined) {
    for (let index = skip; index < plan.prepared.items.length; index++) {
      yield { ...itemAt(plan.prepared, index), Source: "STATE_DATA" };
    }
    return undefined;
  }
  let index = skip;
  try {
    for await (const chunk of source.read(skip, signal)) for (const value of chunk) yield itemOf(chunk, value, index++);
  } catch (error) {
    if (error instanceof ItemReaderError) throw new MapRunFailure(error.failure);
    throw error;
  }
  return undefined;
}

function itemOf({ source, isMembers }: ItemChunk, value: Json, Index: number): MapItem {
  if (!isMembers || !isJsonObject(value)) return { Index, Value: value, Source: source };
  const { Key, Value } = value;
  return { Index, Key: String(Key), Value: Value ?? null, Source: source };
}
