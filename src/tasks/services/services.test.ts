// Tasks that are requests of AWS services: what is asked, how answers become results, and how errors are named and worded.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json, JsonObject } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import type { AwsAnswer, AwsRefused } from "../../aws/call.ts";
import type { TaskOutcome } from "../../engine/effect.ts";
import {
  answeredWith,
  type FakeAws,
  fakeAws,
  fakeExecutionArn,
  fakeMachineArn,
  performTask,
  serviceResource,
} from "../../testing/fake-aws.ts";
import type { Connector } from "../connector.ts";
import { awsSdkConnector, isSdkAction, isUnknownAction } from "./aws-sdk.ts";
import { apiGatewayConnector } from "./api-gateway.ts";
import { invokeModelConnector } from "./bedrock.ts";
import { isOptimizedRequest, optimizedConnector } from "./optimized.ts";

function connectorOf(name: string, aws: FakeAws): Connector {
  const resource = serviceResource(name);
  if (resource.service.startsWith("aws-sdk:")) return awsSdkConnector(aws.callAws, resource);
  return optimizedConnector(aws.callAws, resource);
}

function perform(name: string, parameters: Json, aws: FakeAws): Promise<TaskOutcome> {
  return performTask(connectorOf(name, aws), serviceResource(name), parameters);
}

function resultOf(outcome: TaskOutcome): Json {
  assert.ok(outcome.kind !== "failed", JSON.stringify(outcome));
  return outcome.output.value;
}

const metadata = {
  SdkHttpMetadata: {
    AllHttpHeaders: { "x-amzn-RequestId": ["r"], connection: ["keep-alive"], "Content-Length": ["2"] },
    HttpHeaders: { connection: "keep-alive", "Content-Length": "2", "x-amzn-RequestId": "r" },
    HttpStatusCode: 200,
  },
  SdkResponseMetadata: { RequestId: "r" },
};

test("the result of an SDK action is the answer alone", async () => {
  const aws = fakeAws(answeredWith({ Item: { id: { S: "1" } } }));
  const outcome = await perform("aws-sdk:dynamodb:getItem", { TableName: "t", Key: {} }, aws);
  assert.deepEqual(resultOf(outcome), { Item: { id: { S: "1" } } });
  assert.deepEqual(aws.calls, [{ service: "dynamodb", action: "getItem", input: { TableName: "t", Key: {} } }]);
});

test("the result of an optimized integration has the metadata of the answer among its members", async () => {
  const outcome = await perform(
    "sqs:sendMessage",
    { QueueUrl: "q", MessageBody: "b" },
    fakeAws(answeredWith({ MessageId: "m", MD5OfMessageBody: "d" })),
  );
  assert.ok(outcome.kind === "succeeded");
  const text = JSON.stringify({ MD5OfMessageBody: "d", MessageId: "m", ...metadata });
  assert.equal(outcome.output.text, text);
});

test("a text in the place of an attribute's value is a value of DynamoDB, in optimized integrations alone", async () => {
  const aws = fakeAws();
  const item = { id: "1", tags: { L: ["a", { M: { b: "c" } }] }, open: { BOOL: "false" } };
  await perform("dynamodb:putItem", { TableName: "t", Item: item }, aws);
  const { input } = aws.calls[0] ?? {};
  const written = { id: { S: "1" }, tags: { L: [{ S: "a" }, { M: { b: { S: "c" } } }] }, open: { BOOL: "false" } };
  assert.deepEqual(input, { TableName: "t", Item: written });
  const update = { TableName: "t", Key: { id: "1" }, AttributeUpdates: { a: { Action: "PUT", Value: "b" } } };
  const problem = (name: string): string | undefined =>
    connectorOf(name, aws).parameterProblem?.(Payload.ofValue(update));
  assert.equal(problem("dynamodb:updateItem"), undefined);
  assert.equal(problem("aws-sdk:dynamodb:updateItem"), "The value of the field 'Key' has an invalid format");
});

test("members of SDK actions have the names of the SDK, those of optimized integrations the service's own", () => {
  const problem = (name: string, parameters: Json): string | undefined =>
    connectorOf(name, fakeAws()).parameterProblem?.(Payload.ofValue(parameters));
  assert.equal(problem("aws-sdk:rds:stopDBInstance", { DbInstanceIdentifier: "d" }), undefined);
  assert.equal(
    problem("aws-sdk:rds:stopDBInstance", { DBInstanceIdentifier: "d" }),
    'The field "DBInstanceIdentifier" is not supported by Step Functions',
  );
  const item = (kind: string): Json => ({ TableName: "t", Item: { id: { S: "1" }, open: { [kind]: true } } });
  assert.equal(problem("dynamodb:putItem", item("BOOL")), undefined);
  assert.equal(problem("aws-sdk:dynamodb:putItem", item("Bool")), undefined);
});

