import assert from "node:assert/strict";
import { test } from "node:test";
import { answerFor } from "../api/errors.ts";
import { openMemoryStore } from "../store/memory/memory-store.ts";
import { settled } from "../testing/settled.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { createTestMachine, openTestRuntime, testStartRequest } from "../testing/test-runtime.ts";
import { MemorySpentError } from "./memory-budget.ts";

void test("when memory is spent starts are refused by name, timers and restarts wait, and all go on when there is room", async () => {
  const store = openMemoryStore();
  const clock = new SimulatedClock();
  const logged: string[] = [];
  const memory = { used: 10, limit: 100 };
  let elapsed = 0;
  const options = {
    store,
    clock,
    log: (message: string) => void logged.push(message),
    memoryUse: () => memory,
    elapsed: () => (elapsed += 100),
  };
  const runtime = openTestRuntime(options);
  const wait = { StartAt: "W", States: { W: { Type: "Wait", Seconds: 1, End: true } } };
  await createTestMachine(store, "m", wait);
  await createTestMachine(store, "express", wait, { type: "EXPRESS" });
  const started = await runtime.startExecution(await testStartRequest(store, "m", "one"));
  assert.ok(started.kind === "started");
  await settled();

  memory.used = 71;
  for (const name of ["m", "express"]) {
    const request = await testStartRequest(store, name, "two");
    const start = name === "m" ? runtime.startExecution(request) : runtime.startSyncExecution(request);
    await assert.rejects(start, (error: unknown) => {
      assert.ok(error instanceof MemorySpentError);
      const { name: code, status, message } = answerFor(error);
      assert.deepEqual([code, status], ["ServiceUnavailable", 503]);
      assert.match(message, /no memory left for another execution.*max-old-space-size/);
      return true;
    });
  }
  assert.match(logged[0] ?? "", /^0 MB of 0 MB of memory are in use: nothing more is begun until there is less\./);
  clock.advance(1_000);
  await settled();
  const status = async (): Promise<unknown> => (await runtime.describeExecution(started.executionArn))?.record.status;
  assert.equal(await status(), "RUNNING", "its timer is due, and it waits in the store");

  memory.used = 70;
  for (let i = 0; i < 3; i++) {
    clock.advance(500);
    await settled();
  }
  assert.equal(await status(), "SUCCEEDED");
  await runtime.close();
});
