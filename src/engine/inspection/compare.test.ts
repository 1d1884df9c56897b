import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Json, parseJson } from "../../asl/json.ts";
import { arbitraryWorkflow } from "../../testing/arbitrary-workflow.ts";
import { play } from "../../testing/play.ts";
import { compareDefinitions, compareExecutions, dataDifferences, isSame } from "./compare.ts";
import { jsonDifferences } from "./json-differences.ts";

test("an execution is the same as itself", () => {
  fc.assert(
    fc.property(arbitraryWorkflow, (definition) => {
      const { events } = play(definition, { input: { items: [1, 2] }, redrives: 1 });
      const { visits, divergence } = compareExecutions(events, events);
      assert.equal(divergence, undefined);
      assert.equal(visits.length, events.filter(({ kind }) => kind === "StateEntered").length);
    }),
    { numRuns: 100 },
  );
});

const definition: Json = {
  StartAt: "C",
  States: {
    C: { Type: "Choice", Choices: [{ Variable: "$.n", NumericGreaterThan: 1, Next: "Big" }], Default: "Small" },
    Big: { Type: "Pass", Next: "Each" },
    Small: { Type: "Pass", Next: "Each" },
    Each: {
      Type: "Map",
      ItemsPath: "$.items",
      ItemProcessor: { StartAt: "One", States: { One: { Type: "Pass", End: true } } },
      End: true,
    },
  },
};

test("two executions part where their ways part, and meet again", () => {
  const left = play(definition, { input: { n: 1, items: [1] } }).events;
  const right = play(definition, { input: { n: 2, items: [1, 2] } }).events;
  const { visits, divergence } = compareExecutions(left, right);
  assert.deepEqual(
    visits.map((visit) => [
      visit.key,
      visit.left === undefined ? "right" : visit.right === undefined ? "left" : visit.differs.join(" "),
    ]),
    [
      ["C", "input output next"],
      ["Big", "right"],
      ["Small", "left"],
      ["Each", "input output"],
      ["Each[0]/One", ""],
      ["Each[1]/One", "right"],
    ],
  );
  assert.equal(divergence, 0);
  assert.ok(visits[4] !== undefined && isSame(visits[4]));
  assert.ok(visits[0] !== undefined);
  assert.deepEqual(dataDifferences(visits[0], "input").differences, [
    { pointer: "/n", left: 1, right: 2 },
    { pointer: "/items/1", left: undefined, right: 2 },
  ]);
});

test("definitions are compared state by state", () => {
  const other = structuredClone(definition) as { States: { [name: string]: { [field: string]: Json } } };
  other.States["Big"] = { Type: "Pass", Result: 1, Next: "Each" };
  other.States["Each"] = {
    ...other.States["Each"],
    ItemProcessor: { StartAt: "One", States: { One: { Type: "Succeed" }, Two: { Type: "Fail" } } },
  };
  delete other.States["Small"];
  const compared = compareDefinitions(definition, other as Json);
  assert.deepEqual(
    compared.map(({ path, change, differences }) => [
      path,
      change,
      differences.differences.map(({ pointer }) => pointer),
    ]),
    [
      ["Big", "changed", ["/Result"]],
      ["Small", "removed", [""]],
      ["Each/(each)/One", "changed", ["/Type", "/End"]],
      ["Each/(each)/Two", "added", [""]],
    ],
  );
  assert.deepEqual(compareDefinitions(definition, definition), []);
});

test("differences name their places, tell numbers apart by their text, and end at a bound", () => {
  const shown = (left: string, right: string, most?: number) => {
    const { differences, isCut } = jsonDifferences(parseJson(left), parseJson(right), most);
    return [differences.map(({ pointer }) => pointer), isCut];
  };
  assert.deepEqual(shown('{"a/b":{"c~":1},"d":[1,2]}', '{"a/b":{"c~":2},"d":[1]}'), [["/a~1b/c~0", "/d/1"], false]);
  assert.deepEqual(shown("[1.0,2.0]", "[1.0,2.00]"), [["/1"], false]);
  assert.deepEqual(shown("[1,2,3]", "[4,5,6]", 2), [["/0", "/1"], true]);
  assert.deepEqual(shown("[1,2]", "[4,5]", 2), [["/0", "/1"], false]);
  assert.deepEqual(shown("null", "{}"), [[""], false]);
});
