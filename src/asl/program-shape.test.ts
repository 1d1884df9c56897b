import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "./json.ts";
import { programShape } from "./program-shape.ts";

test("what has not the form of a definition has no shape", () => {
  const rows: readonly Json[] = [
    null,
    {},
    { StartAt: "A" },
    { States: {} },
    { StartAt: "A", States: { A: 1 } },
    { StartAt: "A", States: { A: { Type: "Nap" } } },
    { StartAt: "A", States: { A: { Type: "Map" } } },
    { StartAt: "A", States: { A: { Type: "Parallel", Branches: {} } } },
  ];
  for (const definition of rows) assert.throws(() => programShape(definition), TypeError, JSON.stringify(definition));
});
