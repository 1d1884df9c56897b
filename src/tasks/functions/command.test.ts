import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { callCommand } from "./command.ts";
import type { CommandTarget } from "./config.ts";
import type { Reply } from "./invocation.ts";
import { FunctionLogs } from "./function-logs.ts";

const directory = mkdtempSync(join(tmpdir(), "pawl-command-"));
after(() => rmSync(directory, { recursive: true }));

const requestId = "00000000-0000-8000-8000-000000000001";
const never = new AbortController().signal;

function call(command: CommandTarget["command"], more: Partial<CommandTarget> = {}, signal = never): Promise<Reply> {
  const target: CommandTarget = { kind: "command", command, cwd: directory, timeoutSeconds: 60, env: {}, ...more };
  const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:fn";
  const payload = `{"a":1.0,"text":"$(rm -rf x)"}`;
  const invocation = { functionName: "fn", functionArn, requestId, idempotencyKey: "key/1", payload };
  const printed = new FunctionLogs({ take: () => undefined }).of({ functionName: "fn" });
  return callCommand(invocation, { target, printed, signal });
}

const js = (source: string): readonly string[] => [process.execPath, "-e", source];
const failed = (errorType: string, errorMessage: string): Reply => ({
  kind: "failed",
  payload: JSON.stringify({ errorType, errorMessage }),
});

