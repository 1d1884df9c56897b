import assert from "node:assert/strict";
import { test } from "node:test";
import { failingPart } from "./failing-part.ts";

const input = { order: { customer: { "last.name": "Doe" }, lines: [{ id: 1 }] } };
const scope = { input, context: () => ({ Execution: { Id: "e" } }), variables: new Map([["total", { net: 1 }]]) };

const cases = [
  ["$.order.customer.name", "$.order.customer", ".name"],
  ["$.order.buyer.name.first", "$.order", ".buyer.name.first"],
  ["$.order['customer']['first.name'].x", "$.order['customer']", "['first.name'].x"],
  ["$.order.lines[3].id", "$.order.lines", "[3].id"],
  ["$.order.lines[0].price", "$.order.lines[0]", ".price"],
  ["$$.Execution.Name", "$$.Execution", ".Name"],
  ["$total.gross", "$total", ".gross"],
  ["$unknown.gross", undefined, "$unknown.gross"],
] as const;

for (const [path, found, missing] of cases) {
  test(`${path} stops at ${missing}`, () => {
    const part = failingPart(path, scope);
    assert.deepEqual([part?.found?.path, part?.missing], [found, missing]);
  });
}

test("a path that names something has no failing part", () => {
  assert.equal(failingPart("$.order.customer['last.name']", scope), undefined);
  assert.equal(failingPart("$.order.lines[?(@.id == 1)].id", scope), undefined);
});
