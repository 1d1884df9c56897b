// Deletions against starts that are under way, on the real runtime over a store whose writes a test holds back.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Json } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import { openMemoryStore } from "../store/memory/memory-store.ts";
import type { StateMachineRecord } from "../store/catalogue.ts";
import type { Store } from "../store/store.ts";
import { settled } from "../testing/settled.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { openTestRuntime, testArns } from "../testing/test-runtime.ts";
import type { Runtime, StartRequest } from "./runtime.ts";
import { startChild } from "./starts/start-child.ts";

const machineArn = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
const startedBy = { executionArn: "arn:aws:states:us-east-1:123456789012:execution:p:one", scheduledEventId: 3 };
const wait = '{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}';

interface Bench {
  readonly store: Store;
  readonly runtime: Runtime;
  readonly machine: StateMachineRecord;
  readonly clock: SimulatedClock;
  readonly request: (name: string) => Promise<StartRequest>;
  /** Awaited by every append. */
  gate: Promise<void>;
  /** Whether changes of machines are refused. */
  isFull: boolean;
}

async function openBench(t: TestContext, definition = wait): Promise<Bench> {
  const memory = openMemoryStore();
  const clock = new SimulatedClock();
  const store: Store = {
    ...memory,
    journal: {
      ...memory.journal,
      append: async (changes) => {
        await bench.gate;
        await memory.journal.append(changes);
      },
    },
    catalogue: {
      ...memory.catalogue,
      updateStateMachine: async (id, change) => {
        if (bench.isFull) throw new Error("full");
        await memory.catalogue.updateStateMachine(id, change);
      },
    },
  };
  const runtime = openTestRuntime({ store, clock });
  const revision = { createdAt: 0, definition, roleArn: "role" };
  const machine = await memory.catalogue.createStateMachine(
    { name: "m", type: "STANDARD", createdAt: 0, tags: {} },
    revision,
  );
  const pinned = await memory.catalogue.readRevision(machine?.revisionId ?? 0);
  assert.ok(machine !== undefined && pinned !== undefined);
  const bench: Bench = {
    store,
    runtime,
    machine,
    clock,
    request: async (name) => ({ stateMachine: machine, revision: pinned, name, input: Payload.ofText("{}") }),
    gate: Promise.resolve(),
    isFull: false,
  };
  t.after(() => runtime.close());
  return bench;
}

const statusOf = async ({ store, machine }: Bench): Promise<string | undefined> =>
  (await store.catalogue.readStateMachine(machine.id))?.status;

test("what was read of a machine before its deletion starts nothing afterwards", async (t) => {
  const bench = await openBench(t);
  const request = await bench.request("late");
  await bench.runtime.deleteStateMachine(bench.machine);
  assert.equal(await statusOf(bench), "DELETED");
  assert.deepEqual(await bench.runtime.startExecution(request), { kind: "deleting" });
  assert.deepEqual(await bench.runtime.startExecution({ ...request, name: undefined }), { kind: "deleting" });
  assert.equal(await bench.store.journal.findRecord("m", "late"), undefined);
});

test("a deletion counts the start that was quicker but is not yet stored", async (t) => {
  const bench = await openBench(t);
  const gate = Promise.withResolvers<void>();
  bench.gate = gate.promise;
  const started = bench.runtime.startExecution(await bench.request("quick"));
  await settled();
  const deleted = bench.runtime.deleteStateMachine(bench.machine);
  await settled();
  assert.equal(await statusOf(bench), "DELETING");
  gate.resolve();
  assert.equal((await started).kind, "started");
  await deleted;
  assert.equal(await statusOf(bench), "DELETING", "it runs");
  bench.clock.advance(60_000);
  await settled();
  assert.equal((await bench.store.journal.findRecord("m", "quick"))?.status, "SUCCEEDED");
  assert.equal(await statusOf(bench), "DELETED", "with the end of its last execution");
});

const carousel = JSON.stringify({
  StartAt: "Rest",
  States: {
    Rest: { Type: "Wait", Seconds: 60, Next: "Again" },
    Again: { Type: "Choice", Choices: [{ Variable: "$", IsPresent: true, Next: "Rest" }] },
  },
});

