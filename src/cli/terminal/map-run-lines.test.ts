// The words for how far a Map Run has come.
import assert from "node:assert/strict";
import { test } from "node:test";
import { progressOf, progressText } from "./map-run-lines.ts";

test("progress says what is done, runs and failed, how fast, and how long it will take", () => {
  const rows = [
    [{ done: 0, failed: 0, running: 0, total: 10 }, 0, "0 of 10 items, 0/s"],
    [{ done: 250, failed: 0, running: 40, total: 1_000 }, 1_000, "250 of 1,000 items, 40 running, 250/s, 3 s left"],
    [{ done: 12_000, failed: 3, running: 0, total: undefined }, 2_000, "12,000 items, 3 failed, 6,000/s"],
    [{ done: 10, failed: 1, running: 0, total: 10 }, 500, "10 of 10 items, 1 failed, 20/s"],
  ] as const;
  for (const [progress, ms, text] of rows) assert.equal(progressText(progress, ms), text);
});

test("children that a redrive is still to come to are not done", () => {
  const counts = [
    { status: "SUCCEEDED", redrive: 0, children: 2, items: 20 },
    { status: "FAILED", redrive: 0, children: 1, items: 10 },
    { status: "FAILED", redrive: 1, children: 1, items: 7 },
    { status: "RUNNING", redrive: 1, children: 3, items: 30 },
  ] as const;
  assert.deepEqual(progressOf(counts, 100, 1), { done: 27, failed: 7, running: 3, total: 100 });
  assert.deepEqual(progressOf(counts.slice(0, 2), undefined, 0), {
    done: 30,
    failed: 10,
    running: 0,
    total: undefined,
  });
});
