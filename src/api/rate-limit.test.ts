// Throttling, on a clock that the test moves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startFakeServer } from "../testing/fake-server.ts";
import type { Action } from "./model.ts";
import { createRateLimiter } from "./rate-limit.ts";

const throttled = { name: "ThrottlingException", message: "Rate exceeded" };

test("a bucket empties and is refilled at its rate, no fuller than it was", () => {
  let now = 0;
  const take = createRateLimiter({ StartExecution: { bucket: 3, refillPerSecond: 2 } }, () => now);
  const taken = (action: Action = "StartExecution", key = "a"): number => {
    for (let count = 0; ; count++) {
      try {
        take(action, key);
      } catch (error) {
        assert.deepEqual({ name: (error as Error).name, message: (error as Error).message }, throttled);
        return count;
      }
    }
  };
  const rows: readonly (readonly [now: number, count: number])[] = [
    [0, 3],
    [499, 0],
    [500, 1],
    [1750, 2],
    [2000, 1],
    [1000, 0],
    [1500, 1],
    [1_000_000, 3],
  ];
  for (const [time, count] of rows) {
    now = time;
    assert.equal(taken(), count, String(time));
  }
  assert.equal(taken("StartExecution", "b"), 3);
});

test("an action without a limit is never throttled", () => {
  const take = createRateLimiter({ StartExecution: { bucket: 1, refillPerSecond: 1 } }, () => 0);
  for (let i = 0; i < 10_000; i++) take("DescribeExecution", "a");
});

test("a throttled request gets AWS's answer, and others go on", async (t) => {
  const server = await startFakeServer(t, { rateLimits: { ListActivities: { bucket: 2, refillPerSecond: 0.5 } } });
  const statusOf = async (action: string): Promise<number> => (await server.send(action, {})).status;
  assert.deepEqual([await statusOf("ListActivities"), await statusOf("ListActivities")], [200, 200]);
  const { status, body } = await server.send("ListActivities", {});
  assert.deepEqual([status, body], [400, { __type: "ThrottlingException", message: "Rate exceeded" }]);
  assert.equal(await statusOf("ListStateMachines"), 200);
  server.now += 2000;
  assert.deepEqual([await statusOf("ListActivities"), await statusOf("ListActivities")], [200, 400]);
});
