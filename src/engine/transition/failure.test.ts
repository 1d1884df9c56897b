// Failures that AWS was measured to treat otherwise than the specification says: what no Retrier and no Catcher sees, and
// what a failing Catcher or ResultSelector leaves in the history.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../asl/json.ts";
import { historyText, play } from "../../testing/play.ts";

const everything = {
  Retry: [{ ErrorEquals: ["States.ALL"] }],
  Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }],
};
const machine = (state: { readonly [field: string]: Json }, more: { readonly [field: string]: Json } = {}): Json => ({
  StartAt: "S",
  States: { S: { End: true, ...state }, Caught: { Type: "Succeed" } },
  ...more,
});
const alone = (state: { readonly [field: string]: Json }): Json => ({ StartAt: "In", States: { In: state } });
const choice = { Type: "Choice", Choices: [{ Variable: "$", IsNull: true, Next: "In" }] };
const lost = { Type: "Pass", InputPath: "$.lost", End: true };
const jsonataChoice = { Type: "Choice", QueryLanguage: "JSONata", Choices: [{ Condition: "{% false %}", Next: "In" }] };

/** Ids and types of a history, without details. */
function chain(definition: Json, input: Json): string {
  const { events } = play(definition, { input });
  return historyText(events)
    .split("\n")
    .map((line) => line.split(" ", 2).join(" "))
    .join(", ");
}

const unseen: readonly (readonly [state: { readonly [field: string]: Json }, chain: string])[] = [
  choice,
  lost,
  jsonataChoice,
].flatMap((inner) => {
  const entered = `${inner.Type}StateEntered`;
  return [
    [
      { Type: "Parallel", Branches: [alone(inner)], ...everything },
      `1<0 ExecutionStarted, 2<0 ParallelStateEntered, 3<2 ParallelStateStarted, 4<3 ${entered}, 5<4 ExecutionFailed`,
    ] as const,
    [
      { Type: "Map", ItemProcessor: alone(inner), ...everything },
      `1<0 ExecutionStarted, 2<0 MapStateEntered, 3<2 MapStateStarted, 4<3 MapIterationStarted, 5<4 ${entered}, 6<5 ExecutionFailed`,
    ] as const,
  ];
});

test("States.Runtime ends the execution where it happens, past every Retrier and Catcher, and lists nothing as aborted", () => {
  for (const [state, expected] of unseen) {
    const { execution } = play(machine(state), { input: [1] });
    assert.equal(execution.error, "States.Runtime");
    assert.equal(chain(machine(state), [1]), expected);
  }
});

test("a Choice without a way out is States.Runtime in the service's words", () => {
  const { execution } = play(machine({ ...choice }), { input: 1 });
  assert.deepEqual(
    [execution.error, execution.cause],
    [
      "States.Runtime",
      "An error occurred while executing the state 'S' (entered at the event id #2). Failed to transition out of the state. The state does not point to a next state.",
    ],
  );
});

test("a ResultPath or an ItemsPath that does not fit the input is a conflict, in words that name no state", () => {
  const place = { Type: "Pass", Result: 1, ResultPath: "$.agg" };
  const map = { Type: "Map", ItemsPath: "$.gone", ItemProcessor: alone({ Type: "Succeed" }) };
  const rows: readonly (readonly [state: { readonly [field: string]: Json }, input: Json, cause: string])[] = [
    [place, [{ a: 1 }], 'Unable to apply step "agg" to input [{"a":1}]'],
    [place, "input1", 'Unable to apply ReferencePath $.agg to input "input1"'],
    [map, { k: 1 }, 'Unable to apply step "gone" to input {"k":1}'],
  ];
  for (const [state, input, cause] of rows) {
    const { execution } = play(machine(state), { input });
    assert.deepEqual([execution.error, execution.cause], ["States.ReferencePathConflict", cause]);
  }
});

test("a Catcher whose Output fails has the failure of its Parallel listed once more", () => {
  const definition = machine(
    {
      Type: "Parallel",
      Branches: [alone({ Type: "Fail", Error: "Oh" })],
      Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% $lost.x.y() %}", Next: "Caught" }],
    },
    { QueryLanguage: "JSONata" },
  );
  assert.match(
    chain(definition, {}),
    /ParallelStateFailed, \d+<\d+ EvaluationFailed, \d+<\d+ ParallelStateFailed, \d+<\d+ ExecutionFailed$/,
  );
});

test("a ResultSelector that fails hangs the end on the success of its Parallel", () => {
  const definition = machine({
    Type: "Parallel",
    Branches: [alone({ Type: "Succeed" })],
    ResultSelector: { "x.$": "$.lost" },
  });
  assert.match(chain(definition, {}), / (\d+)<\d+ ParallelStateSucceeded, \d+<\1 ExecutionFailed$/);
});

test("the results of branches and iterations are joined as they were written", () => {
  const branch = alone({ Type: "Pass", End: true });
  for (const state of [
    { Type: "Parallel", Branches: [branch] },
    { Type: "Map", ItemProcessor: branch, ItemsPath: "$" },
  ]) {
    const isMap = state.Type === "Map";
    const { execution } = play(machine(state), { inputText: isMap ? '[{"a": 1.0}]' : '{"a": 1.0}' });
    assert.equal(execution.output?.text, isMap ? '[{"a":1.0}]' : '[{"a": 1.0}]');
  }
});
