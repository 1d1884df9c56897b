// Which commits wait for the disk, and when the others have reached it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CommitSyncs, commitSyncs } from "./commit-syncs.ts";

function fixture(): { readonly syncs: CommitSyncs; readonly said: string[] } {
  const said: string[] = [];
  const database = { exec: (sql: string) => void said.push(sql) };
  const syncs: CommitSyncs = commitSyncs({ database }, () => {
    syncs.before("atOnce");
    syncs.committed("atOnce");
    said.push("synced");
  });
  return { syncs, said };
}

const full = "PRAGMA synchronous = FULL";
const normal = "PRAGMA synchronous = NORMAL";

void test("the log is synced by every commit that is durable at once, and said to be only where that changes", () => {
  const { syncs, said } = fixture();
  for (const durability of ["atOnce", "soon", "soon", "atOnce", "atOnce"] as const) {
    syncs.before(durability);
    syncs.committed(durability);
  }
  assert.deepEqual(said, [normal, full]);
  syncs.end();
});

void test("commits that are durable soon are synced after a second, where no other has done it by then", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { syncs, said } = fixture();
  syncs.before("soon");
  syncs.committed("soon");
  context.mock.timers.tick(500);
  syncs.committed("soon");
  context.mock.timers.tick(499);
  assert.deepEqual(said, [normal]);
  context.mock.timers.tick(1);
  assert.deepEqual(said, [normal, full, "synced"]);

  syncs.before("soon");
  syncs.committed("soon");
  syncs.before("atOnce");
  syncs.committed("atOnce");
  context.mock.timers.tick(5_000);
  assert.deepEqual(said.slice(3), [normal, full], "another has done it");
});

void test("after a close every commit syncs, and nothing is left to come", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { syncs, said } = fixture();
  syncs.before("soon");
  syncs.committed("soon");
  syncs.end();
  context.mock.timers.tick(5_000);
  assert.deepEqual(said, [normal, full]);
});
