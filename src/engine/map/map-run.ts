// The plan of a Map Run: all that the fields of a distributed Map say, evaluated as they were when the run began. It
// follows from the execution and the event that began the run, so it is evaluated again after a restart (decision 4).
import { assert } from "../../asl/assert.ts";
import { isJsonObject, type Json, type JsonObject } from "../../asl/json.ts";
import type { Payload } from "../../asl/payload.ts";
import type { ItemReader, MapState, ResultWriter } from "../../asl/program.ts";
import type { Work } from "../../asl/work.ts";
import { evaluate, fillTemplate, type Result, readSource, runtimeFailure } from "../data-flow.ts";
import type { Tolerance } from "../effect.ts";
import type { Execution, Scope } from "../execution.ts";
import { activeState, stateOf } from "../scopes.ts";
import { type MapItem, type View, viewOf } from "../view.ts";
import { type BatchLimits, batchLimits } from "./item-batcher.ts";
import { itemOf, iterationInput, type PreparedMap, prepareMap } from "./items.ts";
import { numberField } from "./number-fields.ts";
import { toleranceOf } from "./tolerance.ts";

export interface MapRunPlan {
  readonly state: MapState;
  /** The items of state data; none with an ItemReader. */
  readonly prepared: PreparedMap;
  readonly tolerance: Tolerance;
  readonly reader: ReaderPlan | undefined;
  readonly batches: BatchLimits | undefined;
  readonly writer: WriterPlan | undefined;
}

export interface ReaderPlan {
  readonly resource: string;
  readonly arguments: JsonObject;
  /** `ReaderConfig` with the values of its fields. */
  readonly config: JsonObject;
}

export interface WriterPlan {
  /** Absent where the results are the result of the state. */
  readonly destination: { readonly bucket: string; readonly prefix: string } | undefined;
  /** As given: what is absent depends on the destination. */
  readonly transformation: string | undefined;
  readonly outputType: string | undefined;
}

/** All but the items, which `prepareMap` gives before. */
export function planMapRun(view: View, state: MapState, prepared: PreparedMap): Result<MapRunPlan> {
  const { input } = prepared;
  const tolerance = toleranceOf(view, state, input);
  if ("failure" in tolerance) return tolerance;
  const reader = state.itemReader === undefined ? nothing : readerPlan(view, state.itemReader, input);
  if ("failure" in reader) return reader;
  const batches = state.itemBatcher === undefined ? nothing : batchLimits(view, state.itemBatcher, input);
  if ("failure" in batches) return batches;
  const writer = state.resultWriter === undefined ? nothing : writerPlan(view, state.resultWriter, input);
  if ("failure" in writer) return writer;
  const plan = { tolerance: tolerance.value, reader: reader.value, batches: batches.value, writer: writer.value };
  return { value: { state, prepared, ...plan } };
}

const nothing = { value: undefined } as const;

/** The items of state data; an ItemReader reads its own. */
export function prepareMapRun(view: View, state: MapState): Result<PreparedMap> {
  return prepareMap(view, state, state.itemReader === undefined ? undefined : []);
}

/** A Map Run that goes on somewhere else than in the turn that began it. */
export class MapRunInputs {
  readonly #execution: Execution;
  readonly #scope: Scope;

  /** @param execution as it is while the run goes on; nothing else may change it. */
  constructor(execution: Execution, startedEventId: number) {
    this.#execution = execution;
    this.#scope = scopeOfMapRun(execution, startedEventId) ?? noScope();
  }

  /** @param work pays for the evaluation. */
  plan(work: Work): Result<MapRunPlan> {
    const state = stateOf(this.#execution, this.#scope);
    assert(state.type === "Map", "a Map Run is of a Map state");
    const view = this.#view(work);
    const prepared = prepareMapRun(view, state);
    return "failure" in prepared ? prepared : planMapRun(view, state, prepared.value);
  }

  /** The input that an item gives to a child: the item, or what the ItemSelector makes of it. */
  inputOf({ state, prepared }: MapRunPlan, item: MapItem, work: Work): Result<Payload> {
    return iterationInput(this.#view(work, item), state, prepared, item);
  }

  #view(work: Work, item?: MapItem): View {
    const run = activeState(this.#scope).work;
    assert(run?.kind === "mapRun", "a Map Run is at work");
    const salt = item === undefined ? undefined : `item ${item.Index}`;
    const options = { at: run.startedAt, attempt: run.attempt, item, salt, work };
    return viewOf(this.#execution, this.#scope, options, itemOf);
  }
}

/** The scope whose state waits for a Map Run; `undefined` where none does. */
export function scopeOfMapRun({ scopes }: Execution, startedEventId: number): Scope | undefined {
  for (const scope of scopes.values()) {
    const work = scope.state?.work;
    if (work?.kind === "mapRun" && work.startedEventId === startedEventId) return scope;
  }
  return undefined;
}

function noScope(): never {
  throw new Error("no state waits for the Map Run");
}

function readerPlan(view: View, reader: ItemReader, input: Payload): Result<ReaderPlan> {
  const given = objectGiven(view, reader.arguments, input);
  if ("failure" in given) return given;
  // A number below zero is for the reader to refuse, as AWS's does.
  const maxItems = numberField(view, reader.maxItems, input, { field: "MaxItems", type: "integer" });
  if ("failure" in maxItems) return maxItems;
  const pointer = reader.pointer === undefined ? nothing : readSource(view, reader.pointer, input, () => "");
  if ("failure" in pointer) return pointer;
  const { MaxItems: _, MaxItemsPath: __, ItemsPointer: ___, ...config } = reader.config;
  const evaluated = {
    ...config,
    ...(maxItems.value === undefined ? {} : { MaxItems: maxItems.value }),
    ...(pointer.value === undefined ? {} : { ItemsPointer: pointer.value }),
  };
  return { value: { resource: reader.resource, arguments: given.value, config: evaluated } };
}

function writerPlan(view: View, writer: ResultWriter, input: Payload): Result<WriterPlan> {
  const { resource, transformation, outputType } = writer;
  if (resource === undefined) return { value: { destination: undefined, transformation, outputType } };
  const given = objectGiven(view, writer.arguments, input);
  if ("failure" in given) return given;
  const { Bucket: bucket, Prefix: prefix = "" } = given.value;
  if (typeof bucket !== "string" || typeof prefix !== "string") {
    return { failure: runtimeFailure(view, "The Bucket and the Prefix of the ResultWriter must be strings.") };
  }
  return { value: { destination: { bucket, prefix }, transformation, outputType } };
}

function objectGiven(view: View, source: ItemReader["arguments"], input: Payload): Result<JsonObject> {
  if (source === undefined) return { value: {} };
  const outcome = "location" in source ? evaluate(view, source) : valueOf(fillTemplate(view, source, input));
  if ("failure" in outcome) return outcome;
  return { value: isJsonObject(outcome.value) ? outcome.value : {} };
}

function valueOf(outcome: Result<Payload>): Result<Json> {
  return "failure" in outcome ? outcome : { value: outcome.value.value };
}
