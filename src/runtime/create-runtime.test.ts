import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as claim, BugError } from "../asl/assert.ts";
import type { Json } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import type { PerformTask, TaskOutcome } from "../engine/effect.ts";
import { StoreDamagedError } from "../store/errors.ts";
import { openMemoryStore } from "../store/memory/memory-store.ts";
import type { ExecutionChange } from "../store/journal.ts";
import type { Store } from "../store/store.ts";
import { settled } from "../testing/settled.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import {
  createTestMachine,
  openTestRuntime,
  testArns,
  testMachineArn,
  type TestRuntimeOptions,
  testStartRequest,
} from "../testing/test-runtime.ts";
import { CommitError, StoppingError } from "./executions/committer.ts";
import type { Runtime, StartOutcome, StartRequest } from "./runtime.ts";
import { startChild } from "./starts/start-child.ts";
import type { Watch } from "./executions/watch.ts";

const activityArn = "arn:aws:states:us-east-1:123456789012:activity:packing";
const task = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke" };
const callback = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
  Parameters: { "token.$": "$$.Task.Token" },
};

/** Everything that watchers were told, in order. */
function watching(told: string[]): Watch {
  return ({ execution }) =>
    ({ kind, id }, before) => {
      const { status } = before;
      return () => void told.push(`${execution.identity.name}: ${id} ${kind}, ${status} before`);
    };
}

function only(state: Record<string, Json>): Json {
  return { StartAt: "Only", States: { Only: { ...state, End: true } } };
}

/** A runtime on a store in memory that refuses writes while it is told to. */
class Bench {
  readonly clock = new SimulatedClock();
  readonly appended: ExecutionChange[] = [];
  readonly performed: PerformTask[] = [];
  readonly logged: string[] = [];
  /** Calls of `dueRecords`. */
  looks = 0;
  /** Journals that were read from their beginning. */
  loads = 0;
  isFull = false;
  /** Changes whose commit is done once without being told. */
  losesAnswerTo: (change: ExecutionChange) => boolean = () => false;
  lostAnswers = 0;
  readonly store: Store;
  readonly arns = testArns;
  runtime: Runtime;
  /** Answers the calls of tasks; those of nested executions are made. */
  answer: (task: PerformTask) => Promise<TaskOutcome> = () => new Promise(() => undefined);

  constructor(options: Partial<TestRuntimeOptions> = {}) {
    const store = openMemoryStore();
    this.store = {
      ...store,
      journal: {
        ...store.journal,
        append: async (changes) => {
          if (this.isFull) throw new Error("full");
          await store.journal.append(changes);
          this.appended.push(...changes);
          if (changes.some((change) => this.losesAnswerTo(change)) && this.lostAnswers++ === 0) throw new Error("lost");
        },
        dueRecords: (now, limit) => {
          this.looks += 1;
          return store.journal.dueRecords(now, limit);
        },
        eachRow: (id) => {
          this.loads += 1;
          return store.journal.eachRow(id);
        },
      },
    };
    this.runtime = this.open(options);
  }

  /** Another process on the same store; nothing tells the one before. */
  open(options: Partial<TestRuntimeOptions> = {}): Runtime {
    const { clock, store } = this;
    const { journal } = store;
    let newest = this.appended.length;
    const runtime = openTestRuntime({
      store: { ...store, journal: { ...journal, newExecutionId: () => ++newest } },
      clock,
      answer: (task) => this.answer(task),
      onCall: (task) => this.performed.push(task),
      log: (message) => this.logged.push(message),
      ...options,
    });
    this.runtime = runtime;
    return runtime;
  }

  async create(name: string, definition: Json, type?: "STANDARD" | "EXPRESS"): Promise<void> {
    await createTestMachine(this.store, name, definition, type === undefined ? {} : { type });
  }

  request(machine: string, name?: string): Promise<StartRequest> {
    return testStartRequest(this.store, machine, name);
  }

  async start(machine: string, name = "one"): Promise<string> {
    const outcome: StartOutcome = await this.runtime.startExecution(await this.request(machine, name));
    assert.ok(outcome.kind === "started");
    await settled();
    return outcome.executionArn;
  }

  async statusOf(arn: string): Promise<string | undefined> {
    await settled();
    return (await this.runtime.describeExecution(arn))?.record.status;
  }
}

const bug = { parameterProblem: (): undefined => claim(false, "this is a test") as undefined };
const never = new AbortController().signal;

