import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import {
  type AnsweredFunction,
  eventually,
  leaveZombie,
  refusedServer,
  type ServerProcess,
  startAnsweredFunction,
  startServerProcess,
} from "../testing/server-process.ts";

const roleArn = "arn:aws:iam::123456789012:role/r";
const space = "arn:aws:states:us-east-1:123456789012";
const work = "arn:aws:lambda:us-east-1:123456789012:function:work";
const activityArn = `${space}:activity:packing`;

type State = Readonly<Record<string, unknown>>;

function only(state: State): State {
  return { StartAt: "Only", States: { Only: { ...state, End: true } } };
}

function chain(...states: readonly State[]): State {
  const last = states.length - 1;
  const named = states.map((state, index) => [`S${index}`, { ...state, ...next(index, last) }]);
  return { StartAt: "S0", States: Object.fromEntries(named) as State };
}

function next(index: number, last: number): State {
  return index === last ? { End: true } : { Next: `S${index + 1}` };
}

/** A call of the function that the test answers. */
const call = (step: string): State => ({ Type: "Task", Resource: work, Parameters: { step } });
const callback = (step: string): State => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
  Parameters: { FunctionName: "work", Payload: { step, "token.$": "$$.Task.Token" } },
});

interface World {
  readonly server: ServerProcess;
  readonly functions: AnsweredFunction;
}

/** Where an execution stands when the process is killed, and what happens to it afterwards. */
interface Situation {
  readonly name: string;
  readonly definition: State;
  readonly type?: "EXPRESS";
  /** Settles when the execution stands where it is meant to. */
  reach(world: World, arn: string): Promise<void>;
  /** The last thing that happens before the process is killed. */
  atLast?(world: World, arn: string): Promise<void>;
  /** The world's answer once the server is there again. */
  goOn?(world: World): Promise<void>;
  readonly output?: unknown;
  /** SUCCEEDED when absent. */
  readonly status?: string;
  /** Idempotency keys of the function's calls, as the attempts they stand for: how often each was made. */
  readonly calls: Readonly<Record<string, readonly number[]>>;
}

const longWaitMs = 5_000;
const shortWaitMs = 1_500;
let tokenOfActivity = "";

