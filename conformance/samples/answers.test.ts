// Answers are made from what a definition reads of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json, JsonObject } from "../../src/asl/json.ts";
import { answersFor } from "./answers.ts";

const resource = "arn:aws:states:::lambda:invoke";
const task = (more: JsonObject): JsonObject => ({ Type: "Task", Resource: resource, ...more });

interface Row {
  readonly reads: string;
  readonly states: { readonly [name: string]: JsonObject };
  readonly input: Json;
  readonly answer: Json;
}

const rows: readonly Row[] = [
  {
    reads: "what a later state reads below ResultPath, and the input the rest",
    states: {
      A: task({ ResultPath: "$.a", Next: "B" }),
      B: task({ Parameters: { "id.$": "$.a.items[1].id", "name.$": "$.name" }, End: true }),
    },
    input: { a: { items: [{ id: "value" }, { id: "value" }] }, name: "value" },
    answer: { items: [{ id: "value" }, { id: "value" }] },
  },
  {
    reads: "what ResultSelector takes, and what is read of that",
    states: {
      A: task({ ResultSelector: { "body.$": "States.StringToJson($.Body)" }, ResultPath: "$.a", Next: "B" }),
      B: { Type: "Pass", Parameters: { "sum.$": "States.MathAdd($.a.body.count, 1)" }, End: true },
    },
    input: { a: { body: { count: 5 } } },
    answer: { Body: '{"count":5}' },
  },
  {
    reads: "the value by which a Choice goes to a good end",
    states: {
      A: task({ OutputPath: "$.Payload", Next: "B" }),
      B: {
        Type: "Choice",
        Choices: [
          { Variable: "$.status", StringEquals: "FAILED", Next: "C" },
          {
            And: [
              { Variable: "$.status", StringEquals: "DONE" },
              { Variable: "$.n", NumericGreaterThan: 3 },
            ],
            Next: "D",
          },
        ],
        Default: "A",
      },
      C: { Type: "Fail" },
      D: { Type: "Succeed" },
    },
    input: { status: "DONE", n: 4 },
    answer: { Payload: { status: "DONE", n: 4 } },
  },
  {
    reads: "what is absent for a Choice",
    states: {
      A: task({ Next: "B" }),
      B: {
        Type: "Choice",
        Choices: [{ Variable: "$.next", IsPresent: true, Next: "A" }],
        Default: "C",
      },
      C: task({ Parameters: { "items.$": "$.items" }, End: true }),
    },
    input: { items: "value" },
    answer: { items: "value" },
  },
  {
    reads: "what items of a Map are read for",
    states: {
      A: task({ Next: "B" }),
      B: {
        Type: "Map",
        ItemsPath: "$.list",
        ItemSelector: { "one.$": "$$.Map.Item.Value" },
        ItemProcessor: { StartAt: "C", States: { C: { Type: "Wait", SecondsPath: "$.one.seconds", End: true } } },
        End: true,
      },
    },
    input: { list: [{ seconds: 30 }], one: { seconds: 30 } },
    answer: { list: [{ seconds: 30 }], one: { seconds: 30 } },
  },
];

for (const { reads, states, input, answer } of rows) {
  test(`an answer has ${reads}`, () => {
    const answers = answersFor({ StartAt: "A", States: states });
    assert.deepEqual(answers.input, input);
    assert.deepEqual(answers.tasks["A"], answer);
  });
}
