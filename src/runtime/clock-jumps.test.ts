// Executions while the wall clock is set: the real runtime on the clock that it has in a server, over timers that a test moves.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Json } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import type { StateMachineRecord } from "../store/catalogue.ts";
import type { ExecutionRecord } from "../store/journal.ts";
import { openMemoryStore } from "../store/memory/memory-store.ts";
import type { Store } from "../store/store.ts";
import { settled } from "../testing/settled.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { createTestMachine, openTestRuntime, testStartRequest } from "../testing/test-runtime.ts";
import { clockOf } from "./clock.ts";
import type { Runtime } from "./runtime.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

class Bench {
  readonly host = new SimulatedClock();
  readonly store: Store = openMemoryStore();
  readonly runtime: Runtime;
  readonly #answered = Promise.withResolvers<void>();

  constructor(t: TestContext) {
    this.runtime = openTestRuntime({
      store: this.store,
      clock: clockOf({ now: () => this.host.now(), callAfter: (ms, callback) => this.host.callAfter(ms, callback) }),
      answer: () => this.#answered.promise.then(() => ({ kind: "succeeded", output: Payload.ofText("{}") })),
      log: (message, error) => assert.fail(`${message} ${String(error)}`),
    });
    t.after(() => this.runtime.close());
  }

  /** Creates a machine and starts an execution of it, both of the same name. */
  async start(name: string, definition: Json, type: StateMachineRecord["type"] = "STANDARD"): Promise<string> {
    await createTestMachine(this.store, name, definition, { type });
    const started = await this.runtime.startExecution(await testStartRequest(this.store, name, name));
    assert.equal(started.kind, "started");
    return started.kind === "started" ? started.executionArn : "";
  }

  /** Gives the outcome of every call, those to come included. */
  answerCalls(): void {
    this.#answered.resolve();
  }

  async record(arn: string): Promise<ExecutionRecord> {
    const { record } = (await this.runtime.describeExecution(arn)) ?? assert.fail("it was started");
    return record;
  }

  async times(arn: string): Promise<readonly number[]> {
    const history = (await this.runtime.readHistory(arn)) ?? assert.fail("it was started");
    return (await history.read({ from: 1, to: history.lastEventId })).map(({ at }) => at);
  }

  /** Lets time pass, second by second. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += second) {
      this.host.advance(second);
      await settled();
    }
  }
}

const wait = (seconds: number): Json => ({
  StartAt: "W",
  States: { W: { Type: "Wait", Seconds: seconds, End: true } },
});
/** A call, and a Wait after it. */
const callAndWait = (seconds: number): Json => ({
  StartAt: "C",
  States: {
    C: { Type: "Task", Resource: "arn:aws:lambda:us-east-1:123456789012:function:work", Next: "W" },
    W: { Type: "Wait", Seconds: seconds, End: true },
  },
});

for (const type of ["STANDARD", "EXPRESS"] as const) {
  test(`${type}: after a jump forward what waits goes on within seconds, and so does what begins to wait then`, async (t) => {
    const bench = new Bench(t);
    const old = await bench.start("old", wait(40), type);
    await settled();
    bench.host.jump(minute);
    const young = await bench.start("young", wait(2), type);
    await bench.pass(8 * second);
    assert.deepEqual(
      [(await bench.record(old)).status, (await bench.record(young)).status],
      ["SUCCEEDED", "SUCCEEDED"],
    );
  });
}

test("after a jump back what begins to wait waits as long as it says, and what waited does so until its time has come", async (t) => {
  const bench = new Bench(t);
  const old = await bench.start("old", wait(40));
  const called = await bench.start("called", callAndWait(2));
  await bench.pass(second);
  bench.host.jump(-hour);
  const young = await bench.start("young", wait(2));
  bench.answerCalls();
  await bench.pass(3 * second);
  assert.equal((await bench.record(young)).status, "SUCCEEDED");
  assert.equal((await bench.record(called)).status, "SUCCEEDED", "its Wait began after the jump");
  assert.equal((await bench.record(old)).status, "RUNNING");
  bench.host.jump(hour);
  await bench.pass(40 * second);
  assert.equal((await bench.record(old)).status, "SUCCEEDED");
});

test("what is found to be due just before the clock is set back is woken when its time has come", async (t) => {
  const bench = new Bench(t);
  const arn = await bench.start("waiting", wait(5));
  const { journal } = bench.store;
  const due = journal.dueRecords;
  journal.dueRecords = async (...given) => {
    const records = await due(...given);
    if (records.length > 0 && given[1] > 1) {
      journal.dueRecords = due;
      bench.host.jump(-minute);
    }
    return records;
  };
  await bench.pass(30 * second);
  assert.equal((await bench.record(arn)).status, "RUNNING");
  await bench.pass(minute);
  assert.equal((await bench.record(arn)).status, "SUCCEEDED");
});

test("no history goes back in time, and no end comes before its start, where the clock is set back", async (t) => {
  const bench = new Bench(t);
  const stopped = await bench.start("stopped", wait(40));
  const called = await bench.start("called", callAndWait(2));
  await bench.pass(second);
  bench.host.jump(-hour);
  await bench.runtime.stopExecution(stopped, {});
  bench.answerCalls();
  await bench.pass(3 * second);
  for (const arn of [stopped, called]) {
    const { startedAt, stoppedAt = 0, status } = await bench.record(arn);
    assert.notEqual(status, "RUNNING");
    assert.ok(stoppedAt >= startedAt, `${stoppedAt} is before ${startedAt}`);
    const times = await bench.times(arn);
    assert.deepEqual(times, times.toSorted(), `the times of ${arn}`);
  }
  const { stoppedAt = Infinity } = await bench.record(stopped);
  const again = await bench.runtime.redriveExecution(stopped, undefined);
  assert.ok(again?.kind === "redriven" && again.redrivenAt >= stoppedAt);
});
