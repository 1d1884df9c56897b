// A disk that fails to read once: nothing is lost by it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import type { TaskOutcome } from "../../engine/effect.ts";
import { openMemoryStore } from "../../store/memory/memory-store.ts";
import { settled } from "../../testing/settled.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import {
  createTestMachine,
  openTestRuntime,
  type TestRuntimeOptions,
  testStartRequest,
} from "../../testing/test-runtime.ts";

class Bench {
  readonly clock = new SimulatedClock();
  readonly logged: string[] = [];
  failingReads = 0;
  isFull = false;
  readonly #memory = openMemoryStore();
  readonly store = {
    ...this.#memory,
    journal: {
      ...this.#memory.journal,
      eachRow: (id: number) => {
        if (this.failingReads-- > 0) throw new Error("reading failed: look at the disk");
        return this.#memory.journal.eachRow(id);
      },
      readRecord: async (id: number) => {
        if (this.failingReads-- > 0) throw new Error("reading failed: look at the disk");
        return this.#memory.journal.readRecord(id);
      },
      append: async (changes: Parameters<typeof this.store.journal.append>[0]) => {
        if (this.isFull) throw new Error("the disk is full");
        await this.#memory.journal.append(changes);
      },
    },
  } as ReturnType<typeof openMemoryStore>;

  open(options: Partial<TestRuntimeOptions> = {}) {
    const log = (message: string): void => void this.logged.push(message);
    return openTestRuntime({ store: this.store, clock: this.clock, log, ...options });
  }

  async start(runtime: ReturnType<typeof openTestRuntime>, machine: string, definition: Json): Promise<string> {
    await createTestMachine(this.store, machine, definition);
    const started = await runtime.startExecution(await testStartRequest(this.store, machine, machine));
    assert.ok(started.kind === "started");
    await settled();
    return started.executionArn;
  }

  /** Lets a minute pass, second by second. */
  async pass(): Promise<void> {
    for (let second = 0; second < 60; second++) {
      this.clock.advance(1_000);
      await settled();
    }
  }
}

const only = (state: Record<string, Json>): Json => ({ StartAt: "Only", States: { Only: { ...state, End: true } } });
const call = only({ Type: "Task", Resource: "arn:aws:lambda:us-east-1:123456789012:function:f" });

void test("a timer rings though the execution could not be read when it was due", async () => {
  const bench = new Bench();
  const runtime = bench.open();
  const arn = await bench.start(runtime, "m", only({ Type: "Wait", Seconds: 30 }));
  bench.clock.advance(30_000);
  bench.failingReads = 1;
  await bench.pass();
  assert.equal((await runtime.describeExecution(arn))?.record.status, "SUCCEEDED");
  assert.deepEqual(bench.logged, ["Execution 1 could not go on; it is tried again."]);
});

void test("an execution that cannot be read keeps no other timer from ringing", async () => {
  const bench = new Bench();
  const runtime = bench.open();
  const broken = await bench.start(runtime, "broken", only({ Type: "Wait", Seconds: 10 }));
  const sound = await bench.start(runtime, "sound", only({ Type: "Wait", Seconds: 20 }));
  const { eachRow } = bench.store.journal;
  let isBroken = true;
  Object.assign(bench.store.journal, {
    eachRow: (id: number) => {
      if (id === 1 && isBroken) throw new Error("this block cannot be read");
      return eachRow(id);
    },
  });
  await bench.pass();
  const statusOf = async (arn: string): Promise<unknown> => (await runtime.describeExecution(arn))?.record.status;
  assert.deepEqual([await statusOf(broken), await statusOf(sound)], ["RUNNING", "SUCCEEDED"]);
  isBroken = false;
  await bench.pass();
  assert.equal(await statusOf(broken), "SUCCEEDED");
});

void test("the outcome of a call counts though neither the store could be written nor then be read", async () => {
  const bench = new Bench();
  const outcome = Promise.withResolvers<TaskOutcome>();
  const runtime = bench.open({ answer: () => outcome.promise });
  const arn = await bench.start(runtime, "m", call);
  bench.isFull = true;
  outcome.resolve({ kind: "succeeded", output: Payload.ofText("1") });
  await settled();
  bench.isFull = false;
  bench.failingReads = 1;
  await bench.pass();
  assert.equal((await runtime.describeExecution(arn))?.record.status, "SUCCEEDED");
});

void test("an execution is taken up again after a restart though it could not be read at first", async () => {
  const bench = new Bench();
  const arn = await bench.start(bench.open(), "m", call);
  const runtime = bench.open({ answer: async () => ({ kind: "succeeded", output: Payload.ofText("1") }) });
  bench.failingReads = 1;
  await runtime.recover();
  await bench.pass();
  assert.equal((await runtime.describeExecution(arn))?.record.status, "SUCCEEDED");
  assert.deepEqual(bench.logged, ["Execution 1 cannot be taken up again yet; it is tried again."]);
});

void test("the end of a child reaches its parent though it could not be read at first", async () => {
  const bench = new Bench();
  const runtime = bench.open();
  await createTestMachine(bench.store, "child", only({ Type: "Wait", Seconds: 5 }));
  const resource = "arn:aws:states:::states:startExecution.sync:2";
  const parameters = { StateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:child" };
  const arn = await bench.start(runtime, "m", only({ Type: "Task", Resource: resource, Parameters: parameters }));
  const { of } = bench.store.signals;
  let failing = 1;
  Object.assign(bench.store.signals, {
    of: (id: number) => (failing-- > 0 ? Promise.reject(new Error("reading failed")) : of(id)),
  });
  await bench.pass();
  assert.equal((await runtime.describeExecution(arn))?.record.status, "SUCCEEDED");
});

void test("however often a commit fails, one chain of decisions goes on", async () => {
  const bench = new Bench();
  const sizes: number[] = [];
  const { append } = bench.store.journal;
  Object.assign(bench.store.journal, {
    append: (changes: Parameters<typeof append>[0]) => {
      if (!bench.isFull) sizes.push(changes.reduce((sum, { events }) => sum + events.length, 0));
      return append(changes);
    },
  });
  const runtime = bench.open({ limits: { maxDecisionEvents: 5 } });
  const loop = { StartAt: "A", States: { A: { Type: "Pass", Next: "A" } } };
  await createTestMachine(bench.store, "m", loop);
  await runtime.startExecution(await testStartRequest(bench.store, "m", "m"));
  for (let i = 0; i < 6; i++) {
    bench.isFull = true;
    for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
    bench.isFull = false;
    bench.clock.advance(500);
    for (let turns = 0; turns < 40; turns++) await new Promise((resolve) => setImmediate(resolve));
  }
  await runtime.close();
  assert.ok(Math.max(...sizes.slice(-10)) <= 12, `batches of ${sizes.slice(-10).join(", ")} events`);
});
