// Functions in processes of their own, called by workflows on a real server: what each of them sees, and what becomes of calls
// whose process, or server, is killed.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { isAlive, pidIn } from "../testing/live-process.ts";
import { eventually, type ServerProcess, startServerProcess } from "../testing/server-process.ts";

const roleArn = "arn:aws:iam::123456789012:role/r";
const hasPython = spawnSync("python3", ["--version"]).status === 0;
const hasCurl = spawnSync("curl", ["--version"]).status === 0;

const call = (name: string, next: object = { End: true }): object => ({
  Type: "Task",
  Resource: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
  ...next,
});

function only(state: object): string {
  return JSON.stringify({ StartAt: "Only", States: { Only: { ...state, End: true } } });
}

function directoryOf(t: TestContext, functions: object): string {
  const directory = mkdtempSync(join(tmpdir(), "pawl-processes-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, "pawl.config.json"), JSON.stringify({ functions }));
  return directory;
}

async function start(server: ServerProcess, definition: string, input: unknown): Promise<string> {
  const { stateMachineArn } = await server.call("CreateStateMachine", { name: "m", definition, roleArn });
  const { executionArn } = await server.call("StartExecution", { stateMachineArn, input: JSON.stringify(input) });
  return String(executionArn);
}

function ended(server: ServerProcess, executionArn: string): Promise<Readonly<Record<string, unknown>>> {
  return eventually("the execution ends", async () => {
    const described = await server.call("DescribeExecution", { executionArn });
    return described["status"] === "RUNNING" ? undefined : described;
  });
}

test("no item of a Map of 200 sees another's data, whatever the handler keeps", async (t) => {
  const directory = directoryOf(t, { stateful: "./stateful.js#handler" });
  // As people write it: the current order is kept for everything that is called below.
  writeFileSync(
    join(directory, "stateful.js"),
    `let current;
    exports.handler = async (event) => {
      current = event.id;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { asked: event.id, saw: current };
    };`,
  );
  const server = await startServerProcess(t, directory);
  const ItemProcessor = { StartAt: "Call", States: { Call: call("stateful") } };
  const items = Array.from({ length: 200 }, (_, id) => ({ id }));
  const arn = await start(server, only({ Type: "Map", ItemProcessor }), items);
  const { status, output } = await ended(server, arn);
  assert.equal(status, "SUCCEEDED");
  assert.deepEqual(
    JSON.parse(String(output)),
    items.map(({ id }) => ({ asked: id, saw: id })),
  );
  assert.equal((await server.stop()).code, 0);
});

test("a function sees the trace header that its execution was started with", async (t) => {
  const directory = directoryOf(t, { traced: "./traced.mjs#handler" });
  writeFileSync(join(directory, "traced.mjs"), "export const handler = async () => process.env._X_AMZN_TRACE_ID;");
  const server = await startServerProcess(t, directory);
  const definition = only(call("traced"));
  const { stateMachineArn } = await server.call("CreateStateMachine", { name: "m", definition, roleArn });
  const traceHeader = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
  const outputs = [];
  for (const header of [{ traceHeader }, {}]) {
    const { executionArn } = await server.call("StartExecution", { stateMachineArn, ...header });
    outputs.push((await ended(server, String(executionArn)))["output"]);
  }
  assert.deepEqual(outputs, [JSON.stringify(traceHeader), "null"]);
  assert.equal((await server.stop()).code, 0);
});

test(
  "a workflow calls handlers of Node.js and Python and a bootstrap of the shell, and catches their errors by class",
  { skip: hasPython && hasCurl ? false : "there is no Python or no curl here" },
  async (t) => {
    const directory = directoryOf(t, {
      node: "./node.mjs#handler",
      python: "./python.py#lambda_handler",
      shell: { runtime: "provided.al2023", cwd: "shell" },
      fails: "./python.py#fails",
    });
    writeFileSync(join(directory, "node.mjs"), `export const handler = async (event) => [...event, "node"];`);
    writeFileSync(
      join(directory, "python.py"),
      `class OutOfStock(Exception): pass
def lambda_handler(event, context): return event + ["python"]
def fails(event, context): raise OutOfStock("none left")
`,
    );
    mkdirSync(join(directory, "shell"));
    writeFileSync(
      join(directory, "shell", "bootstrap"),
      `#!/bin/sh
      while true; do
        EVENT=$(curl -sS -D headers "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next")
        ID=$(grep -Fi Lambda-Runtime-Aws-Request-Id headers | tr -d '[:space:]' | cut -d: -f2)
        curl -sS -o /dev/null "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$ID/response" -d "\${EVENT%]},\\"shell\\"]"
      done
      `,
      { mode: 0o755 },
    );
    const server = await startServerProcess(t, directory);
    const definition = JSON.stringify({
      StartAt: "Node",
      States: {
        Node: call("node", { Next: "Python" }),
        Python: call("python", { Next: "Shell" }),
        Shell: call("shell", { Next: "Fails" }),
        Fails: call("fails", {
          Catch: [{ ErrorEquals: ["OutOfStock"], ResultPath: null, Next: "Done" }],
          End: true,
        }),
        Done: { Type: "Succeed" },
      },
    });
    const { status, output, cause } = await ended(server, await start(server, definition, ["start"]));
    assert.equal(status, "SUCCEEDED", String(cause));
    assert.deepEqual(JSON.parse(String(output)), ["start", "node", "python", "shell"]);
    assert.equal((await server.stop()).code, 0);
  },
);

test("a function's process that is killed in mid-call fails that call, and the other items go on", async (t) => {
  const directory = directoryOf(t, { work: "./work.mjs#handler" });
  const pidFile = join(directory, "work.pid");
  writeFileSync(
    join(directory, "work.mjs"),
    `import { writeFileSync } from "node:fs";
    import { setTimeout as sleep } from "node:timers/promises";
    export const handler = async (id) => {
      if (id !== 3) return id;
      writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
      await sleep(600_000);
    };`,
  );
  const server = await startServerProcess(t, directory);
  const Catch = [{ ErrorEquals: ["Runtime.ExitError"], ResultPath: "$.caught", Next: "Caught" }];
  const ItemProcessor = {
    StartAt: "Call",
    States: {
      Call: { ...call("work", { Catch, End: true }), InputPath: "$.id" },
      Caught: { Type: "Pass", OutputPath: "$.caught", End: true },
    },
  };
  const items = Array.from({ length: 8 }, (_, id) => ({ id }));
  const arn = await start(server, only({ Type: "Map", ItemProcessor }), items);
  process.kill(await pidIn(pidFile), "SIGKILL");
  const { status, output } = await ended(server, arn);
  assert.equal(status, "SUCCEEDED");
  const outputs = JSON.parse(String(output)) as (number | { readonly Error: string; readonly Cause: string })[];
  const [caught] = outputs.splice(3, 1);
  assert.deepEqual(outputs, [0, 1, 2, 4, 5, 6, 7]);
  assert.ok(typeof caught === "object");
  assert.equal(caught.Error, "Runtime.ExitError");
  assert.match(caught.Cause, /Runtime exited with error: signal: killed/);
  assert.equal((await server.stop()).code, 0);
});

test("a call in progress when the server is killed is made again by the next, in a new process", async (t) => {
  const directory = directoryOf(t, { work: "./work.mjs#handler" });
  const pidFile = join(directory, "work.pid");
  const isSecond = join(directory, "second");
  writeFileSync(
    join(directory, "work.mjs"),
    `import { existsSync, writeFileSync } from "node:fs";
    import { setTimeout as sleep } from "node:timers/promises";
    export const handler = async () => {
      if (existsSync(${JSON.stringify(isSecond)})) return "again";
      writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
      await sleep(600_000);
    };`,
  );
  const first = await startServerProcess(t, directory);
  const arn = await start(first, only(call("work", {})), {});
  const pid = await pidIn(pidFile);
  await first.kill();
  await eventually("the function's process ends with its server", () => (isAlive(pid) ? undefined : true));
  writeFileSync(isSecond, "");
  const second = await startServerProcess(t, directory);
  const { status, output } = await ended(second, arn);
  assert.deepEqual([status, output], ["SUCCEEDED", `"again"`]);
  assert.equal((await second.stop()).code, 0);
});
