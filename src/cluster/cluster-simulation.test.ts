// Nodes to which everything happens that can happen, and what must hold all the same: nothing that was acknowledged is lost, no
// owner of yesterday writes, calls are repeated only with a new epoch, and everything comes to the end it comes to undisturbed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { proveClusterRun } from "../testing/cluster/cluster-runs.ts";

/** As many as take about half a minute; `npm run simulate` runs any number. */
const runs = 1_000;

test("whatever becomes of nodes, commits, hints and calls between nodes, workflows come to the ends they come to undisturbed", async () => {
  const faults = new Map<string, number>();
  let repeated = 0;
  let late = 0;
  for (let run = 0; run < runs; run++) {
    const seed = `${run}`;
    try {
      const proved = await proveClusterRun(seed);
      for (const [fault, count] of proved.faults) faults.set(fault, (faults.get(fault) ?? 0) + count);
      repeated += proved.repeated;
      late += proved.late;
    } catch (cause) {
      throw new Error(`Seed ${seed} went wrong; npm run simulate -- 1 ${seed} repeats it.`, { cause });
    }
  }
  assert.equal(faults.size, 14, "every kind of fault happens");
  for (const [fault, count] of faults) assert.ok(count > runs / 50, `${fault} happens ${count} times`);
  assert.ok(repeated > runs, `${repeated} calls were made again`);
  assert.ok(late > 10, `${late} calls came late, of nodes that stood still`);
});

test("a seed tells a run in full", async () => {
  const first = await proveClusterRun("seed 0");
  assert.ok(first.faults.size > 2);
  assert.deepEqual(await proveClusterRun("seed 0"), first);
});