test("a bug of Pawl is an error to the caller of a synchronous execution, who does not wait for ever", async () => {
  const bench = new Bench(bug);
  await bench.create("at-once", only(task), "EXPRESS");
  await assert.rejects(bench.runtime.startSyncExecution(await bench.request("at-once")), BugError);
  await bench.create(
    "later",
    { StartAt: "A", States: { A: { Type: "Wait", Seconds: 1, Next: "B" }, B: { ...task, End: true } } },
    "EXPRESS",
  );
  const later = bench.runtime.startSyncExecution(await bench.request("later"));
  bench.clock.advanceToNext();
  await assert.rejects(later, BugError);
});

test("a start that meets a bug of Pawl is not acknowledged, and nothing of it is stored", async () => {
  const bench = new Bench(bug);
  await bench.create("broken", only(task));
  await assert.rejects(bench.start("broken"), BugError);
  assert.deepEqual(bench.appended, []);
});

test("an execution that a bug stops at its timer stands still, without keeping others or the alarm from their work", async () => {
  const bench = new Bench(bug);
  await bench.create("broken", {
    StartAt: "A",
    States: { A: { Type: "Wait", Seconds: 1, Next: "B" }, B: { ...task, End: true } },
  });
  await bench.create("sound", only({ Type: "Wait", Seconds: 2 }));
  const [broken, sound] = [await bench.start("broken"), await bench.start("sound")];
  bench.clock.advance(1_000);
  assert.equal(await bench.statusOf(broken), "RUNNING");
  const { looks } = bench;
  await settled();
  assert.equal(bench.looks, looks, "the alarm rests");
  bench.clock.advance(1_000);
  assert.equal(await bench.statusOf(sound), "SUCCEEDED");
  assert.equal(bench.clock.nextAt, undefined);
  assert.equal(bench.runtime.quarantined, 1);
  // The same version does not meet the bug again; another one has the execution go on.
  const same = bench.open(bug);
  await same.recover();
  bench.clock.advance(1_000);
  assert.equal(await bench.statusOf(broken), "RUNNING");
  assert.match(
    bench.logged.at(-1) ?? "",
    /^Executions that a bug in this version of Pawl has stopped: 1, by their numbers 1\./,
  );
  bench.answer = async () => ({ kind: "succeeded", output: Payload.ofText("1") });
  await bench.open({ version: "next" }).recover();
  bench.clock.advance(1);
  assert.equal(await bench.statusOf(broken), "SUCCEEDED");
});

test("an execution that a bug has stopped can be ended", async () => {
  const bench = new Bench(bug);
  await bench.create("broken", {
    StartAt: "A",
    States: { A: { Type: "Wait", Seconds: 1, Next: "B" }, B: { ...task, End: true } },
  });
  const broken = await bench.start("broken");
  bench.clock.advance(1_000);
  await settled();
  await bench.runtime.stopExecution(broken, { error: "E" });
  assert.equal(await bench.statusOf(broken), "ABORTED");
  assert.equal(bench.runtime.quarantined, 0);
  assert.deepEqual(await bench.store.quarantines.list({ limit: 1 }), []);
});

test("one journal that cannot be read does not keep other executions from being taken up again", async () => {
  const bench = new Bench();
  await bench.create("work", only(task));
  await bench.start("work", "damaged");
  await bench.start("work", "sound");
  const { eachRow } = bench.store.journal;
  Object.assign(bench.store.journal, {
    eachRow: (id: number) => {
      if (id === 1) throw new StoreDamagedError("the store is damaged");
      return eachRow(id);
    },
  });
  await bench.open().recover();
  assert.equal(bench.performed.length, 3);
  assert.deepEqual(bench.logged, ["Execution 1 cannot be taken up again."]);
});

interface Refusal {
  readonly what: string;
  readonly act: (bench: Bench, given: { arn: string; token: string }) => Promise<unknown>;
}

const refusals: readonly Refusal[] = [
  {
    what: "StartExecution",
    act: async (bench) => bench.runtime.startExecution(await bench.request("order", "two")),
  },
  { what: "SendTaskSuccess", act: ({ runtime }, { token }) => runtime.sendTaskSuccess(token, Payload.ofText("1")) },
  { what: "SendTaskFailure", act: ({ runtime }, { token }) => runtime.sendTaskFailure(token, {}) },
  {
    what: "SendTaskHeartbeat",
    act: ({ runtime, clock }, { token }) => {
      clock.advance(1);
      return runtime.sendTaskHeartbeat(token);
    },
  },
  { what: "StopExecution", act: ({ runtime }, { arn }) => runtime.stopExecution(arn, {}) },
  { what: "GetActivityTask", act: ({ runtime }) => runtime.takeActivityTask(activityArn, undefined, never) },
];

