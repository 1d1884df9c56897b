import assert from "node:assert/strict";
import { test } from "node:test";
import type { Case } from "./corpus.ts";
import { fakeCall, fakeCase, taskOf } from "./fake-case.ts";
import { whyNotRunnable } from "./runnable.ts";

const created = [fakeCall("CreateStateMachine"), fakeCall("StartExecution")];
const sends = taskOf("arn:aws:states:::sqs:sendMessage");

const rows: readonly (readonly [
  sentence: string,
  parts: Partial<Case>,
  withEndpoint: string | undefined,
  without: string | undefined,
])[] = [
  ["a case of Step Functions alone is played", { steps: created }, undefined, undefined],
  ["a case without calls is not", {}, "the recording has no calls", "the recording has no calls"],
  [
    "a case that calls a service needs an endpoint",
    { steps: [fakeCall("sqs.CreateQueue"), ...created] },
    undefined,
    "no AWS-compatible endpoint for sqs",
  ],
  [
    "a case whose workflow reaches a service needs an endpoint",
    { steps: created, definitions: [sends], needs: ["lambda"] },
    undefined,
    "no AWS-compatible endpoint for sqs",
  ],
  [
    "a workflow that is not executed reaches nothing",
    { steps: [fakeCall("CreateStateMachine")], definitions: [sends] },
    undefined,
    undefined,
  ],
  [
    "a mock file answers for services",
    { steps: created, definitions: [sends], mockConfig: { a: {} } },
    undefined,
    undefined,
  ],
  ["log groups need no endpoint", { steps: [fakeCall("logs.CreateLogGroup"), ...created] }, undefined, undefined],
  [
    "a call that cannot be made is named",
    { steps: [fakeCall("s3.ListBuckets"), ...created] },
    "s3.ListBuckets cannot be called",
    "s3.ListBuckets cannot be called",
  ],
];

for (const [sentence, parts, withEndpoint, without] of rows) {
  test(sentence, () => {
    assert.equal(whyNotRunnable(fakeCase(parts), true), withEndpoint);
    assert.equal(whyNotRunnable(fakeCase(parts), false), without);
  });
}
