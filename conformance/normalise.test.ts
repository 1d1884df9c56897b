// Observed values, as they are made alike before they are compared; the recordings hold the other side.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Json, type JsonObject, parseJson, stringifyJson } from "../src/asl/json.ts";
import { dateMark } from "./client.ts";
import { fakeCase } from "./fake-case.ts";
import { normalise } from "./normalise.ts";

const arns = { partition: "aws", region: "us-east-1", account: "123456789012" };
const id = "00000000-0000-4000-8000-00000000000";

function normalised(observed: JsonObject, transformers: readonly JsonObject[] = [], year = 2026): Json {
  const recorded = fakeCase({ transformers, recordedAt: Date.UTC(year, 0, 1) });
  const played = {
    observed,
    responses: new Map([["c1", { executionArn: "arn:x:name-of-one" }]]),
    syncExecutionArns: ["arn:aws:states:us-east-1:123456789012:express:m:first:second"],
    mapRunArns: [],
  };
  return normalise(recorded, played, arns).observed;
}

const rows: readonly (readonly [name: string, observed: Json, expected: Json, transformers?: readonly JsonObject[]])[] =
  [
    ["objects in texts are read", { input: '{"a": 1.0}' }, parseJson('{"input":{"a":1.0}}')],
    ["lists and texts in texts stay", { a: "[1]", b: '"c"', c: "{no" }, { a: "[1]", b: '"c"', c: "{no" }],
    ["a text within a text stays", { input: '{"a":"{}"}' }, { input: { a: "{}" } }],
    [
      "account, region and partition",
      "arn:aws:states:us-east-1:123456789012:x",
      "arn:<partition>:states:<region>:111111111111:x",
    ],
    [
      "dates of responses",
      { startDate: dateMark, timestamp: dateMark },
      { startDate: "datetime", timestamp: "timestamp" },
    ],
    [
      "dates in texts",
      { a: "at 2026-01-02T03:04:05.6Z", b: "2026-01-02T25:04:05Z" },
      { a: "at date", b: "2026-01-02T25:04:05Z" },
    ],
    ["identifiers are numbered", { b: { id: `${id}1` }, aId: `${id}2` }, { b: { id: "<uuid:2>" }, aId: "<uuid:1>" }],
    ["JSON in a cause", { cause: `The '{"a":1}' is bad` }, { cause: "The '<json-input:1>' is bad" }],
    ["what is not JSON in a cause stays", { cause: "The '{'a': 1}' is bad" }, { cause: "The '{'a': 1}' is bad" }],
    [
      "names of responses",
      { a: "name-of-one" },
      { a: "<name>" },
      [{ kind: "regex", regex: "${c1.executionArn|last}", replacement: "<name>" }],
    ],
    [
      "parts of synchronous executions",
      { a: "first", b: "second" },
      { a: "<SyncExecArn_Part1_0idx>", b: "<SyncExecArn_Part2_0idx>" },
      ["1", "2"].map((part) => {
        const name = `<SyncExecArn_Part${part}_0idx>`;
        return { kind: "regex", regex: name, replacement: name };
      }),
    ],
    [
      "values by reference, everywhere",
      { x: { Token: "tok9" }, y: "a tok9" },
      { x: { Token: "<token:1>" }, y: "a <token:1>" },
      [{ kind: "key-value", key: "Token", replacement: "token", by_reference: true }],
    ],
  ];

for (const [name, observed, expected, transformers] of rows) {
  test(`normalised: ${name}`, () => {
    assert.deepEqual(normalised({ match: observed }, transformers), { match: expected });
  });
}

test("the members of a text keep their places, those of an answer go by name, and identifiers are numbered by name", () => {
  const answer = { output: `{"zId":"${id}1","aId":"${id}2"}`, input: "{}" };
  const expected = { input: {}, output: { zId: "<uuid:2>", aId: "<uuid:1>" } };
  assert.equal(stringifyJson(normalised({ match: answer })), stringifyJson({ match: expected }));
});

test("a recording does not hold what AWS added after it", () => {
  const described = { match: { redriveCount: 0, status: "RUNNING" } };
  assert.deepEqual(normalised(described, [], 2023), { match: { status: "RUNNING" } });
  assert.deepEqual(normalised(described, [], 2024), described);
});
