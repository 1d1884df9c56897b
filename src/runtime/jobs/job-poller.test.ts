import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import type { JobLook, JobStop, PerformTask, SubmittedJob, TaskOutcome } from "../../engine/effect.ts";
import { openMemoryStore } from "../../store/memory/memory-store.ts";
import type { Store } from "../../store/store.ts";
import { settled } from "../../testing/settled.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { createTestMachine, openTestRuntime, testStartRequest } from "../../testing/test-runtime.ts";
import type { Runtime } from "../runtime.ts";

const glue = "arn:aws:states:::glue:startJobRun.sync";

function definition(task: Record<string, Json> = {}): Json {
  const only = { Type: "Task", Resource: glue, Parameters: { JobName: "j" }, End: true, ...task };
  return { StartAt: "Only", States: { Only: only, Late: { Type: "Pass", Result: "late", End: true } } };
}

const running: JobLook = { kind: "running" };
const done: JobLook = { kind: "ended", outcome: { kind: "succeeded", output: Payload.ofText('"done"') } };
const busy: JobLook = { kind: "unavailable", message: "busy", isThrottled: true };

interface Service {
  /** The answer to a look, by the number of the look at that job, from 1. */
  look: (count: number, job: SubmittedJob) => JobLook;
  stop: () => JobStop;
}

class World {
  readonly store: Store = openMemoryStore();
  readonly clock = new SimulatedClock();
  readonly service: Service = { look: () => running, stop: () => ({ kind: "done" }) };
  /** Epoch milliseconds of every look, and the job that was looked at. */
  readonly looks: { readonly at: number; readonly job: string }[] = [];
  readonly stops: string[] = [];
  readonly submissions: PerformTask[] = [];
  readonly logged: string[] = [];
  runtime: Runtime = this.open();

  open(): Runtime {
    return openTestRuntime({
      store: this.store,
      clock: this.clock,
      answer: (task) => this.submit(task),
      jobs: {
        look: async (job) => {
          const name = nameOf(job);
          this.looks.push({ at: this.clock.now(), job: name });
          return this.service.look(this.looks.filter((one) => one.job === name).length, job);
        },
        stop: async (job) => {
          this.stops.push(nameOf(job));
          return this.service.stop();
        },
      },
      log: (message) => void this.logged.push(message),
    });
  }

  async submit(task: PerformTask): Promise<TaskOutcome> {
    this.submissions.push(task);
    const { executionArn, scheduledEventId } = task.attempt;
    return { kind: "submitted", output: Payload.ofValue({ JobRunId: `${executionArn}/${scheduledEventId}` }) };
  }

  /** The process ends, and another takes its place. */
  async restart(): Promise<void> {
    await this.runtime.close();
    this.runtime = this.open();
    await this.runtime.recover();
  }

  async start(machine: Json, name?: string): Promise<string> {
    if ((await this.store.catalogue.findStateMachine("m")) === undefined) {
      await createTestMachine(this.store, "m", machine);
    }
    const started = await this.runtime.startExecution(await testStartRequest(this.store, "m", name));
    assert.ok(started.kind === "started");
    await settled();
    return started.executionArn;
  }

