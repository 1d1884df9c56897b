// How SQLite goes about each shape of a listing: along one index, without sorting, also in a file of an earlier version.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { idsOf, started } from "../contract-fixtures.ts";
import { openConnection } from "./connection.ts";
import { type ListingShape, listingSql } from "./listing.ts";
import { toSchemaVersion3 } from "./old-store-fixtures.ts";
import { recordRows } from "./record-row.ts";
import { migrate } from "./schema.ts";
import { openSqliteStore } from "./sqlite-store.ts";

function temporaryFile(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "pawl-listing-"));
  t.after(() => rmSync(directory, { recursive: true }));
  return join(directory, "pawl.db");
}

const byStatus = "SEARCH e USING INDEX execution_status (state_machine_id=? AND status=? AND listed_at<?)";
const rows: readonly (readonly [shape: ListingShape, searches: readonly string[]])[] = [
  ["all", [byStatus, byStatus, byStatus, byStatus, byStatus]],
  ["status", [byStatus]],
  ["version", ["SEARCH e USING INDEX execution_version (state_machine_id=? AND version_number=? AND listed_at<?)"]],
  ["alias", ["SEARCH e USING INDEX execution_alias (state_machine_id=? AND alias_name=? AND listed_at<?)"]],
  ["redriven", ["SEARCH e USING INDEX execution_redriven (state_machine_id=? AND listed_at<?)"]],
];
/** The steps that put searches together in their order, row by row. */
const merges: ReadonlySet<string> = new Set(["MERGE (UNION ALL)", "LEFT", "RIGHT"]);

for (const [shape, searches] of rows) {
  test(`a listing of the shape "${shape}" follows the order of its index`, (t) => {
    const connection = openConnection(temporaryFile(t));
    migrate(connection);
    const plan = connection.prepare(`EXPLAIN QUERY PLAN ${listingSql(shape, recordRows(undefined))}`).all();
    connection.database.close();
    const details = plan.map((row) => String(row["detail"])).filter((detail) => !merges.has(detail));
    assert.deepEqual(details, searches);
  });
}

test("the executions of an earlier version's file are listed by time", async (t) => {
  const file = temporaryFile(t);
  const before = await openSqliteStore(file);
  await before.journal.append([
    started({ id: 1, startedAt: 100, status: "SUCCEEDED", stoppedAt: 300 }),
    started({ id: 2, startedAt: 200 }),
    started({ id: 3, startedAt: 110, redrive: { count: 1, at: 250 } }),
  ]);
  await before.close();
  toSchemaVersion3(file);
  const store = await openSqliteStore(file);
  assert.deepEqual(idsOf(await store.journal.listRecords({ stateMachineId: 1 }, { limit: 9 })), [1, 3, 2]);
  await store.close();
});
