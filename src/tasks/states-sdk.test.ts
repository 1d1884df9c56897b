import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import { parseTaskResource } from "../asl/resource.ts";
import type { TaskOutcome } from "../engine/effect.ts";
import type { ActionAnswer } from "./ports.ts";
import { statesSdkConnector } from "./states-sdk.ts";

async function perform(
  action: string,
  parameters: Json,
  answer: ActionAnswer,
): Promise<{ readonly called: Json; readonly outcome: TaskOutcome }> {
  const resource = parseTaskResource(`arn:aws:states:::aws-sdk:sfn:${action}`);
  assert.ok(resource !== undefined);
  let called: Json = null;
  const connector = statesSdkConnector((name, input) => {
    called = { [name]: input };
    return Promise.resolve(answer);
  });
  const attempt = { executionArn: "arn:aws:states:us-east-1:123456789012:execution:m:e", scheduledEventId: 3 };
  const task = { kind: "PerformTask", attempt, resource, stateMachineArn: "", roleArn: "" } as const;
  const outcome = await connector.perform(
    { ...task, parameters: Payload.ofValue(parameters) },
    new AbortController().signal,
  );
  return { called, outcome };
}

test("parameters become a request, its JSON written as text and its nulls left out", async () => {
  const { called } = await perform(
    "startExecution",
    { StateMachineArn: "arn", Input: { a: [1] }, Name: null },
    { kind: "answer", body: "{}" },
  );
  assert.deepEqual(called, { StartExecution: { stateMachineArn: "arn", input: '{"a":[1]}' } });
});

test("an answer becomes a result with names in PascalCase and times in ISO 8601, at any depth", async () => {
  const body = '{"executions":[{"executionArn":"arn","startDate":1700000000.123,"redriveCount":0}]}';
  const { outcome } = await perform("listExecutions", {}, { kind: "answer", body });
  assert.ok(outcome.kind === "succeeded");
  assert.deepEqual(outcome.output.value, {
    Executions: [{ ExecutionArn: "arn", StartDate: "2023-11-14T22:13:20.123Z", RedriveCount: 0 }],
  });
});

test("an error is named and worded as the AWS SDK does", async () => {
  const { outcome } = await perform(
    "sendTaskSuccess",
    { TaskToken: "none", Output: "1" },
    { kind: "error", name: "InvalidToken", message: "Invalid Token: 'Invalid token'", status: 400 },
  );
  assert.ok(outcome.kind === "failed");
  assert.equal(outcome.error, "Sfn.InvalidTokenException");
  assert.match(
    outcome.cause ?? "",
    /^Invalid Token: 'Invalid token' \(Service: Sfn, Status Code: 400, Request ID: [0-9a-f-]{36}\) \(SDK Attempt Count: 1\)$/,
  );
});

test("a call that waits for a token is submitted", async () => {
  const { outcome } = await perform("startExecution.waitForTaskToken", {}, { kind: "answer", body: "{}" });
  assert.equal(outcome.kind, "submitted");
});
