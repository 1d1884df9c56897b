import assert from "node:assert/strict";
import { test } from "node:test";
import { awsLimits, jsonataBudgetOf } from "../../engine/turn.ts";
import { StoreDamagedError } from "../../store/errors.ts";
import { openMemoryStore } from "../../store/memory/memory-store.ts";
import type { Store } from "../../store/store.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { createTestMachine, openTestRuntime, testArns, testStartRequest } from "../../testing/test-runtime.ts";
import type { ExecutionListener } from "./listener.ts";
import { LiveExecutions } from "./live-executions.ts";
import { Programs } from "./programs.ts";

/** A store with one execution, which waits. */
async function openStore(): Promise<Store> {
  const store = openMemoryStore();
  const runtime = openTestRuntime({ store, clock: new SimulatedClock() });
  await createTestMachine(store, "m", { StartAt: "W", States: { W: { Type: "Wait", Seconds: 60, End: true } } });
  await runtime.startExecution(await testStartRequest(store, "m", "one"));
  await runtime.close();
  return store;
}

function liveExecutionsOf(
  store: Pick<Store, "journal" | "catalogue" | "mapRuns">,
  listeners: readonly ExecutionListener[],
) {
  return new LiveExecutions({
    store,
    programs: new Programs(),
    arns: testArns,
    now: () => 0,
    jsonataBudget: jsonataBudgetOf(awsLimits),
    turns: { pause: () => undefined },
    quarantine: { has: () => false },
    listeners,
  });
}

void test("an execution of which a part cannot take up what is outstanding is not in memory as if it had", async () => {
  let isBroken = true;
  const listener: ExecutionListener = {
    loaded: () => {
      if (isBroken) throw new TypeError("a bug");
    },
  };
  const liveExecutions = liveExecutionsOf(await openStore(), [listener]);
  await assert.rejects(liveExecutions.get(1), TypeError);
  assert.equal(liveExecutions.peek(1), undefined);
  isBroken = false;
  assert.equal((await liveExecutions.get(1))?.record.id, 1);
});

void test("an execution whose state machine is not there is a damage, and not one that does not run", async () => {
  const store = await openStore();
  const catalogue = { ...store.catalogue, readRevision: async () => undefined };
  await assert.rejects(liveExecutionsOf({ ...store, catalogue }, []).get(1), StoreDamagedError);
});
