import assert from "node:assert/strict";
import { test } from "node:test";
import { type Json, type JsonObject, stringifyJson } from "./json.ts";
import { inOneGo } from "./pieces.ts";
import { variableReferences } from "./variable-references.ts";

const machine = (states: JsonObject, more: JsonObject = {}): Json => ({ StartAt: "S", States: states, ...more });
const inner = machine({ I: { Type: "Pass", Parameters: { "q.$": "$question" } } });

const rows: readonly (readonly [name: string, definition: Json, expected: Record<string, readonly string[]>])[] = [
  ["paths", machine({ S: { Type: "Pass", InputPath: "$b.c", OutputPath: "$a" } }), { S: ["a", "b"] }],
  ["the paths of a Wait", machine({ S: { Type: "Wait", SecondsPath: "$seconds" } }), { S: ["seconds"] }],
  ["the input and the context", machine({ S: { Type: "Pass", InputPath: "$.a", OutputPath: "$$.b" } }), {}],
  [
    "nested intrinsic functions",
    machine({ S: { Type: "Pass", Assign: { "sum.$": "States.MathAdd(States.MathAdd($x, 1), $y)" } } }),
    { S: ["x", "y"] },
  ],
  [
    "names in templates without the suffix",
    machine({ S: { Type: "Pass", Parameters: { APath: "$a", "b.$": "$b" }, Result: { "c.$": "$c" } } }),
    { S: ["b"] },
  ],
  ["what is assigned", machine({ S: { Type: "Pass", Assign: { a: 1, "b.$": "$.c" } } }), {}],
  [
    "the rules of a Choice, nested",
    machine({
      S: {
        Type: "Choice",
        Choices: [
          { And: [{ Variable: "$a", IsNull: true }, { Not: { Variable: "$.x", NumericEqualsPath: "$b" } }], Next: "T" },
        ],
      },
    }),
    { S: ["a", "b"] },
  ],
  [
    "a Map and the states in it, each by itself",
    machine({ S: { Type: "Map", ItemsPath: "$items", ItemProcessor: inner } }),
    { I: ["question"], S: ["items"] },
  ],
  [
    "the states of branches",
    machine({ S: { Type: "Parallel", Branches: [inner, machine({ J: { Type: "Pass", InputPath: "$j" } })] } }),
    { I: ["question"], J: ["j"] },
  ],
  [
    "an ItemReader",
    machine({
      S: { Type: "Map", ItemReader: { ReaderConfig: { MaxItemsPath: "$max" }, Parameters: { "B.$": "$b" } } },
    }),
    { S: ["b", "max"] },
  ],
  [
    "expressions, without what they bind themselves",
    machine(
      { S: { Type: "Pass", Output: { list: ["{% ($x := $a; $states.input.b & $x & $sum([1])) %}"] } } },
      { QueryLanguage: "JSONata" },
    ),
    { S: ["a"] },
  ],
  ["no definition", 1, {}],
];

for (const [name, definition, expected] of rows) {
  test(`variable references: ${name}`, () => {
    assert.deepEqual(Object.fromEntries(inOneGo(variableReferences(stringifyJson(definition)))), expected);
  });
}
