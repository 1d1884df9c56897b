// The seeded generator: repeatable, in range, spread out.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom, seededUuid } from "./random.ts";

const draw = (seed: string): readonly number[] => Array.from({ length: 5 }, seededRandom(seed));

test("the same seed gives the same sequence and another seed another one", () => {
  assert.deepEqual(draw("a"), draw("a"));
  assert.notDeepEqual(draw("a"), draw("b"));
  assert.notDeepEqual(draw(""), draw("0"));
});

test("numbers lie in [0, 1) and spread evenly", () => {
  const next = seededRandom("spread");
  const buckets = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 10_000; i++) {
    const bucket = Math.floor(next() * 10);
    buckets[bucket] = (buckets[bucket] ?? Number.NaN) + 1;
  }
  for (const count of buckets) assert.ok(count > 850 && count < 1150, `bucket of ${count}`);
});

test("identifiers are version 4 UUIDs, all different", () => {
  const next = seededRandom("ids");
  const ids = Array.from({ length: 1000 }, () => seededUuid(next));
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(ids).size, 1000);
});