const situations: readonly Situation[] = [
  {
    name: "wait-that-passes-while-down",
    definition: only({ Type: "Wait", TimestampPath: "$.shortly" }),
    reach: ({ server }, arn) => hasEvent(server, arn, "WaitStateEntered"),
    calls: {},
  },
  {
    name: "wait-that-passes-later",
    definition: only({ Type: "Wait", TimestampPath: "$.later" }),
    reach: ({ server }, arn) => hasEvent(server, arn, "WaitStateEntered"),
    calls: {},
  },
  {
    name: "task-in-flight",
    definition: chain(call("recorded"), call("in-flight")),
    async reach({ functions }) {
      (await functions.call("recorded")).answer("first");
      await functions.call("in-flight");
    },
    async goOn({ functions }) {
      (await functions.call("in-flight", 1)).answer("second");
    },
    output: "second",
    calls: { recorded: [1], "in-flight": [2] },
  },
  {
    name: "callback",
    definition: only(callback("called-back")),
    async reach({ server, functions }, arn) {
      (await functions.call("called-back")).answer({});
      await hasEvent(server, arn, "TaskSubmitted");
    },
    async goOn({ server, functions }) {
      const { event } = await functions.call("called-back");
      await server.call("SendTaskSuccess", { taskToken: event["token"], output: '"by token"' });
      const again = await server.send("SendTaskSuccess", { taskToken: event["token"], output: '"twice"' });
      assert.equal(again.body["__type"], "TaskTimedOut");
    },
    output: "by token",
    calls: { "called-back": [1] },
  },
  {
    name: "callback-answered",
    definition: only(callback("answered")),
    async reach({ server, functions }, arn) {
      (await functions.call("answered")).answer({});
      await hasEvent(server, arn, "TaskSubmitted");
    },
    async atLast({ server, functions }) {
      const { event } = await functions.call("answered");
      await server.call("SendTaskSuccess", { taskToken: event["token"], output: '"acknowledged"' });
    },
    output: "acknowledged",
    calls: { answered: [1] },
  },
  {
    name: "stopped",
    definition: only(call("stopped")),
    reach: async ({ functions }) => void (await functions.call("stopped")),
    atLast: async ({ server }, arn) => void (await server.call("StopExecution", { executionArn: arn })),
    status: "ABORTED",
    calls: { stopped: [1] },
  },
  {
    name: "callback-not-yet-submitted",
    definition: only(callback("unsubmitted")),
    reach: async ({ functions }) => void (await functions.call("unsubmitted")),
    async goOn({ server, functions }) {
      const { event: first } = await functions.call("unsubmitted");
      const again = await functions.call("unsubmitted", 1);
      assert.equal(again.event["token"], first["token"]);
      again.answer({});
      await server.call("SendTaskSuccess", { taskToken: first["token"], output: '"by the first token"' });
    },
    output: "by the first token",
    calls: { unsubmitted: [2] },
  },
  {
    name: "activity-taken",
    definition: only({ Type: "Task", Resource: activityArn, Parameters: { pack: 1 } }),
    async reach({ server }) {
      const { taskToken, input } = await server.call("GetActivityTask", { activityArn });
      assert.equal(input, '{"pack":1}');
      tokenOfActivity = String(taskToken);
    },
    goOn: async ({ server }) => {
      await server.call("SendTaskHeartbeat", { taskToken: tokenOfActivity });
      await server.call("SendTaskSuccess", { taskToken: tokenOfActivity, output: '"packed"' });
    },
    output: "packed",
    calls: {},
  },
  {
    name: "retry-back-off",
    definition: only({ ...call("flaky"), Retry: [{ ErrorEquals: ["Flaky"], IntervalSeconds: 2 }] }),
    reach: async ({ functions }) => void (await functions.call("flaky")),
    async atLast({ server, functions }, arn) {
      (await functions.call("flaky")).answer({ errorType: "Flaky", errorMessage: "not now" });
      await hasEvent(server, arn, "LambdaFunctionFailed");
    },
    async goOn({ functions }) {
      (await functions.call("flaky", 1)).answer("at last");
    },
    output: "at last",
    calls: { flaky: [1, 1] },
  },
  {
    name: "map",
    definition: only({
      Type: "Map",
      MaxConcurrency: 2,
      ItemsPath: "$.items",
      ItemProcessor: chain({ ...call(""), Parameters: { "step.$": "$" } }),
    }),
    async reach({ functions }) {
      (await functions.call("item-0")).answer(0);
      await functions.call("item-1");
      await functions.call("item-2");
    },
    async goOn({ functions }) {
      (await functions.call("item-2", 1)).answer(2);
      (await functions.call("item-1", 1)).answer(1);
      (await functions.call("item-3")).answer(3);
    },
    output: [0, 1, 2, 3],
    calls: { "item-0": [1], "item-1": [2], "item-2": [2], "item-3": [1] },
  },
  {
    name: "nested",
    definition: only({
      Type: "Task",
      Resource: "arn:aws:states:::states:startExecution.sync:2",
      Parameters: { StateMachineArn: `${space}:stateMachine:child`, Input: {} },
      OutputPath: "$.Output",
    }),
    async reach({ server, functions }, arn) {
      await functions.call("child");
      await hasEvent(server, arn, "TaskSubmitted");
    },
    async goOn({ functions }) {
      (await functions.call("child", 1)).answer("grown up");
    },
    output: "grown up",
    calls: { child: [2] },
  },
  {
    name: "express",
    type: "EXPRESS",
    definition: chain(call("express-begun"), call("express-in-flight"), call("express-done")),
    async reach({ functions }) {
      (await functions.call("express-begun")).answer(1);
      await functions.call("express-in-flight");
    },
    async goOn({ functions }) {
      // It runs again from its start.
      (await functions.call("express-begun", 1)).answer(1);
      (await functions.call("express-in-flight", 1)).answer(2);
      (await functions.call("express-done")).answer(3);
    },
    calls: { "express-begun": [2], "express-in-flight": [2], "express-done": [1] },
  },
];

