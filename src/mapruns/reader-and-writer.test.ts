// Map Runs between an ItemReader and a ResultWriter, both of which the test gives.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Json } from "../asl/json.ts";
import type { TaskOutcome } from "../engine/effect.ts";
import { Payload } from "../asl/payload.ts";
import type { ExecutionDescription, Runtime } from "../runtime/runtime.ts";
import { openMemoryStore } from "../store/memory/memory-store.ts";
import { settled } from "../testing/settled.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { createTestMachine, openTestRuntime, testStartRequest } from "../testing/test-runtime.ts";
import { mapRunnerOn } from "./create-map-runner.ts";
import {
  type ChildResult,
  type EndedChildResult,
  type ItemChunk,
  ItemReaderError,
  type MapRunData,
  type ReaderRequest,
  type WriterRun,
} from "./ports.ts";

const call = { Type: "Task", Resource: "arn:aws:lambda:us-east-1:123456789012:function:work", End: true };

function machine(fields: { readonly [field: string]: Json } = {}): Json {
  return {
    StartAt: "M",
    States: {
      M: {
        Type: "Map",
        Label: "L",
        MaxConcurrency: 2,
        ItemReader: {
          Resource: "arn:aws:states:::s3:getObject",
          ReaderConfig: { InputType: "JSON", MaxItemsPath: "$.most" },
          Parameters: { Bucket: "b", "Key.$": "$.key" },
        },
        ItemSelector: {
          "value.$": "$$.Map.Item.Value",
          "source.$": "$$.Map.Item.Source",
          "index.$": "$$.Map.Item.Index",
        },
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
          StartAt: "Work",
          States: { Work: call },
        },
        End: true,
        ...fields,
      },
    },
  };
}
const ResultWriter = { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "out", Prefix: "p" } };

class Bench {
  readonly clock = new SimulatedClock();
  readonly store = openMemoryStore();
  readonly calls: { readonly input: string; readonly end: (outcome: TaskOutcome) => void }[] = [];
  /** Requests that the reader got, and how many items it passed over. */
  readonly requests: ReaderRequest[] = [];
  readonly skips: number[] = [];
  items: readonly Json[] = ["a", "b", "c"];
  /** The reader fails behind these. */
  readable = Infinity;
  destination: { readonly key: string } | { readonly failure: { readonly error: string; readonly cause: string } } = {
    key: "p/uuid/manifest.json",
  };
  readonly writings: WriterRun[] = [];
  readonly written: (readonly ChildResult[])[] = [];
  readonly #t: TestContext;
  runtime: Runtime;

  constructor(t: TestContext) {
    this.#t = t;
    this.runtime = this.open();
  }

