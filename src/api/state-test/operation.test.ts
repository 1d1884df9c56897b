import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { SFNClient, TestStateCommand, type TestStateCommandInput } from "@aws-sdk/client-sfn";
import { type FakeServer, startFakeServer } from "../../testing/fake-server.ts";

const roleArn = "arn:aws:iam::123456789012:role/tester";
const invoke = "arn:aws:states:::lambda:invoke";
const tooLong = "1".repeat(1_001);
const pass = JSON.stringify({ Type: "Pass", End: true });
const task = JSON.stringify({ Type: "Task", Resource: invoke, Parameters: { FunctionName: "f" }, End: true });
const branch = {
  StartAt: "Inner",
  States: { Inner: { Type: "Pass", Result: "in", Next: "Last" }, Last: { Type: "Succeed" } },
};
const parallel = JSON.stringify({ Type: "Parallel", Branches: [branch], End: true });
const map = JSON.stringify({ Type: "Map", ItemProcessor: branch, End: true });
const machine = JSON.stringify({
  StartAt: "Outer",
  States: {
    Outer: {
      Type: "Map",
      ItemProcessor: { StartAt: "Each", States: { Each: { Type: "Parallel", Branches: [branch], End: true } } },
      End: true,
    },
  },
});

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

test("AWS's client tests a state and reads what its data went through", async (t) => {
  const client = clientOf(t, await startFakeServer(t));
  const { $metadata: _, ...answer } = await client.send(
    new TestStateCommand({
      definition: JSON.stringify({
        Type: "Map",
        ItemsPath: "$.items",
        ItemProcessor: branch,
        ToleratedFailurePercentage: 50,
        Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 5, BackoffRate: 3 }],
        End: true,
      }),
      input: '{"items": [1, 2]}',
      variables: '{"v": 1}',
      inspectionLevel: "DEBUG",
      mock: { errorOutput: { error: "Busy", cause: "why" } },
      stateConfiguration: { retrierRetryCount: 1, errorCausedByState: "Inner" },
    }),
  );
  assert.deepEqual(answer, {
    status: "RETRIABLE",
    error: "Busy",
    cause: "why",
    inspectionData: {
      input: '{"items": [1, 2]}',
      afterInputPath: '{"items": [1, 2]}',
      afterItemsPath: "[1, 2]",
      maxConcurrency: 0,
      toleratedFailurePercentage: 50,
      variables: '{"v":1}',
      errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 15 },
    },
  });
});

test("a task that is not mocked is performed", async (t) => {
  const client = clientOf(t, await startFakeServer(t));
  const { status, output } = await client.send(
    new TestStateCommand({ definition: task, roleArn, input: '{"n": 1.0}' }),
  );
  assert.deepEqual([status, output], ["SUCCEEDED", '{"FunctionName":"f"}']);
});

test("a state of a definition is found by its name however deep it lies, and the next one is not run", async (t) => {
  const client = clientOf(t, await startFakeServer(t));
  const { status, output, nextState } = await client.send(
    new TestStateCommand({ definition: machine, stateName: "Inner" }),
  );
  assert.deepEqual([status, output, nextState], ["SUCCEEDED", '"in"', "Last"]);
});

const needsMock = (what: string): string => `TestState does not support ${what} when a mock is not specified.`;
const unmocked =
  "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]";
const oneOf = "A test mock should have only one of the following fields: [result, errorOutput].";
const result = { result: "{}" };

