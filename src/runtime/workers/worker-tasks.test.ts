// Tasks of activities on their way to workers: none is lost with the answer that should have brought it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Json } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import { allEvents } from "../../store/contract-fixtures.ts";
import { openMemoryStore } from "../../store/memory/memory-store.ts";
import { openSqliteStore } from "../../store/sqlite/sqlite-store.ts";
import type { Store } from "../../store/store.ts";
import { settled } from "../../testing/settled.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { createTestMachine, openTestRuntime, testStartRequest } from "../../testing/test-runtime.ts";
import type { ActivityTask, Runtime } from "../runtime.ts";

const activity = "arn:aws:states:us-east-1:123456789012:activity:work";
const machine = { StartAt: "A", States: { A: { Type: "Task", Resource: activity, End: true } } };

async function start(runtime: Runtime, store: Store, definition: Json = machine): Promise<string> {
  await createTestMachine(store, "m", definition);
  const started = await runtime.startExecution(await testStartRequest(store, "m", "one"));
  assert.ok(started.kind === "started");
  return started.executionArn;
}

/** The task that a worker gets, who does not wait for one. */
async function take(runtime: Runtime): Promise<ActivityTask | undefined> {
  const leaving = new AbortController();
  const taking = runtime.takeActivityTask(activity, "w", leaving.signal);
  await settled();
  leaving.abort();
  const task = await taking;
  assert.notEqual(task?.kind, "limitExceeded");
  return task?.kind === "task" ? task : undefined;
}

async function kindsOf(store: Store): Promise<readonly string[]> {
  return (await allEvents(store.journal, 1)).map(({ kind }) => kind);
}

void test("a task whose answer could not be written goes to the next worker, under the same token, and starts once", async () => {
  const store = openMemoryStore();
  const clock = new SimulatedClock();
  const runtime = openTestRuntime({ store, clock });
  const arn = await start(runtime, store);
  const first = await take(runtime);
  assert.equal(await take(runtime), undefined, "one worker has it");
  const waiting = runtime.takeActivityTask(activity, "other", new AbortController().signal);
  first?.handedOver(false);
  const second = await waiting;
  assert.ok(second?.kind === "task");
  assert.equal(second.taskToken, first?.taskToken);
  second.handedOver(true);
  assert.equal(await runtime.sendTaskSuccess(second.taskToken, Payload.ofText("1")), "accepted");
  await settled();
  assert.equal((await runtime.describeExecution(arn))?.record.status, "SUCCEEDED");
  assert.equal((await kindsOf(store)).filter((kind) => kind === "TaskStarted").length, 1);
  await runtime.close();
});

void test("after a crash a task is offered again unless its worker is known to have it", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-offers-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "data.db");
  const clock = new SimulatedClock();
  let store = await openSqliteStore(file);
  let runtime = openTestRuntime({ store, clock });
  /** Nothing is closed by whoever dies. */
  const crash = async (): Promise<void> => {
    await store.close();
    store = await openSqliteStore(file);
    runtime = openTestRuntime({ store, clock });
    await runtime.recover();
  };
  await start(runtime, store);
  const lost = await take(runtime);
  await crash();
  const found = await take(runtime);
  assert.ok(found !== undefined);
  assert.equal(found.taskToken, lost?.taskToken);
  found.handedOver(true);
  clock.advance(200);
  await settled();
  await crash();
  assert.equal(await take(runtime), undefined, "its worker has it");
  assert.equal(await runtime.sendTaskSuccess(found.taskToken, Payload.ofText("1")), "accepted");
  await runtime.close();
  await store.close();
});

void test("a stop in good order notes who has a task", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-offers-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "data.db");
  const clock = new SimulatedClock();
  const store = await openSqliteStore(file);
  const runtime = openTestRuntime({ store, clock });
  await start(runtime, store);
  (await take(runtime))?.handedOver(true);
  await runtime.close();
  await store.close();
  const again = await openSqliteStore(file);
  const next = openTestRuntime({ store: again, clock });
  assert.equal(await take(next), undefined);
  await next.close();
  await again.close();
});