test("executions that a killed server left go on where they stood, whatever they waited for", async (t) => {
  const { directory, functions } = await prepare(t);
  const before = await startServerProcess(t, directory);
  await before.call("CreateActivity", { name: "packing" });
  await create(before, { name: "child", definition: only(call("child")) });
  const shortly = Date.now() + shortWaitMs;
  const later = Date.now() + longWaitMs;
  const input = JSON.stringify({
    shortly: new Date(shortly).toISOString(),
    later: new Date(later).toISOString(),
    items: ["item-0", "item-1", "item-2", "item-3"],
  });
  const arns = new Map<string, string>();
  for (const { name, definition, type } of situations) {
    await create(before, { name, definition, type });
    const { executionArn } = await before.call("StartExecution", { stateMachineArn: machineArn(name), name, input });
    arns.set(name, String(executionArn));
  }
  const arnOf = (name: string): string => arns.get(name) ?? "";
  await Promise.all(situations.map(({ name, reach }) => reach({ server: before, functions }, arnOf(name))));
  await Promise.all(situations.map(({ name, atLast }) => atLast?.({ server: before, functions }, arnOf(name))));
  await before.kill();
  await eventually("the time of the shorter Wait", () => (Date.now() > shortly ? true : undefined));

  const server = await startServerProcess(t, directory);
  await Promise.all(situations.map(({ goOn }) => goOn?.({ server, functions })));
  for (const { name, type, output, status = "SUCCEEDED", calls } of situations) {
    await t.test(name, async () => {
      if (type !== "EXPRESS") {
        const ended = await endOf(server, arnOf(name));
        assert.equal(ended["status"], status);
        if (output !== undefined) assert.deepEqual(JSON.parse(String(ended["output"])), output);
        await verifyHistory(server, arnOf(name));
      }
      for (const [step, counts] of Object.entries(calls)) {
        const keys = functions.callsOf(step).map(({ idempotencyKey }) => idempotencyKey);
        const made = [...new Set(keys)].map((key) => keys.filter((other) => other === key).length);
        assert.deepEqual(made, counts, `calls of ${step}: ${keys.join(", ")}`);
      }
    });
  }
  const left = async (name: string): Promise<number> => {
    const exited = (await historyOf(server, arnOf(name))).find(({ type }) => type === "WaitStateExited");
    return Math.round(Number(exited?.timestamp) * 1000);
  };
  const [first, second] = [await left("wait-that-passes-while-down"), await left("wait-that-passes-later")];
  assert.ok(first >= shortly && first <= second, "a timer that had passed fired at once");
  assert.ok(second >= later, "a timer that had not passed fired in its time");
});

test("while 200 clients start executions, each start that a killed server acknowledged exists and ends", async (t) => {
  const { directory } = await prepare(t);
  const before = await startServerProcess(t, directory);
  await create(before, { name: "busy", definition: chain({ Type: "Pass" }, { Type: "Wait", Seconds: 1 }) });
  const stateMachineArn = machineArn("busy");
  const acknowledged: string[] = [];
  const killed = new AbortController();
  const clients = Array.from({ length: 200 }, async (_, client) => {
    for (let count = 0; !killed.signal.aborted; count++) {
      const name = `client-${client}-${count}`;
      try {
        const { executionArn } = await before.call("StartExecution", {
          stateMachineArn,
          name,
          input: `{"n":${count}}`,
        });
        acknowledged.push(String(executionArn));
      } catch (error) {
        if (!killed.signal.aborted) throw error;
        return { name, input: `{"n":${count}}` };
      }
    }
    return undefined;
  });
  await eventually("300 acknowledged starts", () => (acknowledged.length >= 300 ? true : undefined));
  killed.abort();
  await before.kill();
  const unanswered = (await Promise.all(clients)).filter((start) => start !== undefined);
  assert.ok(unanswered.length > 0, "the server was killed while clients waited for it");

  const server = await startServerProcess(t, directory);
  // Names make a start idempotent: a client that got no answer asks again.
  for (const start of unanswered) {
    const { status, body } = await server.send("StartExecution", { stateMachineArn, ...start });
    assert.ok(status === 200 || body["__type"] === "ExecutionAlreadyExists", JSON.stringify(body));
    acknowledged.push(`${space}:execution:busy:${start.name}`);
  }
  for (const arn of acknowledged) assert.equal((await endOf(server, arn))["status"], "SUCCEEDED");
  assert.equal(new Set(acknowledged).size, acknowledged.length);
});

test(
  "a killed server that nobody buries is dead: the next one starts",
  { skip: process.platform !== "linux" && "only Linux says in /proc that a process is a zombie" },
  async (t) => {
    const { directory } = await prepare(t);
    const pid = await leaveZombie(t, directory);
    const server = await startServerProcess(t, directory);
    await server.call("ListStateMachines", {});
    assert.match(readFileSync(`/proc/${pid}/stat`, "latin1"), /\) Z /, "it is still there");
  },
);

