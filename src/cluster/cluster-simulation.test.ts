// Nodes to which everything happens that can happen, and what must hold all the same: nothing that was acknowledged is lost, no
// owner of yesterday writes, calls are repeated only with a new epoch, and everything comes to the end it comes to undisturbed.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { proveClusterRun } from "../testing/cluster/cluster-runs.ts";

/** As many as take about half a minute; `npm run simulate` runs any number. */
const runs = 2_000;
const command = fileURLToPath(new URL("../../scripts/simulate-cluster.ts", import.meta.url));

interface Sums {
  readonly wrong: number;
  readonly repeated: number;
  readonly late: number;
  readonly faults: Readonly<Record<string, number>>;
}

/** In a process of its own: where tests run, each promise costs several times as much. */
async function simulate(): Promise<Sums> {
  const { promise, resolve } = Promise.withResolvers<readonly [error: Error | null, out: string]>();
  const options = { maxBuffer: 64 * 1024 * 1024 };
  execFile(process.execPath, [command, String(runs)], options, (error, out) => resolve([error, out]));
  const [error, out] = await promise;
  assert.equal(error, null, out.slice(0, 10_000));
  return JSON.parse(out.trimEnd().split("\n").at(-1) ?? "") as Sums;
}

test("whatever becomes of nodes, commits, hints and calls between nodes, workflows come to the ends they come to undisturbed", async () => {
  const { wrong, repeated, late, faults } = await simulate();
  assert.equal(wrong, 0);
  assert.equal(Object.keys(faults).length, 14, "every kind of fault happens");
  for (const [fault, count] of Object.entries(faults)) assert.ok(count > runs / 50, `${fault} happens ${count} times`);
  assert.ok(repeated > runs, `${repeated} calls were made again`);
  assert.ok(late > 10, `${late} calls came late, of nodes that stood still`);
});

test("a seed tells a run in full", async () => {
  const first = await proveClusterRun("seed 0");
  assert.ok(first.faults.size > 2);
  assert.deepEqual(await proveClusterRun("seed 0"), first);
});
