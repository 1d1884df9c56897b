// Encryption as its operator meets it: a key is made and named, a server that ran without one encrypts what it has, and
// nothing runs without it from then on.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { runPawl } from "../testing/pawl-process.ts";
import { eventually, refusedServer, startServerProcess } from "../testing/server-process.ts";

function folder(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "pawl-encryption-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function configure(directory: string, configuration: object): void {
  writeFileSync(join(directory, "pawl.config.json"), JSON.stringify(configuration));
}

const marker = "MARKER-5b0e77";

function filesWithMarker(directory: string): readonly string[] {
  return readdirSync(directory).filter((name) => readFileSync(join(directory, name)).includes(marker));
}

const definition = JSON.stringify({
  StartAt: "Wait",
  States: {
    Wait: { Type: "Wait", Seconds: 3, Next: "End" },
    End: { Type: "Pass", Result: `${marker} of the definition`, ResultPath: "$.result", End: true },
  },
});

test("a server that ran without a key encrypts what it has, goes on with it, and starts with the key only", async (t) => {
  const directory = folder(t);
  configure(directory, {});
  let server = await startServerProcess(t, directory);
  const machine = { name: "m", definition, roleArn: "arn:aws:iam::123456789012:role/r" };
  const { stateMachineArn } = await server.call("CreateStateMachine", machine);
  const input = JSON.stringify({ given: marker });
  const { executionArn } = await server.call("StartExecution", { stateMachineArn, input, traceHeader: marker });
  await server.kill();
  assert.notDeepEqual(filesWithMarker(directory), []);

  const made = await runPawl(["key", "-o", "pawl.key"], { directory });
  assert.equal(made.exitCode, 0, made.stderr);
  assert.match(made.stderr, /"encryption": \{ "keyFile": "pawl\.key" \}/);
  configure(directory, { encryption: { keyFile: "pawl.key" } });
  server = await startServerProcess(t, directory);
  assert.deepEqual(filesWithMarker(directory), []);
  await server.kill();
  assert.deepEqual(filesWithMarker(directory), []);

  configure(directory, {});
  const refused = await refusedServer(t, directory);
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /pawl\.db is encrypted: name its key file, as "encryption": \{ "keyFile": "pawl\.key" \}/,
  );

  configure(directory, { encryption: { keyFile: "pawl.key" } });
  server = await startServerProcess(t, directory);
  const ended = await eventually("the execution has ended", async () => {
    const described = await server.call("DescribeExecution", { executionArn });
    return described["status"] === "RUNNING" ? undefined : described;
  });
  assert.deepEqual(JSON.parse(String(ended["output"])), { given: marker, result: `${marker} of the definition` });
  assert.equal(ended["traceHeader"], marker);
  const { stderr } = await server.stop();
  assert.deepEqual(filesWithMarker(directory), []);
  const [key = "no key"] = readFileSync(join(directory, "pawl.key"), "utf8").trim().split("\n").slice(-1);
  assert.ok(!stderr.includes(key));
});

test("pawl key prints a key, or writes a file for its owner alone that it never writes over", async (t) => {
  const directory = folder(t);
  const printed = await runPawl(["key"], { directory });
  assert.match(printed.stdout, /^[A-Za-z0-9+/]{43}=\n$/);
  assert.equal((await runPawl(["key", "-o", "pawl.key"], { directory })).exitCode, 0);
  const file = join(directory, "pawl.key");
  const text = readFileSync(file, "utf8");
  assert.match(text, /^# Master key of Pawl, made \d{4}-\d\d-\d\d\..*\n[A-Za-z0-9+/]{43}=\n$/);
  if (process.platform !== "win32") assert.equal(statSync(file).mode & 0o777, 0o600);
  const again = await runPawl(["key", "-o", "pawl.key"], { directory });
  assert.equal(again.exitCode, 2);
  assert.match(again.stderr, /^pawl\.key is there already, and may be all that opens some data: name another file\n$/);
  assert.equal(readFileSync(file, "utf8"), text);
  assert.equal((await runPawl(["key", "-o", "missing/pawl.key"], { directory })).exitCode, 2);
});

test("a key file that cannot be used keeps a server from starting", async (t) => {
  const directory = folder(t);
  const key = (await runPawl(["key"], { directory })).stdout.trim();
  configure(directory, { encryption: { keyFile: "pawl.key" } });
  const rows: readonly (readonly [text: string, message: RegExp])[] = [
    [`${key}${key}`, /pawl\.key:1: is no key/],
    ["", /pawl\.key: holds no key/],
  ];
  for (const [text, message] of rows) {
    writeFileSync(join(directory, "pawl.key"), text, { mode: 0o600 });
    const { code, stderr } = await refusedServer(t, directory);
    assert.equal(code, 2);
    assert.match(stderr, message);
    assert.ok(!stderr.includes(key));
  }
  assert.ok(!readdirSync(directory).includes("pawl.db"));
});
