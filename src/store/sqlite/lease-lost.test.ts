// A process whose data another one has taken over, as happens on a disk that two machines share and whose locks do not reach
// both: it acknowledges nothing more and ends, also when nobody asks anything of it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { PawlProcess } from "../../testing/pawl-process.ts";
import { startServerProcess } from "../../testing/server-process.ts";
import type { Store } from "../store.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const definition = '{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":9999,"End":true}}}';
const roleArn = "arn:aws:iam::123456789012:role/r";

function prepare(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "pawl-lease-"));
  t.after(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "pawl.config.json"), "{}");
  return directory;
}

/** As a process of a machine that the locks do not reach. */
async function takeOver(t: TestContext, directory: string): Promise<Store> {
  const taken = await openSqliteStore(join(directory, "pawl.db"), {
    tryLock: () => ({ release: () => undefined }),
    onProblem: (problem) => assert.fail(problem.message),
  });
  t.after(() => taken.close());
  return taken;
}

test("a server whose data were taken over refuses what comes and ends, and the new owner has all that was acknowledged", async (t) => {
  const directory = prepare(t);
  const server = await startServerProcess(t, directory);
  const { stateMachineArn } = await server.call("CreateStateMachine", { name: "m", definition, roleArn });
  await server.call("StartExecution", { stateMachineArn, name: "acknowledged" });
  const taken = await takeOver(t, directory);

  const { status, body } = await server.send("StartExecution", { stateMachineArn, name: "late" });
  assert.deepEqual([status, body["__type"]], [503, "ServiceUnavailable"]);
  assert.match(String(body["message"]), /^This server has lost its data: another process has taken them over/);
  const { code, stderr } = await server.ended;
  assert.equal(code, 1);
  assert.match(stderr, /another process has taken .*pawl\.db over: .*\. This server stops\./);
  assert.equal((await taken.journal.findRecord("m", "acknowledged"))?.status, "RUNNING");
  assert.equal(await taken.journal.findRecord("m", "late"), undefined);
});

test("a server whose data were taken over ends when it is asked for a change of the catalogue", async (t) => {
  const directory = prepare(t);
  const server = await startServerProcess(t, directory);
  const taken = await takeOver(t, directory);
  const { status, body } = await server.send("CreateStateMachine", { name: "m", definition, roleArn });
  assert.deepEqual([status, body["__type"]], [503, "ServiceUnavailable"]);
  assert.equal((await server.ended).code, 1);
  assert.equal(await taken.catalogue.findStateMachine("m"), undefined);
});

test("a server whose data were taken over ends when nobody asks anything of it", async (t) => {
  const directory = prepare(t);
  const server = await startServerProcess(t, directory);
  await takeOver(t, directory);
  const { code, stderr } = await server.ended;
  assert.equal(code, 1);
  assert.match(stderr, /another process has taken .*pawl\.db over: .*\. This server stops\./);
});

test("so does one that a person watches, and it does not say that all is well", async (t) => {
  const directory = prepare(t);
  const dev = new PawlProcess(["dev", ".", "--port", "0", "--db", "pawl.db"], { directory });
  t.after(() => dev.interrupt());
  await dev.until(/Ctrl-C stops/);
  await takeOver(t, directory);
  const { exitCode, stdout } = await dev.finished;
  assert.equal(exitCode, 1);
  assert.match(stdout, /another process has taken .*pawl\.db over: .*\. This server stops\./);
  assert.doesNotMatch(stdout, /the data stay/);
});
