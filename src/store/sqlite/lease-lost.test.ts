// A process whose data another one has taken over, as happens on a disk that two hosts share: it acknowledges nothing more
// and ends.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { startServerProcess } from "../../testing/server-process.ts";
import { openSqliteStore } from "./sqlite-store.ts";

test("a server whose data were taken over refuses what comes and ends, and the new owner has all that was acknowledged", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-lease-"));
  t.after(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "pawl.config.json"), "{}");
  const file = join(directory, "pawl.db");
  const server = await startServerProcess(t, directory);
  const definition = '{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":9999,"End":true}}}';
  const roleArn = "arn:aws:iam::123456789012:role/r";
  const { stateMachineArn } = await server.call("CreateStateMachine", { name: "m", definition, roleArn });
  await server.call("StartExecution", { stateMachineArn, name: "acknowledged" });

  const database = new DatabaseSync(file);
  database.exec("UPDATE partition SET host = 'another host'");
  database.close();
  const taken = await openSqliteStore(file, { onProblem: (problem) => assert.fail(problem.message) });
  t.after(() => taken.close());

  const { status, body } = await server.send("StartExecution", { stateMachineArn, name: "late" });
  assert.deepEqual([status, body["__type"]], [503, "ServiceUnavailable"]);
  const { code, stderr } = await server.ended;
  assert.equal(code, 1);
  assert.match(stderr, /another process has taken .*pawl\.db over/);
  assert.equal((await taken.journal.findRecord("m", "acknowledged"))?.status, "RUNNING");
  assert.equal(await taken.journal.findRecord("m", "late"), undefined);
});