  /** Lets some time pass, a timer at a time. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    for (let next = this.clock.nextAt; next !== undefined && next <= end; next = this.clock.nextAt) {
      this.clock.advanceToNext();
      await settled();
    }
    this.clock.advance(end - this.clock.now());
  }

  async describe(arn: string) {
    const description = await this.runtime.describeExecution(arn);
    return { status: description?.record.status, output: description?.output?.text, failure: description?.failure };
  }

  async jobs() {
    return this.store.jobs.due(Number.MAX_SAFE_INTEGER, 100_000);
  }
}

function nameOf({ submission }: SubmittedJob): string {
  return (JSON.parse(submission.text) as { JobRunId: string }).JobRunId;
}

async function kindsOf(world: World, arn: string): Promise<readonly string[]> {
  const history = await world.runtime.readHistory(arn);
  const events = (await history?.read({ from: 1, to: 99 })) ?? [];
  return events.map(({ kind }) => kind);
}

test("a job is submitted once, looked at until it has ended, and its end is the task's", async () => {
  const world = new World();
  world.service.look = (count) => (count < 4 ? running : done);
  const arn = await world.start(definition());
  assert.equal((await world.jobs()).length, 1);
  await world.pass(60_000);
  assert.deepEqual(await world.describe(arn), { status: "SUCCEEDED", output: '"done"', failure: undefined });
  assert.deepEqual(
    [world.submissions.length, world.looks.length, (await world.jobs()).length, world.stops.length],
    [1, 4, 0, 0],
  );
  assert.deepEqual((await kindsOf(world, arn)).slice(2, 6), [
    "TaskScheduled",
    "TaskStarted",
    "TaskSubmitted",
    "TaskSucceeded",
  ]);
});

test("a job that fails is a task that failed, after its submission", async () => {
  const world = new World();
  world.service.look = () => ({ kind: "ended", outcome: { kind: "failed", error: "States.TaskFailed", cause: "{}" } });
  const arn = await world.start(definition());
  await world.pass(5_000);
  assert.deepEqual((await world.describe(arn)).failure, { error: "States.TaskFailed", cause: "{}" });
  assert.deepEqual((await kindsOf(world, arn)).slice(4, 6), ["TaskSubmitted", "TaskFailed"]);
});

test("a call that the service refuses is a submission that failed", async () => {
  const world = new World();
  world.submit = async () => ({ kind: "failed", error: "Glue.InvalidInputException", cause: "no", isRefusal: true });
  const arn = await world.start(definition());
  assert.deepEqual((await kindsOf(world, arn)).slice(2, 5), ["TaskScheduled", "TaskStarted", "TaskSubmitFailed"]);
  assert.deepEqual(await world.jobs(), []);
});

test("looks become rarer while a job grows old, down to one a minute", async () => {
  const world = new World();
  await world.start(definition());
  await world.pass(3_600_000);
  const pauses = world.looks.slice(1).map(({ at }, i) => at - (world.looks[i]?.at ?? 0));
  assert.ok(pauses.slice(0, 3).every((pause) => pause < 1_700));
  assert.ok(pauses.slice(-10).every((pause) => pause > 47_000 && pause < 73_000));
  assert.ok(world.looks.length < 100, `${world.looks.length} looks in an hour`);
});

test("after a restart a job is looked at where it stood, and is not submitted again", async () => {
  const world = new World();
  const arn = await world.start(definition());
  await world.pass(1_800_000);
  const before = world.looks.length;
  await world.restart();
  await world.pass(120_000);
  const after = world.looks.length - before;
  assert.ok(after >= 1 && after <= 4, `${after} looks in two minutes`);
  world.service.look = () => done;
  await world.pass(120_000);
  assert.equal((await world.describe(arn)).status, "SUCCEEDED");
  assert.equal(world.submissions.length, 1);
});

test("a process that ends before the answer of the service was noted submits again, and says so", async () => {
  const world = new World();
  const { submit } = world;
  world.submit = (task) => {
    void submit.call(world, task);
    return new Promise(() => undefined);
  };
  const arn = await world.start(definition());
  world.submit = submit;
  world.service.look = () => done;
  await world.restart();
  await settled();
  await world.pass(5_000);
  assert.equal((await world.describe(arn)).status, "SUCCEEDED");
  assert.deepEqual(
    world.submissions.map(({ attempt, isRepetition }) => [attempt.scheduledEventId, isRepetition]),
    [
      [3, undefined],
      [3, true],
    ],
  );
});

test("a job is stopped when its execution is", async () => {
  const world = new World();
  const arn = await world.start(definition());
  await world.pass(10_000);
  await world.runtime.stopExecution(arn, {});
  await world.pass(1_000);
  assert.deepEqual(world.stops, [`${arn}/3`]);
  assert.deepEqual(await world.jobs(), []);
});

test("a job is stopped when its task times out, and the execution goes on at once", async () => {
  const world = new World();
  const retryNothing = { TimeoutSeconds: 30, Catch: [{ ErrorEquals: ["States.Timeout"], Next: "Late" }] };
  const arn = await world.start(definition(retryNothing));
  world.service.stop = () => (world.stops.length < 3 ? { ...busy, kind: "unavailable" } : { kind: "done" });
  await world.pass(30_000);
  assert.equal((await world.describe(arn)).output, '"late"');
  await world.pass(120_000);
  assert.deepEqual(world.stops, [`${arn}/3`, `${arn}/3`, `${arn}/3`]);
  assert.deepEqual(await world.jobs(), []);
});

test("a job that was abandoned just before a crash is stopped by the next process", async () => {
  const world = new World();
  const arn = await world.start(definition());
  await world.runtime.stopExecution(arn, {});
  await world.restart();
  await world.pass(1_000);
  assert.deepEqual(world.stops, [`${arn}/3`]);
});

test("a job whose submission is answered when nobody waits any more is stopped", async () => {
  const world = new World();
  const { submit } = world;
  const answered = Promise.withResolvers<void>();
  world.submit = async (task) => {
    await answered.promise;
    return submit.call(world, task);
  };
  const arn = await world.start(definition());
  await world.runtime.stopExecution(arn, {});
  assert.deepEqual(world.stops, []);
  answered.resolve();
  await settled();
  assert.deepEqual(world.stops, [`${arn}/3`]);
});

test("whoever has the token of a job may end its task", async () => {
  const world = new World();
  const arn = await world.start(definition({ Parameters: { JobName: "j", "Token.$": "$$.Task.Token" } }));
  const token = JSON.parse(world.submissions[0]?.parameters.text ?? "{}") as { Token: string };
  assert.equal(await world.runtime.sendTaskSuccess(token.Token, Payload.ofText("1")), "accepted");
  assert.equal((await world.describe(arn)).status, "SUCCEEDED");
  assert.deepEqual(await world.jobs(), []);
  await world.pass(10_000);
  assert.deepEqual([world.looks.length, world.stops.length], [0, 0]);
});

test("a service that is asked too much is left alone, longer and longer, and then looked at again", async () => {
  const world = new World();
  for (const name of ["a", "b", "c", "d"]) await world.start(definition(), name);
  world.service.look = () => busy;
  await world.pass(600_000);
  assert.ok(world.looks.length < 60, `${world.looks.length} looks of four jobs in ten minutes`);
  world.service.look = () => done;
  await world.pass(300_000);
  assert.deepEqual(await world.jobs(), []);
  assert.deepEqual(world.logged, []);
});

test("a service that does not answer is asked again, and the log hears of it once", async () => {
  const world = new World();
  const arn = await world.start(definition());
  world.service.look = (count) =>
    count < 5 ? { kind: "unavailable", message: "Connection refused.", isThrottled: false } : done;
  await world.pass(60_000);
  assert.equal((await world.describe(arn)).status, "SUCCEEDED");
  assert.deepEqual(world.logged, ["Jobs of glue cannot be looked at for now; it is tried again. Connection refused."]);
});

test("ten thousand waiting jobs are looked at a hundred times a second at most, and wait in the store", async () => {
  const world = new World();
  await createTestMachine(world.store, "m", definition());
  const request = await testStartRequest(world.store, "m");
  const count = 10_000;
  await Promise.all(
    Array.from({ length: count }, (_, i) => world.runtime.startExecution({ ...request, name: `${i}` })),
  );
  await settled();
  assert.equal((await world.jobs()).length, count);
  const begin = world.clock.now();
  await world.pass(20_000);
  const bySecond = new Map<number, number>();
  for (const { at } of world.looks) {
    const second = Math.floor((at - begin) / 1_000);
    bySecond.set(second, (bySecond.get(second) ?? 0) + 1);
  }
  assert.ok(Math.max(...bySecond.values()) <= 110, `${Math.max(...bySecond.values())} looks in a second`);
  assert.ok(world.looks.length > 1_500, `${world.looks.length} looks`);
  assert.equal(new Set(world.looks.map(({ job }) => job)).size, world.looks.length, "each has its turn");
});
