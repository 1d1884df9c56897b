// Test cases of a mock file on a real server: starts name them, tasks get their responses, and a restart keeps count.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { testServerOptions } from "../testing/server-options.ts";
import { StartError } from "./listen.ts";
import { type PawlServer, startServer } from "./start-server.ts";

const arnOf = (name: string): string => `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;
const invoke = (resource: string, more: object): object => ({
  Type: "Task",
  Resource: `arn:aws:states:::${resource}`,
  ...more,
});
const mocks = {
  StateMachines: {
    m: { TestCases: { Retried: { Call: "busyTwice" }, Partly: { Other: "busyTwice" }, Short: { Call: "once" } } },
    w: { TestCases: { Waits: { Call: "once" } } },
  },
  MockedResponses: {
    busyTwice: { "0-1": { Throw: { Error: "Busy", Cause: "why" } }, "2": { Return: { done: true } } },
    once: { "0": { Return: 1 } },
  },
};
const retry = { Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 1, MaxAttempts: 2 }] };
const call = JSON.stringify({
  StartAt: "Call",
  States: { Call: invoke("sqs:sendMessage", { Parameters: { QueueUrl: "q", MessageBody: "b" }, ...retry, End: true }) },
});
const twice = JSON.stringify({
  StartAt: "Call",
  States: {
    Call: invoke("lambda:invoke", { Parameters: { FunctionName: "f" }, ResultPath: null, Next: "Pause" }),
    Pause: { Type: "Wait", Seconds: 1, Next: "Call2" },
    Call2: { Type: "Pass", Next: "Back" },
    Back: { Type: "Choice", Choices: [{ Variable: "$.never", IsPresent: true, Next: "End" }], Default: "Call" },
    End: { Type: "Succeed" },
  },
});

interface World {
  readonly directory: string;
  /** @param mocks the mock file, unless there is to be another one or, by `null`, none. */
  open(mocks?: string | null): Promise<PawlServer>;
}

function worldOf(t: TestContext): World {
  const directory = mkdtempSync(join(tmpdir(), "pawl-mocks-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "mocks.json");
  writeFileSync(file, JSON.stringify(mocks));
  return {
    directory,
    open: (named = file) =>
      startServer({
        mocks: named ?? undefined,
        ...testServerOptions,
        db: join(directory, "pawl.db"),
      }),
  };
}

type Members = Readonly<Record<string, unknown>>;

async function send({ url }: PawlServer, action: string, input: object): Promise<Members> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AWSStepFunctions.${action}` },
    body: JSON.stringify(input),
  });
  return (await response.json()) as Members;
}

function create(server: PawlServer, name: string, definition: string, type = "STANDARD"): Promise<Members> {
  return send(server, "CreateStateMachine", { name, definition, roleArn: "arn:aws:iam::123456789012:role/r", type });
}

async function untilEnd(server: PawlServer, executionArn: unknown): Promise<Members> {
  for (const deadline = Date.now() + 20_000; ;) {
    const described = await send(server, "DescribeExecution", { executionArn });
    if (described["status"] !== "RUNNING" || Date.now() > deadline) return described;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("a synchronous execution gets the responses of its test case, repetitions counted", async (t) => {
  const server = await worldOf(t).open();
  t.after(() => server.close());
  await create(server, "m", call, "EXPRESS");
  const retried = await send(server, "StartSyncExecution", { stateMachineArn: `${arnOf("m")}#Retried` });
  assert.deepEqual(
    [retried["status"], retried["output"], retried["stateMachineArn"]],
    ["SUCCEEDED", '{"done":true}', arnOf("m")],
  );
  // A state that the test case does not mock calls the real thing, for which nothing is there.
  const partly = await send(server, "StartSyncExecution", { stateMachineArn: `${arnOf("m")}#Partly` });
  assert.match(String(partly["cause"]), /^Nothing says where SQS is, so nothing is called\./);
  const unmocked = await send(server, "StartSyncExecution", { stateMachineArn: arnOf("m") });
  assert.match(String(unmocked["cause"]), /^Nothing says where SQS is, so nothing is called\./);
});

test("an unknown test case is refused by name", async (t) => {
  const server = await worldOf(t).open();
  t.after(() => server.close());
  await create(server, "m", call);
  await create(server, "unknown", call);
  const rows: readonly (readonly [target: string, message: string])[] = [
    ["m#retried", "has no test case 'retried' for the state machine 'm'; it has 'Retried', 'Partly', 'Short'."],
    ["m#", "has no test case '' for the state machine 'm'; it has 'Retried', 'Partly', 'Short'."],
    ["unknown#Retried", "has no test case 'Retried' for the state machine 'unknown'; it has no test case."],
  ];
  for (const [target, message] of rows) {
    const answer = await send(server, "StartExecution", { stateMachineArn: arnOf(target) });
    assert.deepEqual([answer["__type"], answer["message"]], ["ValidationException", `The mock file ${message}`]);
  }
});

test("a restart keeps the test case and the count of invocations", async (t) => {
  const { open } = worldOf(t);
  const first = await open();
  await create(first, "w", twice);
  const { executionArn } = await send(first, "StartExecution", { stateMachineArn: `${arnOf("w")}#Waits`, name: "e" });
  await first.close();
  const second = await open();
  t.after(() => second.close());
  const { status, cause } = await untilEnd(second, executionArn);
  assert.deepEqual(
    [status, cause],
    ["FAILED", "The mock file has no response to invocation 1 of the state 'Call' in the test case 'Waits'."],
  );
});

test("without its mock file a test case calls nothing real", async (t) => {
  const { open } = worldOf(t);
  const first = await open();
  await create(first, "w", twice);
  const { executionArn } = await send(first, "StartExecution", { stateMachineArn: `${arnOf("w")}#Waits`, name: "e" });
  await first.close();
  const second = await open(null);
  t.after(() => second.close());
  const { status, cause } = await untilEnd(second, executionArn);
  assert.equal(status, "FAILED");
  assert.match(String(cause), /test case 'Waits', which the mock file does not have any more/);
});

test("a mock file that cannot be used keeps the server from starting", async (t) => {
  const { open, directory } = worldOf(t);
  const file = join(directory, "bad.json");
  writeFileSync(file, '{"StateMachines": {}}');
  await assert.rejects(open(file), (error) => {
    assert.ok(error instanceof StartError);
    assert.match(
      error.message,
      /bad\.json, which SFN_MOCK_CONFIG or .* names, cannot be used\.\nMockedResponses is missing/,
    );
    return true;
  });
  await assert.rejects(open(join(directory, "none.json")), {
    name: "StartError",
    message: /none\.json is not there; SFN_MOCK_CONFIG or mocks in the configuration file names it\.$/,
  });
});
