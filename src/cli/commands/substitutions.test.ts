// Placeholders of definitions, filled by the configuration and the command line, as the commands show it.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { PawlProcess, runPawl } from "../../testing/pawl-process.ts";
import { apiClient, textOf } from "../session/api-client.ts";

const greeting = (result: string): string =>
  `{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": ${result}, "End": true}}}`;
const calling = `{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "\${EchoArn}", "End": true}}}`;
const configuration = {
  functions: { echo: { command: "cat" } },
  substitutions: {
    EchoArn: "arn:aws:lambda:us-east-1:123456789012:function:echo",
    Who: "all",
    Count: 3,
    special: { Who: "one" },
  },
};

function folderWith(t: TestContext, files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), "pawl-substitutions-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

test("every command that reads definitions fills them", async (t) => {
  const directory = folderWith(t, {
    "w/call.asl.json": calling,
    "w/count.asl.json": greeting("${Count}"),
    "w/special.asl.json": greeting('"${Who}"'),
    "w/who.asl.json": greeting('"${Who}"'),
    "w/pawl.config.json": JSON.stringify(configuration),
    "bare/call.asl.json": calling,
    "bare/count.asl.json": greeting("${Count}"),
  });
  const rows: readonly (readonly [args: string[], exitCode: number, output: RegExp])[] = [
    [["validate", "w"], 0, /^(.*: valid\n){4}4 files, all valid\n$/],
    [["validate", "w/count.asl.json"], 0, /valid\n$/],
    [
      ["validate", "bare"],
      1,
      /call\.asl\.json:1:\d+: error: \$\{EchoArn\} is a placeholder that nothing fills\. Add it to pawl\.config\.json: "substitutions": \{ "EchoArn": "arn:aws:lambda:us-east-1:123456789012:function:echo" \}[^]*count\.asl\.json:1:\d+: error: \$\{Count\} is a placeholder/,
    ],
    [
      ["validate", "bare", "--substitute", "EchoArn=arn:aws:lamda:x", "--substitute", "Count=1"],
      1,
      /call\.asl\.json:1:\d+: error: The resource provided[^]*\^[^]*count\.asl\.json: valid\n/,
    ],
    [["validate", "bare/count.asl.json", "-c", "w/pawl.config.json"], 0, /valid\n$/],
    [["graph", "w/count.asl.json", "-f", "mermaid"], 0, /^flowchart /],
    [["graph", "bare/count.asl.json"], 1, /is a placeholder/],
    [["run", "w/call.asl.json", "-i", "[1]"], 0, /^\[1\]\n/],
    [["run", "w/count.asl.json"], 0, /^3\n/],
    [["run", "w/special.asl.json"], 0, /^"one"\n/],
    [["run", "w/who.asl.json", "--substitute", "Who=me = you"], 0, /^"me = you"\n/],
    [["run", "w/who.asl.json", "--substitute", "Who"], 2, /^--substitute takes a name and a value, as in --substitute/],
  ];
  for (const [args, exitCode, output] of rows) {
    const finished = await runPawl(args, { directory });
    assert.match(finished.stdout + finished.stderr, output);
    assert.equal(finished.exitCode, exitCode, args.join(" "));
  }
});

test("dev deploys again what a changed substitution changes, and nothing else", async (t) => {
  const directory = folderWith(t, {
    "who.express.asl.json": greeting('"${Who}"'),
    "other.asl.json": greeting("1"),
    "pawl.config.json": '{"substitutions": {"Who": "you"}}',
  });
  const pawl = new PawlProcess(["dev", "--port", "0", "--db", "memory"], { directory });
  t.after(() => pawl.interrupt());
  const [, url = ""] = await pawl.until(/API +(\S+)/);
  await pawl.until(/Watching/);
  const stateMachineArn = "arn:aws:states:us-east-1:123456789012:stateMachine:who";
  const output = async () => textOf(await apiClient({ url })("StartSyncExecution", { stateMachineArn }), "output");
  assert.equal(await output(), '"you"');
  writeFileSync(join(directory, "pawl.config.json"), '{"substitutions": {"Who": "them", "Unused": true}}');
  await pawl.until(/reloaded +functions and substitutions of pawl\.config\.json[^]*updated +who/);
  assert.equal(await output(), '"them"');
  const { stdout } = await pawl.interrupt();
  assert.equal(stdout.match(/ other\n/g)?.length, 1, "it is told of once, when it was deployed");
});
