// Names that only a state that runs would miss: where they are told of, and where not.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../json.ts";
import { nameWarnings } from "./names.ts";

function toldOf(states: Json, language: Json = "JSONata"): readonly string[] {
  const definition = { QueryLanguage: language, StartAt: "A", States: states };
  return nameWarnings(definition).map(({ message, location = "" }) => `${location}: ${message}`);
}

const pass = (more: object): Json => ({ Type: "Pass", End: true, ...more });
const scope = (state: Json): { readonly [name: string]: Json } => ({ StartAt: "Inner", States: { Inner: state } });

test("a variable is known in the scope that assigns it and in those within, but for children of a distributed Map", () => {
  const reading = pass({ Output: "{% $total %}" });
  const assigning = { Type: "Pass", Assign: { total: 1 }, Next: "B" };
  const map = (mode: string): Json => ({
    Type: "Map",
    ItemProcessor: { ProcessorConfig: { Mode: mode }, ...scope(reading) },
    End: true,
  });
  const unknown = (location: string): string => `${location}/Output: Nothing assigns $total`;
  const rows: readonly (readonly [states: Json, ...told: string[]])[] = [
    [{ A: assigning, B: reading }],
    [{ A: { Type: "Task", Catch: [{ Assign: { total: 1 }, Next: "B" }] }, B: reading }],
    [{ A: { Type: "Choice", Choices: [{ Assign: { total: 1 }, Next: "B" }] }, B: reading }],
    [{ A: assigning, B: { Type: "Parallel", Branches: [scope(reading)], End: true } }],
    [{ A: assigning, B: map("INLINE") }],
    [{ A: assigning, B: map("DISTRIBUTED") }, unknown("/States/B/ItemProcessor/States/Inner")],
    [
      { A: { Type: "Parallel", Branches: [scope(pass({ Assign: { total: 1 } }))], Next: "B" }, B: reading },
      unknown("/States/B"),
    ],
  ];
  for (const [states, ...told] of rows) assert.deepEqual(toldOf(states), told);
});

test("names of an expression's own, built-in functions and $states are no variables of the workflow", () => {
  for (const expression of [
    "($x := 1; $x + 1)",
    "$map($states.input.items, function($item, $i) { $item.price * $i })",
    "$states.context.Execution.Id & $uuid() & $partition([1, 2], 1)",
    "$states.input.items@$each.{ 'name': $each.name }",
    "'$unknown' & \"$other\"",
  ]) {
    assert.deepEqual(toldOf({ A: pass({ Output: `{% ${expression} %}` }) }), [], expression);
  }
});

test("what is near is named, and what is no expression is told of", () => {
  const rows: readonly (readonly [output: Json, told: string])[] = [
    ["{% $lenght('a') %}", "/Output: There is no function $lenght. Did you mean $length?"],
    ["{% $stats.input %}", "/Output: Nothing assigns $stats. Did you mean $states?"],
    [
      { deep: ["$.a.b"] },
      "/Output/deep[0]: The text is passed on as it stands. To evaluate it: {% $states.input.a.b %}",
    ],
    ["$states.input.a", "/Output: The text is passed on as it stands. To evaluate it: {% $states.input.a %}"],
  ];
  for (const [output, told] of rows) {
    assert.deepEqual(toldOf({ A: pass({ Output: output }) }), [`/States/A${told}`]);
  }
  for (const text of ["$5.00", "{% $states.input %}", "a $.b"]) {
    assert.deepEqual(toldOf({ A: pass({ Output: text }) }), [], text);
  }
});

test("paths and calls of JSONPath are looked into, and data are not", () => {
  const told = toldOf(
    {
      A: pass({
        Parameters: {
          "a.$": "$cuont.x",
          "b.$": "States.Format('{}', States.ArrayLength())",
          c: "$other",
          "d.$": "$.d",
        },
        Assign: { "count.$": "$.n" },
        InputPath: "$states.input",
        Result: { "x.$": "$nothing" },
      }),
    },
    "JSONPath",
  );
  assert.deepEqual(told, [
    "/States/A/Parameters/a.$: Nothing assigns $cuont. Did you mean $count?",
    "/States/A/Parameters/b.$: States.ArrayLength takes 1 argument, and is given 0: the state fails when it runs",
    "/States/A/InputPath: JSONPath has no $states: the input is $, the context object $$",
  ]);
});

test("of too many no more are told than anyone reads", () => {
  const states = Object.fromEntries(
    Array.from({ length: 500 }, (_, i) => [`S${i}`, pass({ Output: `{% $a${i} + $b${i} %}` })] as const),
  );
  assert.equal(toldOf(states).length, 100);
});
