// The quotas of executions that run and of workers that poll, on the real runtime over a store whose counts a test holds
// back.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Json } from "../../asl/json.ts";
import { openMemoryStore } from "../../store/memory/memory-store.ts";
import type { Store } from "../../store/store.ts";
import { settled } from "../../testing/settled.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { createTestMachine, openTestRuntime, testStartRequest } from "../../testing/test-runtime.ts";
import { CommitError } from "../executions/committer.ts";
import type { Quotas } from "./quotas.ts";
import type { Runtime, StartOutcome } from "../runtime.ts";

const wait = { Type: "Wait", Seconds: 60 };
const refused = { kind: "limitExceeded", limit: 2 };

class Bench {
  readonly clock = new SimulatedClock();
  readonly store: Store;
  readonly #t: TestContext;
  runtime: Runtime;
  /** Awaited by every count, after the store was asked. */
  hold: () => Promise<void> = async () => undefined;
  /** How often the store was asked how many executions run. */
  counts = 0;
  /** Whether writes are refused. */
  isFull = false;

  constructor(t: TestContext) {
    const memory = openMemoryStore();
    this.#t = t;
    this.store = {
      ...memory,
      journal: {
        ...memory.journal,
        append: async (changes) => {
          if (this.isFull) throw new Error("full");
          await memory.journal.append(changes);
        },
        countOpen: async () => {
          this.counts += 1;
          const count = await memory.journal.countOpen();
          await this.hold();
          return count;
        },
      },
    };
    this.runtime = this.open();
  }

  /** Another process on the same store, where two executions may run. */
  open(limits: Partial<Quotas> = { maxOpenExecutions: 2 }): Runtime {
    const { store, clock } = this;
    const runtime = openTestRuntime({ store, clock, limits });
    this.#t.after(() => runtime.close());
    this.runtime = runtime;
    return runtime;
  }

  async create(name: string, state: Record<string, Json>, type: "STANDARD" | "EXPRESS" = "STANDARD"): Promise<void> {
    await createTestMachine(this.store, name, { StartAt: "Only", States: { Only: { ...state, End: true } } }, { type });
  }

  async start(machine: string, name?: string): Promise<StartOutcome> {
    return this.runtime.startExecution(await testStartRequest(this.store, machine, name));
  }

  /** The outcomes of starts that are made at the same time. */
  async startAll(machine: string, count: number): Promise<readonly string[]> {
    const starts = Array.from({ length: count }, () => this.start(machine));
    return (await Promise.all(starts)).map(({ kind }) => kind);
  }
}

async function openBench(t: TestContext): Promise<Bench> {
  const bench = new Bench(t);
  await bench.create("waiting", wait);
  await bench.create("passing", { Type: "Pass" });
  return bench;
}

test("as many Standard executions run as may run, and another as soon as one has ended", async (t) => {
  const bench = await openBench(t);
  assert.equal((await bench.start("waiting", "one")).kind, "started");
  assert.equal((await bench.start("waiting", "two")).kind, "started");
  assert.deepEqual(await bench.start("waiting", "three"), refused);
  assert.deepEqual(await bench.start("passing"), refused, "also one that would end at once");
  assert.equal((await bench.start("waiting", "one")).kind, "started", "the same start again starts nothing");
  await bench.runtime.stopExecution("arn:aws:states:us-east-1:123456789012:execution:waiting:one", {});
  assert.equal((await bench.start("waiting", "three")).kind, "started");
  assert.deepEqual(await bench.start("waiting"), refused);
  bench.clock.advance(60_000);
  await settled();
  assert.deepEqual(await bench.startAll("waiting", 3), ["started", "started", "limitExceeded"]);
  assert.equal(bench.counts, 1, "the store was asked once");
});

test("starts at the same time are no more than may run, the first ones of a process too", async (t) => {
  const bench = await openBench(t);
  assert.deepEqual(await bench.startAll("waiting", 4), ["started", "started", "limitExceeded", "limitExceeded"]);
  assert.equal(bench.counts, 1);
});

test("executions that have ended do not count, nor do those of Express machines", async (t) => {
  const bench = await openBench(t);
  await bench.create("quick", wait, "EXPRESS");
  for (const machine of ["passing", "quick"]) {
    for (let count = 0; count < 3; count++) assert.equal((await bench.start(machine)).kind, "started");
  }
  assert.equal((await bench.start("waiting")).kind, "started");
  assert.equal((await bench.start("waiting")).kind, "started");
  assert.equal((await bench.start("quick")).kind, "started");
  bench.open();
  assert.deepEqual(await bench.start("waiting"), refused, "another process counts the same");
  assert.equal((await bench.start("quick")).kind, "started");
});