void test("tasks that timed out or were aborted while nobody took them stand before no other", async () => {
  const store = openMemoryStore();
  const clock = new SimulatedClock();
  const runtime = openTestRuntime({ store, clock });
  const task = { Type: "Task", Resource: activity, End: true };
  const retried = { ...task, TimeoutSeconds: 1, Retry: [{ ErrorEquals: ["States.Timeout"], MaxAttempts: 3 }] };
  const failing = {
    StartAt: "W",
    States: { W: { Type: "Wait", Seconds: 3, Next: "F" }, F: { Type: "Fail", Error: "E" } },
  };
  await createTestMachine(store, "m", {
    StartAt: "P",
    States: {
      P: {
        Type: "Parallel",
        Branches: [{ StartAt: "A", States: { A: retried } }, { StartAt: "B", States: { B: task } }, failing],
        Catch: [{ ErrorEquals: ["E"], Next: "W" }],
        Next: "W",
      },
      W: { Type: "Wait", Seconds: 60, Next: "A" },
      A: task,
    },
  });
  await runtime.startExecution(await testStartRequest(store, "m", "one"));
  for (let second = 0; second < 3; second++) {
    clock.advance(1_000);
    await settled();
  }
  assert.equal((await store.journal.findRecord("m", "one"))?.status, "RUNNING");
  assert.equal(await store.offers.take(activity), undefined);
  await runtime.close();
});

void test("a worker that has gone before its turn comes starts no task, and the next one gets it", async () => {
  const store = openMemoryStore();
  const runtime = openTestRuntime({ store, clock: new SimulatedClock() });
  await start(runtime, store);
  const leaving = new AbortController();
  const taking = runtime.takeActivityTask(activity, "gone", leaving.signal);
  const waiting = runtime.takeActivityTask(activity, "there", new AbortController().signal);
  leaving.abort();
  assert.equal(await taking, undefined);
  assert.equal((await waiting)?.kind, "task");
  const begun = (await allEvents(store.journal, 1)).filter((event) => event.kind === "TaskStarted");
  assert.deepEqual(
    begun.map((event) => event.kind === "TaskStarted" && event.workerName),
    ["there"],
  );
  await runtime.close();
});

void test("a worker that uses the token of a task has it, whatever became of its answer", async () => {
  for (const isTold of ["before", "after"]) {
    const store = openMemoryStore();
    const runtime = openTestRuntime({ store, clock: new SimulatedClock() });
    await start(runtime, store);
    const task = await take(runtime);
    assert.ok(task !== undefined);
    if (isTold === "before") task.handedOver(false);
    assert.equal(await runtime.sendTaskHeartbeat(task.taskToken), "accepted");
    await runtime.close();
    if (isTold === "after") task.handedOver(false);
    const next = openTestRuntime({ store, clock: new SimulatedClock() });
    assert.equal(await take(next), undefined, isTold);
    assert.equal(await next.sendTaskSuccess(task.taskToken, Payload.ofText("1")), "accepted");
    await next.close();
  }
});

void test("the time within which a worker must show life begins with the worker that gets the task", async () => {
  const store = openMemoryStore();
  const clock = new SimulatedClock();
  const runtime = openTestRuntime({ store, clock });
  const limits = { HeartbeatSeconds: 10, TimeoutSeconds: 25 };
  const arn = await start(runtime, store, { StartAt: "A", States: { A: { ...machine.States.A, ...limits } } });
  const statusAfter = async (seconds: number): Promise<string | undefined> => {
    for (let passed = 0; passed < seconds; passed++) {
      clock.advance(1_000);
      await settled();
    }
    return (await runtime.describeExecution(arn))?.record.status;
  };
  const first = await take(runtime);
  assert.equal(await statusAfter(8), "RUNNING");
  first?.handedOver(false);
  const second = await take(runtime);
  second?.handedOver(true);
  assert.equal(await statusAfter(8), "RUNNING", "sixteen seconds after the first hand-out");
  assert.equal(await runtime.sendTaskHeartbeat(second?.taskToken ?? ""), "accepted");
  assert.equal(await statusAfter(8), "RUNNING");
  assert.equal(await statusAfter(2), "FAILED", "the time limit counts from the start");
  await runtime.close();
});

void test("a delivery that is known only while the server stops is noted", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-offers-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "data.db");
  const clock = new SimulatedClock();
  const store = await openSqliteStore(file);
  const runtime = openTestRuntime({ store, clock });
  await start(runtime, store);
  const task = await take(runtime);
  await runtime.close();
  task?.handedOver(true);
  await store.close();
  assert.equal(clock.nextAt, undefined, "no timer is left");
  const again = await openSqliteStore(file);
  const next = openTestRuntime({ store: again, clock });
  assert.equal(await take(next), undefined);
  await next.close();
  await again.close();
});