const refusals: readonly (readonly [error: string, message: string, input: TestStateCommandInput])[] = [
  ["ValidationException", "State not found in definition", { definition: machine, stateName: "Nowhere" }],
  [
    "InvalidDefinition",
    "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /'",
    { definition: '{"Comment":"a state by itself has none of these"}', stateName: "StateName" },
  ],
  [
    "InvalidDefinition",
    "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States/StateName/Branches'",
    { definition: '{"Type":"Parallel","Branches":[],"End":true}' },
  ],
  [
    "InvalidDefinition",
    "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object at null'",
    { definition: "[]" },
  ],
  ["InvalidArn", "Invalid Role Arn: 'role'", { definition: pass, roleArn: "role" }],
  ["ValidationException", "RoleArn must be specified when testing a Task state", { definition: task }],
  ["InvalidDefinition", unmocked, { definition: map }],
  ["InvalidDefinition", unmocked, { definition: parallel, roleArn }],
  [
    "InvalidDefinition",
    "TestState API does not support the '.waitForTaskToken' service integration pattern when a mock is not specified.",
    { definition: task.replace(":invoke", ":invoke.waitForTaskToken"), roleArn },
  ],
  [
    "ValidationException",
    "State type 'Pass' is not supported when a mock is specified",
    { definition: pass, mock: result },
  ],
  ["ValidationException", oneOf, { definition: task, mock: {} }],
  ["ValidationException", oneOf, { definition: task, mock: { ...result, errorOutput: { error: "E" } } }],
  ["ValidationException", "Mocked result must be valid JSON", { definition: task, mock: { result: "{" } }],
  ["ValidationException", "Mocked result must be an array.", { definition: map, mock: result }],
  [
    "ValidationException",
    "Mock result schema validation error: Field 'StatusCode' must be a number",
    { definition: task, mock: { result: '{"StatusCode":"200"}' } },
  ],
  [
    "ValidationException",
    "1 validation error detected: Value null at 'mock.errorOutput.error' failed to satisfy constraint: Member must not be null",
    { definition: task, mock: { errorOutput: { cause: "why" } } },
  ],
  [
    "ValidationException",
    "TestState does not support RevealSecrets when a mock is specified.",
    { definition: task, mock: result, revealSecrets: true },
  ],
  [
    "ValidationException",
    needsMock("MapIterationFailureCount"),
    { definition: map, stateConfiguration: { mapIterationFailureCount: 0 } },
  ],
  ["ValidationException", needsMock("Context"), { definition: pass, context: "{}" }],
  [
    "ValidationException",
    "Invalid Context object provided: Execution.Id must be a string",
    { definition: task, mock: result, context: '{"Execution":{"Id":1}}' },
  ],
  [
    "ValidationException",
    "Map iteration failure count must be less than or equal to the number of Map iterations",
    { definition: map, input: "[1]", mock: { result: "[1]" }, stateConfiguration: { mapIterationFailureCount: 2 } },
  ],
  ["ValidationException", "Variables must be a valid JSON object", { definition: pass, variables: "[]" }],
  ["ValidationException", "Variables must be a valid JSON object", { definition: pass, variables: `{"a":${tooLong}}` }],
  [
    "ValidationException",
    "Invalid Context object provided: Context object must be a valid JSON object",
    { definition: task, mock: result, context: `{"a":${tooLong}}` },
  ],
  ["ValidationException", "Mocked result must be valid JSON", { definition: task, mock: { result: tooLong } }],
  [
    "InvalidExecutionInput",
    "Invalid State Machine Execution Input: 'Unexpected character ('}' (code 125)): was expecting double-quote to start field name'",
    { definition: pass, input: '{"a":1,}' },
  ],
];

test("a test that cannot be made is refused with AWS's words", async (t) => {
  const client = clientOf(t, await startFakeServer(t));
  for (const [name, message, input] of refusals) {
    await assert.rejects(client.send(new TestStateCommand(input)), { name, message }, message);
  }
});

test("hostile names stay names", async (t) => {
  const client = clientOf(t, await startFakeServer(t));
  const definition = '{"Type":"Pass","QueryLanguage":"JSONata","Output":"{% $a %}","Assign":{"b":1},"End":true}';
  const { output, inspectionData } = await client.send(
    new TestStateCommand({ definition, variables: '{"__proto__":{"x":1},"a":2}', inspectionLevel: "TRACE" }),
  );
  assert.equal(output, "2");
  assert.equal(inspectionData?.variables, '{"__proto__":{"x":1},"a":2,"b":1}');
});
