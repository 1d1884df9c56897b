import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import type { JobLook, JobStop, PerformTask, SubmittedJob, TaskOutcome } from "../../engine/effect.ts";
import { parseTaskResource } from "../../asl/resource.ts";
import type { JournalEvent } from "../../engine/journal/event.ts";
import { openMemoryJobs } from "../../store/memory/memory-jobs.ts";
import { openMemoryStore } from "../../store/memory/memory-store.ts";
import type { Store } from "../../store/store.ts";
import { settled } from "../../testing/settled.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { createTestMachine, openTestRuntime, testStartRequest } from "../../testing/test-runtime.ts";
import type { Runtime } from "../runtime.ts";
import { JobPoller } from "./job-poller.ts";
import { nextLook } from "./look-times.ts";

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
  look: (count: number, job: SubmittedJob) => JobLook | Promise<JobLook>;
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
      answer: (task, signal) => this.submit(task, signal),
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

  async submit(task: PerformTask, _signal: AbortSignal): Promise<TaskOutcome> {
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

  pass(ms: number): Promise<void> {
    return passTime(this.clock, ms);
  }

  async describe(arn: string) {
    const description = await this.runtime.describeExecution(arn);
    return { status: description?.record.status, output: description?.output?.text, failure: description?.failure };
  }

  async jobs() {
    return this.store.jobs.due(Number.MAX_SAFE_INTEGER, 10);
  }
}

/** Lets some time pass, a timer at a time. */
async function passTime(clock: SimulatedClock, ms: number): Promise<void> {
  const end = clock.now() + ms;
  for (let next = clock.nextAt; next !== undefined && next <= end; next = clock.nextAt) {
    clock.advanceToNext();
    await settled();
  }
  clock.advance(end - clock.now());
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
  world.submit = (task, signal) => {
    void submit.call(world, task, signal);
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
  world.submit = async (task, signal) => {
    await answered.promise;
    return submit.call(world, task, signal);
  };
  const arn = await world.start(definition());
  await world.runtime.stopExecution(arn, {});
  assert.deepEqual(world.stops, []);
  answered.resolve();
  await settled();
  assert.deepEqual(world.stops, [`${arn}/3`]);
});

test("a submission that is not answered is given up a minute after nobody waits any more", async () => {
  const world = new World();
  let isGivenUp = false;
  world.submit = (_task, signal) =>
    new Promise((resolve) =>
      signal.addEventListener("abort", () => {
        isGivenUp = true;
        resolve({ kind: "failed", error: "Glue.SdkClientException", isRefusal: true });
      }),
    );
  const arn = await world.start(definition());
  await world.runtime.stopExecution(arn, {});
  await world.pass(59_000);
  assert.ok(!isGivenUp);
  await world.pass(2_000);
  assert.ok(isGivenUp);
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

test("a service that leaves looks without an answer does not take the places of others", async () => {
  const world = new World();
  const late = { kind: "unavailable", message: "nobody is there", isThrottled: false } as const;
  world.service.look = (_count, { resource }) =>
    resource.arn === glue ? new Promise((resolve) => world.clock.callAfter(30_000, () => resolve(late))) : running;
  for (let i = 0; i < 100; i++) await world.start(definition(), `e${i}`);
  const query = { Resource: "arn:aws:states:::athena:startQueryExecution.sync", Parameters: { QueryString: "q" } };
  await createTestMachine(world.store, "other", definition(query));
  await world.runtime.startExecution(await testStartRequest(world.store, "other", "other"));
  await settled();
  await world.pass(120_000);
  const times = world.looks.filter(({ job }) => job.includes(":other:")).map(({ at }) => at);
  assert.ok(times.length >= 10, `${times.length} looks in two minutes`);
});

test("ten thousand waiting jobs are looked at a hundred times a second at most, each in its turn", async () => {
  const clock = new SimulatedClock();
  const count = 10_000;
  const jobs = openMemoryJobs();
  const since = clock.now();
  for (let i = 1; i <= count; i++) {
    const job = { executionId: i, scheduledEventId: 3, submittedEventId: 5, isAbandoned: false, since };
    jobs.put({ ...job, lookAt: nextLook(job, since) });
  }
  const looks = new Map<number, string[]>();
  const { events, record } = submittedGlueJob();
  const poller = new JobPoller({
    store: {
      jobs: jobs.role,
      journal: {
        ...openMemoryStore().journal,
        readRecord: async (id) => ({ ...record, id }),
        readEvents: async (id) => events(id),
      },
    },
    clock,
    loop: { deliverSurely: async () => "taken", isQuarantined: () => false },
    jobs: {
      async look(job) {
        const second = Math.floor((clock.now() - since) / 1_000);
        looks.set(second, [...(looks.get(second) ?? []), nameOf(job)]);
        return running;
      },
      stop: async () => ({ kind: "done" }),
    },
    log: (message) => assert.fail(message),
  });
  await poller.setFromStore();
  await passTime(clock, 10_000);
  poller.stop();
  const bySecond = [...looks.values()].map(({ length }) => length);
  assert.ok(Math.max(...bySecond) <= 110, `${Math.max(...bySecond)} looks in a second`);
  const all = [...looks.values()].flat();
  assert.ok(all.length > 800, `${all.length} looks`);
  assert.equal(new Set(all).size, all.length, "none has two looks before others have one");
});

/** The record and the events of an execution that waits for a job, whichever it is. */
function submittedGlueJob() {
  const record = {
    stateMachineId: 1,
    revisionId: 1,
    key: "e",
    type: "STANDARD",
    status: "RUNNING",
    startedAt: 0,
    isInFlight: false,
    lastEventId: 5,
  } as const;
  const resource = parseTaskResource(glue);
  assert.ok(resource !== undefined);
  const events = (id: number): readonly JournalEvent[] => [
    { kind: "TaskScheduled", id: 3, previousEventId: 2, at: 0, scope: 0, resource, parameters: Payload.ofText("{}") },
    {
      kind: "TaskSubmitted",
      id: 5,
      previousEventId: 4,
      at: 0,
      scope: 0,
      output: Payload.ofValue({ JobRunId: `${id}` }),
    },
  ];
  return { record, events };
}
