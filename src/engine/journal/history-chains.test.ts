import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import { historyText, play, type PlayOptions } from "../../testing/play.ts";

/** A definition, how it is played, and its history as AWS lists it: `id<previousEventId Type`. */
type Row = readonly [what: string, definition: Json, options: PlayOptions, chain: string];

const single = (state: Json): Json => ({ StartAt: "S", States: { S: state } });
const lambda = "arn:aws:lambda:us-east-1:123456789012:function:f";
const failing = { StartAt: "F", States: { F: { Type: "Fail", Error: "E", Cause: "C" } } };
const fails: PlayOptions = { perform: () => ({ kind: "failed", error: "E", cause: "C" }) };

const rows: readonly Row[] = [
  [
    "a Pass that ends",
    single({ Type: "Pass", End: true }),
    {},
    "1<0 ExecutionStarted, 2<0 PassStateEntered, 3<2 PassStateExited, 4<3 ExecutionSucceeded",
  ],
  ["a Fail", single({ Type: "Fail" }), {}, "1<0 ExecutionStarted, 2<0 FailStateEntered, 3<2 ExecutionFailed"],
  [
    "a JSONPath that leads nowhere, before any work",
    single({ Type: "Task", Resource: lambda, InputPath: "$.no", End: true }),
    {},
    "1<0 ExecutionStarted, 2<0 TaskStateEntered, 3<2 ExecutionFailed",
  ],
  [
    "a JSONPath that leads nowhere, after the work, though everything is caught",
    {
      StartAt: "S",
      States: {
        S: {
          Type: "Task",
          Resource: lambda,
          OutputPath: "$.no",
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "N" }],
          End: true,
        },
        N: { Type: "Succeed" },
      },
    },
    {},
    "1<0 ExecutionStarted, 2<0 TaskStateEntered, 3<2 LambdaFunctionScheduled, 4<3 LambdaFunctionStarted, 5<4 LambdaFunctionSucceeded, 6<5 ExecutionFailed",
  ],
  [
    "a Lambda function that fails, is retried once and caught",
    {
      StartAt: "S",
      States: {
        S: {
          Type: "Task",
          Resource: lambda,
          Retry: [{ ErrorEquals: ["E"], MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ["E"], Next: "N" }],
          End: true,
        },
        N: { Type: "Succeed" },
      },
    },
    fails,
    "1<0 ExecutionStarted, 2<0 TaskStateEntered, 3<2 LambdaFunctionScheduled, 4<3 LambdaFunctionStarted, 5<4 LambdaFunctionFailed, " +
      "6<5 LambdaFunctionScheduled, 7<6 LambdaFunctionStarted, 8<7 LambdaFunctionFailed, 9<8 TaskStateExited, " +
      "10<9 SucceedStateEntered, 11<10 SucceedStateExited, 12<11 ExecutionSucceeded",
  ],
  [
    "a result too large for a task",
    single({ Type: "Task", Resource: lambda, End: true }),
    { perform: () => ({ kind: "succeeded", output: Payload.ofValue("x".repeat(262_143)) }) },
    "1<0 ExecutionStarted, 2<0 TaskStateEntered, 3<2 LambdaFunctionScheduled, 4<3 LambdaFunctionStarted, 5<4 LambdaFunctionFailed, 6<5 ExecutionFailed",
  ],
  [
    "an empty Map",
    single({ Type: "Map", ItemProcessor: failing, End: true }),
    { input: [] },
    "1<0 ExecutionStarted, 2<0 MapStateEntered, 3<2 MapStateStarted, 4<3 MapStateSucceeded, 5<3 MapStateExited, 6<5 ExecutionSucceeded",
  ],
  [
    "a Map whose iteration fails, tried twice",
    single({ Type: "Map", ItemProcessor: failing, Retry: [{ ErrorEquals: ["E"], MaxAttempts: 1 }], End: true }),
    { input: [1] },
    "1<0 ExecutionStarted, 2<0 MapStateEntered, 3<2 MapStateStarted, 4<3 MapIterationStarted, 5<4 FailStateEntered, 6<5 MapIterationFailed, " +
      "7<5 MapStateStarted, 8<7 MapIterationStarted, 9<8 FailStateEntered, 10<9 MapIterationFailed, 11<9 MapStateFailed, 12<11 ExecutionFailed",
  ],
  [
    "a Map in JSONata without an array, which fails before it starts",
    single({ Type: "Map", QueryLanguage: "JSONata", Items: "{% 1 %}", ItemProcessor: failing, End: true }),
    {},
    "1<0 ExecutionStarted, 2<0 MapStateEntered, 3<0 EvaluationFailed, 4<3 MapStateFailed, 5<4 ExecutionFailed",
  ],
  [
    "a Parallel with a branch that fails, tried twice",
    single({ Type: "Parallel", Branches: [failing], Retry: [{ ErrorEquals: ["E"], MaxAttempts: 1 }], End: true }),
    {},
    "1<0 ExecutionStarted, 2<0 ParallelStateEntered, 3<2 ParallelStateStarted, 4<3 FailStateEntered, 5<4 ParallelStateStarted, " +
      "6<5 FailStateEntered, 7<6 ParallelStateFailed, 8<7 ExecutionFailed",
  ],
  [
    "a Parallel in which a task fails while a sibling waits",
    single({
      Type: "Parallel",
      Branches: [
        { StartAt: "W", States: { W: { Type: "Wait", Seconds: 9, End: true } } },
        { StartAt: "T", States: { T: { Type: "Task", Resource: lambda, End: true } } },
      ],
      End: true,
    }),
    fails,
    "1<0 ExecutionStarted, 2<0 ParallelStateEntered, 3<2 ParallelStateStarted, 4<3 WaitStateEntered, 5<3 TaskStateEntered, " +
      "6<5 LambdaFunctionScheduled, 7<6 LambdaFunctionStarted, 8<7 LambdaFunctionFailed, 9<8 WaitStateAborted, 10<8 TaskStateAborted, " +
      "11<8 ParallelStateFailed, 12<11 ExecutionFailed",
  ],
  [
    "a machine that takes too long",
    { ...(single({ Type: "Wait", Seconds: 9, End: true }) as object), TimeoutSeconds: 5 },
    {},
    "1<0 ExecutionStarted, 2<0 WaitStateEntered, 3<0 ExecutionTimedOut",
  ],
];