test("an execution that would go round for ever is aborted at its next state transition, also by a later process", async (t) => {
  for (const isRestarted of [false, true]) {
    const bench = await openBench(t, carousel);
    await bench.runtime.startExecution(await bench.request("round"));
    bench.clock.advance(60_000);
    await settled();
    await bench.runtime.deleteStateMachine(bench.machine);
    assert.equal((await bench.store.journal.findRecord("m", "round"))?.status, "RUNNING", "it only waits");
    if (isRestarted) {
      await bench.runtime.close();
      const later = openTestRuntime({ store: bench.store, clock: bench.clock });
      t.after(() => later.close());
      await later.recover();
    }
    bench.clock.advance(60_000);
    await settled();
    assert.equal((await bench.store.journal.findRecord("m", "round"))?.status, "ABORTED");
    assert.equal(await statusOf(bench), "DELETED");
    const again = { name: "m", type: "STANDARD", createdAt: 1, tags: {} } as const;
    const revision = { createdAt: 1, definition: wait, roleArn: "role" };
    assert.ok(await bench.store.catalogue.createStateMachine(again, revision), "the name is free");
  }
});

test("a callback that comes after the deletion of the machine is taken, and leads nowhere", async (t) => {
  const invoke = "arn:aws:states:::lambda:invoke.waitForTaskToken";
  const parameters = { FunctionName: "f", "Payload.$": "$$.Task.Token" };
  const bench = await openBench(
    t,
    JSON.stringify({
      StartAt: "Ask",
      States: {
        Ask: { Type: "Task", Resource: invoke, Parameters: parameters, Next: "Then" },
        Then: { Type: "Pass", End: true },
      },
    }),
  );
  const asked = Promise.withResolvers<string>();
  const runtime = openTestRuntime({
    store: bench.store,
    clock: bench.clock,
    answer: async (task) => {
      asked.resolve(String((task.parameters.value as { readonly Payload: Json }).Payload));
      return { kind: "submitted", output: Payload.ofText("{}") };
    },
  });
  t.after(() => runtime.close());
  await runtime.startExecution(await bench.request("asking"));
  await runtime.deleteStateMachine(bench.machine);
  const token = await asked.promise;
  await settled();
  assert.equal(await statusOf(bench), "DELETING");
  assert.equal(await runtime.sendTaskSuccess(token, Payload.ofText("1")), "accepted");
  await settled();
  assert.equal((await bench.store.journal.findRecord("m", "asking"))?.status, "ABORTED");
  assert.equal(await statusOf(bench), "DELETED");
});

test("a task that would be tried again is a state transition, too", async (t) => {
  const bench = await openBench(
    t,
    JSON.stringify({
      StartAt: "Try",
      States: {
        Try: {
          Type: "Task",
          Resource: "arn:aws:states:::lambda:invoke",
          Parameters: { FunctionName: "f" },
          Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 5, MaxAttempts: 99_999 }],
          End: true,
        },
      },
    }),
  );
  const runtime = openTestRuntime({
    store: bench.store,
    clock: bench.clock,
    answer: async () => ({ kind: "failed", error: "Oh" }),
  });
  t.after(() => runtime.close());
  await runtime.startExecution(await bench.request("trying"));
  await settled();
  await runtime.deleteStateMachine(bench.machine);
  bench.clock.advance(5_000);
  await settled();
  assert.equal((await bench.store.journal.findRecord("m", "trying"))?.status, "ABORTED");
  assert.equal(await statusOf(bench), "DELETED");
});

test("a deletion that the store refuses has not begun", async (t) => {
  const bench = await openBench(t);
  bench.isFull = true;
  await assert.rejects(bench.runtime.deleteStateMachine(bench.machine), /full/);
  bench.isFull = false;
  assert.equal((await bench.runtime.startExecution(await bench.request("one"))).kind, "started");
  await bench.runtime.deleteStateMachine(bench.machine);
  assert.equal(await statusOf(bench), "DELETING");
});