test("a second server on the same data is refused with what to do; the first goes on", async (t) => {
  const { directory } = await prepare(t);
  const first = await startServerProcess(t, directory);
  const { code, stderr } = await refusedServer(t, directory);
  assert.notEqual(code, 0);
  assert.match(
    stderr,
    new RegExp(`pawl\\.db is in use by process ${first.pid}\\. If that is about to end: waiting 3 s`),
  );
  assert.match(stderr, new RegExp(`pawl\\.db is in use by process ${first.pid}: stop that process first`));
  assert.doesNotMatch(stderr, /\n\s+at /, "no stack");
  await first.call("ListStateMachines", {});
});

test("a server that is asked to stop ends cleanly, and the next goes on with what was in flight", async (t) => {
  const { directory, functions } = await prepare(t);
  const before = await startServerProcess(t, directory);
  await create(before, { name: "stopped", definition: chain(call("stopped"), { Type: "Wait", Seconds: 1 }) });
  const { executionArn } = await before.call("StartExecution", { stateMachineArn: machineArn("stopped") });
  await before.call("CreateActivity", { name: "packing" });
  const polls = [1, 2].map(() => before.send("GetActivityTask", { activityArn }));
  const { body: refused } = await Promise.race(polls);
  assert.equal(refused["__type"], "ActivityWorkerLimitExceeded", "one worker may wait, and the other one does");
  await functions.call("stopped");
  const { code, stderr } = await before.stop();
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /"level":"error"/);
  const answers = (await Promise.all(polls)).map(({ status }) => status);
  assert.deepEqual(answers.sort(), [200, 400], "a worker that waits hears that there is no task");

  const server = await startServerProcess(t, directory);
  const again = await functions.call("stopped", 1);
  assert.equal(again.idempotencyKey, functions.callsOf("stopped")[0]?.idempotencyKey);
  again.answer("done");
  const ended = await endOf(server, String(executionArn));
  assert.deepEqual([ended["status"], ended["output"]], ["SUCCEEDED", '"done"']);
});

async function prepare(t: TestContext): Promise<{ directory: string; functions: AnsweredFunction }> {
  const directory = mkdtempSync(join(tmpdir(), "pawl-kill-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const functions = await startAnsweredFunction(t);
  writeFileSync(
    join(directory, "pawl.config.json"),
    JSON.stringify({ functions: { work: functions.url }, limits: { activityWorkers: 1 } }),
  );
  return { directory, functions };
}

const machineArn = (name: string): string => `${space}:stateMachine:${name}`;

async function create(
  server: ServerProcess,
  machine: { readonly name: string; readonly definition: State; readonly type?: "EXPRESS" | undefined },
): Promise<void> {
  const { name, definition, type } = machine;
  await server.call("CreateStateMachine", { name, definition: JSON.stringify(definition), type, roleArn });
}

interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  /** Epoch seconds. */
  readonly timestamp: number;
}

async function historyOf(server: ServerProcess, executionArn: string): Promise<readonly HistoryEvent[]> {
  const { events } = await server.call("GetExecutionHistory", { executionArn, maxResults: 1000 });
  return events as readonly HistoryEvent[];
}

async function hasEvent(server: ServerProcess, arn: string, type: string): Promise<void> {
  await eventually(`${type} of ${arn}`, async () =>
    (await historyOf(server, arn)).find((event) => event.type === type),
  );
}

function endOf(server: ServerProcess, executionArn: string): Promise<Readonly<Record<string, unknown>>> {
  return eventually(`the end of ${executionArn}`, async () => {
    const description = await server.call("DescribeExecution", { executionArn });
    return description["status"] === "RUNNING" ? undefined : description;
  });
}

/** Nothing is missing and nothing there twice: ids are dense, and every state that was entered was left once. */
async function verifyHistory(server: ServerProcess, arn: string): Promise<void> {
  const events = await historyOf(server, arn);
  assert.deepEqual(
    events.map(({ id }) => id),
    events.map((_, index) => index + 1),
  );
  const count = (suffix: string): number => events.filter(({ type }) => type.endsWith(suffix)).length;
  assert.equal(count("StateEntered"), count("StateExited") + count("ExecutionAborted"));
  assert.equal(events.filter(({ type }) => /^Execution(Succeeded|Failed|Aborted|TimedOut)$/.test(type)).length, 1);
}
