import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Made } from "../kill/ledger.ts";
import { serverPrograms } from "../../src/testing/postgres/binaries.ts";
import { explainedBy, resumedBy } from "./explanation.ts";
import type { Trouble } from "./nodes.ts";
import { clusterRun, crashDatabase, failOver, killNode, pauseNode, renewNode, type Round } from "./run.ts";

const binaries = serverPrograms();
const skip = binaries === undefined && "PostgreSQL is not installed here";

async function run(t: TestContext, seed: number, rounds: readonly Round[]): Promise<readonly number[]> {
  const usual = { binaries: binaries ?? "", nodes: 3, clients: 1, leaseMs: 2_000, drainSeconds: 60 };
  const { isGood, acknowledged, resumedMs, ...found } = await clusterRun({ ...usual, seed, rounds }, (text) =>
    t.diagnostic(text),
  );
  assert.ok(isGood, JSON.stringify(found, undefined, 2));
  assert.ok(acknowledged > 50, "there was work");
  return resumedMs;
}

test(
  "three nodes on one PostgreSQL that are killed, paused and renewed, and lose it, lose nothing and repeat only what was in flight",
  { skip },
  async (t) => {
    await run(t, 7, [killNode, pauseNode, crashDatabase, renewNode]);
  },
);

test(
  "a primary that is killed and replaced by its synchronous standby takes nothing with it that was acknowledged",
  { skip },
  async (t) => {
    await run(t, 8, [failOver]);
  },
);

const call = (life: number, at: number, machine = "retry"): Made => ({
  life,
  at,
  execution: `arn:aws:states:us-east-1:123456789012:execution:${machine}:e`,
});
const kill: Trouble = { kind: "kill", life: 1, from: 10_000, to: 10_000 };
const explained: readonly (readonly [string, Trouble, Made, Made, boolean])[] = [
  ["a kill of who made it", kill, call(1, 9_900), call(2, 14_000), true],
  ["a kill of another", kill, call(3, 9_900), call(2, 14_000), false],
  ["a kill before it was made", kill, call(1, 11_000), call(2, 14_000), false],
  ["a kill long after it was made", kill, call(1, 1_000), call(2, 14_000), false],
  ["a kill of another, to a worker", kill, call(3, 9_900, "activity"), call(2, 14_000), true],
  ["a pause of who makes it late", { ...kill, kind: "pause", to: 20_000 }, call(2, 14_000), call(1, 20_010), true],
  [
    "a database that was away",
    { ...kill, kind: "database", life: undefined, to: 16_000 },
    call(1, 9_900),
    call(1, 15_000),
    true,
  ],
  ["a node that came", { ...kill, kind: "join", life: undefined, to: 11_000 }, call(1, 9_900), call(2, 10_500), false],
  [
    "a node that came, of Express",
    { ...kill, kind: "join", life: undefined, to: 11_000 },
    call(1, 9_900, "express"),
    call(2, 10_500),
    true,
  ],
];
for (const [what, trouble, before, made, is] of explained) {
  test(`${what} explains ${is ? "a call" : "no call"} for the same attempt`, () => {
    assert.equal(explainedBy([trouble])([before, made]), is);
  });
}

test("the first resumed effect after a kill is the first call that was in flight and is made again", () => {
  const attempts = new Map([
    ["a", [call(1, 9_900), call(2, 14_000)]],
    ["b", [call(1, 9_800), call(3, 13_500)]],
    ["c", [call(2, 9_900), call(3, 10_100)]],
    ["d", [call(1, 9_950)]],
    ["e", [call(1, 9_000), call(2, 11_000)]],
    ["f", [call(1, 9_900, "activity"), call(2, 11_000, "activity")]],
    ["g", [call(1, 9_900, "express"), call(2, 11_000, "express")]],
  ]);
  assert.equal(resumedBy(kill, attempts)?.at, 13_500);
  assert.equal(resumedBy({ ...kill, life: 9 }, attempts), undefined);
});
