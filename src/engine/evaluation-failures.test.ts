// JSONata that fails: how the cause words it, and the field that the cause and EvaluationFailed name.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../asl/json.ts";
import { play } from "../testing/play.ts";

const gone = "{% $states.input.gone %}";
const next = { Next: "Z" };
const failing = { Branches: [{ StartAt: "F", States: { F: { Type: "Fail", Error: "E" } } }] };
const choice = (...choices: readonly JsonObject[]): JsonObject => ({ Type: "Choice", Choices: choices, Default: "Z" });
const parallel = (...catchers: readonly JsonObject[]): JsonObject => ({
  Type: "Parallel",
  ...failing,
  Catch: catchers,
  End: true,
});
const others = { ErrorEquals: ["Other"], ...next };
const all = { ErrorEquals: ["States.ALL"], ...next };
const never = { Condition: "{% false %}", ...next };
const always = { Condition: "{% true %}", ...next };

const locations: readonly (readonly [location: string, state: JsonObject])[] = [
  ["Output/a/b[0][1]", { Type: "Pass", Output: { a: { b: [[1, gone]] } }, End: true }],
  ["Assign/x", { Type: "Pass", Assign: { x: gone }, End: true }],
  ["Choices[1]/Condition", choice(never, { Condition: gone, ...next })],
  ["Choices[1]/Output/v", choice(never, { ...always, Output: { v: gone } })],
  ["Choices[0]/Output", choice({ ...always, Output: gone })],
  ["Choices[0]/Assign/x", choice({ ...always, Assign: { x: gone } })],
  ["Catch[1]/Output/v", parallel(others, { ...all, Output: { v: gone } })],
  ["Catch[0]/Assign/x", parallel({ ...all, Assign: { x: gone } })],
];

for (const [location, state] of locations) {
  test(`an evaluation that fails in ${location} names that field`, () => {
    const { execution, events } = playState(state);
    const prefix = "An error occurred while executing the state 'S' (entered at the event id #2). ";
    const detail = `The JSONata expression '$states.input.gone' specified for the field '${location}' returned nothing (undefined).`;
    assert.deepEqual([execution.error, execution.cause], ["States.QueryEvaluationError", prefix + detail]);
    const failure = events.find(({ kind }) => kind === "EvaluationFailed");
    assert.ok(failure?.kind === "EvaluationFailed");
    assert.deepEqual([failure.location, failure.cause], [location, prefix + detail]);
  });
}

test("a condition that is no truth value names its field", () => {
  const { execution } = playState(choice(never, { Condition: "{% 1 %}", ...next }));
  assert.match(
    execution.cause ?? "",
    /specified for the field 'Choices\[1\]\/Condition' returned an unexpected result/,
  );
});

const stackOverflow =
  "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive";
const ends: readonly (readonly [expression: string, end: string])[] = [
  ["$nothing()", "threw an error during evaluation. T1006: Attempted to invoke a non-function"],
  ["$parse('{')", "threw an error during evaluation. D3137: Invalid JSON"],
  ["$base64decode('!!!')", "threw an internal error during evaluation."],
  [
    "$sum([1..900000])",
    "threw an error during evaluation: Expression evaluation memory limit exceeded: Check for excessive memory usage",
  ],
  [`${"(".repeat(100)}1${")".repeat(100)}`, `threw an error during evaluation: ${stackOverflow}`],
  [
    "($f := function(){ $f() }; $f())",
    "threw an error during evaluation: Expression evaluation timeout: Check for infinite loop",
  ],
  ["$sum", "returned an unsupported result type."],
];

for (const [expression, end] of ends) {
  test(`the cause of a failure ends in: ${end}`, () => {
    const { execution } = playState({ Type: "Pass", Output: { v: `{% ${expression} %}` }, End: true });
    const subject = `The JSONata expression '${expression}' specified for the field 'Output/v' `;
    assert.equal(execution.error, "States.QueryEvaluationError");
    assert.equal(execution.cause?.endsWith(`(entered at the event id #2). ${subject}${end}`), true, execution.cause);
  });
}

function playState(state: JsonObject) {
  const States = { S: state, Z: { Type: "Pass", End: true } };
  return play({ QueryLanguage: "JSONata", StartAt: "S", States });
}

test("an operator may bound what an evaluation uses, for the items of a Map as for any field", () => {
  const definition = {
    QueryLanguage: "JSONata",
    StartAt: "M",
    States: {
      M: {
        Type: "Map",
        Items: "{% [1..60] %}",
        ItemProcessor: { StartAt: "I", States: { I: { Type: "Pass", End: true } } },
        End: true,
      },
    },
  };
  assert.equal(play(definition, { isPutAway: true }).execution.status, "SUCCEEDED");
  const { execution } = play(definition, { limits: { maxJsonataItems: 50 } });
  assert.match(execution.cause ?? "", /memory limit exceeded/);
});
