// Map Runs on the real runtime over a store in memory, on simulated time.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Json } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import type { PerformTask, TaskOutcome } from "../engine/effect.ts";
import type { Limits } from "../engine/turn.ts";
import type { ExecutionDescription, Runtime } from "../runtime/runtime.ts";
import type { ExecutionRecord, ExecutionStatus } from "../store/journal.ts";
import type { MapRunRecord } from "../store/map-run-row.ts";
import { openMemoryStore } from "../store/memory/memory-store.ts";
import type { Store } from "../store/store.ts";
import { settled } from "../testing/settled.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { createTestMachine, openTestRuntime, testStartRequest } from "../testing/test-runtime.ts";

type Fields = { readonly [field: string]: Json };
const pass: Fields = { Type: "Pass", End: true };
const call: Fields = { Type: "Task", Resource: "arn:aws:lambda:us-east-1:123456789012:function:work", End: true };

function mapOf(inner: Fields, fields: Fields = {}, type = "STANDARD"): Fields {
  return {
    Type: "Map",
    ItemProcessor: {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: type },
      StartAt: "Inner",
      States: { Inner: inner },
    },
    Label: "Label",
    End: true,
    ...fields,
  };
}

const machine = (map: Fields, more: Fields = {}): Json => ({
  StartAt: "M",
  States: { M: map, Caught: { Type: "Pass", End: true } },
  ...more,
});

class Bench {
  readonly clock = new SimulatedClock();
  readonly store: Store = openMemoryStore();
  readonly #t: TestContext;
  runtime: Runtime;
  /** Calls that wait for their outcome. */
  readonly calls: { readonly task: PerformTask; readonly end: (outcome: TaskOutcome) => void }[] = [];

  limits: Partial<Limits> = {};

  constructor(t: TestContext) {
    this.#t = t;
    this.runtime = this.open();
  }

  open(): Runtime {
    const { store, clock } = this;
    const answer = (task: PerformTask) =>
      new Promise<TaskOutcome>((resolve) => this.calls.push({ task, end: resolve }));
    const log = (message: string, error: unknown): void => {
      throw new Error(message, { cause: error });
    };
    this.runtime = openTestRuntime({ store, clock, answer, log, limits: this.limits });
    this.#t.after(() => this.runtime.close());
    return this.runtime;
  }

  async start(definition: Json, input: Json): Promise<string> {
    await createTestMachine(this.store, "m", definition);
    const request = await testStartRequest(this.store, "m", "one");
    const outcome = await this.runtime.startExecution({ ...request, input: Payload.ofValue(input) });
    assert.ok(outcome.kind === "started");
    await settled();
    return outcome.executionArn;
  }

  async describe(arn: string): Promise<ExecutionDescription> {
    await settled();
    const description = await this.runtime.describeExecution(arn);
    assert.ok(description);
    return description;
  }

  async run(): Promise<MapRunRecord> {
    const [run] = await this.store.mapRuns.listMapRuns(1, { limit: 1 });
    assert.ok(run);
    return run;
  }

  async children(): Promise<readonly ExecutionRecord[]> {
    const all: readonly ExecutionStatus[] = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];
    return this.store.mapRuns.childrenByIndex((await this.run()).id, all, { limit: 999 });
  }

  async statuses(): Promise<string> {
    return (await this.children()).map(({ status }) => status.slice(0, 2)).join(" ");
  }

  /** Ends the oldest calls. */
  async answer(...outcomes: readonly (Json | "fail")[]): Promise<void> {
    for (const outcome of outcomes) {
      const waiting = this.calls.shift();
      assert.ok(waiting, "a call waits");
      if (outcome === "fail") waiting.end({ kind: "failed", error: "Broken", cause: "so" });
      else waiting.end({ kind: "succeeded", output: Payload.ofValue(outcome) });
      await settled();
    }
  }
}