test("what starts and ends while the store is asked is counted once", async (t) => {
  const bench = await openBench(t);
  await bench.start("waiting", "one");
  await bench.start("waiting", "two");
  const { promise, resolve } = Promise.withResolvers<void>();
  bench.hold = () => promise;
  bench.open();
  const starts = bench.startAll("waiting", 2);
  await settled();
  const stop = bench.runtime.stopExecution("arn:aws:states:us-east-1:123456789012:execution:waiting:one", {});
  await settled();
  resolve();
  assert.deepEqual(await starts, ["started", "limitExceeded"]);
  await stop;
  assert.deepEqual(await bench.start("waiting"), refused);
  assert.equal(await bench.store.journal.countOpen(), 2);
});

test("what could not be written does not count", async (t) => {
  const bench = await openBench(t);
  await bench.start("waiting", "one");
  bench.isFull = true;
  await assert.rejects(bench.start("waiting", "two"), CommitError);
  await assert.rejects(
    bench.runtime.stopExecution("arn:aws:states:us-east-1:123456789012:execution:waiting:one", {}),
    CommitError,
  );
  bench.isFull = false;
  assert.deepEqual(await bench.startAll("waiting", 2), ["started", "limitExceeded"]);
  assert.equal(bench.counts, 2, "the store was asked again");
});

test("a count that the store refuses fails the start, and the next one asks again", async (t) => {
  const bench = await openBench(t);
  bench.hold = () => Promise.reject(new Error("the store cannot be read"));
  await assert.rejects(bench.start("waiting"), /cannot be read/);
  bench.hold = async () => undefined;
  assert.equal((await bench.start("waiting")).kind, "started");
});

test("a redrive is refused like a start, and counts like one", async (t) => {
  const bench = await openBench(t);
  const arnOf = (name: string): string => `arn:aws:states:us-east-1:123456789012:execution:waiting:${name}`;
  for (const name of ["one", "two", "three"]) {
    await bench.start("waiting", name);
    await bench.runtime.stopExecution(arnOf(name), {});
  }
  const runtime = bench.open();
  const redrives = ["one", "two", "three"].map((name) => runtime.redriveExecution(arnOf(name), `token-${name}`));
  const outcomes = await Promise.all(redrives);
  assert.deepEqual(outcomes.map((outcome) => outcome?.kind).toSorted(), ["limitExceeded", "redriven", "redriven"]);
  assert.equal((await runtime.redriveExecution(arnOf("one"), "token-one"))?.kind, "redriven", "again with its token");
  assert.deepEqual(await bench.start("waiting"), refused);
  await runtime.stopExecution(arnOf("one"), {});
  assert.equal((await bench.start("waiting")).kind, "started");
  assert.deepEqual(await runtime.redriveExecution(arnOf("one"), undefined), refused);
  assert.equal(bench.counts, 2, "once in each process");
});

test("a nested start that is refused fails its task as AWS names it", async (t) => {
  const bench = await openBench(t);
  const machine = "arn:aws:states:us-east-1:123456789012:stateMachine:waiting";
  await bench.create("nesting", {
    Type: "Task",
    Resource: "arn:aws:states:::states:startExecution",
    Parameters: { StateMachineArn: machine },
  });
  await bench.start("waiting");
  const started = await bench.start("nesting");
  assert.ok(started.kind === "started");
  await settled();
  const description = await bench.runtime.describeExecution(started.executionArn);
  assert.equal(description?.failure?.error, "StepFunctions.ExecutionLimitExceededException");
  assert.match(
    description.failure.cause ?? "",
    /^The maximum number of running executions has been reached: 2\. .*limits\.openExecutions.* Error Code: ExecutionLimitExceeded;/,
  );
});

test("as many workers as may wait for a task of one activity do, until they go", async (t) => {
  const bench = new Bench(t);
  const runtime = bench.open({ maxActivityWorkers: 2 });
  const poll = (activity: string, signal: AbortSignal) =>
    runtime.takeActivityTask(`arn:aws:states:us-east-1:123456789012:activity:${activity}`, undefined, signal);
  const [first, second] = [new AbortController(), new AbortController()];
  const waiting = [poll("a", first.signal), poll("a", second.signal)];
  await settled();
  assert.deepEqual(await poll("a", first.signal), refused);
  const other = poll("b", second.signal);
  first.abort();
  assert.equal(await waiting[0], undefined);
  const third = poll("a", second.signal);
  await settled();
  assert.deepEqual(await poll("a", first.signal), refused);
  second.abort();
  assert.deepEqual(await Promise.all([waiting[1], other, third]), [undefined, undefined, undefined]);
});
