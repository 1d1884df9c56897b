import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson, type JsonObject } from "../asl/json.ts";
import type { StateType } from "./state-type.ts";
import { stateSubLabel } from "./state-label.ts";

const resources: readonly (readonly [resource: string, label: string])[] = [
  ["arn:aws:states:::lambda:invoke", "Lambda: Invoke"],
  ["arn:aws:states:::lambda:invoke.waitForTaskToken", "Lambda: Invoke · callback"],
  ["arn:aws:states:::dynamodb:putItem", "DynamoDB: PutItem"],
  ["arn:aws:states:::aws-sdk:dynamodb:putItem.waitForTaskToken", "DynamoDB: PutItem · callback"],
  ["arn:aws:states:::aws-sdk:s3:listObjectsV2", "S3: ListObjectsV2"],
  ["arn:aws:states:::states:startExecution.sync:2", "Step Functions: StartExecution · sync"],
  ["arn:aws:states:::batch:submitJob.sync", "Batch: SubmitJob · sync"],
  ["arn:${Partition}:states:::elasticmapreduce:addStep.sync", "EMR: AddStep · sync"],
  ["arn:aws:states:us-east-1:123456789012:aws-sdk:s3:putObject", "S3: PutObject"],
  ["arn:aws:lambda:eu-west-1:123456789012:function:pack:live", "Lambda: pack"],
  ["arn:aws:states:eu-west-1:123456789012:activity:Approve", "Activity: Approve"],
  ["${ActivityArn}", "${ActivityArn}"],
  ["", "Task"],
];

for (const [resource, label] of resources) {
  test(`the resource "${resource}" reads ${label}`, () =>
    assert.equal(stateSubLabel("Task", { Resource: resource }), label));
}

const functions: readonly (readonly [fields: string, label: string])[] = [
  ['"Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"charge"}', "Lambda: charge"],
  [
    '"Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Arguments":{"FunctionName":"arn:aws:lambda:us-east-1:123456789012:function:ask:live"}',
    "Lambda: ask · callback",
  ],
  [
    '"Resource":"arn:${Partition}:states:::lambda:invoke","Parameters":{"FunctionName":"${Charge}"}',
    "Lambda: ${Charge}",
  ],
  ['"Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"{% $name %}"}', "Lambda: Invoke"],
  ['"Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName.$":"$.name"}', "Lambda: Invoke"],
  ['"Resource":"arn:aws:states:::sqs:sendMessage","Parameters":{"FunctionName":"charge"}', "SQS: SendMessage"],
];

for (const [fields, label] of functions) {
  test(`a Task with ${fields} reads ${label}`, () =>
    assert.equal(stateSubLabel("Task", parseJson(`{${fields}}`) as JsonObject), label));
}

const states: readonly (readonly [type: StateType, fields: string, label: string])[] = [
  ["Task", `{"Resource":5}`, "Task"],
  ["Wait", `{"Seconds":1}`, "1 second"],
  ["Wait", `{"Seconds":90}`, "90 seconds"],
  ["Wait", `{"Seconds":300}`, "5 minutes"],
  ["Wait", `{"Seconds":86400}`, "1 day"],
  ["Wait", `{"SecondsPath":"$.wait"}`, "$.wait seconds"],
  ["Wait", `{"Seconds":"{% $wait %}"}`, "$wait seconds"],
  ["Wait", `{"Timestamp":"2026-01-01T00:00:00Z"}`, "Until 2026-01-01T00:00:00Z"],
  ["Wait", `{"TimestampPath":"$.at"}`, "Until $.at"],
  ["Wait", `{}`, "Wait"],
  ["Map", `{}`, "Map"],
  ["Map", `{"MaxConcurrency":10}`, "Map · 10 at a time"],
  ["Map", `{"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED"}}}`, "Distributed Map"],
  ["Parallel", `{"Branches":[{},{}]}`, "Parallel · 2 branches"],
  ["Fail", `{"Error":"Out.OfStock"}`, "Out.OfStock"],
  ["Fail", `{"ErrorPath":"$.error"}`, "$.error"],
  ["Fail", `{}`, "Fail"],
  ["Pass", `{}`, "Pass"],
  ["Choice", `{"Choices":[]}`, "Choice"],
];

for (const [type, fields, label] of states) {
  test(`a ${type} state ${fields} reads ${label}`, () =>
    assert.equal(stateSubLabel(type, parseJson(fields) as JsonObject), label));
}
