// Tasks that call real servers of AWS's services: SQS, SNS and S3 (fauxqs) and DynamoDB (dynalite), each in this process.
import assert from "node:assert/strict";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import dynalite from "dynalite";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { testServerOptions } from "../testing/server-options.ts";
import { type PawlServer, startServer } from "./start-server.ts";

let fauxqs: FauxqsServer;
let tables: Server;
let server: PawlServer;
let client: SFNClient;

before(async () => {
  fauxqs = await startFauxqs({ port: 0, logger: false, host: "127.0.0.1" });
  tables = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => tables.listen(0, "127.0.0.1", resolve));
  const dynamodb = `http://127.0.0.1:${(tables.address() as AddressInfo).port}`;
  const endpoint = `http://127.0.0.1:${fauxqs.port}`;
  server = await startServer({
    ...testServerOptions,
    environment: { AWS_CONFIG_FILE: "/none" },
    services: new Map([
      ["dynamodb", { endpoint: dynamodb }],
      ...["sqs", "sns", "s3"].map((name) => [name, { endpoint }] as const),
    ]),
  });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  client = new SFNClient({ endpoint: server.url, region: "us-east-1", credentials });
});

after(async () => {
  client.destroy();
  await server.close();
  await fauxqs.stop();
  await new Promise((resolve) => tables.close(resolve));
});

interface Step {
  readonly resource: string;
  readonly arguments: object;
}

/** The results of tasks one after the other, by their places; or the error of the one that failed. */
async function perform(name: string, steps: readonly Step[]): Promise<readonly unknown[] | string> {
  const states = steps.map(({ resource, arguments: given }, i) => [
    `s${i}`,
    {
      Type: "Task",
      Resource: `arn:aws:states:::${resource}`,
      Arguments: given,
      Assign: { [`r${i}`]: "{% $states.result %}" },
      ...(i === steps.length - 1
        ? { Output: `{% [${steps.map((_, j) => (j === i ? "$states.result" : `$r${j}`)).join(", ")}] %}`, End: true }
        : { Next: `s${i + 1}` }),
    },
  ]);
  const definition = JSON.stringify({ QueryLanguage: "JSONata", StartAt: "s0", States: Object.fromEntries(states) });
  const roleArn = "arn:aws:iam::123456789012:role/r";
  const { stateMachineArn } = await client.send(new CreateStateMachineCommand({ name, definition, roleArn }));
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
  for (;;) {
    const { status, output, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status === "SUCCEEDED") return JSON.parse(output ?? "") as readonly unknown[];
    if (status !== "RUNNING") return `${error}: ${cause}`;
    // Asking the server is what gives it time.
    await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1 }));
  }
}

test("a message reaches a queue, by the integration and by the SDK, and through a topic", async () => {
  const { queueUrl, queueArn } = fauxqs.createQueue("orders");
  const { topicArn } = fauxqs.createTopic("news");
  const results = await perform("messages", [
    { resource: "sqs:sendMessage", arguments: { QueueUrl: queueUrl, MessageBody: { order: 1 } } },
    { resource: "aws-sdk:sqs:sendMessage", arguments: { QueueUrl: queueUrl, MessageBody: "two", DelaySeconds: 0 } },
    {
      resource: "aws-sdk:sns:subscribe",
      arguments: {
        TopicArn: topicArn,
        Protocol: "sqs",
        Endpoint: queueArn,
        Attributes: { RawMessageDelivery: "true" },
      },
    },
    {
      resource: "sns:publish",
      arguments: {
        TopicArn: topicArn,
        Message: "three",
        MessageAttributes: { a: { DataType: "String", StringValue: "b" } },
      },
    },
    {
      resource: "aws-sdk:sqs:receiveMessage",
      arguments: { QueueUrl: queueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] },
    },
  ]);
  assert.ok(Array.isArray(results), String(results));
  const [sent, , subscribed, , received] = results as readonly { readonly [name: string]: unknown }[];
  assert.match(String(sent?.["MD5OfMessageBody"]), /^[0-9a-f]{32}$/);
  assert.ok(sent?.["SdkHttpMetadata"] !== undefined);
  assert.match(String(subscribed?.["SubscriptionArn"]), /^arn:aws:sns:/);
  const messages = received?.["Messages"] as readonly { readonly Body: string; readonly MessageAttributes?: unknown }[];
  assert.deepEqual(messages.map(({ Body }) => Body).toSorted(), ["three", "two", '{"order":1}']);
  const attributes = messages.find(({ Body }) => Body === "three")?.MessageAttributes;
  assert.deepEqual(attributes, { a: { DataType: "String", StringValue: "b" } });
});