const table: readonly (readonly [sentence: string, command: CommandTarget["command"], reply: Reply])[] = [
  [
    "gets the event on standard input and keeps its text",
    ["cat"],
    { kind: "returned", payload: `{"a":1.0,"text":"$(rm -rf x)"}` },
  ],
  ["given as a text runs in the shell", "cat | wc -l | tr -d ' '", { kind: "returned", payload: "0" }],
  [
    "given as a list has no shell",
    ["echo", "$(echo 1)"],
    failed("CommandOutputInvalid", "The command printed something that is not JSON on its standard output: $(echo 1)"),
  ],
  ["that prints null returns it", ["echo", "null"], { kind: "returned", payload: "null" }],
  ["may leave its input unread", js("process.stdin.destroy(); console.log(7)"), { kind: "returned", payload: "7" }],
  ["that fails tells its standard error", "echo oh no >&2; exit 3", failed("CommandFailed", "oh no")],
  [
    "that fails after printing a lot tells the end of it",
    js('process.stderr.write("x".repeat(8e6) + " the reason", () => process.exit(1))'),
    failed("CommandFailed", `…${"x".repeat(4096 - " the reason".length)} the reason`),
  ],
  [
    "that fails in silence tells its exit code",
    ["false"],
    failed("CommandFailed", "The command ended with exit code 1 and printed no error."),
  ],
  [
    "that is killed tells the signal",
    "kill -TERM $$",
    failed("CommandFailed", "The command was ended by SIGTERM and printed no error."),
  ],
  [
    "can name its error",
    `echo '{"errorType":"OutOfStock","errorMessage":"none left"}'; exit 1`,
    failed("OutOfStock", "none left"),
  ],
  [
    "that prints too much is stopped",
    ["yes"],
    failed(
      "Function.ResponseSizeTooLarge",
      "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    ),
  ],
];
for (const [sentence, command, reply] of table) {
  test(`a command ${sentence}`, async () => {
    assert.deepEqual(await call(command), reply);
  });
}

test("a command that prints nothing fails, and is told where a result belongs", async () => {
  for (const silent of [["true"], "echo ' '", ["python3", "-c", ""]]) {
    const { kind, payload } = await call(silent);
    assert.equal(kind, "failed");
    assert.match(payload, /"CommandOutputInvalid".*printed nothing.*standard output.*prints null/);
  }
});

test("a command sees its environment, and which call it is", async () => {
  const reply = await call(`echo "[\\"$GREETING\\",\\"$PAWL_REQUEST_ID\\",\\"$PAWL_IDEMPOTENCY_KEY\\"]"`, {
    env: { GREETING: "hi" },
  });
  assert.deepEqual(reply, { kind: "returned", payload: `["hi","${requestId}","key/1"]` });
});

test("lines that two commands print piece by piece at a time stay whole, and say whose they are", async () => {
  const lines: string[] = [];
  const logs = new FunctionLogs({ take: ({ functionName, text }) => lines.push(`${functionName}: ${text}`) });
  const said = Array.from({ length: 5 }, (_, i) => `line ${i} of some length`);
  // Each waits for the other one's half of a line.
  const script = (own: string, other: string): readonly string[] =>
    js(`const fs = require("node:fs");
const until = (path) => { while (!fs.existsSync(path)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); };
for (const [i, line] of ${JSON.stringify(said)}.entries()) {
  fs.writeSync(2, line.slice(0, 7));
  fs.writeFileSync("${own}" + i, ""); until("${other}" + i);
  fs.writeSync(2, line.slice(7) + "\\n");
}
console.log("null");`);
  const replies = await Promise.all(
    ["left", "right"].map((functionName) => {
      const other = functionName === "left" ? "right" : "left";
      const command = script(functionName, other);
      const target: CommandTarget = { kind: "command", command, cwd: directory, timeoutSeconds: 60, env: {} };
      const functionArn = `arn:aws:lambda:us-east-1:123456789012:function:${functionName}`;
      const invocation = { functionName, functionArn, requestId: functionName, idempotencyKey: "key", payload: "{}" };
      return callCommand(invocation, { target, printed: logs.of({ functionName }), signal: never });
    }),
  );
  assert.deepEqual(replies, [
    { kind: "returned", payload: "null" },
    { kind: "returned", payload: "null" },
  ]);
  await setImmediate();
  for (const name of ["left", "right"]) {
    assert.deepEqual(
      lines.filter((line) => line.startsWith(name)),
      said.map((line) => `${name}: ${line}`),
    );
  }
});

test("a command that does not exist says so without telling its environment", async () => {
  const reply = await call(["./absent-command"], { env: { PASSWORD: "hunter2" } });
  assert.equal(reply.kind, "failed");
  assert.match(reply.payload, /"errorType":"CommandNotStarted".*absent-command.*ENOENT/);
  assert.doesNotMatch(reply.payload, /hunter2/);
});

/** Whether the process whose id stands in the file has ended; waits until there is an answer. */
async function ended(pidFile: string): Promise<void> {
  for (;;) {
    await setImmediate();
    if (!existsSync(pidFile) || readFileSync(pidFile, "utf8") === "") continue;
    try {
      process.kill(Number(readFileSync(pidFile, "utf8")), 0);
    } catch {
      return;
    }
  }
}

test("the time limit ends the command and what it started", { timeout: 30_000 }, async () => {
  const reply = await call("sleep 600 & echo $! > timeout.pid; wait", { timeoutSeconds: 1 });
  assert.deepEqual(
    reply,
    failed("Sandbox.Timedout", `RequestId: ${requestId} Error: Task timed out after 1.00 seconds`),
  );
  await ended(join(directory, "timeout.pid"));
});

test("a command that nobody waits for any more is ended with what it started", { timeout: 30_000 }, async () => {
  const controller = new AbortController();
  writeFileSync(join(directory, "abort.pid"), "");
  const reply = call("sleep 600 & echo $! > abort.pid; wait", {}, controller.signal);
  while (readFileSync(join(directory, "abort.pid"), "utf8") === "") await setImmediate();
  controller.abort();
  assert.equal((await reply).kind, "failed");
  await ended(join(directory, "abort.pid"));
});

test("what a stopped command leaves behind, out of reach, is not read on", { timeout: 30_000 }, async (t) => {
  const file = join(directory, "escaped.pid");
  const escape = `const { spawn } = require("node:child_process");
    const { pid } = spawn("yes", { detached: true, stdio: ["ignore", "inherit", "inherit"] });
    require("node:fs").writeFileSync("escaped.pid", String(pid));`;
  const reply = await call(js(escape));
  const pid = Number(readFileSync(file, "utf8"));
  t.after(() => {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended, as it should.
    }
  });
  assert.match(reply.payload, /Function\.ResponseSizeTooLarge/);
  await ended(file);
});
