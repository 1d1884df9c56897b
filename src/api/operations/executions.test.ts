// The answers of actions on executions, activities and tasks, over a fake runtime.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Payload } from "../../asl/payload.ts";
import type { JournalEvent } from "../../engine/journal/event.ts";
import type { ExecutionRecord } from "../../store/journal.ts";
import { type FakeServer, startFakeServer } from "../../testing/fake-server.ts";
import { makeTaskToken } from "../../runtime/workers/task-token.ts";

const base = "arn:aws:states:us-east-1:000000000000";
const standard = `${base}:stateMachine:m`;
const express = `${base}:stateMachine:x`;
const executionArn = `${base}:execution:m:e`;
const startDate = 1_700_000_000.123;

async function startWithMachines(t: TestContext): Promise<FakeServer> {
  const server = await startFakeServer(t);
  await server.send("CreateStateMachine", { name: "m", definition: "{}", roleArn: "arn:aws:iam::000000000000:role/r" });
  await server.send("CreateStateMachine", {
    name: "x",
    definition: "{}",
    roleArn: "arn:aws:iam::000000000000:role/r",
    type: "EXPRESS",
  });
  return server;
}

async function errorOf(server: FakeServer, action: string, body: object): Promise<string> {
  const { status, body: answer } = await server.send(action, body);
  return `${status} ${String(answer["__type"])}: ${String(answer["message"])}`;
}

/** Makes of the execution `e` what a test needs. */
async function put(
  server: FakeServer,
  change: Partial<ExecutionRecord>,
  more: { readonly output?: Payload; readonly events?: readonly JournalEvent[] } = {},
): Promise<void> {
  await server.send("StartExecution", { stateMachineArn: standard, name: "e", input: ' {"a": 1.0}' });
  const execution = server.executions.get(executionArn);
  assert.ok(execution !== undefined);
  const { description, events } = execution;
  const failure = { error: "E", cause: "C" };
  const isFailure = change.status !== undefined && !["RUNNING", "SUCCEEDED"].includes(change.status);
  server.executions.set(executionArn, {
    description: {
      ...description,
      record: { ...description.record, ...change },
      output: more.output,
      failure: isFailure ? failure : undefined,
    },
    events: more.events ?? events,
  });
}

test("the same start is answered alike while the execution runs; another input is not", async (t) => {
  const server = await startWithMachines(t);
  const start = { stateMachineArn: standard, name: "e", input: "2" };
  assert.deepEqual((await server.send("StartExecution", start)).body, { executionArn, startDate });
  server.now += 1000;
  assert.deepEqual((await server.send("StartExecution", start)).body, { executionArn, startDate });
  assert.equal(
    await errorOf(server, "StartExecution", { ...start, input: "3" }),
    `400 ExecutionAlreadyExists: Execution Already Exists: '${executionArn}'`,
  );
});