test("an object is put and got with its metadata, listed, and missed by its name", async () => {
  fauxqs.createBucket("files");
  const Bucket = "files";
  const results = await perform("objects", [
    {
      resource: "aws-sdk:s3:putObject",
      arguments: {
        Bucket,
        Key: "a b/é.json",
        Body: { n: 1 },
        ContentType: "application/json",
        Metadata: { by: "pawl" },
      },
    },
    { resource: "aws-sdk:s3:getObject", arguments: { Bucket, Key: "a b/é.json" } },
    { resource: "aws-sdk:s3:listObjectsV2", arguments: { Bucket, Prefix: "a b/" } },
    { resource: "aws-sdk:s3:deleteObjects", arguments: { Bucket, Delete: { Objects: [{ Key: "a b/é.json" }] } } },
  ]);
  assert.ok(Array.isArray(results), String(results));
  const [put, got, listed, deleted] = results as readonly { readonly [name: string]: unknown }[];
  assert.deepEqual(
    [got?.["Body"], got?.["ContentType"], got?.["Metadata"]],
    ['{"n":1}', "application/json", { by: "pawl" }],
  );
  assert.equal(got?.["ETag"], put?.["ETag"]);
  assert.match(String(got?.["LastModified"]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const contents = listed?.["Contents"] as readonly { readonly Key: string; readonly Size: number }[] | undefined;
  assert.deepEqual(
    contents?.map(({ Key, Size }) => [Key, Size]),
    [["a b/é.json", 7]],
  );
  assert.deepEqual(deleted?.["Deleted"], [{ Key: "a b/é.json" }]);
  const missed = await perform("missed", [{ resource: "aws-sdk:s3:getObject", arguments: { Bucket, Key: "none" } }]);
  assert.match(String(missed), /^S3\.NoSuchKeyException: .*\(Service: S3, Status Code: 404, Request ID: /);
});

test("an item is put, changed and got, and a condition that does not hold has its name", async () => {
  const TableName = "orders";
  const Key = { id: { S: "1" } };
  const results = await perform("items", [
    {
      resource: "aws-sdk:dynamodb:createTable",
      arguments: {
        TableName,
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
      },
    },
    { resource: "dynamodb:putItem", arguments: { TableName, Item: { ...Key, n: { N: "1" } } } },
    {
      resource: "dynamodb:updateItem",
      arguments: {
        TableName,
        Key,
        UpdateExpression: "SET n = n + :d",
        ExpressionAttributeValues: { ":d": { N: "2" } },
        ReturnValues: "UPDATED_NEW",
      },
    },
    { resource: "dynamodb:getItem", arguments: { TableName, Key } },
  ]);
  assert.ok(Array.isArray(results), String(results));
  const [created, , updated, got] = results as readonly { readonly [name: string]: unknown }[];
  const table = created?.["TableDescription"] as { readonly CreationDateTime: string } | undefined;
  assert.match(table?.CreationDateTime ?? "", /^\d{4}-\d\d-\d\dT/);
  assert.deepEqual(updated?.["Attributes"], { n: { N: "3" } });
  assert.deepEqual(got?.["Item"], { ...Key, n: { N: "3" } });
  const condition = { TableName, Item: Key, ConditionExpression: "attribute_not_exists(id)" };
  const refused = await perform("condition", [{ resource: "dynamodb:putItem", arguments: condition }]);
  assert.match(
    String(refused),
    /^DynamoDB\.ConditionalCheckFailedException: .*\(Service: AmazonDynamoDBv2; Status Code: 400; /,
  );
});

test("a service that nobody has configured is named, with the line to add", async () => {
  const outcome = await perform("nowhere", [{ resource: "events:putEvents", arguments: { Entries: [] } }]);
  assert.match(
    String(outcome),
    /^States\.Runtime: Nothing says where EventBridge is, so nothing is called\. .*"eventbridge"/,
  );
});