for (const [what, definition, options, chain] of rows) {
  test(`the history of ${what} is AWS's`, () => {
    const lines = historyText(play(definition, options).events).split("\n");
    assert.equal(lines.map((line) => line.split(" ").slice(0, 2).join(" ")).join(", "), chain);
  });
}

test("the event of the limit is the failure itself", () => {
  const { execution, events } = play(
    {
      StartAt: "A",
      States: {
        A: { Type: "Pass", Next: "B" },
        B: { Type: "Choice", Choices: [{ Variable: "$.stop", IsPresent: true, Next: "C" }], Default: "A" },
        C: { Type: "Succeed" },
      },
    },
    { limits: { maxHistoryEvents: 1000 } },
  );
  assert.deepEqual([execution.status, execution.error, execution.lastEventId], ["FAILED", "States.Runtime", 1000]);
  assert.equal(events.at(-1)?.kind, "ExecutionFailed");
});

test("what passes through untouched keeps its text, and numbers keep their digits", () => {
  const text = '{ "big": 12345678901234567890, "zero": 0.0 }';
  const { execution } = play(
    {
      StartAt: "A",
      States: {
        A: { Type: "Pass", Next: "B" },
        B: { Type: "Pass", Parameters: { "b.$": "$.big", "z.$": "$.zero" }, ResultPath: "$.x", End: true },
      },
    },
    { inputText: text },
  );
  assert.equal(
    execution.output?.text,
    '{"big":12345678901234567890,"zero":0.0,"x":{"b":12345678901234567890,"z":0.0}}',
  );
});
