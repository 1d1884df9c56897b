// Definitions that an earlier version of Pawl took and this one would refuse: they load, and their states fail by name.
import assert from "node:assert/strict";
import { test } from "node:test";
import { play } from "../testing/play.ts";
import type { Json } from "./json.ts";

const broken = "$.a[?(@.b nope 1)]";
const inner = { StartAt: "I", States: { I: { Type: "Pass", End: true } } };

const states: readonly (readonly [field: string, state: { readonly [name: string]: Json }])[] = [
  ["InputPath", { Type: "Pass", InputPath: broken }],
  ["OutputPath", { Type: "Succeed", OutputPath: broken }],
  ["ResultPath", { Type: "Pass", Result: 1, ResultPath: broken }],
  ["Parameters", { Type: "Pass", Parameters: { "x.$": broken } }],
  ["a member of an intrinsic call", { Type: "Pass", Parameters: { "x.$": `States.Format('{}', ${broken})` } }],
  ["an intrinsic call in a path field", { Type: "Fail", CausePath: `States.Format('{}', ${broken})` }],
  ["SecondsPath", { Type: "Wait", SecondsPath: broken }],
  ["ItemsPath", { Type: "Map", ItemsPath: broken, ItemProcessor: inner }],
  ["Choices", { Type: "Choice", Choices: [{ Variable: broken, IsNull: true, Next: "First" }] }],
];

test("a field that cannot be compiled fails its state when it is used, and nothing before", () => {
  for (const [field, state] of states) {
    const definition = {
      StartAt: "First",
      States: { First: { Type: "Pass", Next: "S" }, S: { ...end(state), ...state } },
    };
    const { execution, events } = play(definition, { input: { a: [] } });
    assert.equal(execution.error, field === "ResultPath" ? "States.ReferencePathConflict" : "States.Runtime", field);
    assert.match(`${execution.cause}`, /path/i, field);
    assert.ok(
      events.some((event) => event.kind === "StateExited" && event.name === "First"),
      field,
    );
  }
});

test("an expression that cannot be compiled fails its state when it is used, and others are none the worse for it", () => {
  const definition = {
    StartAt: "First",
    QueryLanguage: "JSONata",
    States: {
      First: { Type: "Pass", Output: "{% 1 %}", Next: "S" },
      S: { Type: "Pass", Output: { a: "{% $states.input %}", b: "{% ( %}" }, End: true },
    },
  };
  const { execution } = play(definition, { input: {} });
  assert.equal(execution.error, "States.QueryEvaluationError");
  assert.match(
    `${execution.cause}`,
    /The JSONata expression '\(' specified for the field 'Output\/b' threw an error during evaluation. S0203/,
  );
});

function end({ Type }: { readonly [name: string]: Json }): { readonly [name: string]: Json } {
  return Type === "Succeed" || Type === "Fail" || Type === "Choice" ? {} : { End: true };
}
