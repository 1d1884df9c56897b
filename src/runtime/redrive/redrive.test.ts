// Redrives against what happens at the same time: ends of children, deletions and stops, on the real runtime.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Json } from "../../asl/json.ts";
import type { Limits } from "../../engine/turn.ts";
import { openMemoryStore } from "../../store/memory/memory-store.ts";
import type { StateMachineRecord } from "../../store/catalogue.ts";
import type { ExecutionRecord } from "../../store/journal.ts";
import type { Store } from "../../store/store.ts";
import { settled } from "../../testing/settled.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { createTestMachine, openTestRuntime, testMachineArn, testStartRequest } from "../../testing/test-runtime.ts";
import type { Runtime } from "../runtime.ts";

const wait = { Type: "Wait", Seconds: 60 };
const nested = {
  Type: "Task",
  Resource: "arn:aws:states:::states:startExecution.sync",
  Parameters: { StateMachineArn: testMachineArn("child"), Name: "child", Input: {} },
};

function only(state: Record<string, Json>): Json {
  return { StartAt: "Only", States: { Only: { ...state, End: true } } };
}

/** A runtime over a store in memory whose answers a test can hold back. */
class Bench {
  readonly clock = new SimulatedClock();
  readonly store: Store;
  readonly runtime: Runtime;
  /** Called when the store has read a record or a journal, and awaited before the answer is given. */
  hold: (executionId: number) => Promise<void> = async () => undefined;
  /** Awaited before the start of a child is told to its parent. */
  childStarted: Promise<void> = Promise.resolve();

  constructor(t: TestContext, limits: Partial<Limits> = {}) {
    const memory = openMemoryStore();
    const held =
      <Given extends readonly unknown[], Answer>(read: (id: number, ...given: Given) => Promise<Answer>) =>
      async (id: number, ...given: Given): Promise<Answer> => {
        const answer = await read(id, ...given);
        await this.hold(id);
        return answer;
      };
    const { readRecord, readEvents } = memory.journal;
    const journal = { ...memory.journal, readRecord: held(readRecord), readEvents: held(readEvents) };
    const store: Store = { ...memory, journal };
    const runtime = openTestRuntime({
      store,
      clock: this.clock,
      limits,
      childStarted: () => this.childStarted,
      log: (message, error) => assert.fail(`${message} ${String(error)}`),
    });
    [this.store, this.runtime] = [store, runtime];
    t.after(() => runtime.close());
  }

  /** Creates a machine and starts an execution of it, both of the same name. */
  async start(name: string, definition: Json): Promise<string> {
    await this.create(name, definition);
    const started = await this.runtime.startExecution(await testStartRequest(this.store, name, name));
    assert.ok(started.kind === "started");
    await settled();
    return started.executionArn;
  }

  create(name: string, definition: Json): Promise<StateMachineRecord> {
    return createTestMachine(this.store, name, definition);
  }

  async recordOf(name: string): Promise<ExecutionRecord> {
    await settled();
    const record = await this.store.journal.findRecord(name, name);
    assert.ok(record !== undefined);
    return record;
  }

  /** Holds back what is read of an execution from now on. */
  holdReads(executionId: number): Held {
    const waiting: PromiseWithResolvers<void>[] = [];
    this.hold = async (id) => {
      if (id !== executionId) return;
      const gate = Promise.withResolvers<void>();
      waiting.push(gate);
      await gate.promise;
    };
    return {
      letGo: async () => {
        for (const gate of waiting.splice(0)) gate.resolve();
        await settled();
      },
      end: () => {
        this.hold = async () => undefined;
      },
    };
  }
}

interface Held {
  /** Gives the answers that were held back so far. */
  readonly letGo: () => Promise<void>;
  /** Holds nothing more back. */
  readonly end: () => void;
}

test("the end of a child that an ended attempt waited for does not take the redrive back", async (t) => {
  const bench = new Bench(t);
  await bench.create("child", only(wait));
  const parent = await bench.start("parent", only(nested));
  const { id } = await bench.recordOf("parent");
  await bench.runtime.stopExecution(parent, {});
  // The end of the stopped child is on its way, and finds that nobody waits.
  const held = bench.holdReads(id);
  await settled();
  await held.letGo();
  held.end();
  const redriven = bench.runtime.redriveExecution(parent, undefined);
  await settled();
  await held.letGo();
  assert.equal((await redriven)?.kind, "redriven");
  const { redrive } = await bench.recordOf("parent");
  assert.equal(redrive?.count, 1);
  assert.deepEqual(await bench.store.signals.list({ limit: 1 }), []);
});

test("nothing of a machine is redriven once its deletion has begun", async (t) => {
  const bench = new Bench(t);
  const arn = await bench.start("m", only({ Type: "Fail" }));
  const machine = await bench.store.catalogue.findStateMachine("m");
  assert.ok(machine !== undefined);
  const { id } = await bench.recordOf("m");
  const held = bench.holdReads(id);
  const redriven = bench.runtime.redriveExecution(arn, undefined);
  await held.letGo();
  await held.letGo();
  const deleted = bench.runtime.deleteStateMachine(machine);
  await settled();
  held.end();
  await held.letGo();
  await deleted;
  assert.deepEqual(await redriven, { kind: "notRedrivable", reason: "State machine is in DELETING status" });
  assert.equal((await bench.store.catalogue.readStateMachine(machine.id))?.status, "DELETED");
});

test("a child that was redriven before its parent heard of its end ends when it ends again", async (t) => {
  const bench = new Bench(t);
  const started = Promise.withResolvers<void>();
  bench.childStarted = started.promise;
  await bench.create("child", only(wait));
  const parent = await bench.start("parent", only(nested));
  const child = parent.replace(/:parent:.*/, ":child:child");
  await bench.runtime.stopExecution(child, {});
  await settled();
  assert.equal((await bench.runtime.redriveExecution(child, undefined))?.kind, "redriven");
  started.resolve();
  assert.equal((await bench.recordOf("parent")).status, "RUNNING");
  bench.clock.advance(60_000);
  await settled();
  const { output, record } = (await bench.runtime.describeExecution(parent)) ?? {};
  assert.equal(record?.status, "SUCCEEDED");
  assert.match(output?.text ?? "", /"RedriveCount":1,"RedriveDate":\d+,/);
  assert.deepEqual(await bench.store.signals.list({ limit: 1 }), []);
});

test("the limit of the history is the operator's", async (t) => {
  for (const [maxHistoryEvents, kind] of [
    [4, "notRedrivable"],
    [5, "redriven"],
  ] as const) {
    const bench = new Bench(t, { maxHistoryEvents });
    const arn = await bench.start("m", only({ Type: "Fail" }));
    const outcome = await bench.runtime.redriveExecution(arn, undefined);
    assert.equal(outcome?.kind, kind);
    if (outcome?.kind === "notRedrivable") assert.equal(outcome.reason, "Execution history event limit exceeded");
  }
});
