// All that JSONPath states are made of pays what it costs: the dearest step of each is a small multiple of a known one, and
// nothing is left out.
import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluatedCalls, jsonPathWork, readPaths } from "../testing/jsonpath-work.ts";
import { measureRow } from "../testing/work-sweep.ts";
import { intrinsicFunctions } from "./intrinsics/functions.ts";
import { parsePath } from "./jsonpath/parse-path.ts";
import { type Criterion, operators, type Segment } from "./jsonpath/path-syntax.ts";
import { unlimitedWork } from "./work.ts";

/** A step is a round figure; a function that does not pay at all comes out hundreds of times dearer. */
const mostRatio = 5;

for (const row of jsonPathWork()) {
  test(`${row.name}: pays what it costs`, () => {
    const { ratio, steps } = measureRow(row, mostRatio);
    assert.equal(ratio <= mostRatio, true, `a step of ${steps} takes ${ratio.toFixed(1)} known ones`);
  });
}

test("every intrinsic function is among them", () => {
  const missing = [...intrinsicFunctions.keys()].filter(
    (name) => !evaluatedCalls.some((call) => call.startsWith(`${name}(`)),
  );
  assert.deepEqual(missing, []);
});

const kinds: Readonly<Record<Segment["kind"], true>> = {
  member: true,
  members: true,
  index: true,
  fromEnd: true,
  indices: true,
  slice: true,
  wildcard: true,
  scan: true,
  root: true,
  filter: true,
  openFilter: true,
};

test("every kind of segment and every operator of filters is among them", () => {
  const segments = readPaths.flatMap((path) => parsePath(path, unlimitedWork()).segments);
  const missingKinds = Object.keys(kinds).filter((kind) => !segments.some((segment) => segment.kind === kind));
  assert.deepEqual(missingKinds, []);
  const criteria = segments.flatMap((segment): readonly Criterion[] =>
    segment.kind === "filter" ? segment.filter.flat() : [],
  );
  const compared = new Set(criteria.map((criterion) => (criterion.kind === "compare" ? criterion.operator : "exists")));
  assert.deepEqual(
    [...operators, "exists" as const].filter((operator) => !compared.has(operator)),
    [],
  );
});
