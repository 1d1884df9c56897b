// `pawl copy` between servers that are processes: all that waits in a file goes on in a database that nodes share.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { PawlProcess, runPawl } from "../../testing/pawl-process.ts";
import { noPostgres, testDatabases } from "../../testing/postgres/test-databases.ts";
import {
  type AnsweredFunction,
  eventually,
  type ServerProcess,
  startAnsweredFunction,
  startServerProcess,
} from "../../testing/server-process.ts";

const databases = testDatabases();
const skip = databases === undefined && noPostgres;
const roleArn = "arn:aws:iam::123456789012:role/r";
const space = "arn:aws:states:us-east-1:123456789012";
const machineArn = (name: string): string => `${space}:stateMachine:${name}`;
const arnOf = (name: string, key: string): string => `${space}:execution:${name}:${key}`;
const activityArn = `${space}:activity:packing`;

type State = Readonly<Record<string, unknown>>;
const only = (state: State): State => ({ StartAt: "Only", States: { Only: { ...state, End: true } } });
const work = { Type: "Task", Resource: `arn:aws:lambda:us-east-1:123456789012:function:work` };
const callback = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
  Parameters: { FunctionName: "work", Payload: { "step.$": "$.step", "token.$": "$$.Task.Token" } },
};

/** Each is started often, so that ids and keys say many partitions. */
const definitions: Readonly<Record<string, State>> = {
  callback: only(callback),
  activity: only({ Type: "Task", Resource: activityArn }),
  timer: only({ Type: "Wait", Seconds: 2 }),
  long: only({ Type: "Wait", Seconds: 3_600 }),
  parent: only({
    Type: "Task",
    Resource: "arn:aws:states:::states:startExecution.sync:2",
    Parameters: { StateMachineArn: machineArn("callback"), Name: "of-parent", Input: { step: "child" } },
  }),
  mapped: only({
    Type: "Map",
    ItemsPath: "$.items",
    MaxConcurrency: 2,
    ItemProcessor: {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
      StartAt: "Child",
      States: { Child: { ...callback, End: true } },
    },
  }),
  flaky: only({ ...work, Parameters: { step: "flaky" } }),
  done: only({ Type: "Pass", Result: { done: true } }),
};
const often = 6;
const names = Array.from({ length: often }, (_, i) => `e${i}`);