for (const { what, act } of refusals) {
  test(`${what} fails while the store refuses, changes nothing, and succeeds once it does not`, async () => {
    const bench = new Bench();
    bench.answer = () => Promise.resolve({ kind: "submitted", output: Payload.ofText("{}") });
    const branches = [only({ ...callback, HeartbeatSeconds: 9 }), only({ Type: "Task", Resource: activityArn })];
    await bench.create("order", only({ Type: "Parallel", Branches: branches }));
    const arn = await bench.start("order");
    const token = String((JSON.parse(bench.performed[0]?.parameters.text ?? "") as { token: string }).token);
    const readHistory = async (): Promise<unknown> =>
      (await bench.runtime.readHistory(arn))?.read({ from: 1, to: Number.MAX_SAFE_INTEGER });
    const before = await readHistory();
    bench.isFull = true;
    await assert.rejects(act(bench, { arn, token }), CommitError);
    assert.deepEqual(await readHistory(), before);
    bench.isFull = false;
    const answer = await act(bench, { arn, token });
    assert.notEqual(answer, undefined);
    assert.notEqual(answer, "timedOut");
  });
}

test("a heartbeat that changes nothing is acknowledged and writes nothing", async () => {
  for (const limit of [{}, { HeartbeatSeconds: 9 }]) {
    const bench = new Bench();
    bench.answer = () => Promise.resolve({ kind: "submitted", output: Payload.ofText("{}") });
    await bench.create("order", only({ ...callback, ...limit }));
    await bench.start("order");
    await settled();
    const { token } = JSON.parse(bench.performed[0]?.parameters.text ?? "") as { token: string };
    bench.isFull = true;
    assert.equal(await bench.runtime.sendTaskHeartbeat(token), "accepted");
  }
});

test("an outcome that comes while the store refuses is kept until it does not; the call is not made again", async () => {
  const bench = new Bench();
  const { promise, resolve } = Promise.withResolvers<TaskOutcome>();
  bench.answer = () => promise;
  await bench.create("work", only(task));
  const arn = await bench.start("work");
  bench.isFull = true;
  resolve({ kind: "succeeded", output: Payload.ofText('"done"') });
  assert.equal(await bench.statusOf(arn), "RUNNING");
  bench.isFull = false;
  bench.clock.advance(1_000);
  assert.equal(await bench.statusOf(arn), "SUCCEEDED");
  assert.equal(bench.performed.length, 1);
});

test("what starts while the last process's work is taken up is performed once", async () => {
  const bench = new Bench();
  await bench.create("work", only(task));
  for (let count = 0; count < 3; count++) await bench.start("work", `old-${count}`);
  bench.performed.length = 0;
  const runtime = bench.open();
  const request = await bench.request("work", "new");
  await Promise.all([runtime.recover(), runtime.startExecution(request)]);
  await settled();
  const names = bench.performed.map(({ attempt }) => attempt.executionArn.split(":").at(-1));
  assert.deepEqual(names.toSorted(), ["new", "old-0", "old-1", "old-2"]);
});

test("a call whose outcome a crash left unknown fails where the operator wants that", async () => {
  const bench = new Bench();
  await bench.create("work", only(task));
  const arn = await bench.start("work");
  const runtime = bench.open({ unknownOutcome: "fail" });
  await runtime.recover();
  assert.equal(await bench.statusOf(arn), "FAILED");
  assert.equal((await runtime.describeExecution(arn))?.failure?.error, "States.TaskFailed");
  assert.equal(bench.performed.length, 1);
});

test("a call whose time was over before the restart is not made again", async () => {
  const bench = new Bench();
  await bench.create("work", only({ ...task, TimeoutSeconds: 5 }));
  const arn = await bench.start("work");
  bench.clock.advance(4_000);
  const runtime = bench.open();
  bench.clock.advance(1_000);
  const recovered = runtime.recover();
  await settled();
  bench.clock.advance(0);
  await recovered;
  assert.equal((await runtime.describeExecution(arn))?.record.status, "FAILED");
  assert.equal(bench.performed.length, 1);
});

