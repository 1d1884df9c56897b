import assert from "node:assert/strict";
import { test } from "node:test";
import type { DefinitionCase, FuzzCase, RequestsCase } from "./cases.ts";
import { shrunk } from "./shrink.ts";

const never = new AbortController().signal;
const fine = { action: "ListActivities", body: "{}" };

const testState = (state: object): RequestsCase => ({
  kind: "expressions",
  what: "expression",
  requests: [fine, fine, { action: "TestState", body: JSON.stringify({ definition: JSON.stringify(state) }) }, fine],
});

test("a case is reduced to the request, the member and the part of an expression without which it does not fail", async () => {
  const made = testState({ Type: "Pass", Comment: "x", Output: { a: "{% ($bad($x) + 1) %}", b: "{% 2 %}" } });
  const fails = (fuzzCase: FuzzCase): Promise<boolean> =>
    Promise.resolve(JSON.stringify(fuzzCase).includes("$bad($x)"));
  const { requests } = (await shrunk(made, fails, never)) as RequestsCase;
  assert.deepEqual(requests, [
    {
      action: "TestState",
      body: JSON.stringify({ definition: JSON.stringify({ Output: { a: "{%$bad($x) + 1%}" } }) }),
    },
  ]);
});

test("a machine is left with one input, and with the states that it fails by", async () => {
  const definition = JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass" }, B: { Type: "Map" } } });
  const creation = { type: "STANDARD", definition } as const;
  const inputs = ["{}", '{"big":"yes","small":[1,2]}', "null"];
  const made: DefinitionCase = { kind: "definitions", what: "loop", creation, inputs, isSynchronous: false };
  const fails = (fuzzCase: FuzzCase): Promise<boolean> => {
    const text = JSON.stringify(fuzzCase);
    return Promise.resolve(text.includes("Map") && text.includes("yes"));
  };
  const { creation: smaller, inputs: left } = (await shrunk(made, fails, never)) as DefinitionCase;
  assert.deepEqual([smaller.definition, left], ['{"States":{"B":{"Type":"Map"}}}', ['{"big":"yes"}']]);
});

test("what fails by nothing less stays as it is, and nothing is tried when the time is over", async () => {
  const made = testState({ Type: "Pass" });
  assert.equal(await shrunk(made, () => Promise.resolve(false), never), made);
  assert.equal(await shrunk(made, () => Promise.reject(new Error("tried")), AbortSignal.abort()), made);
});
