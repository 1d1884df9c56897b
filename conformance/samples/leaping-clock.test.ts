// A clock that leaps passes waits in their order, and not while work goes on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { leapingClock } from "./leaping-clock.ts";

test("timers ring in the order of their times, and the clock shows these", async (t) => {
  const clock = leapingClock();
  t.after(() => clock.stop());
  const start = clock.now();
  const rung: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const ring = (name: string) => () => {
    rung.push(`${name} after ${clock.now() - start}`);
    if (rung.length === 2) resolve();
  };
  clock.callAfter(3_600_000, ring("hour"));
  clock.callAt(start + 60_000, ring("minute"));
  const callOff = clock.callAfter(1000, ring("called off"));
  callOff();
  await promise;
  assert.deepEqual(rung, ["minute after 60000", "hour after 3600000"]);
});

test("a time limit waits for what only takes some turns", async (t) => {
  const clock = leapingClock();
  t.after(() => clock.stop());
  const ended: string[] = [];
  const callOff = clock.callAfter(1, () => ended.push("limit"));
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  ended.push("work");
  callOff();
  await new Promise<void>((resolve) => clock.callAfter(1, resolve));
  assert.deepEqual(ended, ["work"]);
});
