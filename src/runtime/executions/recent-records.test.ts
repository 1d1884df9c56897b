// Rows that were written lately are found without the store, each as it was written last.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ExecutionRecord } from "../../store/journal.ts";
import { RecentRecords } from "./recent-records.ts";

const record = (id: number, other: Partial<ExecutionRecord> = {}): ExecutionRecord => ({
  id,
  stateMachineId: 1,
  revisionId: 1,
  key: `e${id}`,
  type: "STANDARD",
  status: "RUNNING",
  startedAt: 1,
  isInFlight: false,
  lastEventId: 1,
  ...other,
});

test("the row that was written last is found by machine and key; Express executions and children of Map Runs never are", () => {
  const recent = new RecentRecords({ mostEntries: 250 });
  const mapRun = { id: 9, index: 0, itemCount: 1, redrive: 0 };
  for (const written of [record(1), record(2, { type: "EXPRESS" }), record(3, { mapRun })]) recent.note(written);
  recent.note(record(1, { status: "SUCCEEDED" }));
  assert.equal(recent.recordOf(1, "e1")?.status, "SUCCEEDED");
  assert.equal(recent.recordOf(2, "e1"), undefined, "of another machine");
  assert.equal(recent.recordOf(1, "e2"), undefined);
  assert.equal(recent.recordOf(1, "e3"), undefined);
});

test("those that were written or asked for longest ago are forgotten", () => {
  const recent = new RecentRecords({ mostEntries: 250 });
  recent.note(record(1));
  recent.note(record(2));
  for (let id = 3; id < 2_000; id++) {
    recent.note(record(id));
    assert.equal(recent.recordOf(1, "e1")?.id, 1);
  }
  assert.equal(recent.recordOf(1, "e2"), undefined);
  assert.equal(recent.recordOf(1, "e1999")?.id, 1999);
});