test("an input that is not JSON is refused with the parser's words", async (t) => {
  const valid = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
  const rows: readonly (readonly [input: string, problem: string])[] = [
    ["not some json", `Unrecognized token 'not': was expecting ${valid}`],
    ["{'not': 'json'", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"],
    ["", "Invalid execution input."],
    ["  \n", "Invalid execution input."],
    ["{} {}", "Unexpected character ('{' (code 123)): Expected end of the only root-level value"],
    [
      "[".repeat(1001) + "]".repeat(1001),
      "Document nesting depth (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNestingDepth()`)",
    ],
    [
      `[${"1".repeat(250_000)}]`,
      "Number value length (250000) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNumberLength()`)",
    ],
  ];
  const server = await startWithMachines(t);
  for (const [input, problem] of rows) {
    assert.equal(
      await errorOf(server, "StartExecution", { stateMachineArn: standard, input }),
      `400 InvalidExecutionInput: Invalid State Machine Execution Input: '${problem}'`,
    );
  }
  const brackets = `"\\"${"[".repeat(5000)}"`;
  for (const input of [
    brackets,
    `[${"[],".repeat(5000)}0]`,
    "2",
    '"some text"',
    "1".repeat(1_000),
    `"${"1".repeat(5_000)}"`,
    "null",
    " [ ] ",
    "[".repeat(900) + "]".repeat(900),
  ]) {
    assert.equal((await server.send("StartExecution", { stateMachineArn: standard, input })).status, 200, input);
  }
  const taskToken = makeTaskToken({ executionId: 1, scheduledEventId: 3 });
  assert.match(
    (await errorOf(server, "SendTaskSuccess", { taskToken, output: "1".repeat(1_001) })) ?? "",
    /^400 InvalidOutput: Invalid Output: 'Number value length \(1001\)/,
  );
  assert.equal(
    await errorOf(server, "SendTaskSuccess", { taskToken, output: "{" }),
    "400 InvalidOutput: Invalid Output: 'Unexpected end-of-input: expected close marker for Object (start marker at " +
      '[Source: (String)"{"; line: 1, column: 1])\'',
  );
});

test("a start of nothing there is refused", async (t) => {
  const server = await startWithMachines(t);
  for (const stateMachineArn of [`${base}:stateMachine:none`, `${standard}:1`, `${standard}:alias`]) {
    assert.equal(
      await errorOf(server, "StartExecution", { stateMachineArn }),
      `400 StateMachineDoesNotExist: State Machine Does Not Exist: '${stateMachineArn}'`,
    );
  }
  assert.equal(
    await errorOf(server, "StartExecution", { stateMachineArn: standard, name: "a/b" }),
    "400 InvalidName: Invalid Name: 'a/b'",
  );
});

test("a synchronous start answers with the end, and is for Express only", async (t) => {
  const server = await startWithMachines(t);
  const request = { stateMachineArn: express, name: "e", input: '{"a": 1}', traceHeader: "trace" };
  const answer = {
    executionArn: `${base}:express:x:e:1`,
    stateMachineArn: express,
    name: "e",
    startDate,
    stopDate: 1_700_000_000.243,
    status: "SUCCEEDED",
    inputDetails: { included: true },
    outputDetails: { included: true },
    traceHeader: "trace",
    billingDetails: { billedDurationInMilliseconds: 200, billedMemoryUsedInMB: 64 },
  };
  const { body } = await server.send("StartSyncExecution", request);
  assert.deepEqual(body, { ...answer, input: '{"a": 1}', output: '{"a": 1}' });
  const bare = await server.send("StartSyncExecution", { ...request, includedData: "METADATA_ONLY" });
  const notIncluded = { inputDetails: { included: false }, outputDetails: { included: false } };
  assert.deepEqual(bare.body, { ...answer, ...notIncluded });
  assert.equal(
    await errorOf(server, "StartSyncExecution", { stateMachineArn: standard }),
    "400 StateMachineTypeNotSupported: This operation is not supported by this type of state machine",
  );
});

const never = (reason: string): object => ({ redriveStatus: "NOT_REDRIVABLE", redriveStatusReason: reason });

test("Describe shows an execution as AWS does in each status", async (t) => {
  const common = {
    executionArn,
    stateMachineArn: standard,
    name: "e",
    startDate,
    input: ' {"a": 1.0}',
    inputDetails: { included: true },
    redriveCount: 0,
  };
  const stoppedAt = 1_700_000_001_123;
  const stopDate = 1_700_000_001.123;
  const output = Payload.ofText("{ }");
  const rows: readonly (readonly [change: Partial<ExecutionRecord>, shown: object])[] = [
    [{ status: "RUNNING" }, { ...never("Execution is RUNNING and cannot be redriven") }],
    [
      { status: "SUCCEEDED", stoppedAt },
      {
        stopDate,
        output: "{ }",
        outputDetails: { included: true },
        ...never("Execution is SUCCEEDED and cannot be redriven"),
      },
    ],
    [
      { status: "FAILED", stoppedAt },
      { stopDate, error: "E", cause: "C", redriveStatus: "REDRIVABLE" },
    ],
    [
      { status: "TIMED_OUT", stoppedAt },
      { stopDate, redriveStatus: "REDRIVABLE" },
    ],
    [
      { status: "ABORTED", stoppedAt: stoppedAt - 15 * 86_400_000 },
      {
        stopDate: stopDate - 15 * 86_400,
        error: "E",
        cause: "C",
        ...never("Execution redrivable period exceeded"),
      },
    ],
    [
      { status: "FAILED", stoppedAt, lastEventId: 25_000 },
      { stopDate, error: "E", cause: "C", ...never("Execution history event limit exceeded") },
    ],
  ];
  for (const [change, shown] of rows) {
    const server = await startWithMachines(t);
    await put(server, change, change.status === "SUCCEEDED" ? { output } : {});
    const { body } = await server.send("DescribeExecution", { executionArn });
    assert.deepEqual(body, { ...common, status: change.status, ...shown });
  }
});

test("Describe without data says so", async (t) => {
  const server = await startWithMachines(t);
  await put(server, { status: "SUCCEEDED", stoppedAt: 1 }, { output: Payload.ofText("1") });
  const { body } = await server.send("DescribeExecution", { executionArn, includedData: "METADATA_ONLY" });
  assert.deepEqual([body["input"], body["inputDetails"]], [undefined, { included: false }]);
  assert.deepEqual([body["output"], body["outputDetails"]], [undefined, { included: false }]);
});

test("an execution is described with the definition it is pinned to", async (t) => {
  const server = await startWithMachines(t);
  await put(server, {});
  await server.send("UpdateStateMachine", { stateMachineArn: standard, definition: '{"new":1}' });
  const { body } = await server.send("DescribeStateMachineForExecution", { executionArn });
  assert.deepEqual(body, {
    stateMachineArn: standard,
    name: "m",
    definition: "{}",
    roleArn: "arn:aws:iam::000000000000:role/r",
    updateDate: startDate,
    loggingConfiguration: { level: "OFF", includeExecutionData: false },
    tracingConfiguration: { enabled: false },
    encryptionConfiguration: { type: "AWS_OWNED_KEY" },
  });
});

test("every action on an execution refuses what is not one in AWS's words", async (t) => {
  const server = await startWithMachines(t);
  const none = `${base}:execution:m:none`;
  const rows: readonly (readonly [arn: string, error: string])[] = [
    ["invalid", "InvalidArn: Invalid Arn: 'Invalid ARN prefix: invalid'"],
    [`${base}:express:x:e:1`, "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'"],
    [none, `ExecutionDoesNotExist: Execution Does Not Exist: '${none}'`],
  ];
  const actions = ["DescribeExecution", "StopExecution", "GetExecutionHistory", "DescribeStateMachineForExecution"];
  for (const action of actions) {
    for (const [arn, error] of rows) assert.equal(await errorOf(server, action, { executionArn: arn }), `400 ${error}`);
  }
});

test("a stop answers with the time of the end", async (t) => {
  const server = await startWithMachines(t);
  await put(server, { status: "FAILED", stoppedAt: 1_700_000_000_500 });
  assert.deepEqual((await server.send("StopExecution", { executionArn, error: "" })).body, {
    stopDate: 1_700_000_000.5,
  });
});

test("executions are listed newest first, in pages, by status", async (t) => {
  const server = await startWithMachines(t);
  for (const name of ["a", "b", "c"]) await server.send("StartExecution", { stateMachineArn: standard, name });
  const list = async (more: object): Promise<readonly unknown[]> => {
    const { body } = await server.send("ListExecutions", { stateMachineArn: standard, ...more });
    const names = (body["executions"] as readonly { readonly name: string }[]).map(({ name }) => name);
    return [names.join(""), body["nextToken"]];
  };
  const [first, nextToken] = await list({ maxResults: 2 });
  assert.equal(first, "cb");
  assert.deepEqual(await list({ maxResults: 2, nextToken }), ["a", undefined]);
  assert.deepEqual(await list({ maxResults: 0 }), ["cba", undefined]);
  assert.deepEqual(await list({ statusFilter: "SUCCEEDED" }), ["", undefined]);
  assert.deepEqual(await list({ redriveFilter: "REDRIVEN" }), ["", undefined]);
  assert.deepEqual(await list({ redriveFilter: "NOT_REDRIVEN" }), ["cba", undefined]);
  const other = { stateMachineArn: standard, statusFilter: "RUNNING", nextToken };
  assert.equal(await errorOf(server, "ListExecutions", other), "400 InvalidToken: Invalid Token: 'Invalid token'");
  const { body } = await server.send("ListExecutions", { stateMachineArn: standard, maxResults: 1 });
  assert.deepEqual((body["executions"] as readonly unknown[])[0], {
    executionArn: `${base}:execution:m:c`,
    stateMachineArn: standard,
    name: "c",
    status: "RUNNING",
    startDate,
    redriveCount: 0,
  });
});

test("a list that AWS refuses is refused", async (t) => {
  const server = await startWithMachines(t);
  assert.equal(
    await errorOf(server, "ListExecutions", { stateMachineArn: express }),
    "400 StateMachineTypeNotSupported: This operation is not supported by this type of state machine",
  );
  const { body: neither } = await server.send("ListExecutions", {});
  assert.equal(neither["message"], "Must provide a StateMachine ARN or MapRun ARN");
  const { body: both } = await server.send("ListExecutions", { stateMachineArn: standard, mapRunArn: "arn:x" });
  for (const answer of [neither, both]) {
    assert.deepEqual([answer["__type"], answer["reason"]], ["ValidationException", "MISSING_REQUIRED_PARAMETER"]);
  }
});

test("an execution of a machine that traces has a trace header, its own where the start gives none", async (t) => {
  const server = await startWithMachines(t);
  const headerOf = async (start: object): Promise<unknown> => {
    const { body } = await server.send("StartExecution", start);
    return (await server.send("DescribeExecution", body)).body["traceHeader"];
  };
  assert.equal(await headerOf({ stateMachineArn: standard }), undefined);
  await server.send("UpdateStateMachine", { stateMachineArn: standard, tracingConfiguration: { enabled: true } });
  assert.match(String(await headerOf({ stateMachineArn: standard })), /^Root=1-6553f100-[0-9a-f]{24};Sampled=1$/);
  assert.equal(await headerOf({ stateMachineArn: standard, traceHeader: "given" }), "given");
});

const entered = (id: number, text = "{}"): JournalEvent => ({
  kind: "StateEntered",
  id,
  previousEventId: id - 1,
  at: 0,
  scope: 0,
  stateType: "Wait",
  name: "W",
  input: Payload.ofText(text),
});
const sleeps = (id: number): JournalEvent => ({
  kind: "WaitStarted",
  id,
  previousEventId: id,
  at: 0,
  scope: 0,
  until: 9,
});

async function pages(server: FakeServer, request: object): Promise<string> {
  const shown: string[] = [];
  let nextToken: unknown;
  do {
    const { body } = await server.send("GetExecutionHistory", { executionArn, ...request, nextToken });
    shown.push((body["events"] as readonly { readonly id: number }[]).map(({ id }) => id).join(","));
    nextToken = body["nextToken"];
  } while (nextToken !== undefined);
  return shown.join(" | ");
}

test("the history is paged in both directions, without unlisted events", async (t) => {
  const server = await startWithMachines(t);
  const events = [1, 2, 3, 4, 5].flatMap((id) => [entered(id), sleeps(id)]);
  await put(server, {}, { events });
  const rows: readonly (readonly [request: object, pages: string])[] = [
    [{}, "1,2,3,4,5"],
    [{ maxResults: 0 }, "1,2,3,4,5"],
    [{ maxResults: 5 }, "1,2,3,4,5"],
    [{ maxResults: 2 }, "1,2 | 3,4 | 5"],
    [{ maxResults: 2, reverseOrder: true }, "5,4 | 3,2 | 1"],
    [{ reverseOrder: true }, "5,4,3,2,1"],
  ];
  for (const [request, expected] of rows) assert.equal(await pages(server, request), expected);
  await put(server, {}, { events: [] });
  assert.equal(await pages(server, {}), "");
});

test("a page of the history ends early where its data is large", async (t) => {
  const server = await startWithMachines(t);
  const large = JSON.stringify("x".repeat(3 * 1024 * 1024));
  await put(server, {}, { events: [1, 2, 3].map((id) => entered(id, large)) });
  assert.equal(await pages(server, {}), "1,2 | 3");
  assert.equal(await pages(server, { includeExecutionData: false }), "1,2,3");
});

test("activities are created once, listed by name, and deleted", async (t) => {
  const server = await startWithMachines(t);
  const activityArn = `${base}:activity:a`;
  const created = { activityArn, creationDate: startDate };
  assert.deepEqual((await server.send("CreateActivity", { name: "a" })).body, created);
  server.now += 1000;
  const again = { name: "a", tags: [{ key: "k", value: "v" }] };
  assert.deepEqual((await server.send("CreateActivity", again)).body, created);
  const encryptionConfiguration = { type: "CUSTOMER_MANAGED_KMS_KEY", kmsKeyId: "k" };
  assert.equal(
    await errorOf(server, "CreateActivity", { name: "a", encryptionConfiguration }),
    `400 ActivityAlreadyExists: Activity Already Exists: '${activityArn}'`,
  );
  const encryption = { encryptionConfiguration: { type: "AWS_OWNED_KEY" } };
  const described = await server.send("DescribeActivity", { activityArn });
  assert.deepEqual(described.body, { ...created, name: "a", ...encryption });
  await server.send("CreateActivity", { name: "b" });
  const page = await server.send("ListActivities", { maxResults: 1 });
  assert.deepEqual(page.body["activities"], [{ ...created, name: "a" }]);
  const rest = await server.send("ListActivities", { nextToken: page.body["nextToken"] });
  assert.equal((rest.body["activities"] as readonly unknown[]).length, 1);
  assert.deepEqual((await server.send("DeleteActivity", { activityArn })).body, {});
  assert.deepEqual((await server.send("DeleteActivity", { activityArn })).body, {});
  for (const action of ["DescribeActivity", "GetActivityTask"]) {
    assert.equal(
      await errorOf(server, action, { activityArn }),
      `400 ActivityDoesNotExist: Activity Does Not Exist: '${activityArn}'`,
    );
  }
});

test("a worker gets a task, or an empty answer when none came in time", async (t) => {
  const server = await startWithMachines(t);
  await server.send("CreateActivity", { name: "a" });
  const activityArn = `${base}:activity:a`;
  const task = await server.send("GetActivityTask", { activityArn, workerName: "w" });
  assert.deepEqual(task.body, { taskToken: "token of w", input: "{}" });
  assert.deepEqual((await server.send("GetActivityTask", { activityArn })).body, {});
});

test("what was said of a token is answered as AWS does", async (t) => {
  const server = await startWithMachines(t);
  server.tokens.set("good", "accepted").set("late", "timedOut");
  const actions = ["SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"];
  for (const action of actions) {
    const send = (taskToken: string): object => ({
      taskToken,
      ...(action === "SendTaskSuccess" ? { output: "1" } : {}),
    });
    assert.deepEqual((await server.send(action, send("good"))).body, {});
    assert.equal(
      await errorOf(server, action, send("late")),
      "400 TaskTimedOut: Task Timed Out: 'Provided task does not exist anymore'",
    );
    assert.equal(await errorOf(server, action, send("never")), "400 InvalidToken: Invalid Token: 'Invalid token'");
  }
});
