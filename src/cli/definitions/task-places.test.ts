// Where tasks are said to go.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Json } from "../../asl/json.ts";
import { parseFunctionConfig } from "../../tasks/functions/parse-config.ts";
import { configuredFor } from "./configured.ts";
import { taskPlaces } from "./task-places.ts";

const home = { partition: "aws", region: "us-east-1", account: "123456789012" };

const homeArn = "arn:aws:states:us-east-1:123456789012:stateMachine:any";
const functions = parseFunctionConfig(
  {
    orders: "./orders.ts#place",
    report: "./report.py#main",
    hook: "https://user:secret@example.com/hooks/0123456789abcdef0123456789abcdef",
    line: "curl -H 'x-key: secret'",
  },
  process.cwd(),
);
const services = new Map([
  ["sqs", { endpoint: "http://127.0.0.1:9324" }],
  ["sns", { endpoint: "aws", region: "eu-west-1" }],
]);

const functionArn = (name: string): string => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const rows: readonly (readonly [
  resource: string,
  place: string | undefined,
  parameters?: { readonly [name: string]: Json },
])[] = [
  [functionArn("orders"), join(".", "orders.ts#place")],
  [functionArn("orders:live"), join(".", "orders.ts#place")],
  ["arn:aws:states:::lambda:invoke", "report.main in . (python3)", { FunctionName: "report" }],
  ["arn:aws:states:::lambda:invoke", "a function that is named when the state runs", { FunctionName: "{% $name %}" }],
  [functionArn("hook"), "https://example.com/hooks/…"],
  [functionArn("line"), "a command"],
  [functionArn("none"), "nowhere: there is no function none"],
  ["arn:aws:states:::sqs:sendMessage", "http://127.0.0.1:9324 (pawl.config.json)"],
  ["arn:aws:states:::aws-sdk:sns:publish", "AWS itself, eu-west-1 (pawl.config.json)"],
  ["arn:aws:states:::events:putEvents", "nowhere"],
  ["arn:aws:states:::http:invoke", "https://api.example.com", { ApiEndpoint: "https://api.example.com/v1?key=secret" }],
  ["arn:aws:states:::aws-sdk:sfn:startExecution", "this server"],
  ["arn:aws:states:us-east-1:123456789012:activity:pack", "workers of the activity pack"],
];

const known = {
  ...(await configuredFor({ services, arns: home, port: 8083 }, { AWS_CONFIG_FILE: "/none" })),
  functions,
  homeArn,
};

for (const [resource, place, parameters = {}] of rows) {
  test(`${resource} goes to ${String(place)}`, () => {
    const task = { Type: "Task", Resource: resource, Arguments: parameters, End: true };
    const found = taskPlaces({ StartAt: "A", States: { A: task } }, known);
    assert.deepEqual(found, [{ place, states: ["A"] }]);
  });
}

test("tasks with one place are told of together, wherever they stand", () => {
  const task = { Type: "Task", Resource: functionArn("orders") };
  const inner = { StartAt: "B", States: { B: task } };
  const each = { Type: "Map", ItemProcessor: inner };
  const States = { A: task, Each: each, Both: { Type: "Parallel", Branches: [{ StartAt: "C", States: { C: task } }] } };
  assert.deepEqual(taskPlaces({ StartAt: "A", States }, known), [
    { place: "orders.ts#place", states: ["A", "B", "C"] },
  ]);
});