test("a parked execution leaves memory after each message, and a forged token does not even load it", async () => {
  const bench = new Bench();
  bench.answer = () => Promise.resolve({ kind: "submitted", output: Payload.ofText("{}") });
  await bench.create("order", only(callback));
  await bench.start("order");
  const token = String((JSON.parse(bench.performed[0]?.parameters.text ?? "") as { token: string }).token);
  const bytes = Buffer.from(token, "base64url");
  bytes.writeUInt8(bytes.readUInt8(29) ^ 1, 29);
  const forged = bytes.toString("base64url");
  for (const loads of [1, 2, 3]) {
    assert.equal(await bench.runtime.sendTaskSuccess(forged, Payload.ofText("1")), "invalidToken");
    assert.equal(await bench.runtime.sendTaskHeartbeat(token), "accepted");
    assert.equal(bench.loads, loads);
  }
  assert.equal(await bench.runtime.sendTaskSuccess(token, Payload.ofText("1")), "accepted");
  await settled();
  const outcomes = [token, forged].map((told) => bench.runtime.sendTaskHeartbeat(told));
  assert.deepEqual(await Promise.all(outcomes), ["timedOut", "invalidToken"]);
});

test("a child whose start was in flight when its parent was stopped is stopped as well", async () => {
  const bench = new Bench();
  const sync = "arn:aws:states:::states:startExecution.sync";
  await bench.create("child", only({ Type: "Wait", Seconds: 60 }));
  await bench.create(
    "parent",
    only({ Type: "Task", Resource: sync, Parameters: { StateMachineArn: testMachineArn("child") } }),
  );
  const started = await bench.runtime.startExecution(await bench.request("parent", "one"));
  assert.ok(started.kind === "started");
  await bench.runtime.stopExecution(started.executionArn, {});
  await settled();
  const ends = bench.appended.filter(({ record, events }) => record.status !== "RUNNING" && events.length > 0);
  assert.deepEqual(
    ends.map(({ record }) => record.status),
    ["ABORTED", "ABORTED"],
  );
  assert.deepEqual(await bench.store.signals.list({ limit: 1 }), []);
});

test("the token of a task that waits for a child ends the task before the child ends", async () => {
  const bench = new Bench();
  const sync = "arn:aws:states:::states:startExecution.sync";
  await bench.create("child", only({ Type: "Wait", Seconds: 60 }));
  const parameters = { StateMachineArn: testMachineArn("child"), Name: "one", Input: { "token.$": "$$.Task.Token" } };
  await bench.create("parent", only({ Type: "Task", Resource: sync, Parameters: parameters }));
  const parent = await bench.start("parent");
  const child = parent.replace(/:parent:.*/, ":child:one");
  const input = JSON.parse((await bench.runtime.describeExecution(child))?.input.text ?? "") as { token: string };
  assert.equal(await bench.runtime.sendTaskSuccess(input.token, Payload.ofText("1")), "accepted");
  assert.equal(await bench.statusOf(parent), "SUCCEEDED");
  assert.equal(await bench.statusOf(child), "RUNNING");
});

test("a start that nobody waits for, made again after a crash, finds the child that has ended meanwhile", async () => {
  const bench = new Bench({ perform: () => new Promise(() => undefined) });
  const name = "fixed";
  await bench.create("child", only({ Type: "Pass" }));
  const Parameters = { StateMachineArn: testMachineArn("child"), Name: name, Input: {} };
  const Resource = "arn:aws:states:::states:startExecution";
  await bench.create("parent", only({ Type: "Task", Resource, Parameters }));
  const parent = await bench.start("parent");
  const child = { stateMachineArn: testMachineArn("child"), name, defaultName: "", input: Payload.ofText("{}") };
  const startedBy = { executionArn: parent, scheduledEventId: 3 };
  const started = await startChild(bench, { ...child, startedBy });
  assert.equal(started.kind, "started");
  await settled();
  // The process dies before it has heard of the start.
  await bench.open().recover();
  assert.equal(await bench.statusOf(parent), "SUCCEEDED");
  const another = { ...startedBy, scheduledEventId: 4 };
  assert.equal((await startChild(bench, { ...child, startedBy: another })).kind, "error");
});

test("an attempt cannot wait for an execution that it did not start", async () => {
  const bench = new Bench();
  const sync = "arn:aws:states:::states:startExecution.sync";
  await bench.create("child", only({ Type: "Wait", Seconds: 60 }));
  const parameters = { StateMachineArn: testMachineArn("child"), Name: "taken", Input: {} };
  await bench.create("parent", only({ Type: "Task", Resource: sync, Parameters: parameters }));
  await bench.start("child", "taken");
  const parent = await bench.start("parent");
  const { failure } = (await bench.runtime.describeExecution(parent)) ?? {};
  assert.equal(failure?.error, "StepFunctions.ExecutionAlreadyExistsException");
});

