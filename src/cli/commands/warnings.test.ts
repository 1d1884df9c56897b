// Names that definitions will miss when they run, told by the commands before, and excerpts that fit the terminal.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { PawlProcess, runPawl } from "../../testing/pawl-process.ts";

function folderWith(t: TestContext, files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), "pawl-warnings-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

const calling = JSON.stringify({
  StartAt: "Reserve",
  States: {
    Reserve: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Parameters: { FunctionName: "reserv-stock", Payload: {} },
      End: true,
    },
  },
});
const configuration = (more: object = {}): string =>
  JSON.stringify({ functions: { "reserve-stock": { command: "echo 1" } }, ...more });
const warning = /order\.asl\.json:1:\d+: warning: There is no function reserv-stock\. Did you mean reserve-stock\?/;

test("a function that the configuration lacks is told of by every command that has one", async (t) => {
  const directory = folderWith(t, {
    "order.asl.json": calling,
    "pawl.config.json": configuration(),
  });
  const validated = await runPawl(["validate", "order.asl.json"], { directory });
  assert.match(validated.stdout, warning);
  assert.match(validated.stdout, /valid, with 1 warning\n$/);
  assert.equal(validated.exitCode, 0);
  const ran = await runPawl(["run", "order.asl.json"], { directory });
  assert.match(ran.stderr, warning);
  assert.match(
    ran.stderr,
    /Function not found: .*Did you mean reserve-stock\? To run it here, add it to pawl\.config\.json/,
  );
  assert.equal(ran.exitCode, 1);
  const pawl = new PawlProcess(["dev", ".", "--port", "0", "--db", "memory"], { directory });
  t.after(() => pawl.interrupt());
  await pawl.until(warning);
  // Without a configuration nobody knows which functions there will be; with an address of Lambda it has others.
  const bare = await runPawl(["validate", "order.asl.json"], {
    directory: folderWith(t, { "order.asl.json": calling }),
  });
  assert.match(bare.stdout, /^order\.asl\.json: valid\n$/);
  const environment = { AWS_ENDPOINT_URL_LAMBDA: "http://127.0.0.1:1" };
  const elsewhere = await runPawl(["validate", "order.asl.json"], { directory, environment });
  assert.match(elsewhere.stdout, /^order\.asl\.json: valid\n$/);
});

test("a state of the mock file that no machine has is told of, and a mocked one needs no function", async (t) => {
  const mocks = (state: string): string =>
    JSON.stringify({
      StateMachines: { order: { TestCases: { HappyPath: { [state]: "Done" } } } },
      MockedResponses: { Done: { "0": { Return: {} } } },
    });
  const directory = folderWith(t, {
    "order.asl.json": calling,
    "pawl.config.json": configuration({ mocks: "mocks.json" }),
    "mocks.json": mocks("Reserved"),
  });
  const wrong = await runPawl(["validate", "order.asl.json"], { directory });
  assert.match(
    wrong.stdout,
    /warning: The test case HappyPath of the mock file answers for Reserved, which is no state of this workflow\. Did you mean Reserve\?/,
  );
  writeFileSync(join(directory, "mocks.json"), mocks("Reserve"));
  const right = await runPawl(["validate", "order.asl.json"], { directory });
  assert.equal(right.stdout, "order.asl.json: valid\n");
});

test("an input is named as here or as the AWS CLI has it, and one in another encoding is refused by name", async (t) => {
  const directory = folderWith(t, {
    "a.asl.json": '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
    "input.json": '{"id": 7}',
  });
  writeFileSync(join(directory, "latin.json"), Buffer.from('{"é": 7}', "latin1"));
  const run = async (input: string) => runPawl(["run", "a.asl.json", "--input", input], { directory });
  for (const input of ["@input.json", "file://input.json"]) assert.equal((await run(input)).stdout, '{"id": 7}\n');
  const { exitCode, stderr } = await run("file://latin.json");
  assert.deepEqual([exitCode, /latin\.json is not in UTF-8: line 1 has the byte 0xE9/.test(stderr)], [2, true], stderr);
  const trailing = await run('{"id": 7,}');
  assert.match(trailing.stderr, /The input is not JSON \(line 1, column 10\): .*\. Remove the comma before it\n/);
});

/** Runs a line in a terminal of its own. */
function inTerminal(line: string, cwd: string): { readonly status: number | null; readonly stdout: string } {
  return spawnSync("sh", ["-c", `exec script -qec "$0" /dev/null`, line], { cwd, encoding: "utf8" });
}

const hasScript = inTerminal("true", tmpdir()).status === 0;

test(
  "excerpts fit the terminal, so that the caret is below its place",
  { skip: !hasScript && "there is no script" },
  (t) => {
    const state = `{"Type": "Pass", "Comment": "${"long ".repeat(30)}", "Next": "Nowhere"}`;
    const directory = folderWith(t, { "wide.asl.json": `{"StartAt": "A", "States": {"A": ${state}}}` });
    const main = join(import.meta.dirname, "..", "main.ts");
    for (const columns of [60, 80, 200]) {
      const command = `stty cols ${columns}; NO_COLOR=1 '${process.execPath}' '${main}' validate wide.asl.json`;
      const { stdout } = inTerminal(command, directory);
      const lines = stdout.replaceAll("\r", "").split("\n");
      const at = lines.findIndex((line) => /^ +\| +\^+$/.test(line));
      const [text = "", carets = ""] = [lines[at - 1], lines[at]];
      assert.ok(Math.max(text.length, carets.length) <= columns, stdout);
      assert.equal(text.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1), '"Nowhere"', stdout);
    }
  },
);