test("children go through the items, and their outputs are the result, in the order of the items", async (t) => {
  for (const type of ["STANDARD", "EXPRESS"]) {
    const bench = new Bench(t);
    const arn = await bench.start(machine(mapOf(call, {}, type)), ["a", "b", "c"]);
    assert.deepEqual(
      bench.calls.map(({ task }) => task.parameters.text),
      ['"a"', '"b"', '"c"'],
    );
    const [third] = bench.calls.splice(2, 1);
    third?.end({ kind: "succeeded", output: Payload.ofText("3") });
    await bench.answer(1, 2);
    const { record, output } = await bench.describe(arn);
    assert.equal(record.status, "SUCCEEDED");
    assert.equal(output?.text, "[1,2,3]");
    assert.equal((await bench.run()).status, "SUCCEEDED");
    assert.equal((await bench.run()).isOpen, false);
  }
});

test("as many children run as may, one after the other in order", async (t) => {
  const bench = new Bench(t);
  const arn = await bench.start(machine(mapOf(call, { MaxConcurrency: 2 })), [1, 2, 3, 4]);
  assert.equal(bench.calls.length, 2);
  await bench.answer("x");
  assert.deepEqual(
    bench.calls.map(({ task }) => task.parameters.text),
    ["2", "3"],
  );
  await bench.answer("x", "x", "x");
  assert.equal((await bench.describe(arn)).record.status, "SUCCEEDED");
});

test("no items give an empty list, and members of an object are items too", async (t) => {
  const bench = new Bench(t);
  assert.equal((await bench.describe(await bench.start(machine(mapOf(pass)), []))).output?.text, "[]");
  const other = new Bench(t);
  const arn = await other.start(machine(mapOf(pass)), { a: 1, b: [2] });
  assert.equal((await other.describe(arn)).output?.text, '[{"Key":"a","Value":1},{"Key":"b","Value":[2]}]');
});

test("children are named as AWS names them, and see no more of their parent than their input", async (t) => {
  const bench = new Bench(t);
  const inner = { Type: "Pass", End: true, Parameters: { "context.$": "$$" } };
  const arn = await bench.start(machine(mapOf(inner, { Assign: { "v.$": "$" } })), [7]);
  const { output } = await bench.describe(arn);
  const [{ context }] = JSON.parse(output?.text ?? "") as [
    { context: { [name: string]: { [name: string]: unknown } } },
  ];
  const { Execution, StateMachine } = context;
  assert.match(String(Execution?.["Id"]), /^arn:aws:states:us-east-1:123456789012:execution:m\/Label:[0-9a-f-]{36}$/);
  assert.equal(Execution?.["Input"], 7);
  assert.equal(StateMachine?.["Id"], "arn:aws:states:us-east-1:123456789012:stateMachine:m/Label");
  const child = await bench.runtime.describeExecution(String(Execution?.["Id"]));
  assert.equal(child?.name, Execution?.["Name"]);
  assert.equal(child?.record.mapRun?.index, 0);
});

test("batches are the inputs of children, and count their items", async (t) => {
  const bench = new Bench(t);
  const batcher = { ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { "all.$": "$[0]" } } };
  const arn = await bench.start(machine(mapOf(pass, batcher)), [1, 2, 3]);
  assert.equal(
    (await bench.describe(arn)).output?.text,
    '[{"BatchInput":{"all":1},"Items":[1,2]},{"BatchInput":{"all":1},"Items":[3]}]',
  );
  assert.deepEqual(
    (await bench.children()).map(({ mapRun }) => mapRun?.itemCount),
    [2, 1],
  );
});

test("a child that fails fails the run, and the others are stopped", async (t) => {
  const bench = new Bench(t);
  const arn = await bench.start(machine(mapOf(call)), [1, 2, 3]);
  await bench.answer("ok", "fail");
  const { record, failure } = await bench.describe(arn);
  assert.equal(record.status, "FAILED");
  assert.deepEqual(failure, {
    error: "States.ExceedToleratedFailureThreshold",
    cause: "The specified tolerated failure threshold was exceeded",
  });
  assert.equal(await bench.statuses(), "SU FA AB");
  assert.equal((await bench.run()).status, "FAILED");
});

