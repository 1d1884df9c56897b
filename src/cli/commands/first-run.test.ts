// A first workflow as `pawl init` writes it, and workflows that are played without waiting, as processes.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { runPawl } from "../../testing/pawl-process.ts";

function folderWith(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), "pawl-cli-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

test("init writes a workflow that runs, is mocked and served, and overwrites nothing", async (t) => {
  const directory = folderWith(t, { "mine/functions.mjs": "export const charge = () => ({ mine: true });" });
  const first = await runPawl(["init", "new/flows"], { directory });
  assert.equal(first.exitCode, 0);
  assert.match(first.stdout, /^written +new\/flows\/order\.asl\.json\n[^]*(?:npx )?pawl dev new\/flows\n$/);
  const again = await runPawl(["init", "new/flows"], { directory });
  assert.equal(again.stdout.match(/^left /gm)?.length, 5);
  assert.match(
    (await runPawl(["init", "mine"], { directory })).stdout,
    /left +mine\/functions\.mjs +\(it was there already\)/,
  );
  assert.match(readFileSync(join(directory, "mine/functions.mjs"), "utf8"), /mine: true/);
  const typed = /Play a test (?:npx )?pawl (.*)\n/.exec(first.stdout)?.[1]?.split(" ") ?? [];
  assert.equal((await runPawl(typed, { directory })).exitCode, 1);
  const file = "new/flows/order.asl.json";
  const rows: readonly (readonly [args: string[], exitCode: number, stdout: string, stderr: RegExp])[] = [
    [
      ["--input", "@new/flows/order.input.json", "--fast", "--quiet"],
      0,
      '{"id":"A-17","total":40,"receipt":"receipt of A-17"}\n',
      /^$/,
    ],
    [["--test-case", "Busy", "--fast"], 0, '{"receipt":"a receipt"}\n', /↻ Charge .*attempt 2 in 2 s/],
    [["--test-case", "Declined", "--fast", "--quiet"], 1, "", /^Failed after .*\n +Error +OrderCancelled\n/],
    [["--test-case", "Odd"], 2, "", /no test case 'Odd' .*it has 'Happy', 'Busy', 'Declined'/],
    [["--mocks", "new/flows/order.mocks.json"], 2, "", /^Say which test case .*: Happy, Busy, Declined\.\n$/],
    [["--mocks", "nowhere.json", "--test-case", "Odd"], 1, "", /The mock file .*nowhere\.json is not there/],
  ];
  for (const [args, exitCode, stdout, stderr] of rows) {
    const finished = await runPawl(["run", file, ...args], { directory });
    assert.match(finished.stderr, stderr);
    assert.deepEqual([finished.exitCode, finished.stdout], [exitCode, stdout], args.join(" "));
  }
});

test("run --fast waits for no Wait state, retry or callback, but for functions", async (t) => {
  const task = (name: string, more: object): object => ({
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Parameters: { FunctionName: name, Payload: { "token.$": "$$.Execution.Id" } },
    ...more,
  });
  const branch = (name: string, state: object): object => ({
    StartAt: name,
    States: { [name]: { ...state, End: true } },
  });
  const caught = (next: string): object => ({ Catch: [{ ErrorEquals: ["States.ALL"], Next: next }], Next: next });
  const callback = {
    Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
    Parameters: { FunctionName: "slow", Payload: { "token.$": "$$.Task.Token" } },
    TimeoutSeconds: 7200,
  };
  const retry = [{ ErrorEquals: ["Busy"], IntervalSeconds: 3600, MaxAttempts: 2 }];
  const children = {
    ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
    ...branch("Rest", { Type: "Wait", Seconds: 500 }),
  };
  const States = {
    Both: {
      Type: "Parallel",
      Branches: [
        branch("Work", task("slow", { TimeoutSeconds: 30 })),
        branch("Nap", { Type: "Wait", Seconds: 86_400 }),
      ],
      Next: "Try",
    },
    Try: task("busy", { Retry: retry, ...caught("Ask") }),
    Ask: task("slow", { ...callback, ...caught("Each") }),
    Each: { Type: "Map", ItemsPath: "$$.Execution.Input", ItemProcessor: children, End: true },
  };
  const directory = folderWith(t, {
    "long.asl.json": JSON.stringify({ StartAt: "Both", TimeoutSeconds: 900_000, States }),
    "f.mjs":
      "export const slow = () => new Promise((resolve) => setTimeout(resolve, 300));\n" +
      'export const busy = () => { throw Object.assign(new Error("no"), { name: "Busy" }); };',
    "pawl.config.json": '{"functions": {"slow": "./f.mjs#slow", "busy": "./f.mjs#busy"}}',
  });
  const { exitCode, stdout, stderr } = await runPawl(["run", "long.asl.json", "--fast", "--input", "[1, 2]"], {
    directory,
  });
  assert.match(
    stderr,
    /✓ Both\[0\] › Work [^]*✓ Both\[1\] › Nap .* 1 d 0 h\n[^]*✗ Try .* 3 h 0 min +Busy: no; caught → Ask\n/,
  );
  assert.match(stderr, /✗ Ask .* 2 h 0 min +States\.Timeout; caught → Each\n[^]*✓ Each .*8 min 20 s\n/);
  assert.deepEqual([exitCode, stdout], [0, "[1,2]\n"]);
});
