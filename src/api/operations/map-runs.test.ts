// The answers of actions on Map Runs where there is none: through the AWS SDK, and to what only a raw request can ask.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import {
  DescribeMapRunCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  ResourceNotFound,
  SFNClient,
  UpdateMapRunCommand,
} from "@aws-sdk/client-sfn";
import { type FakeServer, startFakeServer } from "../../testing/fake-server.ts";

const base = "arn:aws:states:us-east-1:000000000000";
const stateMachineArn = `${base}:stateMachine:m`;
const executionArn = `${base}:execution:m:e`;
const mapRunArn = `${base}:mapRun:m/l:11111111-2222-3333-4444-555555555555`;

async function startWithExecution(t: TestContext): Promise<FakeServer> {
  const server = await startFakeServer(t);
  await server.send("CreateStateMachine", { name: "m", definition: "{}", roleArn: "arn:aws:iam::000000000000:role/r" });
  await server.send("StartExecution", { stateMachineArn, name: "e" });
  return server;
}

function clientOf(t: TestContext, { url }: FakeServer): SFNClient {
  const client = new SFNClient({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
    disableHostPrefix: true,
    maxAttempts: 1,
  });
  t.after(() => client.destroy());
  return client;
}

test("an execution has no Map Runs", async (t) => {
  const client = clientOf(t, await startWithExecution(t));
  const { mapRuns, nextToken } = await client.send(new ListMapRunsCommand({ executionArn, maxResults: 1 }));
  assert.deepEqual([mapRuns, nextToken], [[], undefined]);
});

test("AWS's client learns of each action that there is no such Map Run", async (t) => {
  const client = clientOf(t, await startWithExecution(t));
  const asked: readonly (() => Promise<unknown>)[] = [
    () => client.send(new DescribeMapRunCommand({ mapRunArn })),
    () => client.send(new UpdateMapRunCommand({ mapRunArn, maxConcurrency: 3, toleratedFailurePercentage: 0.5 })),
    () => client.send(new ListExecutionsCommand({ mapRunArn, statusFilter: "PENDING_REDRIVE" })),
  ];
  for (const ask of asked) {
    await assert.rejects(ask, (error) => {
      assert.ok(error instanceof ResourceNotFound);
      assert.deepEqual([error.message, error.resourceName], [`Resource not found: '${mapRunArn}'`, mapRunArn]);
      return true;
    });
  }
});

const missing = `ExecutionDoesNotExist: Execution Does Not Exist: '${base}:execution:m:other'`;
const otherAccount = "arn:aws:states:us-east-1:999999999999";
const noToken = "InvalidToken: Invalid Token: 'Invalid token'";
const required = "Value null at 'mapRunArn' failed to satisfy constraint: Member must not be null";

const refusals: readonly (readonly [action: string, input: object, error: string])[] = [
  ["ListMapRuns", { executionArn: `${base}:execution:m:other` }, missing],
  [
    "ListMapRuns",
    { executionArn: `${otherAccount}:execution:m:e` },
    `ExecutionDoesNotExist: Execution Does Not Exist: '${otherAccount}:execution:m:e'`,
  ],
  [
    "ListMapRuns",
    { executionArn: `${base}:express:m:e:1` },
    "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'",
  ],
  ["ListMapRuns", { executionArn: "x" }, "InvalidArn: Invalid Arn: 'Invalid ARN prefix: x'"],
  ["ListMapRuns", { executionArn, nextToken: "forged" }, noToken],
  [
    "ListMapRuns",
    { executionArn, maxResults: 1001 },
    "ValidationException: 1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: " +
      "Member must have value less than or equal to 1000",
  ],
  ["DescribeMapRun", {}, `ValidationException: 1 validation error detected: ${required}`],
  ["UpdateMapRun", {}, `ValidationException: 1 validation error detected: ${required}`],
  [
    "UpdateMapRun",
    { mapRunArn, toleratedFailurePercentage: 100.5 },
    "ValidationException: 1 validation error detected: Value '100.5' at 'toleratedFailurePercentage' failed to " +
      "satisfy constraint: Member must have value less than or equal to 100",
  ],
];

test("what AWS refuses of these actions is refused with its words", async (t) => {
  const server = await startWithExecution(t);
  for (const [action, input, expected] of refusals) {
    const { status, body } = await server.send(action, input);
    assert.equal(`${status} ${String(body["__type"])}: ${String(body["message"])}`, `400 ${expected}`);
  }
});

test("what is no ARN of a Map Run is an invalid ARN", async (t) => {
  const server = await startWithExecution(t);
  const rows: readonly (readonly [arn: string, problem: string])[] = [
    ["x", "Invalid ARN prefix: x"],
    ["arn:x", "Invalid ARN format: arn:x"],
    [`${base}:mapRun:m:1`, `Invalid ARN format: ${base}:mapRun:m:1`],
    [`${base}:mapRun:m/l`, `Invalid ARN format: ${base}:mapRun:m/l`],
    [executionArn, "Resource type not valid in this context: execution"],
  ];
  for (const action of ["DescribeMapRun", "UpdateMapRun", "ListExecutions"]) {
    for (const [arn, problem] of rows) {
      const { status, body } = await server.send(action, { mapRunArn: arn });
      assert.deepEqual(
        [status, body["__type"], body["message"]],
        [400, "InvalidArn", `Invalid Arn: '${problem}'`],
        `${action} ${arn}`,
      );
    }
  }
});

test("a token of another list is no token of this one", async (t) => {
  const server = await startWithExecution(t);
  await server.send("StartExecution", { stateMachineArn, name: "f" });
  const { body } = await server.send("ListExecutions", { stateMachineArn, maxResults: 1 });
  const { nextToken } = body;
  assert.equal(typeof nextToken, "string");
  const answer = await server.send("ListMapRuns", { executionArn, nextToken });
  assert.deepEqual([answer.status, answer.body["__type"]], [400, "InvalidToken"]);
});
