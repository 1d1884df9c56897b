// Pawl answers what AWS answered: the cases that ran there, when they are here, played in full.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "../src/asl/json.ts";
import { decodeAwsCase, findAwsCases, readAwsCases } from "./aws-cases.ts";
import { readKnownCases } from "./known-cases.ts";
import { staleNames } from "./known-failures.ts";
import type { Ran } from "./ran.ts";
import { explain } from "./report.ts";
import { runAwsCases } from "./run-aws-cases.ts";

const directory = findAwsCases(fileURLToPath(new URL("..", import.meta.url)));
const skip = directory === undefined ? "the cases are not here: set PAWL_AWS_CASES to their folder" : false;

test(
  "every case that ran on AWS ends as there, but for the known ones, all of which still do not",
  { skip },
  async (t) => {
    const known = readKnownCases();
    const problems: string[] = [];
    const results = await runAwsCases(readAwsCases(directory ?? ""), (message) => problems.push(message));
    const failed = results.filter(({ outcome }) => outcome === "failed");
    problems.push(...failed.filter(({ name }) => !known.has(name)).map(explain));
    problems.push(...staleNames(known.keys(), results, "known-cases.json"));
    const waiting = results.filter(({ outcome }) => outcome === "not runnable").length;
    if (waiting > 0) t.diagnostic(`${waiting} cases wait for parts of AWS that are not there yet.`);
    assert.ok(results.some(({ outcome }) => outcome === "passed"));
    assert.deepEqual(problems, []);
  },
);

const passes: JsonObject = { StartAt: "A", States: { A: { Type: "Pass", End: true } } };
const fails: JsonObject = { StartAt: "A", States: { A: { Type: "Fail", Error: "E", Cause: "the cause" } } };
const broken: JsonObject = { StartAt: "A", States: { A: { Type: "Pass", Next: "B" } } };
const causeless: JsonObject = { StartAt: "A", States: { A: { Type: "Fail", Error: "E" } } };

/** A case's definition and input, and what it says that AWS answered. */
const rows: readonly (readonly [sentence: string, given: JsonObject, outcome: Ran["outcome"]])[] = [
  ["the same output", { definition: passes, input: { a: 1, b: 2 }, aws: { output: { b: 2, a: 1 } } }, "passed"],
  ["another output", { definition: passes, input: { a: 1 }, aws: { output: { a: 2 } } }, "failed"],
  ["a number of another type", { definition: passes, input: 1, aws: { output: "1" } }, "failed"],
  ["an output of null", { definition: passes, input: null, aws: { output: null } }, "passed"],
  [
    "another order where it counts",
    { definition: passes, input: { a: 1, b: 2 }, aws: { output: { b: 2, a: 1 }, ordered: true } },
    "failed",
  ],
  ["a pattern that fits", { definition: passes, input: { n: 3 }, aws: { matches: { n: "int:1:4" } } }, "passed"],
  ["a pattern that does not", { definition: passes, input: { n: 4 }, aws: { matches: { n: "int:1:4" } } }, "failed"],
  [
    "a computed output, whatever the pattern",
    { definition: passes, input: { n: 3 }, aws: { matches: { n: "int:1:4" }, computed: { n: 2 } } },
    "failed",
  ],
  ["an output where AWS failed", { definition: passes, input: {}, aws: { error: "E" } }, "failed"],
  ["a failure where AWS did not", { definition: fails, input: {}, aws: { output: {} } }, "failed"],
  ["the same error", { definition: fails, input: {}, aws: { error: "E" } }, "passed"],
  ["another error", { definition: fails, input: {}, aws: { error: "F" } }, "failed"],
  ["the same cause", { definition: fails, input: {}, aws: { error: "E", cause: "the cause" } }, "passed"],
  ["another cause", { definition: fails, input: {}, aws: { error: "E", cause: "the" } }, "failed"],
  ["a cause where there was none", { definition: fails, input: {}, aws: { error: "E", cause: null } }, "failed"],
  ["no cause where there was none", { definition: causeless, input: {}, aws: { error: "E", cause: null } }, "passed"],
  ["the parts of a cause", { definition: fails, input: {}, aws: { error: "E", causeHas: ["the", "cause"] } }, "passed"],
  ["not all parts", { definition: fails, input: {}, aws: { error: "E", causeHas: ["the", "reason"] } }, "failed"],
  [
    "another cause than the rule's",
    { definition: fails, input: {}, aws: { error: "E", causeHas: ["the"], causeByRule: "by rule" } },
    "failed",
  ],
  ["any failure", { definition: fails, input: {}, aws: { anyFailure: true } }, "passed"],
  ["a refusal for any failure", { definition: broken, input: {}, aws: { anyFailure: true } }, "passed"],
  ["an output for any failure", { definition: passes, input: {}, aws: { anyFailure: true } }, "failed"],
  [
    "the same refusal",
    { definition: broken, input: {}, aws: { refused: "Missing 'Next' target: B; Workflow has no terminal state" } },
    "passed",
  ],
  ["a refusal in other words", { definition: broken, input: {}, aws: { refused: "No" } }, "failed"],
  ["a refusal in words that are unknown", { definition: broken, input: {}, aws: { refused: "" } }, "passed"],
  ["a machine where AWS refused", { definition: passes, input: {}, aws: { refused: "" } }, "failed"],
  ["a refusal where AWS did not", { definition: broken, input: {}, aws: { output: {} } }, "failed"],
  [
    "the same history",
    {
      definition: fails,
      input: {},
      aws: {
        history: [
          ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"],
          [0, 0, 2],
        ],
      },
    },
    "passed",
  ],
  [
    "a history with other chains",
    {
      definition: fails,
      input: {},
      aws: {
        history: [
          ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"],
          [0, 0, 1],
        ],
      },
    },
    "failed",
  ],
  ["the same verdict", { validate: broken, aws: { ok: false } }, "passed"],
  ["another verdict", { validate: passes, aws: { ok: false } }, "failed"],
  ["other messages", { validate: broken, aws: { ok: false, messages: ["No"] } }, "failed"],
  ["another message of the call", { validate: broken, aws: { ok: false, create_message: "No" } }, "failed"],
  ["the same API error", { api: ["DescribeExecution", { executionArn: "x" }], aws: { error: "InvalidArn" } }, "passed"],
  ["another API error", { api: ["DescribeExecution", { executionArn: "x" }], aws: { error: "Other" } }, "failed"],
  [
    "an API error in other words",
    { api: ["DescribeExecution", { executionArn: "x" }], aws: { error: "InvalidArn", message: "No" } },
    "failed",
  ],
  ["an answer where the API refused", { api: ["CreateStateMachine", {}], aws: { error: "InvalidArn" } }, "failed"],
  ["what needs another service", { definition: passes, input: {}, needs: "sts", aws: { output: {} } }, "not runnable"],
];

test("a case that says", async (t) => {
  const cases = rows.map(([sentence, given]) => decodeAwsCase({ ...given, id: sentence }));
  const results = await runAwsCases(cases, (message) => assert.fail(message));
  for (const [i, [sentence, , outcome]] of rows.entries()) {
    await t.test(`${sentence}: ${outcome}`, () => assert.equal(results[i]?.outcome, outcome));
  }
});

test("a case that says nothing known of what AWS answered is refused", () => {
  assert.throws(
    () => decodeAwsCase({ id: "Area.Group/1", definition: passes, input: {}, aws: { unheard: 1 } }),
    /Area.Group\/1/,
  );
});
