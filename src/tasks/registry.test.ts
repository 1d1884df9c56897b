import assert from "node:assert/strict";
import { test } from "node:test";
import { optimizedFields } from "../asl/optimized-fields.ts";
import { Payload } from "../asl/payload.ts";
import { parseTaskResource, type TaskResource } from "../asl/resource.ts";
import type { PerformTask, TaskOutcome } from "../engine/effect.ts";
import { parseFunctionConfig } from "./functions/parse-config.ts";
import { createConnectors } from "./registry.ts";

const connectors = createConnectors({
  functions: parseFunctionConfig({ echo: "cat" }, "/"),
  callAction: async (action) => ({ kind: "answer", body: JSON.stringify({ called: action }) }),
  callAws: async ({ service, action }) => ({
    kind: "answered",
    output: { Called: `${service}:${action}` },
    status: 200,
    requestId: "r",
    headers: [["x-amzn-RequestId", "r"]],
  }),
  callApi: async ({ target }) => ({
    kind: "answered",
    status: 200,
    headers: [["Content-Type", "application/json"]],
    contentType: "application/json",
    body: JSON.stringify({ called: target }),
  }),
  startChild: async () => ({ kind: "started", executionArn: "arn:child", startedAt: 0 }),
});

function resourceOf(arn: string): TaskResource {
  const resource = parseTaskResource(arn);
  assert.ok(resource !== undefined);
  return resource;
}

function perform(arn: string, parameters: string): Promise<TaskOutcome> | undefined {
  const task: PerformTask = {
    kind: "PerformTask",
    attempt: { executionArn: "arn:aws:states:us-east-1:123456789012:execution:m:e", scheduledEventId: 3 },
    resource: resourceOf(arn),
    parameters: Payload.ofText(parameters),
    stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:m",
    roleArn: "arn:aws:iam::123456789012:role/r",
  };
  return connectors.connectorFor(task.resource)?.perform(task, new AbortController().signal);
}

for (const [arn, parameters, kind] of [
  ["arn:aws:lambda:us-east-1:123456789012:function:echo", "1", "succeeded"],
  ["arn:aws:states:::lambda:invoke", `{"FunctionName":"echo"}`, "succeeded"],
  ["arn:aws:states:::lambda:invoke.waitForTaskToken", `{"FunctionName":"echo"}`, "submitted"],
  ["arn:aws:states:::states:startExecution", `{"StateMachineArn":"arn:m"}`, "succeeded"],
  ["arn:aws:states:::states:startExecution.sync:2", `{"StateMachineArn":"arn:m"}`, "submitted"],
  ["arn:aws:states:::sqs:sendMessage", `{"QueueUrl":"q","MessageBody":"b"}`, "succeeded"],
  ["arn:aws:states:::sqs:sendMessage.waitForTaskToken", `{"QueueUrl":"q","MessageBody":"b"}`, "submitted"],
  ["arn:aws:states:::aws-sdk:s3:getObject", `{"Bucket":"b","Key":"k"}`, "succeeded"],
  ["arn:aws:states:::glue:startJobRun", `{"JobName":"j"}`, "succeeded"],
  ["arn:aws:states:::glue:startJobRun.sync", `{"JobName":"j"}`, "submitted"],
  ["arn:aws:states:::batch:submitJob.sync:2", `{"JobName":"j","JobQueue":"q","JobDefinition":"d"}`, "submitted"],
  ["arn:aws:states:::apigateway:invoke", `{"ApiEndpoint":"a.b","Method":"GET"}`, "succeeded"],
  ["arn:aws:states:::bedrock:invokeModel", `{"ModelId":"m","Body":{}}`, "succeeded"],
  ["arn:aws:states:::elasticmapreduce:addStep", `{"ClusterId":"c","Step":{"Name":"s"}}`, "succeeded"],
] as const) {
  test(`${arn} is performed`, async () => {
    assert.equal((await perform(arn, parameters))?.kind, kind);
  });
}

test("the task of an activity has no connector: workers take it", () => {
  assert.equal(connectors.connectorFor(resourceOf("arn:aws:states:us-east-1:123456789012:activity:a")), undefined);
});

for (const name of ["eks:call", "eks:runJob.sync", "aws-sdk:qldb:listLedgers", "lambda:toString"]) {
  test(`${name} is refused by name`, async () => {
    const outcome = await perform(`arn:aws:states:::${name}`, "{}");
    assert.ok(outcome?.kind === "failed");
    assert.equal(outcome.error, "States.Runtime");
    assert.match(outcome.cause ?? "", new RegExp(`^Pawl has no connector for ${name} yet, so nothing was called\\.`));
  });
}

test("every action of this API is a task by its name in the AWS SDK", async () => {
  const outcome = await perform("arn:aws:states:::aws-sdk:sfn:listStateMachines", "{}");
  assert.ok(outcome?.kind === "succeeded");
  assert.equal(outcome.output.text, '{"Called":"ListStateMachines"}');
});

const unknownMembers: readonly (readonly [arn: string, parameters: string, unknown: string])[] = [
  ["lambda:invoke.waitForTaskToken", `{"FunctionName":"f","Payload":{},"TaskToken":"t"}`, "TaskToken"],
  ["glue:startJobRun.sync", `{"JobName":"j","Token":"t"}`, "Token"],
  ["states:startExecution", `{"StateMachineArn":"arn:m","Name":"n","Input":1,"input":{}}`, "input"],
];
for (const [arn, parameters, unknown] of unknownMembers) {
  test(`a task of ${arn} is not started with a member that the service does not know`, () => {
    const connector = connectors.connectorFor(resourceOf(`arn:aws:states:::${arn}`));
    assert.equal(
      connector?.parameterProblem?.(Payload.ofText(parameters)),
      `The field "${unknown}" is not supported by Step Functions`,
    );
  });
}

for (const name of [
  "apigateway:invoke",
  "bedrock:invokeModel",
  "http:invoke",
  "lambda:invoke",
  "states:startExecution",
]) {
  test(`${name} takes the fields that definitions may give it, and no others`, () => {
    const { supported = new Set<string>() } = optimizedFields(name) ?? {};
    const connector = connectors.connectorFor(resourceOf(`arn:aws:states:::${name}`));
    const refused = (field: string): boolean =>
      connector
        ?.parameterProblem?.(Payload.ofValue({ [field]: null, ...required }))
        ?.endsWith(" is not supported by Step Functions") === true;
    const required = Object.fromEntries((optimizedFields(name)?.required ?? []).map((field) => [field, "x"]));
    assert.ok(supported.size > 0 && refused("Other"));
    assert.deepEqual([...supported].filter(refused), []);
  });
}
