import assert from "node:assert/strict";
import { test } from "node:test";
import { LaneGrowth } from "./lane-growth.ts";

/** Looks every 20 ms for a while, in which every process ends so many calls a second. */
function pass(growth: LaneGrowth, at: { ms: number }, { forMs, size, ofEach }: Passing): void {
  let ended = 0;
  for (let passed = 20; passed <= forMs; passed += 20) {
    at.ms += 20;
    for (; ended < (passed / 1000) * ofEach * size; ended++) growth.ended();
    growth.look(at.ms, size);
  }
}

interface Passing {
  readonly forMs: number;
  readonly size: number;
  readonly ofEach: number;
}

test("long calls get four times as many processes after a moment", () => {
  const growth = new LaneGrowth(2);
  const at = { ms: 0 };
  assert.equal(growth.limit, 2);
  for (const size of [2, 8, 32]) {
    growth.restart();
    pass(growth, at, { forMs: 60, size, ofEach: 5 });
    assert.equal(growth.limit, 4 * size);
  }
});

test("short calls get twice as many on trial, which stay as long as they end clearly more calls", () => {
  const growth = new LaneGrowth(2);
  const at = { ms: 0 };
  pass(growth, at, { forMs: 60, size: 2, ofEach: 200 });
  assert.equal(growth.limit, 4);
  growth.restart();
  pass(growth, at, { forMs: 60, size: 4, ofEach: 200 });
  assert.equal(growth.limit, 8, "each ends as many as before");
  growth.restart();
  pass(growth, at, { forMs: 60, size: 8, ofEach: 110 });
  assert.equal(growth.limit, 4, "all end hardly more than half as many did");
  pass(growth, at, { forMs: 20_000, size: 4, ofEach: 200 });
  assert.equal(growth.limit, 4, "it is not tried again");
  while (growth.limit === 4 && at.ms < 60_000) pass(growth, at, { forMs: 20, size: 4, ofEach: 200 });
  assert.equal(growth.limit, 8, "until half a minute has passed");
});

test("trials end at four times as many processes as need no reason", () => {
  const growth = new LaneGrowth(2);
  const at = { ms: 0 };
  for (const [size, limit] of [
    [2, 4],
    [4, 8],
    [8, 8],
    [8, 8],
  ] as const) {
    growth.restart();
    pass(growth, at, { forMs: 60, size, ofEach: 200 });
    assert.equal(growth.limit, limit);
  }
  pass(growth, at, { forMs: 60, size: 8, ofEach: 5 });
  assert.equal(growth.limit, 32, "long calls have no such end");
});

test("calls that have become long are not held to what short ones showed", () => {
  const growth = new LaneGrowth(2);
  const at = { ms: 0 };
  pass(growth, at, { forMs: 60, size: 2, ofEach: 200 });
  growth.restart();
  pass(growth, at, { forMs: 60, size: 4, ofEach: 100 });
  assert.equal(growth.limit, 2);
  pass(growth, at, { forMs: 60, size: 2, ofEach: 5 });
  assert.equal(growth.limit, 8);
});

test("as many processes as there are need no reason when calls begin to wait", () => {
  const growth = new LaneGrowth(2);
  growth.begin(0);
  assert.equal(growth.limit, 2);
  growth.begin(7);
  assert.equal(growth.limit, 7);
});