  open(): Runtime {
    const { store, clock } = this;
    const answer = ({ parameters }: { readonly parameters: Payload }) =>
      new Promise<TaskOutcome>((end) => this.calls.push({ input: parameters.text, end }));
    this.runtime = openTestRuntime({ store, clock, answer, createMapRunner: mapRunnerOn(this.#data()) });
    this.#t.after(() => this.runtime.close());
    return this.runtime;
  }

  #data(): MapRunData {
    const read = async function* read(bench: Bench, skip: number): AsyncGenerator<ItemChunk, undefined> {
      bench.skips.push(skip);
      for (const item of bench.items.slice(skip, bench.readable)) {
        yield Object.assign([item], { source: "s3://b/k", isMembers: false });
      }
      if (bench.readable < bench.items.length) throw new ItemReaderError("The rest cannot be read.");
      return undefined;
    };
    return {
      openSource: async (request) => {
        this.requests.push(request);
        return { pin: "etag", read: (skip) => read(this, skip) };
      },
      tryDestination: async () => this.destination,
      writeResults: async (run, children) => {
        this.writings.push(run);
        const all: ChildResult[] = [];
        for await (const child of children(["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING"])) all.push(child);
        this.written.push(all);
        const succeeded = [{ key: `SUCCEEDED of ${run.redrive}`, size: 1 }];
        return "key" in this.destination ? { ...this.destination, succeeded } : this.destination;
      },
    };
  }

  async start(definition: Json): Promise<string> {
    await createTestMachine(this.store, "m", definition);
    const request = await testStartRequest(this.store, "m", "one");
    const input = Payload.ofValue({ key: "k", most: 3 });
    const outcome = await this.runtime.startExecution({ ...request, input });
    assert.ok(outcome.kind === "started");
    await settled();
    return outcome.executionArn;
  }

  async answer(...outcomes: readonly ("ok" | "fail")[]): Promise<void> {
    for (const outcome of outcomes) {
      const waiting = this.calls.shift();
      assert.ok(waiting, "a call waits");
      const failure = { kind: "failed", error: "Broken" } as const;
      waiting.end(outcome === "fail" ? failure : { kind: "succeeded", output: Payload.ofText("1") });
      await settled();
    }
  }

  async describe(arn: string): Promise<ExecutionDescription> {
    await settled();
    const description = await this.runtime.describeExecution(arn);
    assert.ok(description);
    return description;
  }
}

test("the items of a reader are read as there is room, and all of them are known at the end", async (t) => {
  const bench = new Bench(t);
  const arn = await bench.start(machine());
  assert.deepEqual(bench.requests[0], {
    resource: "arn:aws:states:::s3:getObject",
    arguments: { Bucket: "b", Key: "k" },
    config: { InputType: "JSON", MaxItems: 3 },
    pin: undefined,
  });
  assert.deepEqual(
    bench.calls.map(({ input }) => input),
    ['{"index":0,"source":"s3://b/k","value":"a"}', '{"index":1,"source":"s3://b/k","value":"b"}'],
  );
  assert.equal((await bench.store.mapRuns.readMapRun(1))?.state.total, undefined);
  await bench.answer("ok");
  const { state } = (await bench.store.mapRuns.readMapRun(1)) ?? {};
  assert.deepEqual([state?.total, state?.isRead, state?.pin], [3, true, "etag"]);
  await bench.answer("ok", "ok");
  assert.equal((await bench.describe(arn)).output?.text, "[1,1,1]");
});

test("a process that takes over reads on behind the items that have children, by the pin of the first", async (t) => {
  const bench = new Bench(t);
  const arn = await bench.start(machine());
  await bench.runtime.close();
  bench.calls.length = 0;
  await bench.open().recover();
  await settled();
  assert.equal(bench.calls.length, 2);
  await bench.answer("ok");
  assert.deepEqual(bench.skips, [0, 2]);
  assert.equal(bench.requests[1]?.pin, "etag");
  await bench.answer("ok", "ok");
  assert.equal((await bench.describe(arn)).output?.text, "[1,1,1]");
});

test("a reader that fails midway fails the run, and stops the children that run", async (t) => {
  const bench = new Bench(t);
  bench.readable = 1;
  const arn = await bench.start(machine());
  const { failure } = await bench.describe(arn);
  assert.deepEqual(failure, { error: "States.ItemReaderFailed", cause: "The rest cannot be read." });
  const counts = await bench.store.mapRuns.countChildren(1);
  assert.deepEqual(counts, [{ status: "ABORTED", redrive: 0, children: 1, items: 1 }]);
  bench.readable = Infinity;
  bench.calls.length = 0;
  await bench.runtime.redriveExecution(arn, undefined);
  await settled();
  await bench.answer("ok", "ok", "ok");
  assert.equal((await bench.describe(arn)).output?.text, "[1,1,1]");
});

test("a redrive of a run without children reads what is in the bucket by then", async (t) => {
  const bench = new Bench(t);
  bench.readable = 0;
  const arn = await bench.start(machine());
  assert.equal((await bench.describe(arn)).failure?.error, "States.ItemReaderFailed");
  bench.readable = Infinity;
  bench.items = ["mended"];
  await bench.runtime.redriveExecution(arn, undefined);
  await settled();
  assert.deepEqual(
    bench.requests.map(({ pin }) => pin),
    [undefined, undefined],
  );
  await bench.answer("ok");
  assert.equal((await bench.describe(arn)).output?.text, "[1]");
});

test("a share of failures is judged once all items are known", async (t) => {
  const bench = new Bench(t);
  const arn = await bench.start(machine({ ToleratedFailurePercentage: 30, MaxConcurrency: 1 }));
  await bench.answer("fail");
  assert.equal((await bench.describe(arn)).record.status, "RUNNING");
  await bench.answer("ok");
  assert.equal((await bench.describe(arn)).failure?.error, "States.ExceedToleratedFailureThreshold");
});

test("results are written, and their place is the result", async (t) => {
  const bench = new Bench(t);
  const arn = await bench.start(machine({ ResultWriter }));
  await bench.answer("ok", "ok", "ok");
  const { output } = await bench.describe(arn);
  const { MapRunArn, ResultWriterDetails } = JSON.parse(output?.text ?? "") as Record<string, unknown>;
  assert.match(String(MapRunArn), /:mapRun:m\/L:/);
  assert.deepEqual(ResultWriterDetails, { Bucket: "out", Key: "p/uuid/manifest.json" });
  assert.deepEqual(
    bench.written[0]?.map(({ status, input }) => [status, input]),
    ["a", "b", "c"].map((value, index) => ["SUCCEEDED", JSON.stringify({ index, source: "s3://b/k", value })]),
  );
});

test("results of a run that failed are written too, with the items that never began", async (t) => {
  const bench = new Bench(t);
  bench.items = ["a", "b", "c", "d"];
  const arn = await bench.start(machine({ ResultWriter }));
  await bench.answer("fail");
  assert.equal((await bench.describe(arn)).record.status, "FAILED");
  assert.deepEqual(
    bench.written[0]?.map(({ status }) => status),
    ["FAILED", "ABORTED", "PENDING", "PENDING"],
  );
  const [failed, aborted] = bench.written[0] as readonly EndedChildResult[];
  assert.deepEqual([failed?.error, failed?.redriveStatus], ["Broken", "REDRIVABLE_BY_MAP_RUN"]);
  const stopped =
    /^The map run execution \[arn:.*:mapRun:m\/L:[0-9a-f-]+\] which was managing this resource was aborted$/;
  assert.match(aborted?.cause ?? "", stopped);
  assert.equal(aborted?.error, undefined);
});

test("a redrive writes what ended since, beside what was written before it", async (t) => {
  const bench = new Bench(t);
  const arn = await bench.start(machine({ ResultWriter, MaxConcurrency: 1 }));
  await bench.answer("ok", "fail");
  for (const outcomes of [["fail"], ["ok", "ok"]] as const) {
    bench.calls.length = 0;
    assert.equal((await bench.describe(arn)).record.status, "FAILED");
    await bench.runtime.redriveExecution(arn, undefined);
    await settled();
    await bench.answer(...outcomes);
  }
  assert.equal((await bench.describe(arn)).record.status, "SUCCEEDED");
  const files = (redrive: number) => ({ redrive, files: [{ key: `SUCCEEDED of ${redrive}`, size: 1 }] });
  assert.deepEqual(
    bench.writings.map(({ redrive, earlier }) => [redrive, earlier]),
    [
      [0, []],
      [1, [files(0)]],
      [2, [files(0), files(1)]],
    ],
  );
  const last = bench.written[2] as readonly EndedChildResult[];
  assert.deepEqual(
    last.map(({ status, mapRunRedrive, redriveCount }) => [status, mapRunRedrive, redriveCount]),
    [
      ["SUCCEEDED", 0, 0],
      ["SUCCEEDED", 2, 2],
      ["SUCCEEDED", 2, 0],
    ],
  );
});

test("a destination that cannot be written to fails the run before its first child", async (t) => {
  const bench = new Bench(t);
  bench.destination = { failure: { error: "States.ResultWriterFailed", cause: "No such bucket" } };
  const arn = await bench.start(machine({ ResultWriter }));
  assert.deepEqual((await bench.describe(arn)).failure, bench.destination.failure);
  assert.equal(bench.calls.length, 0);
});