for (const name of ["sqs:sendMessage.waitForTaskToken", "aws-sdk:sqs:sendMessage.waitForTaskToken"]) {
  test(`the answer of ${name} is the first word of a task that goes on`, async () => {
    assert.equal((await perform(name, { QueueUrl: "q", MessageBody: "b" }, fakeAws())).kind, "submitted");
  });
}

const refused = (more: Partial<AwsRefused>): AwsRefused => ({
  kind: "refused",
  status: 400,
  code: "ResourceNotFoundException",
  modelled: "ResourceNotFoundException",
  message: "no",
  requestId: "r",
  ...more,
});
const unknown = { code: "ValidationException", modelled: undefined };
const failures: readonly (readonly [name: string, answer: AwsAnswer, error: string, cause: RegExp])[] = [
  [
    "aws-sdk:dynamodb:getItem",
    refused({}),
    "DynamoDb.ResourceNotFoundException",
    /^no \(Service: DynamoDb, Status Code: 400, Request ID: r\) \(SDK Attempt Count: 1\)$/,
  ],
  ["aws-sdk:dynamodb:getItem", refused(unknown), "DynamoDb.DynamoDbException", /^no \(Service: DynamoDb, /],
  [
    "aws-sdk:s3:getObject",
    refused({ code: "NoSuchKey", modelled: "NoSuchKey", status: 404, extendedRequestId: "x" }),
    "S3.NoSuchKeyException",
    /^no \(Service: S3, Status Code: 404, Request ID: r, Extended Request ID: x\) \(SDK Attempt Count: 1\)$/,
  ],
  [
    "dynamodb:getItem",
    refused({}),
    "DynamoDB.ResourceNotFoundException",
    /^no \(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: r; Proxy: null\)$/,
  ],
  ["dynamodb:putItem", refused(unknown), "DynamoDB.AmazonDynamoDBException", /Error Code: ValidationException; /],
  [
    "sns:publish",
    refused({ status: 404, code: "NotFound", modelled: "NotFoundException" }),
    "SNS.NotFoundException",
    /^no \(Service: AmazonSNS; Status Code: 404; Error Code: NotFound; Request ID: r; Proxy: null\)$/,
  ],
  ["sqs:sendMessage", refused(unknown), "SQS.AmazonSQSException", /Service: AmazonSQS; /],
  [
    "batch:submitJob",
    refused({ code: "ClientException", modelled: "ClientException" }),
    "Batch.ClientException",
    /Service: AWSBatch; /,
  ],
  [
    "sqs:sendMessage",
    { kind: "unreachable", message: "q: Name or service not known" },
    "SQS.SdkClientException",
    /^Unable to execute HTTP request: q: Name or service not known$/,
  ],
  [
    "aws-sdk:sqs:sendMessage",
    { kind: "unreachable", message: "no" },
    "Sqs.SdkClientException",
    /^Unable to execute HTTP request: no$/,
  ],
  [
    "aws-sdk:s3:getObject",
    { kind: "tooLarge", message: "" },
    "States.DataLimitExceeded",
    /^The state\/task 'aws-sdk:s3' returned a result/,
  ],
  ["aws-sdk:s3:getObject", { kind: "notConfigured", message: "add it" }, "States.Runtime", /^add it$/],
];
for (const [name, answer, error, cause] of failures) {
  test(`${name} fails with ${error}`, async () => {
    const outcome = await perform(name, {}, fakeAws(answer));
    assert.ok(outcome.kind === "failed");
    assert.equal(outcome.error, error);
    assert.match(outcome.cause ?? "", cause);
  });
}

const problems: readonly (readonly [name: string, parameters: JsonObject, problem: string | undefined])[] = [
  [
    "sqs:sendMessage",
    { QueueUrl: "q", MessageBody: "b", payload: 1 },
    'The field "payload" is not supported by Step Functions',
  ],
  [
    "sqs:sendMessage",
    { QueueUrl: "q", MessageSystemAttributes: {} },
    'The field "MessageSystemAttributes" is not supported by Step Functions',
  ],
  ["aws-sdk:sqs:sendMessage", { QueueUrl: "q", MessageSystemAttributes: {} }, undefined],
  [
    "aws-sdk:sqs:sendMessage",
    { QueueUrl: "q", MessageAttributes: { a: { Stringvalue: "" } } },
    'The field "Stringvalue" is not supported by Step Functions',
  ],
  ["ecs:runTask", { TaskDefinition: "t", StartedBy: "me" }, 'The field "StartedBy" is not supported by Step Functions'],
  ["elasticmapreduce:addStep", { ClusterId: "c", Steps: [] }, 'The field "Steps" is not supported by Step Functions'],
  ["elasticmapreduce:createCluster", { Name: "c", Instances: { KeepJobFlowAliveWhenNoSteps: true } }, undefined],
];
for (const [name, parameters, problem] of problems) {
  test(`${name} with ${JSON.stringify(parameters)} ${problem === undefined ? "is started" : "is not started"}`, () => {
    assert.equal(connectorOf(name, fakeAws()).parameterProblem?.(Payload.ofValue(parameters)), problem);
  });
}

test("events name the machine and the execution after their own resources, and one that failed fails the task", async () => {
  const entries = [{ Detail: { a: 1 }, Source: "s", DetailType: "t", Resources: ["r"] }];
  const failed = { Entries: [{ ErrorCode: "InvalidArgument", ErrorMessage: "no" }], FailedEntryCount: 1 };
  const aws = fakeAws(answeredWith({ Entries: [{ EventId: "e" }], FailedEntryCount: 0 }), answeredWith(failed));
  const outcome = await perform("events:putEvents", { Entries: entries }, aws);
  assert.deepEqual(resultOf(outcome), { Entries: [{ EventId: "e" }], FailedEntryCount: 0 });
  const [call] = aws.calls;
  assert.equal(call?.service, "eventbridge");
  const sent = { ...entries[0], Resources: ["r", fakeMachineArn, fakeExecutionArn] };
  assert.deepEqual(call.input, { Entries: [sent] });
  const second = await perform("events:putEvents", { Entries: entries }, aws);
  assert.deepEqual(second, { kind: "failed", error: "EventBridge.FailedEntry", cause: JSON.stringify(failed) });
});

const amended: readonly (readonly [name: string, parameters: JsonObject, action: string, input: JsonObject])[] = [
  ["ecs:runTask", { TaskDefinition: "t" }, "runTask", { TaskDefinition: "t", StartedBy: "AWS Step Functions" }],
  [
    "batch:submitJob",
    { JobName: "j" },
    "submitJob",
    {
      JobName: "j",
      ContainerOverrides: { Environment: [{ Name: "MANAGED_BY_AWS", Value: "STARTED_BY_STEP_FUNCTIONS" }] },
    },
  ],
  ["elasticmapreduce:terminateCluster", { ClusterId: "c" }, "terminateJobFlows", { JobFlowIds: ["c"] }],
  [
    "elasticmapreduce:setClusterTerminationProtection",
    { ClusterId: "c", TerminationProtected: true },
    "setTerminationProtection",
    { JobFlowIds: ["c"], TerminationProtected: true },
  ],
  ["elasticmapreduce:cancelStep", { ClusterId: "c", StepId: "s" }, "cancelSteps", { ClusterId: "c", StepIds: ["s"] }],
];
for (const [name, parameters, action, input] of amended) {
  test(`${name} asks for ${action}`, async () => {
    const aws = fakeAws();
    await perform(name, parameters, aws);
    assert.deepEqual([aws.calls[0]?.action, aws.calls[0]?.input], [action, input]);
  });
}

test("a part of a cluster is found by its name, on whatever page it is listed", async () => {
  const aws = fakeAws(
    answeredWith({ InstanceFleets: [{ Id: "1", Name: "other" }], Marker: "next" }),
    answeredWith({ InstanceFleets: [{ Id: "2", Name: "mine" }] }),
    answeredWith({}),
  );
  const parameters = { ClusterId: "c", InstanceFleetName: "mine", InstanceFleet: { TargetOnDemandCapacity: 2 } };
  resultOf(await perform("elasticmapreduce:modifyInstanceFleetByName", parameters, aws));
  assert.deepEqual(aws.calls.at(-1), {
    service: "emr",
    action: "modifyInstanceFleet",
    input: { ClusterId: "c", InstanceFleet: { TargetOnDemandCapacity: 2, InstanceFleetId: "2" } },
  });
});

test("a model of Bedrock takes and gives JSON, which may lie in S3", async () => {
  const answer = answeredWith({ Body: '{"text":"hi"}', ContentType: "application/json" });
  const direct = fakeAws(answer);
  const resource = serviceResource("bedrock:invokeModel");
  const first = await performTask(invokeModelConnector(direct.callAws), resource, {
    ModelId: "m",
    Body: { prompt: "p" },
  });
  assert.deepEqual(resultOf(first), { Body: { text: "hi" }, ContentType: "application/json" });
  assert.deepEqual(direct.calls[0]?.input["Body"], { prompt: "p" });
  const stored = fakeAws(answeredWith({ Body: "{}" }), answer, answeredWith({}));
  const parameters = { ModelId: "m", Input: { S3Uri: "s3://b/in/a.json" }, Output: { S3Uri: "s3://b/out" } };
  const second = await performTask(invokeModelConnector(stored.callAws), resource, parameters);
  assert.deepEqual(resultOf(second), { Body: "s3://b/out", ContentType: "application/json" });
  const calls = stored.calls.map(({ service, action }) => `${service}:${action}`);
  assert.deepEqual(calls, ["s3:getObject", "bedrockruntime:invokeModel", "s3:putObject"]);
  assert.deepEqual(stored.calls[0]?.input, { Bucket: "b", Key: "in/a.json" });
});

test("an API is called with lists of headers and parameters, and its answer is the result", async () => {
  let target = "";
  let body = "";
  const connector = apiGatewayConnector((call) => {
    ({ target, body } = call);
    const headers = [
      ["content-type", "application/json"],
      ["A", "1"],
      ["a", "2"],
    ] as const;
    return Promise.resolve({
      kind: "answered",
      status: 200,
      headers,
      contentType: "application/json",
      body: '{"x":1}',
    });
  });
  const parameters = {
    ApiEndpoint: "a.execute-api.us-east-1.amazonaws.com",
    Method: "POST",
    Stage: "prod",
    Path: "a b/c",
    QueryParameters: { q: ["1", "2"] },
    RequestBody: { a: null, b: 1 },
  };
  const outcome = await performTask(connector, serviceResource("apigateway:invoke"), parameters);
  assert.deepEqual([target, body], ["/prod/a%20b/c?q=1&q=2", '{"b":1}']);
  assert.deepEqual(resultOf(outcome), {
    Headers: { A: ["1"], a: ["2"], "content-type": ["application/json"] },
    ResponseBody: { x: 1 },
    StatusCode: 200,
    StatusText: "OK",
  });
  const problemOf = (more: JsonObject): string | undefined =>
    connector.parameterProblem?.(Payload.ofValue({ ...parameters, ...more }));
  assert.equal(problemOf({}), undefined);
  assert.equal(problemOf({ Headers: { h: "text" } }), "The value of the field 'Headers' has an invalid format");
  assert.equal(problemOf({ Headers: { Host: ["h"] } }), 'The header "Host" is not allowed');
  assert.equal(problemOf({ Body: "" }), 'The field "Body" is not supported by Step Functions');
});

test("a header of an API has one name, whatever its case, and none says how long the body is", async () => {
  const sent: unknown[] = [];
  const connector = apiGatewayConnector(({ headers }) => {
    sent.push(headers);
    return Promise.resolve({ kind: "unreachable", message: "" });
  });
  const perform = (more: JsonObject): Promise<TaskOutcome> =>
    performTask(connector, serviceResource("apigateway:invoke"), { ApiEndpoint: "a", ...more });
  await perform({ Method: "GET", Headers: { "Content-Length": ["5"], A: ["1"], a: ["2"] } });
  await perform({ Method: "POST", RequestBody: {}, Headers: { "Content-Type": ["text/plain"] } });
  await perform({ Method: "POST", RequestBody: {} });
  const types = [{ "content-type": "text/plain" }, { "content-type": "application/json" }];
  assert.deepEqual(sent, [{ a: "1,2" }, ...types]);
});

test("what is no action of a service is known as that, and what has no model is not", () => {
  assert.equal(isSdkAction(serviceResource("aws-sdk:sqs:sendMessage")), true);
  assert.equal(isSdkAction(serviceResource("aws-sdk:sqs:sendMessage.sync")), false);
  assert.equal(isUnknownAction("sqs", "sendMesage"), true);
  assert.equal(isUnknownAction("kinesis", "subscribeToShard"), true);
  assert.equal(isUnknownAction("qldb", "listLedgers"), false);
  assert.equal(isOptimizedRequest(serviceResource("athena:startQueryExecution")), true);
  assert.equal(isOptimizedRequest(serviceResource("athena:startQueryExecution.sync")), false);
  assert.equal(isOptimizedRequest(serviceResource("eks:runJob")), false);
});