test("failures that are tolerated are no part of the result", async (t) => {
  const rows: readonly (readonly [fields: Fields, status: string])[] = [
    [{ ToleratedFailureCount: 1 }, "SUCCEEDED"],
    [{ ToleratedFailurePercentage: 34 }, "SUCCEEDED"],
    [{ ToleratedFailurePercentage: 33 }, "FAILED"],
    [{ ToleratedFailureCount: 1, ToleratedFailurePercentage: 33 }, "FAILED"],
  ];
  for (const [fields, status] of rows) {
    const bench = new Bench(t);
    const arn = await bench.start(machine(mapOf(call, { MaxConcurrency: 1, ...fields })), [1, 2, 3]);
    await bench.answer("a", "fail");
    if (status === "SUCCEEDED") await bench.answer("c");
    const { record, output } = await bench.describe(arn);
    assert.equal(record.status, status, JSON.stringify(fields));
    if (status === "SUCCEEDED") assert.equal(output?.text, '["a","c"]');
  }
});

test("a failed batch counts all of its items", async (t) => {
  const bench = new Bench(t);
  const fields = { ToleratedFailureCount: 2, ItemBatcher: { MaxItemsPerBatch: 3 } };
  const arn = await bench.start(machine(mapOf(call, fields)), [1, 2, 3, 4]);
  await bench.answer("fail");
  assert.equal((await bench.describe(arn)).record.status, "FAILED");
});

test("a result that is too large fails the run", async (t) => {
  const bench = new Bench(t);
  const inner = { Type: "Pass", Result: "x".repeat(150_000), End: true };
  const { failure } = await bench.describe(await bench.start(machine(mapOf(inner)), [1, 2]));
  assert.equal(failure?.error, "States.DataLimitExceeded");
});

test("an ItemSelector that fails fails the run, after the items before it", async (t) => {
  const bench = new Bench(t);
  const selector = { ItemSelector: { "n.$": "States.MathAdd($$.Map.Item.Value, 1)" } };
  const { failure } = await bench.describe(await bench.start(machine(mapOf(pass, selector)), [1, "two"]));
  assert.equal(failure?.error, "States.Runtime");
  assert.equal(await bench.statuses(), "SU");
});

test("a stop of the parent stops the children, and a redrive goes on with what did not succeed", async (t) => {
  for (const type of ["STANDARD", "EXPRESS"]) {
    const bench = new Bench(t);
    const arn = await bench.start(machine(mapOf(call, { MaxConcurrency: 2 }, type)), [1, 2, 3]);
    await bench.answer("one");
    await bench.runtime.stopExecution(arn, {});
    await settled();
    assert.equal(await bench.statuses(), "SU AB AB");
    const { status, isOpen } = await bench.run();
    assert.deepEqual([status, isOpen], ["ABORTED", false]);
    bench.calls.length = 0;
    await bench.runtime.redriveExecution(arn, undefined);
    await settled();
    assert.deepEqual(
      bench.calls.map(({ task }) => task.parameters.text),
      ["2", "3"],
    );
    await bench.answer("two", "three");
    const { output } = await bench.describe(arn);
    assert.equal(output?.text, '["one","two","three"]');
    assert.equal((await bench.run()).redrive?.count, 1);
  }
});

test("a redrive of a run that failed does not run again what succeeded, and begins what never began", async (t) => {
  const bench = new Bench(t);
  const arn = await bench.start(machine(mapOf(call, { MaxConcurrency: 1 })), [1, 2, 3, 4]);
  await bench.answer("one", "fail");
  assert.equal(await bench.statuses(), "SU FA");
  await bench.runtime.redriveExecution(arn, undefined);
  await settled();
  await bench.answer("two", "three", "fail");
  assert.equal((await bench.describe(arn)).record.status, "FAILED");
  assert.equal(await bench.statuses(), "SU SU SU FA");
  await bench.runtime.redriveExecution(arn, undefined);
  await settled();
  await bench.answer("four");
  assert.equal((await bench.describe(arn)).output?.text, '["one","two","three","four"]');
  assert.deepEqual(
    (await bench.children()).map(({ redrive }) => redrive?.count),
    [undefined, 1, undefined, 1],
  );
});

