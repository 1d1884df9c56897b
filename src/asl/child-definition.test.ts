import assert from "node:assert/strict";
import { test } from "node:test";
import { childDefinition } from "./child-definition.ts";

const inner = { StartAt: "P", States: { P: { Type: "Pass", Result: 1, End: true } } };
const distributed = { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }, ...inner };
const within = { StartAt: "M", States: { M: { Type: "Map", ItemProcessor: distributed, End: true } } };
const map = { Type: "Map", ItemProcessor: { ...distributed, ...within }, End: true };
const parallel = { Type: "Parallel", Branches: [inner, { StartAt: "Deep", States: { Deep: map } }], End: true };
const machine = { StartAt: "All", States: { All: parallel } };

test("the children of a Map have its item processor as their definition, without what says how they are run", () => {
  const text = JSON.stringify(machine, undefined, 2);
  assert.equal(childDefinition(text, "Deep"), JSON.stringify(within));
  assert.equal(childDefinition(text, "M"), JSON.stringify(inner));
  assert.equal(childDefinition(text, "Other"), undefined);
});

test("the language of the machine is that of the children", () => {
  const text = JSON.stringify({ QueryLanguage: "JSONata", ...machine });
  assert.deepEqual(JSON.parse(childDefinition(text, "M") ?? ""), { QueryLanguage: "JSONata", ...inner });
});
