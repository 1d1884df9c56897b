// Partitions: where keys fall for ever, and keys that are drawn to fall somewhere.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createPartitions } from "./partitions.ts";

const now = (): number => Date.UTC(2026, 0, 1);

test("a key falls where it fell when the database was made", () => {
  const partitions = createPartitions({ count: 64, now });
  const places = ["", "a", "order-1", "order-2", "é", "名前", "a:b"].map((key) => partitions.of("orders", key));
  assert.deepEqual(places, [43, 18, 9, 27, 31, 63, 44]);
  assert.equal(partitions.ofExecution(64 * 7 + 5), 5);
  assert.equal(createPartitions({ count: 1, now }).of("orders", "order-1"), 0);
});

test("keys fall on all partitions alike", () => {
  const counts = new Map<number, number>();
  const partitions = createPartitions({ count: 64, now });
  for (let i = 0; i < 64_000; i++) {
    const place = partitions.of("orders", `order-${i}`);
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  assert.equal(counts.size, 64);
  for (const count of counts.values()) assert.ok(count > 850 && count < 1_150, `${count} of about 1,000`);
});

test("a key that is drawn falls where it should, is a UUID, and is not drawn twice", () => {
  for (const count of [1, 3, 64, 1_024]) {
    const partitions = createPartitions({ count, now });
    const keys = Array.from({ length: 200 }, () => {
      const key = partitions.drawKey("orders", "express:", new Set([count - 1]));
      assert.match(key, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
      assert.equal(partitions.of("orders", `express:${key}`), count - 1);
      return key;
    });
    assert.equal(new Set(keys).size, keys.length);
  }
  assert.throws(() => createPartitions({ count: 4, now }).drawKey("orders", "", new Set()), /none were given/);
});