test("a deletion that waits for running executions is ended at the next start when a crash cut it short", async () => {
  const bench = new Bench();
  await bench.create("old", only({ Type: "Wait", Seconds: 1 }));
  const { stateMachine } = await bench.request("old");
  await bench.start("old");
  await bench.store.catalogue.updateStateMachine(stateMachine.id, { status: "DELETING" });
  await bench.open().recover();
  assert.equal((await bench.store.catalogue.findStateMachine("old"))?.status, "DELETING");
  const { readStateMachine } = bench.store.catalogue;
  Object.assign(bench.store.catalogue, { readStateMachine: () => new Promise(() => undefined) });
  bench.open();
  Object.assign(bench.store.catalogue, { readStateMachine });
  bench.clock.advance(1_000);
  await settled();
  await bench.open().recover();
  assert.equal(await bench.store.catalogue.findStateMachine("old"), undefined);
});

test("after its close a runtime calls nothing and writes nothing, whatever was in flight", async () => {
  const bench = new Bench();
  await bench.create("work", only(task));
  const request = await bench.request("work", "late");
  await bench.start("work", "early");
  const late = bench.runtime.startExecution(request);
  await settled();
  await bench.runtime.close();
  const { appended, performed } = bench;
  const before = [appended.length, performed.length];
  await assert.rejects(bench.runtime.startExecution(await bench.request("work", "too-late")), StoppingError);
  await late;
  await settled();
  assert.deepEqual([appended.length, performed.length], before);
  assert.deepEqual(bench.logged, []);
});

test("nobody waits for a runtime that closes: neither for a task, nor for an end, nor for a store that cannot write", async () => {
  const bench = new Bench();
  await bench.create("wait", only({ Type: "Wait", Seconds: 5 }));
  await bench.create("work", only(task), "EXPRESS");
  await bench.start("wait");
  await bench.start("work");
  const running = bench.runtime.startSyncExecution(await bench.request("work"));
  const polling = bench.runtime.takeActivityTask(activityArn, undefined, never);
  bench.isFull = true;
  bench.clock.advance(5_000);
  await settled();
  await Promise.all([
    assert.rejects(running, StoppingError),
    polling.then((given) => assert.equal(given, undefined)),
    bench.runtime.close(),
  ]);
  await assert.rejects(bench.runtime.startSyncExecution(await bench.request("work")), StoppingError);
  assert.equal(await bench.runtime.takeActivityTask(activityArn, undefined, never), undefined);
  await settled();
  assert.equal(bench.clock.nextAt, undefined, "no timer is left");
});

test("watchers see the execution before each event, and tell of what is durable only", async () => {
  const told: string[] = [];
  const bench = new Bench({ watch: watching(told) });
  await bench.create("machine", only({ Type: "Pass" }));
  bench.isFull = true;
  await assert.rejects(bench.start("machine", "lost"));
  assert.deepEqual(told, []);
  bench.isFull = false;
  await bench.start("machine", "kept");
  assert.deepEqual(told, [
    "kept: 1 ExecutionStarted, NOT_STARTED before",
    "kept: 2 StateEntered, RUNNING before",
    "kept: 3 StateExited, RUNNING before",
    "kept: 4 ExecutionSucceeded, RUNNING before",
  ]);
});

test("a watcher that fails takes nothing back", async () => {
  const bench = new Bench({
    watch: () => () => () => {
      throw new Error("full");
    },
  });
  await bench.create("machine", only({ Type: "Pass" }));
  const arn = await bench.start("machine");
  assert.equal(await bench.statusOf(arn), "SUCCEEDED");
  assert.ok(bench.logged.some((line) => line.includes("watchers")));
});

test("a child whose acceptance is told twice is awaited, and not stopped as an orphan", async () => {
  const bench = new Bench();
  const Resource = "arn:aws:states:::states:startExecution.sync";
  await bench.create("child", only({ Type: "Wait", Seconds: 60 }));
  const Parameters = { StateMachineArn: testMachineArn("child"), Name: "one", Input: {} };
  await bench.create("parent", only({ Type: "Task", Resource, Parameters }));
  // The store writes the acceptance, and its answer is lost: the same outcome is delivered once more.
  bench.losesAnswerTo = ({ events }) => events.some(({ kind }) => kind === "TaskSubmitted");
  const parent = await bench.start("parent");
  bench.clock.advanceToNext();
  const child = parent.replace(/:parent:.*/, ":child:one");
  assert.equal(await bench.statusOf(child), "RUNNING");
  assert.equal(bench.lostAnswers, 1);
  bench.clock.advance(60_000);
  assert.equal(await bench.statusOf(child), "SUCCEEDED");
  assert.equal(await bench.statusOf(parent), "SUCCEEDED");
});