test("a child that is too late for its machine is told so", async (t) => {
  const bench = await openBench(t);
  const child = { stateMachineArn: machineArn, defaultName: "child", input: Payload.ofText("{}"), startedBy };
  const catalogue = { ...bench.store.catalogue, findStateMachine: async () => bench.machine };
  const late: Store = { ...bench.store, catalogue };
  await bench.runtime.deleteStateMachine(bench.machine);
  assert.deepEqual(await startChild({ ...bench, arns: testArns, store: late }, child), {
    kind: "error",
    name: "StateMachineDeleting",
    message: `State Machine is being deleted: '${machineArn}'`,
  });
  assert.deepEqual(await startChild({ ...bench, arns: testArns }, child), {
    kind: "error",
    name: "StateMachineDoesNotExist",
    message: `State Machine Does Not Exist: '${machineArn}'`,
  });
});

test("a child is started by its machine, a version or an alias", async (t) => {
  const bench = await openBench(t);
  const { store, runtime, machine } = bench;
  const { id: stateMachineId, revisionId } = machine;
  await store.versions.publishVersion({ stateMachineId, revisionId, createdAt: 0 });
  const next = await store.catalogue.addRevision({
    stateMachineId,
    createdAt: 0,
    definition: wait,
    roleArn: "r",
    publicId: "p",
  });
  await store.versions.publishVersion({ stateMachineId, revisionId: next.id, createdAt: 0 });
  const routes = [
    { versionNumber: 1, weight: 25 },
    { versionNumber: 2, weight: 75 },
  ];
  await store.versions.createAlias({ stateMachineId, name: "live", routes, createdAt: 0, updatedAt: 0 });
  const rows: readonly (readonly [qualifier: string, random: number, version?: number, alias?: string])[] = [
    ["", 0],
    [":1", 0, 1],
    [":2", 0, 2],
    [":live", 0.24, 1, "live"],
    [":live", 0.25, 2, "live"],
  ];
  for (const [i, [qualifier, random, version, alias]] of rows.entries()) {
    const child = {
      stateMachineArn: machineArn + qualifier,
      defaultName: `child-${i}`,
      input: Payload.ofText("{}"),
      startedBy,
    };
    assert.equal((await startChild({ runtime, store, arns: testArns, random: () => random }, child)).kind, "started");
    const record = await store.journal.findRecord("m", `child-${i}`);
    assert.deepEqual([record?.versionNumber, record?.aliasName], [version, alias], qualifier);
    assert.equal(record?.revisionId, version === 1 ? revisionId : next.id, qualifier);
  }
  for (const qualifier of [":3", ":dead", "/label", "/label:1"]) {
    const stateMachineArn = machineArn + qualifier;
    assert.deepEqual(
      await startChild(
        { runtime, store, arns: testArns },
        {
          stateMachineArn,
          defaultName: "none",
          input: Payload.ofText("{}"),
          startedBy,
        },
      ),
      {
        kind: "error",
        name: "StateMachineDoesNotExist",
        message: `State Machine Does Not Exist: '${stateMachineArn}'`,
      },
    );
  }
});

test("a deletion that cannot be written aborts nothing, and calls no earlier one off", async (t) => {
  const steps = {
    StartAt: "W",
    States: {
      W: { Type: "Wait", Seconds: 60, Next: "V" },
      V: { Type: "Wait", Seconds: 60, Next: "P" },
      P: { Type: "Pass", End: true },
    },
  };
  const bench = await openBench(t, JSON.stringify(steps));
  const { store, runtime, clock, machine } = bench;
  const started = await runtime.startExecution(await bench.request("one"));
  assert.ok(started.kind === "started");
  const statusOf = async (): Promise<unknown> => {
    await settled();
    return (await runtime.describeExecution(started.executionArn))?.record.status;
  };
  bench.isFull = true;
  const failing = runtime.deleteStateMachine(machine);
  clock.advance(60_000);
  await assert.rejects(failing);
  assert.equal(await statusOf(), "RUNNING", "it went on to its second Wait");
  bench.isFull = false;
  await runtime.deleteStateMachine(machine);
  bench.isFull = true;
  await assert.rejects(runtime.deleteStateMachine(machine));
  bench.isFull = false;
  clock.advance(60_000);
  assert.equal(await statusOf(), "ABORTED", "the deletion that was written stands");
  assert.equal((await store.catalogue.readStateMachine(machine.id))?.status, "DELETED");
});
