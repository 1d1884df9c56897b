import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../src/asl/json.ts";
import { canCall, decodeXml, encodeCall } from "./service-call.ts";

const rows: readonly (readonly [call: string, params: JsonObject, request: string, body: string])[] = [
  ["sqs.CreateQueue", { QueueName: "q" }, "POST / AmazonSQS.CreateQueue", '{"QueueName":"q"}'],
  ["dynamodb.PutItem", { A: { S: "1" } }, "POST / DynamoDB_20120810.PutItem", '{"A":{"S":"1"}}'],
  ["sns.CreateTopic", { Name: "a b" }, "POST /", "Action=CreateTopic&Version=2010-03-31&Name=a+b"],
  [
    "sns.CreateTopic",
    { Attributes: { FifoTopic: "true" } },
    "POST /",
    "Action=CreateTopic&Version=2010-03-31&Attributes.entry.1.key=FifoTopic&Attributes.entry.1.value=true",
  ],
  ["sns.X", { Tags: ["a", "b"] }, "POST /", "Action=X&Version=2010-03-31&Tags.member.1=a&Tags.member.2=b"],
  ["s3.CreateBucket", { Bucket: "b" }, "PUT /b", ""],
  ["s3.PutObject", { Bucket: "b", Key: "k/a b", Body: "x" }, "PUT /b/k/a%20b", "x"],
  ["s3.GetObject", { Bucket: "b", Key: "k" }, "GET /b/k", ""],
  [
    "apigateway.PutIntegration",
    { restApiId: "i", resourceId: "r", httpMethod: "POST", type: "AWS", integrationHttpMethod: "GET" },
    "PUT /restapis/i/resources/r/methods/POST/integration",
    '{"type":"AWS","httpMethod":"GET"}',
  ],
];

for (const [call, params, expected, body] of rows) {
  test(`${call} of ${JSON.stringify(params)} is ${expected} with ${body || "nothing"}`, () => {
    const [service = "", op = ""] = call.split(".");
    const { method, path, target, body: sent } = encodeCall({ service, op, params });
    assert.equal([method, path, ...(target === undefined ? [] : [target])].join(" "), expected);
    assert.equal(sent, body);
  });
}

for (const [service, op, expected] of [
  ["sqs", "AnyOfJson", true],
  ["sns", "AnyOfForms", true],
  ["s3", "PutObject", true],
  ["s3", "ListBuckets", false],
  ["ecs", "RunTask", false],
] as const) {
  test(`${service}.${op} can${expected ? "" : "not"} be called`, () => {
    assert.equal(canCall({ service, op }), expected);
  });
}

test("what elements hold as text is an answer's members", () => {
  const xml = '<R xmlns="x"><CreateTopicResult><TopicArn>arn:t</TopicArn></CreateTopicResult><Empty></Empty></R>';
  assert.deepEqual(decodeXml(xml), { TopicArn: "arn:t", Empty: "" });
});
