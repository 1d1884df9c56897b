import assert from "node:assert/strict";
import { test } from "node:test";
import { openMemoryStore } from "../../store/memory/memory-store.ts";
import { allEvents } from "../../store/contract-fixtures.ts";
import { settled } from "../../testing/settled.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { createTestMachine, openTestRuntime, testStartRequest } from "../../testing/test-runtime.ts";

const child = "arn:aws:states:us-east-1:123456789012:stateMachine:child";
const wait = { StartAt: "W", States: { W: { Type: "Wait", Seconds: 60, End: true } } };
const parent = {
  StartAt: "Run",
  States: {
    Run: {
      Type: "Task",
      Resource: "arn:aws:states:::states:startExecution.sync:2",
      Parameters: { StateMachineArn: child, Name: "the-child" },
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Told" }],
      End: true,
    },
    Told: { Type: "Pass", End: true },
  },
};

void test("an execution whose journal cannot be read is ended by its record, and its parent is told", async () => {
  const store = openMemoryStore();
  const clock = new SimulatedClock();
  const logged: string[] = [];
  let damaged = 0;
  const { eachRow } = store.journal;
  const journal = {
    ...store.journal,
    eachRow: (id: number) => {
      if (id === damaged) throw new Error("the store is damaged");
      return eachRow(id);
    },
  };
  const runtime = openTestRuntime({ store: { ...store, journal }, clock, log: (message) => logged.push(message) });
  await createTestMachine(store, "child", wait);
  await createTestMachine(store, "parent", parent);
  const started = await runtime.startExecution(await testStartRequest(store, "parent", "the-parent"));
  assert.ok(started.kind === "started");
  await settled();
  damaged = (await journal.findRecord("child", "the-child"))?.id ?? 0;
  const childArn = "arn:aws:states:us-east-1:123456789012:execution:child:the-child";

  const ends = await Promise.all([1, 2].map(() => runtime.stopExecution(childArn, { error: "E", cause: "C" })));
  await settled();
  assert.deepEqual(ends, [clock.now(), clock.now()]);
  damaged = 0;
  const events = await allEvents(journal, (await journal.findRecord("child", "the-child"))?.id ?? 0);
  assert.deepEqual(
    events.slice(-2).map(({ kind, id }) => [kind, id]),
    [
      ["WaitStarted", 2],
      ["ExecutionAborted", 3],
    ],
  );
  assert.equal((await runtime.describeExecution(started.executionArn))?.record.status, "SUCCEEDED");
  assert.match(logged[0] ?? "", /^Execution \d+ cannot be read or decided for; it is ended by its record alone\./);
  await runtime.close();
});

void test("a change that cannot be encoded stops its execution alone, and the end is still open to it", async () => {
  const store = openMemoryStore();
  const clock = new SimulatedClock();
  const { encode } = store.journal;
  const journal: typeof store.journal = {
    ...store.journal,
    encode: (change) => {
      if (change.record.key === "broken" && !change.isNew && change.record.status === "RUNNING") {
        throw new RangeError("Invalid string length");
      }
      return encode(change);
    },
  };
  const runtime = openTestRuntime({ store: { ...store, journal }, clock });
  const twice = {
    StartAt: "A",
    States: { A: { Type: "Wait", Seconds: 1, Next: "B" }, B: { Type: "Wait", Seconds: 1, End: true } },
  };
  await createTestMachine(store, "m", twice);
  const arns = await Promise.all(
    ["broken", "sound"].map(async (name) => {
      const started = await runtime.startExecution(await testStartRequest(store, "m", name));
      return started.kind === "started" ? started.executionArn : "";
    }),
  );
  for (let i = 0; i < 2; i++) {
    clock.advance(1_000);
    await settled();
  }
  const statuses = async (): Promise<readonly unknown[]> =>
    Promise.all(arns.map(async (arn) => (await runtime.describeExecution(arn))?.record.status));
  assert.deepEqual(await statuses(), ["RUNNING", "SUCCEEDED"]);
  await runtime.stopExecution(arns[0] ?? "", {});
  assert.deepEqual(await statuses(), ["ABORTED", "SUCCEEDED"]);
  await runtime.close();
});

void test("a stop tells the time of the end that it brought about, though a redrive has begun the execution anew", async () => {
  const store = openMemoryStore();
  const clock = new SimulatedClock();
  const held: PromiseWithResolvers<void>[] = [];
  let isHolding = false;
  const journal: typeof store.journal = {
    ...store.journal,
    append: async (changes) => {
      await store.journal.append(changes);
      if (!isHolding) return;
      const answer = Promise.withResolvers<void>();
      held.push(answer);
      await answer.promise;
    },
  };
  const runtime = openTestRuntime({ store: { ...store, journal }, clock });
  await createTestMachine(store, "m", wait);
  const started = await runtime.startExecution(await testStartRequest(store, "m", "one"));
  assert.ok(started.kind === "started");
  await settled();
  isHolding = true;
  const stopping = runtime.stopExecution(started.executionArn, {});
  await settled();
  isHolding = false;
  const redriving = runtime.redriveExecution(started.executionArn, undefined);
  const at = clock.now();
  held[0]?.resolve();
  assert.equal(await stopping, at);
  assert.equal((await redriving)?.kind, "redriven");
  await runtime.close();
});

void test("a stop of one that had ended and is redriven meanwhile stops it, and says no untruth", async () => {
  const store = openMemoryStore();
  const clock = new SimulatedClock();
  const looks: PromiseWithResolvers<void>[] = [];
  let isHolding = false;
  const journal: typeof store.journal = {
    ...store.journal,
    readRecord: async (id) => {
      // The first look finds that it has ended, the second asks when.
      if (isHolding && looks.push(Promise.withResolvers()) === 2) await looks[1]?.promise;
      return store.journal.readRecord(id);
    },
  };
  const runtime = openTestRuntime({ store: { ...store, journal }, clock });
  await createTestMachine(store, "m", wait);
  const started = await runtime.startExecution(await testStartRequest(store, "m", "one"));
  assert.ok(started.kind === "started");
  await runtime.stopExecution(started.executionArn, {});
  clock.advance(1_000);
  isHolding = true;
  const stopping = runtime.stopExecution(started.executionArn, {});
  await settled();
  assert.equal(looks.length, 2);
  assert.equal((await runtime.redriveExecution(started.executionArn, undefined))?.kind, "redriven");
  looks[1]?.resolve();
  assert.equal(await stopping, clock.now());
  assert.equal((await store.journal.findRecord("m", "one"))?.status, "ABORTED");
  await runtime.close();
});
