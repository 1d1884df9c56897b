// Values are let go in the order in which they were used.
import assert from "node:assert/strict";
import { test } from "node:test";
import { RecentlyUsed } from "./recently-used.ts";

const keptOf = (kept: RecentlyUsed<string>, ids: readonly number[]): readonly number[] =>
  ids.filter((id) => kept.get(id) !== undefined);

test("the one used longest ago is let go where there are too many", () => {
  const kept = new RecentlyUsed<string>({ mostEntries: 2, mostWeight: Infinity });
  kept.add(1, "a", 1);
  kept.add(2, "b", 1);
  assert.equal(kept.get(1), "a");
  kept.add(3, "c", 1);
  assert.deepEqual(keptOf(kept, [1, 2, 3]), [1, 3]);
});

test("as many are let go as weigh too much, but never the last one", () => {
  const kept = new RecentlyUsed<string>({ mostEntries: 100, mostWeight: 10 });
  for (const id of [1, 2, 3]) kept.add(id, "a", 3);
  assert.deepEqual(keptOf(kept, [1, 2, 3]), [1, 2, 3]);
  kept.add(4, "b", 6);
  assert.deepEqual(keptOf(kept, [1, 2, 3, 4]), [3, 4]);
  kept.add(5, "c", 1000);
  assert.deepEqual(keptOf(kept, [3, 4, 5]), [5]);
  kept.add(6, "d", 1);
  assert.deepEqual(keptOf(kept, [5, 6]), [6]);
});

test("what grows counts, until it is let go", () => {
  const kept = new RecentlyUsed<string>({ mostEntries: 100, mostWeight: 10 });
  kept.add(1, "a", 1);
  kept.add(2, "b", 1);
  kept.grow(2, "b", 9);
  assert.deepEqual(keptOf(kept, [1, 2]), [2]);
  kept.grow(1, "a", 1000);
  kept.add(1, "another", 0);
  kept.grow(1, "a", 1000);
  assert.deepEqual(keptOf(kept, [1, 2]), [1, 2]);
});
