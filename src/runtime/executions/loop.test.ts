// The loop against a store that refuses, a part that has a bug, and executions that stand still.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as claim } from "../../asl/assert.ts";
import { Payload } from "../../asl/payload.ts";
import { openMemoryStore } from "../../store/memory/memory-store.ts";
import { settled } from "../../testing/settled.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { createTestMachine, openTestRuntime, testStartRequest } from "../../testing/test-runtime.ts";

const call = { Type: "Task", Resource: "arn:aws:lambda:us-east-1:123456789012:function:f", End: true };

void test("the calls of an Express execution that ends are called off, also while the store can write nothing", async () => {
  const store = openMemoryStore();
  const clock = new SimulatedClock();
  let isFull = false;
  const journal: typeof store.journal = {
    ...store.journal,
    append: (changes) => (isFull ? Promise.reject(new Error("full")) : store.journal.append(changes)),
  };
  const called = Promise.withResolvers<AbortSignal>();
  const runtime = openTestRuntime({
    store: { ...store, journal },
    clock,
    perform: (_task, signal) => {
      called.resolve(signal);
      return new Promise(() => undefined);
    },
  });
  const definition = { StartAt: "T", TimeoutSeconds: 5, States: { T: call } };
  await createTestMachine(store, "m", definition, { type: "EXPRESS" });
  const running = runtime.startSyncExecution(await testStartRequest(store, "m"));
  const signal = await called.promise;
  isFull = true;
  clock.advance(5_000);
  assert.equal((await running).record.status, "TIMED_OUT");
  assert.equal(signal.aborted, true);
  isFull = false;
  await runtime.close();
});

void test("a part that fails after a commit takes nothing back and keeps nothing from the others", async () => {
  const store = openMemoryStore();
  const logged: string[] = [];
  class BrokenClock extends SimulatedClock {
    override callAt(): never {
      throw new TypeError("a bug in the alarm");
    }
  }
  const told: string[] = [];
  const runtime = openTestRuntime({
    store,
    clock: new BrokenClock(),
    log: (message) => logged.push(message),
    watch: () => (event) => () => told.push(event.kind),
  });
  const machine = await createTestMachine(store, "m", {
    StartAt: "W",
    States: { W: { Type: "Wait", Seconds: 60, End: true } },
  });
  const started = await runtime.startExecution(await testStartRequest(store, "m", "one"));
  assert.ok(started.kind === "started");
  assert.deepEqual(logged, ["A part of Pawl failed to hear what became of an execution; what has happened stands."]);
  assert.deepEqual(told, ["ExecutionStarted", "StateEntered", "WaitStarted"]);
  // The parts behind the alarm hear of the end.
  await runtime.deleteStateMachine(machine);
  await runtime.stopExecution(started.executionArn, {});
  await settled();
  assert.equal((await store.catalogue.readStateMachine(machine.id))?.status, "DELETED");
  await runtime.close();
});

void test("an execution that a bug has stopped stays in memory for nobody who looks at it", async () => {
  const store = openMemoryStore();
  const clock = new SimulatedClock();
  let loads = 0;
  let taskToken = "";
  const journal: typeof store.journal = {
    ...store.journal,
    eachRow: (id) => {
      loads += 1;
      return store.journal.eachRow(id);
    },
  };
  const runtime = openTestRuntime({
    store: { ...store, journal },
    clock,
    parameterProblem: (_resource, { text }) => claim(text !== '{"bug":true}', "this is a test") as undefined,
    answer: async ({ parameters }) => {
      const { token } = parameters.value as { readonly token?: string };
      if (token === undefined) return new Promise(() => undefined);
      taskToken = token;
      return { kind: "submitted", output: Payload.ofText("{}") };
    },
  });
  const service = "arn:aws:states:::lambda:invoke";
  const callback = {
    Type: "Task",
    Resource: `${service}.waitForTaskToken`,
    Parameters: { "token.$": "$$.Task.Token" },
  };
  const branches = [
    { StartAt: "A", States: { A: { ...callback, Next: "B" }, B: call } },
    {
      StartAt: "W",
      States: {
        W: { Type: "Wait", Seconds: 1, Next: "C" },
        C: { ...call, Resource: service, Parameters: { bug: true } },
      },
    },
  ];
  await createTestMachine(store, "m", {
    StartAt: "P",
    States: { P: { Type: "Parallel", Branches: branches, End: true } },
  });
  await runtime.startExecution(await testStartRequest(store, "m", "one"));
  await settled();
  assert.equal(await runtime.sendTaskSuccess(taskToken, Payload.ofText("1")), "accepted");
  clock.advance(1_000);
  await settled();
  assert.equal(runtime.quarantined, 1);
  for (const look of [1, 2]) {
    const before = loads;
    assert.equal(await runtime.sendTaskHeartbeat(taskToken), "timedOut");
    assert.equal(loads, before + 1, `look ${look}: it was not in memory`);
  }
  await runtime.close();
});
