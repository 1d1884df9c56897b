import assert from "node:assert/strict";
import { test } from "node:test";
import type { ExecutionChange, ExecutionRecord } from "../store/journal.ts";
import { RecentRecords } from "./recent-records.ts";

const change = (id: number, other: Partial<ExecutionRecord> = {}): ExecutionChange => ({
  record: {
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
  },
  isNew: true,
  events: [],
  offers: [],
  withdrawnOffers: [],
  signals: [],
  consumedSignalIds: [],
});

test("the row that was written last is found by machine and key; Express executions and children of Map Runs never are", () => {
  const recent = new RecentRecords();
  const mapRun = { id: 9, index: 0, itemCount: 1, redrive: 0 };
  recent.note([change(1), change(2, { type: "EXPRESS" }), change(3, { mapRun })]);
  recent.note([change(1, { status: "SUCCEEDED" })]);
  assert.equal(recent.recordOf(1, "e1")?.status, "SUCCEEDED");
  assert.equal(recent.recordOf(2, "e1"), undefined, "of another machine");
  assert.equal(recent.recordOf(1, "e2"), undefined);
  assert.equal(recent.recordOf(1, "e3"), undefined);
});

test("those that were written or asked for longest ago are forgotten", () => {
  const recent = new RecentRecords();
  recent.note([change(1), change(2)]);
  for (let id = 3; id < 2_000; id++) {
    recent.note([change(id)]);
    assert.equal(recent.recordOf(1, "e1")?.id, 1);
  }
  assert.equal(recent.recordOf(1, "e2"), undefined);
  assert.equal(recent.recordOf(1, "e1999")?.id, 1999);
});
