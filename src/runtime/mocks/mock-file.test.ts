// Mock files: their form, the problems that are told of them, and which response an invocation gets.
import assert from "node:assert/strict";
import { test } from "node:test";
import { MockFileError, parseMockFile, responseTo } from "./mock-file.ts";

const returning = (value: unknown): object => ({ Return: value });

test("each invocation gets the response of its range", () => {
  const file = parseMockFile(
    JSON.stringify({
      StateMachines: { m: { TestCases: { Happy: { A: "answers" }, Empty: {} } } },
      MockedResponses: {
        answers: {
          "4": returning("four"),
          "1-2": { Throw: { Error: "Busy", Cause: "why" } },
          "0": returning({ n: 1 }),
        },
      },
    }),
  );
  assert.deepEqual([file.testCases("m"), file.testCases("other")], [["Happy", "Empty"], []]);
  const ranges = file.findTestCase("m", "Happy")?.get("A") ?? [];
  const shown = [0, 1, 2, 3, 4, 5].map((invocation) => {
    const response = responseTo(ranges, invocation);
    return response?.kind === "return" ? response.output.text : response;
  });
  const busy = { kind: "throw", error: "Busy", cause: "why" };
  assert.deepEqual(shown, ['{"n":1}', busy, busy, undefined, '"four"', undefined]);
});

test("what a mock file says is kept to the digit", () => {
  const text = `{"StateMachines": {"m": {"TestCases": {"T": {"A": "r"}}}},
    "MockedResponses": {"r": {"0": {"Return": {"exact": 12345678901234567890, "float": 1.0}}}}}`;
  const [range] = parseMockFile(text).findTestCase("m", "T")?.get("A") ?? [];
  assert.ok(range?.response.kind === "return");
  assert.equal(range.response.output.text, '{"exact":12345678901234567890,"float":1.0}');
});

test("names of object prototypes are names like others", () => {
  const text =
    '{"StateMachines": {"__proto__": {"TestCases": {"toString": {"A": "r"}}}}, "MockedResponses": {"r": {}}}';
  const file = parseMockFile(text);
  assert.deepEqual([file.testCases("__proto__"), file.testCases("constructor")], [["toString"], []]);
});

const machines = { m: { TestCases: { T: { A: "r" } } } };
const refusals: readonly (readonly [content: unknown, problem: string])[] = [
  ["text", "The file is no object. Make it an object."],
  [{ MockedResponses: {} }, "StateMachines is missing. Make it an object."],
  [{ StateMachines: {} }, "MockedResponses is missing. Make it an object."],
  [{ StateMachines: { m: {} }, MockedResponses: {} }, "StateMachines.m.TestCases is missing. Make it an object."],
  [
    { StateMachines: machines, MockedResponses: {} },
    'StateMachines.m.TestCases.T.A is "r". Give the name of a member of MockedResponses.',
  ],
  [
    { StateMachines: machines, MockedResponses: { r: { "0": {} } } },
    "MockedResponses.r.0 must have either Return or Throw.",
  ],
  [
    { StateMachines: machines, MockedResponses: { r: { "0": { Throw: { Error: 1 } } } } },
    "MockedResponses.r.0.Throw must have an Error, and may have a Cause, both texts.",
  ],
  [
    { StateMachines: machines, MockedResponses: { r: { "2-1": returning(1) } } },
    'MockedResponses.r.2-1 names no invocations. Give the number of one or a range of them, such as "0" or "1-2".',
  ],
  [
    { StateMachines: machines, MockedResponses: { r: { "0-2": returning(1), "2": returning(1) } } },
    "MockedResponses.r gives an invocation more than one response.",
  ],
];

test("a malformed mock file is refused with the place of each problem", () => {
  for (const [content, problem] of refusals) {
    assert.throws(
      () => parseMockFile(JSON.stringify(content)),
      (error) => error instanceof MockFileError && error.message.split("\n").includes(problem),
      problem,
    );
  }
  assert.throws(() => parseMockFile("{"), /^MockFileError: The file is no JSON: /);
  for (const output of ["1".repeat(1_001), "[".repeat(1_000) + "]".repeat(1_000)]) {
    const text = `{"StateMachines":{},"MockedResponses":{"r":{"0":{"Return":${output}}}}}`;
    assert.throws(() => parseMockFile(text), /^MockFileError: The file cannot be read: (Number|Document) /);
  }
});
