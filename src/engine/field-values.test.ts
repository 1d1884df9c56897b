// Values of fields that a state cannot use: AWS's error and the end of its cause, as recorded.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json, JsonObject } from "../asl/json.ts";
import { play } from "../testing/play.ts";

const inner = { StartAt: "I", States: { I: { Type: "Pass", End: true } } };
const wait = (fields: JsonObject): JsonObject => ({ Type: "Wait", ...fields });
const map = (fields: JsonObject): JsonObject => ({ Type: "Map", ItemProcessor: inner, ...fields });
const jsonata = (fields: JsonObject): JsonObject => map({ QueryLanguage: "JSONata", ...fields });

const task = (fields: JsonObject): JsonObject => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  QueryLanguage: "JSONata",
  ...fields,
});

type Row = readonly [name: string, state: JsonObject, input: Json, end: string];
const runtime = "States.Runtime";
const query = "States.QueryEvaluationError";

const rows: readonly Row[] = [
  ["zero seconds", wait({ SecondsPath: "$.s" }), { s: 0 }, "SUCCEEDED"],
  [
    "a fraction below zero is no long value before it is negative",
    wait({ SecondsPath: "$.s" }),
    { s: -1.5 },
    `${runtime}: The SecondsPath parameter cannot be parsed as a long value: $.s == -1.5`,
  ],
  [
    "negative seconds",
    wait({ SecondsPath: "$.s" }),
    { s: -1 },
    `${runtime}: The SecondsPath parameter references a negative value: $.s == -1`,
  ],
  ["a concurrency in a text", map({ MaxConcurrencyPath: "$.c", ItemsPath: "$.i" }), { c: "1", i: [1] }, "SUCCEEDED"],
  [
    "a concurrency that is no number",
    map({ MaxConcurrencyPath: "$.c", ItemsPath: "$.i" }),
    { c: "No1", i: [1] },
    `${runtime}: The MaxConcurrencyPath field refers to value "No1" which is not a valid integer: $.c`,
  ],
  [
    "an expression whose text is its value",
    jsonata({ Items: "{% true %}" }),
    [],
    `${query}: The JSONata expression 'true' specified for the field 'Items' returned an unexpected result type. ` +
      "Expected 'array', but was 'boolean' for value: true",
  ],
  [
    "items that the state's input does not give",
    jsonata({}),
    { a: 1 },
    `${query}: Map state input must be an array but was: {"a":1}`,
  ],
  [
    "a fraction for MaxConcurrency",
    jsonata({ Items: "{% [1] %}", MaxConcurrency: "{% 1.5 %}" }),
    [],
    `${query}: The MaxConcurrency field cannot be parsed as an integer: 1.5`,
  ],
  [
    "a negative MaxConcurrency",
    jsonata({ Items: "{% [1] %}", MaxConcurrency: "{% -1 %}" }),
    [],
    `${query}: MaxConcurrency cannot be negative.`,
  ],
  ...["TimeoutSeconds", "HeartbeatSeconds"].flatMap((field): readonly Row[] => [
    [
      `a fraction for ${field}`,
      task({ [field]: "{% 1.6 %}" }),
      {},
      `${query}: The ${field} field cannot be parsed as an integer: 1.6`,
    ],
    [
      `a negative ${field}`,
      task({ [field]: "{% -1 %}" }),
      {},
      `${query}: ${field} must be between 0 and 99999999 but was: -1`,
    ],
    [
      `${field} beyond three years`,
      task({ [field]: "{% 100000000 %}" }),
      {},
      `${query}: ${field} must be between 0 and 99999999 but was: 100000000`,
    ],
  ]),
];

for (const [name, state, input, end] of rows) {
  test(`a state that gets ${name} ends as on AWS`, () => {
    const { execution } = play({ StartAt: "S", States: { S: { ...state, End: true } } }, { input });
    const { status, error, cause } = execution;
    const detail = cause?.replace("An error occurred while executing the state 'S' (entered at the event id #2). ", "");
    assert.equal(status === "SUCCEEDED" ? status : `${error}: ${detail}`, end);
  });
}