async function prepare(t: TestContext): Promise<{ readonly directory: string; readonly functions: AnsweredFunction }> {
  const directory = mkdtempSync(join(tmpdir(), "pawl-copy-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const functions = await startAnsweredFunction(t);
  const configuration = { functions: { work: { url: functions.url } }, cluster: { partitions: 8, leaseMs: 2_000 } };
  writeFileSync(join(directory, "pawl.config.json"), JSON.stringify(configuration));
  return { directory, functions };
}

async function statusOf(server: ServerProcess, executionArn: string): Promise<unknown> {
  return (await server.call("DescribeExecution", { executionArn }))["status"];
}

async function untilStatus(server: ServerProcess, executionArn: string, status: string): Promise<void> {
  await eventually(`${executionArn} is ${status}`, async () =>
    (await statusOf(server, executionArn)) === status ? true : undefined,
  );
}

async function tokenOf(functions: AnsweredFunction, step: string): Promise<string> {
  const call = await functions.call(step);
  call.answer(null);
  return String(call.event["token"]);
}

/** All executions of the machines, page by page. */
async function listed(server: ServerProcess): Promise<unknown> {
  const lists = [];
  for (const name of Object.keys(definitions)) {
    for (let nextToken: unknown; ;) {
      const page: Readonly<Record<string, unknown>> = await server.call("ListExecutions", {
        stateMachineArn: machineArn(name),
        maxResults: 4,
        nextToken,
      });
      lists.push(page["executions"]);
      nextToken = page["nextToken"];
      if (nextToken === undefined) break;
    }
  }
  return lists;
}

interface Before {
  readonly lists: unknown;
  readonly nextToken: unknown;
  readonly history: unknown;
  readonly tokens: ReadonlyMap<string, string>;
  readonly activityToken: string;
}

/** Everything that an execution can wait for, and some that have ended. */
async function begin(server: ServerProcess, functions: AnsweredFunction): Promise<Before> {
  await server.call("CreateActivity", { name: "packing" });
  for (const [name, definition] of Object.entries(definitions)) {
    await server.call("CreateStateMachine", { name, roleArn, definition: JSON.stringify(definition) });
  }
  const start = (machine: string, name: string, input: object): Promise<unknown> =>
    server.call("StartExecution", { stateMachineArn: machineArn(machine), name, input: JSON.stringify(input) });
  for (const name of names) {
    for (const machine of ["timer", "long", "done", "activity"]) await start(machine, name, {});
    await start("callback", name, { step: name });
  }
  await start("parent", "one", {});
  await start("mapped", "one", { items: Array.from({ length: 5 }, (_, i) => ({ step: `item${i}` })) });
  await start("flaky", "one", {});
  (await functions.call("flaky")).answer({ errorType: "Flaky", errorMessage: "not yet" });
  await untilStatus(server, arnOf("flaky", "one"), "FAILED");
  const tokens = new Map<string, string>();
  for (const step of [...names, "child", "item0", "item1"]) tokens.set(step, await tokenOf(functions, step));
  const task = await server.call("GetActivityTask", { activityArn });
  const page = await server.call("ListExecutions", { stateMachineArn: machineArn("long"), maxResults: 2 });
  return {
    tokens,
    activityToken: String(task["taskToken"]),
    nextToken: page["nextToken"],
    history: await server.call("GetExecutionHistory", { executionArn: arnOf("flaky", "one") }),
    lists: await listed(server),
  };
}

test("all that waits in a file goes on in a database, on whichever node", { skip }, async (t) => {
  const { directory, functions } = await prepare(t);
  const file = join(directory, "pawl.db");
  const database = await databases?.create();
  assert.ok(database);
  t.after(() => database.drop());
  const sqlite = await startServerProcess(t, directory);
  const before = await begin(sqlite, functions);
  const command = ["copy", "--from", file, "--to", database.url];
  const refused = await runPawl(command, { directory });
  assert.equal(refused.exitCode, 1);
  assert.match(refused.stderr, /pawl\.db is in use by process \d+/);
  await sqlite.stop();

  const { exitCode, stdout, stderr } = await runPawl(command, { directory });
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /executions 36, .*every row was read on both sides, and is the same\.\n/);
  const again = await runPawl(command, { directory });
  assert.equal(again.exitCode, 0, again.stderr);
  assert.match(again.stdout, /was a complete copy .* before; nothing was done/);

  const nodes = [
    await startServerProcess(t, directory, { db: database.url }),
    await startServerProcess(t, directory, { db: database.url }),
  ] as const;
  t.after(() => Promise.all(nodes.map((node) => node.stop())));
  await goesOn(nodes, functions, before);
});

async function goesOn(
  [one, other]: readonly [ServerProcess, ServerProcess],
  functions: AnsweredFunction,
  before: Before,
): Promise<void> {
  const ofTimer = (lists: unknown): unknown =>
    JSON.parse(JSON.stringify(lists, (key, value: unknown) => (/^(status|stopDate)$/.test(key) ? undefined : value)));
  assert.deepEqual(ofTimer(await listed(one)), ofTimer(before.lists), "lists are the same, but for what went on");
  const { nextToken } = before;
  const page = await other.call("ListExecutions", { stateMachineArn: machineArn("long"), maxResults: 2, nextToken });
  assert.equal((page["executions"] as readonly unknown[]).length, 2, "a page goes on");
  const executionArn = arnOf("flaky", "one");
  assert.deepEqual(await other.call("GetExecutionHistory", { executionArn }), before.history);

  await namesAreTaken([one, other]);
  for (const name of names) {
    await other.call("SendTaskSuccess", { taskToken: before.tokens.get(name), output: `"${name}"` });
    await untilStatus(one, arnOf("callback", name), "SUCCEEDED");
    await untilStatus(other, arnOf("timer", name), "SUCCEEDED");
  }
  await one.call("SendTaskSuccess", { taskToken: before.activityToken, output: "{}" });
  for (let i = 1; i < often; i++) {
    const { taskToken } = await (i % 2 === 0 ? one : other).call("GetActivityTask", { activityArn });
    await one.call("SendTaskSuccess", { taskToken, output: "{}" });
  }
  for (const name of names) await untilStatus(one, arnOf("activity", name), "SUCCEEDED");
  await one.call("SendTaskSuccess", { taskToken: before.tokens.get("child"), output: "{}" });
  await untilStatus(other, arnOf("parent", "one"), "SUCCEEDED");

  for (const name of names) await other.call("StopExecution", { executionArn: arnOf("long", name) });
  for (const name of names) assert.equal(await statusOf(one, arnOf("long", name)), "ABORTED");

  await mapRunEnds([one, other], functions, before);
  await one.call("RedriveExecution", { executionArn });
  (await functions.call("flaky", 1)).answer({});
  await untilStatus(other, executionArn, "SUCCEEDED");
}

async function namesAreTaken([one, other]: readonly [ServerProcess, ServerProcess]): Promise<void> {
  for (const name of names) {
    for (const node of [one, other]) {
      const stateMachineArn = machineArn("long");
      const { status, body } = await node.send("StartExecution", { stateMachineArn, name, input: '{"another":1}' });
      assert.equal(status, 400);
      assert.match(String(body["__type"]), /ExecutionAlreadyExists/);
      // The same start while it runs is no other.
      const same = await node.call("StartExecution", { stateMachineArn, name, input: "{}" });
      assert.equal(same["executionArn"], arnOf("long", name));
    }
    const fresh = await one.call("StartExecution", { stateMachineArn: machineArn("done"), name: `new-${name}` });
    await untilStatus(other, String(fresh["executionArn"]), "SUCCEEDED");
  }
}

/** Children that ran before the move and those that begin after it are children of one run. */
async function mapRunEnds(
  [one, other]: readonly [ServerProcess, ServerProcess],
  functions: AnsweredFunction,
  before: Before,
): Promise<void> {
  for (const step of ["item0", "item1"])
    await other.call("SendTaskSuccess", { taskToken: before.tokens.get(step), output: `"${step}"` });
  for (const step of ["item2", "item3", "item4"])
    await one.call("SendTaskSuccess", { taskToken: await tokenOf(functions, step), output: `"${step}"` });
  const executionArn = arnOf("mapped", "one");
  await untilStatus(other, executionArn, "SUCCEEDED");
  const { output } = await one.call("DescribeExecution", { executionArn });
  assert.deepEqual(JSON.parse(String(output)), ["item0", "item1", "item2", "item3", "item4"]);
  for (const step of ["item0", "item1", "item2", "item3", "item4"])
    assert.equal(functions.callsOf(step).length, 1, `${step} was begun once`);
  const runs = await other.call("ListMapRuns", { executionArn });
  const [run] = runs["mapRuns"] as readonly { readonly mapRunArn: string }[];
  const { itemCounts } = await one.call("DescribeMapRun", { mapRunArn: run?.mapRunArn });
  assert.deepEqual(itemCounts, { ...(itemCounts as object), succeeded: 5, total: 5, running: 0, pending: 0 });
}

test("a copy that was killed goes on; what was moved comes back, and nothing is written over", { skip }, async (t) => {
  const { directory } = await prepare(t);
  const database = await databases?.create();
  assert.ok(database);
  t.after(() => database.drop());
  const sqlite = await startServerProcess(t, directory);
  await sqlite.call("CreateStateMachine", { name: "done", roleArn, definition: JSON.stringify(definitions["done"]) });
  const starts = Array.from({ length: 300 }, (_, i) =>
    sqlite.call("StartExecution", { stateMachineArn: machineArn("done"), name: `e${i}` }),
  );
  await Promise.all(starts);
  await sqlite.stop();
  const command = ["copy", "--from", "pawl.db", "--to", database.url];
  for (let kills = 0; kills < 3; kills++) {
    const copying = new PawlProcess(command, { directory });
    await copying.until(/Copying/);
    copying.signal("SIGKILL");
    await copying.finished;
  }
  const { exitCode, stdout, stderr } = await runPawl(command, { directory });
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /executions 300,|was a complete copy/);

  const back = await runPawl(["copy", "--from", database.url, "--to", "back.db"], { directory });
  assert.equal(back.exitCode, 0, back.stderr);
  const again = await startServerProcess(t, directory, { db: join(directory, "back.db") });
  assert.equal(await statusOf(again, arnOf("done", "e299")), "SUCCEEDED");
  await again.stop();
  const full = await runPawl(["copy", "--from", "back.db", "--to", database.url], { directory });
  assert.equal(full.exitCode, 1);
  assert.match(full.stderr, /holds data already: name an empty one\n$/);
});

test("places that cannot be copied from or to are refused by name", async (t) => {
  const { directory } = await prepare(t);
  writeFileSync(join(directory, "empty.db"), "");
  const rows = [
    ["empty.db", "empty.db", 2, /--from and --to are the same/],
    ["missing.db", "new.db", 2, /missing\.db is not there/],
    ["memory", "new.db", 2, /--from: data in memory are gone/],
    ["empty.db", "new.db", 1, /empty\.db holds no data of Pawl\n$/],
    ["empty.db", "postgres://127.0.0.1:1/none", 1, /empty\.db holds no data of Pawl\n$/],
  ] as const;
  for (const [from, to, code, said] of rows) {
    const { exitCode, stderr } = await runPawl(["copy", "--from", from, "--to", to], { directory });
    assert.match(stderr, said);
    assert.equal(exitCode, code, stderr);
  }
});
