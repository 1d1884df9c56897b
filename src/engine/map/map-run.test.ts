// The inputs of the children of a Map Run, as they are evaluated outside of the turn that began it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../asl/json.ts";
import { apply } from "../apply.ts";
import { newExecution } from "../execution.ts";
import { play, playedIdentity } from "../../testing/play.ts";
import { Work } from "../../asl/work.ts";
import { Batches } from "./item-batcher.ts";
import { itemAt } from "./items.ts";
import { MapRunInputs } from "./map-run.ts";

type Fields = { readonly [field: string]: Json };
const work = () => new Work({ steps: 100_000 });

/** The fold at the prefix that ends with MapRunStarted. */
function begun(fields: Fields, input: Json, language: "JSONPath" | "JSONata" = "JSONPath"): MapRunInputs {
  const processor = { StartAt: "I", States: { I: { Type: "Pass", End: true } } };
  const config = { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" } };
  const definition = {
    QueryLanguage: language,
    StartAt: "M",
    States: { M: { Type: "Map", ItemProcessor: { ...processor, ...config }, End: true, ...fields } },
  };
  const { events } = play(definition, { input, answer: () => [] });
  const execution = newExecution(playedIdentity(definition));
  for (const event of events) apply(execution, event);
  return new MapRunInputs(execution, 4);
}

function inputsOf(inputs: MapRunInputs): readonly Json[] {
  const plan = inputs.plan(work());
  assert.ok("value" in plan);
  return plan.value.prepared.items.map((_, index) => {
    const item = { ...itemAt(plan.value.prepared, index), Source: "STATE_DATA" };
    const input = inputs.inputOf(plan.value, item, work());
    assert.ok("value" in input);
    return input.value.value;
  });
}

test("items, members of an object, and what an ItemSelector makes of them are the inputs of children", () => {
  assert.deepEqual(inputsOf(begun({}, ["a", { b: 1 }])), ["a", { b: 1 }]);
  assert.deepEqual(inputsOf(begun({}, { a: 1, b: null })), [
    { Key: "a", Value: 1 },
    { Key: "b", Value: null },
  ]);
  const selector = {
    "k.$": "$$.Map.Item.Key",
    "v.$": "$$.Map.Item.Value",
    "s.$": "$$.Map.Item.Source",
    "all.$": "$.n",
  };
  assert.deepEqual(inputsOf(begun({ ItemSelector: selector, ItemsPath: "$.o" }, { o: { a: 1 }, n: 2 })), [
    { k: "a", v: 1, s: "STATE_DATA", all: 2 },
  ]);
  const expression = { i: "{% $states.context.Map.Item.Index %}", v: "{% $states.context.Map.Item.Value * 2 %}" };
  assert.deepEqual(
    inputsOf(begun({ Items: "{% $states.input.list %}", ItemSelector: expression }, { list: [3] }, "JSONata")),
    [{ i: 0, v: 6 }],
  );
});

test("what is drawn for an item is the same whenever it is evaluated", () => {
  const selector = { "r.$": "States.UUID()" };
  const [one, other] = [begun({ ItemSelector: selector }, [1, 2]), begun({ ItemSelector: selector }, [1, 2])];
  assert.deepEqual(inputsOf(one), inputsOf(other));
  assert.notDeepEqual(inputsOf(one)[0], inputsOf(one)[1]);
});

test("readers, batches and writers have the values of their fields", () => {
  const inputs = begun(
    {
      ItemReader: {
        Resource: "arn:aws:states:::s3:getObject",
        Parameters: { Bucket: "b", "Key.$": "$.key" },
        ReaderConfig: { InputType: "JSON", MaxItemsPath: "$.most", ItemsPointer: "/a" },
      },
      ItemBatcher: { MaxItemsPerBatchPath: "$.most", BatchInput: { "key.$": "$.key" } },
      ResultWriter: {
        Resource: "arn:aws:states:::s3:putObject",
        Parameters: { Bucket: "out", "Prefix.$": "$.key" },
        WriterConfig: { Transformation: "COMPACT", OutputType: "JSONL" },
      },
      ToleratedFailurePercentage: 5,
    },
    { key: "k", most: "3" },
  );
  const plan = inputs.plan(work());
  assert.ok("value" in plan);
  const { reader, batches, writer, tolerance } = plan.value;
  assert.deepEqual(reader, {
    resource: "arn:aws:states:::s3:getObject",
    arguments: { Bucket: "b", Key: "k" },
    config: { InputType: "JSON", MaxItems: 3, ItemsPointer: "/a" },
  });
  assert.deepEqual(batches, { items: 3, bytes: 262_144, head: { BatchInput: { key: "k" } } });
  assert.deepEqual(writer, {
    destination: { bucket: "out", prefix: "k" },
    transformation: "COMPACT",
    outputType: "JSONL",
  });
  assert.deepEqual(tolerance, { count: undefined, percentage: 5 });
});

test("batches are as large as their limits allow, and never without an item", () => {
  const inputs = begun({ ItemBatcher: { MaxItemsPerBatch: 2, MaxInputBytesPerBatch: 30 } }, [
    1,
    2,
    3,
    "x".repeat(40),
    4,
  ]);
  const plan = inputs.plan(work());
  assert.ok("value" in plan && plan.value.batches !== undefined);
  const batches = new Batches(plan.value.batches);
  const made = plan.value.prepared.items.flatMap((_, index) => {
    const input = inputs.inputOf(plan.value, itemAt(plan.value.prepared, index), work());
    assert.ok("value" in input);
    return batches.add(input.value) ?? [];
  });
  const rest = batches.rest();
  assert.ok(rest);
  assert.deepEqual(
    [...made, rest].map(({ input, itemCount }) => [(input as { Items: Json }).Items, itemCount]),
    [
      [[1, 2], 2],
      [[3], 1],
      [["x".repeat(40)], 1],
      [[4], 1],
    ],
  );
  assert.equal(batches.rest(), undefined);
});
