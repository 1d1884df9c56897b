// A program compiles nothing before an execution comes to it, and each part once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { play } from "../testing/play.ts";
import type { Json } from "./json.ts";
import { parseProgram } from "./parse-program.ts";
import type { Program } from "./program.ts";

const definition = {
  StartAt: "Count",
  States: {
    Count: {
      Type: "Pass",
      InputPath: "$.order",
      Parameters: { "n.$": "States.ArrayLength($.items)" },
      ResultPath: "$.count",
      Next: "Many",
    },
    Many: {
      Type: "Choice",
      Choices: [{ Variable: "$.count.n", NumericGreaterThan: 1, Next: "Wait" }],
      Default: "Wait",
    },
    Wait: { Type: "Wait", SecondsPath: "$.seconds", Next: "Sum" },
    Sum: { Type: "Pass", QueryLanguage: "JSONata", Output: "{% $sum($states.input.items) %}", Next: "Each" },
    Each: {
      Type: "Map",
      ItemsPath: "$.items",
      ItemProcessor: {
        StartAt: "Item",
        States: { Item: { Type: "Fail", CausePath: "States.Format('{}', $.a)" } },
      },
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error.cause", Next: "End" }],
      Next: "End",
    },
    End: { Type: "Succeed" },
  },
};

/** A program, and how many of its parts are compiled. */
function counted(value: Json): { readonly program: Program; readonly parts: () => number } {
  let parts = 0;
  const program = parseProgram(JSON.stringify(value), (steps) => {
    assert.ok(steps > 0);
    parts++;
  });
  return { program, parts: () => parts };
}

const scope = { input: { items: [1, 2] }, context: () => null, variables: new Map<string, Json>() };

test("parts are compiled when they are used, once", () => {
  const { program, parts } = counted(definition);
  assert.equal(parts(), 0);
  const [count, wait] = [program.states.get("Count"), program.states.get("Wait")];
  assert.ok(count?.flow.language === "JSONPath" && wait?.type === "Wait" && wait.seconds?.kind === "path");
  assert.equal(wait.seconds.path.source, "$.seconds");
  assert.equal(parts(), 0);
  for (let times = 0; times < 3; times++) {
    assert.deepEqual(
      count.flow.parameters?.evaluate(scope, () => 0),
      { ok: true, value: { n: 2 } },
    );
  }
  assert.equal(parts(), 1);
  assert.equal(wait.seconds.path.root, "input");
  assert.equal(parts(), 2);
});

test("what a fold of a journal looks at is there without compiling", () => {
  const { program, parts } = counted(definition);
  const each = program.states.get("Each");
  assert.ok(each?.type === "Map" && each.processor.states.get("Item")?.type === "Fail");
  assert.deepEqual([program.startAt, each.processor.startAt, parts()], ["Count", "Item", 0]);
});

/** Definitions that an earlier version of Pawl took. */
const costly: Json = {
  StartAt: "First",
  QueryLanguage: "JSONata",
  States: {
    First: { Type: "Pass", Next: "S" },
    S: {
      Type: "Pass",
      Output: Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`f${i}`, "{% $states.input.a %}"])),
      End: true,
    },
  },
};

test("a state that takes too much work to compile fails when it is used", () => {
  const { execution } = play(costly, { input: {} });
  assert.equal(execution.error, "States.QueryEvaluationError");
  assert.match(`${execution.cause}`, /take too much work to compile/);
});