test("a child that cannot be redriven stays failed, and counts as one that failed", async (t) => {
  const bench = new Bench(t);
  const chain = (next: string): Fields => ({ Type: "Pass", Next: next });
  const processor = {
    ...(mapOf(pass)["ItemProcessor"] as Fields),
    States: { Inner: chain("B"), B: chain("C"), C: chain("D"), D: call },
  };
  const arn = await bench.start(machine(mapOf(pass, { ItemProcessor: processor })), [1]);
  await bench.answer("fail");
  const [child] = await bench.children();
  assert.deepEqual([child?.status, child?.lastEventId], ["FAILED", 12]);
  await bench.runtime.close();
  // The same history is too long for an operator who allows less.
  bench.limits = { maxHistoryEvents: 13 };
  await bench.open().recover();
  assert.equal((await bench.runtime.redriveExecution(arn, undefined))?.kind, "redriven");
  const { record, failure } = await bench.describe(arn);
  assert.deepEqual([record.status, failure?.error], ["FAILED", "States.ExceedToleratedFailureThreshold"]);
  assert.equal(bench.calls.length, 0);
  assert.deepEqual(await bench.children(), [child]);
});

test("a Map within a child is a run of its own, and is aborted with it", async (t) => {
  const bench = new Bench(t);
  const inner = mapOf(call, {
    Label: "Inside",
    ItemProcessor: { ...(mapOf(call)["ItemProcessor"] as Fields), StartAt: "Leaf", States: { Leaf: call } },
  });
  const arn = await bench.start(machine(mapOf(inner, { MaxConcurrency: 1 })), [
    [1, 2],
    [3, 4],
  ]);
  await bench.answer("1", "2", "3");
  assert.equal(bench.calls.length, 1);
  await bench.runtime.stopExecution(arn, {});
  await settled();
  const open = await bench.store.mapRuns.openMapRuns({ limit: 9 });
  assert.deepEqual(open, []);
  assert.equal(await bench.statuses(), "SU AB");
  bench.calls.length = 0;
  await bench.runtime.redriveExecution(arn, undefined);
  await settled();
  await bench.answer("4");
  assert.equal((await bench.describe(arn)).output?.text, '[["1","2"],["3","4"]]');
});

test("a process that takes over goes on where the one before was", async (t) => {
  const bench = new Bench(t);
  const arn = await bench.start(machine(mapOf(call, { MaxConcurrency: 2 })), [1, 2, 3, 4]);
  await bench.answer("one");
  await bench.runtime.close();
  bench.calls.length = 0;
  await bench.open().recover();
  await settled();
  assert.deepEqual(
    bench.calls.map(({ task }) => task.parameters.text),
    ["2", "3"],
  );
  await bench.answer("two", "three", "four");
  assert.equal((await bench.describe(arn)).output?.text, '["one","two","three","four"]');
});

test("a machine that is deleted ends its runs", async (t) => {
  const bench = new Bench(t);
  const started = await bench.start(machine(mapOf(call, { MaxConcurrency: 1 })), [1, 2]);
  const stateMachine = await bench.store.catalogue.findStateMachine("m");
  assert.ok(stateMachine);
  await bench.runtime.deleteStateMachine(stateMachine);
  await settled();
  await bench.answer("one");
  assert.equal((await bench.describe(started)).record.status, "ABORTED");
  assert.equal(await bench.store.catalogue.findStateMachine("m"), undefined);
});

test("runs in two branches fail together, and a redrive goes on with both", async (t) => {
  const bench = new Bench(t);
  const wait = { Type: "Wait", Seconds: 1, End: true };
  const branch = (name: string, map: Fields): Json => ({ StartAt: name, States: { [name]: map } });
  const Branches = [branch("A", mapOf(call, { Label: "a" })), branch("B", mapOf(wait, { Label: "b" }, "EXPRESS"))];
  const arn = await bench.start({ StartAt: "P", States: { P: { Type: "Parallel", End: true, Branches } } }, [1, 2]);
  await bench.answer("fail");
  assert.equal((await bench.describe(arn)).record.status, "FAILED");
  assert.deepEqual(await bench.store.mapRuns.openMapRuns({ limit: 5 }), []);
  bench.calls.length = 0;
  await bench.runtime.redriveExecution(arn, undefined);
  await settled();
  assert.equal(bench.calls.length, 2);
  bench.clock.advance(2_000);
  await bench.answer("one", "two");
  assert.equal((await bench.describe(arn)).output?.text, '[["one","two"],[1,2]]');
});
