import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { testServerOptions } from "../testing/server-options.ts";
import { eventually } from "../testing/server-process.ts";
import { type PawlServer, startServer } from "./start-server.ts";

const roleArn = "arn:aws:iam::123456789012:role/r";
const machineArn = (name: string): string => `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;
const pass = JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", End: true } } });

let server: PawlServer;

before(async () => {
  server = await startServer({
    ...testServerOptions,
    log: () => undefined,
  });
});
after(() => server.close());

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function send(url: string, target: string, body: string): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": target },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function probe(path: string, url: string): Promise<Answer> {
  const response = await fetch(`${url}${path}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const call = (action: string, input: object, url = server.url): Promise<Answer> =>
  send(url, `AWSStepFunctions.${action}`, JSON.stringify(input));

const refused: readonly (readonly [what: string, target: string, body: string, type: string])[] = [
  ["a body that is not JSON", "AWSStepFunctions.ListStateMachines", "{not", "SerializationException"],
  ["an unknown target", "AWSStepFunctions.Destroy", "{}", "UnknownOperationException"],
  ["a target of another service", "DynamoDB_20120810.GetItem", "{}", "UnknownOperationException"],
  [
    "a body of 2 MB",
    "AWSStepFunctions.CreateStateMachine",
    JSON.stringify({ name: "big", definition: "x".repeat(2_000_000), roleArn }),
    "RequestEntityTooLargeException",
  ],
  ["deep nesting", "AWSStepFunctions.ListStateMachines", "[".repeat(200_000), "SerializationException"],
  [
    "a definition with a dangling Next",
    "AWSStepFunctions.CreateStateMachine",
    JSON.stringify({
      name: "dangling",
      roleArn,
      definition: JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", Next: "Nowhere" } } }),
    }),
    "InvalidDefinition",
  ],
];
for (const [what, target, body, type] of refused) {
  test(`${what} is refused with ${type} in AWS's form, and the server goes on`, async () => {
    const answer = await send(server.url, target, body);
    assert.ok(answer.status >= 400 && answer.status < 500, String(answer.status));
    assert.equal(answer.body["__type"], type);
    assert.ok(String(answer.body["message"]).length > 10);
    assert.equal((await call("ListStateMachines", {})).status, 200);
  });
}

test("an expression that loops for ever fails its execution, and others go on meanwhile", async () => {
  const definition = JSON.stringify({
    QueryLanguage: "JSONata",
    StartAt: "Loop",
    States: { Loop: { Type: "Pass", Output: "{% ($f := function($n) { $f($n + 1) }; $f(1)) %}", End: true } },
  });
  await call("CreateStateMachine", { name: "loop", definition, roleArn, type: "EXPRESS" });
  const { status, body } = await call("StartSyncExecution", { stateMachineArn: machineArn("loop") });
  assert.equal(status, 200);
  assert.equal(body["status"], "FAILED");
  assert.equal(body["error"], "States.QueryEvaluationError");
});

test("a workflow that loops for ever ends at the limit of its history, and others go on meanwhile", async () => {
  const definition = JSON.stringify({
    StartAt: "A",
    States: {
      A: { Type: "Pass", Next: "B" },
      B: { Type: "Choice", Choices: [{ Variable: "$.stop", IsPresent: true, Next: "End" }], Default: "A" },
      End: { Type: "Succeed" },
    },
  });
  await call("CreateStateMachine", { name: "round", definition, roleArn });
  const { body: started } = await call("StartExecution", { stateMachineArn: machineArn("round") });
  const { executionArn } = started;
  for (;;) {
    const { body } = await call("DescribeExecution", { executionArn });
    if (body["status"] === "RUNNING") continue;
    assert.equal(body["error"], "States.Runtime");
    break;
  }
  const { body: history } = await call("GetExecutionHistory", { executionArn, reverseOrder: true, maxResults: 1 });
  const [last] = history["events"] as { readonly id: number; readonly type: string }[];
  assert.deepEqual([last?.id, last?.type], [25_000, "ExecutionFailed"]);
});

const canLimitFiles = process.platform !== "win32";
test(
  "a full disk refuses what cannot be kept, keeps what was acknowledged, and passes",
  { skip: canLimitFiles ? false : "this system has no limit on the size of files to play a full disk with" },
  async () => {
    const directory = mkdtempSync(join(tmpdir(), "pawl-full-"));
    try {
      const full = await serve(directory, "ulimit -f 600; ");
      await call("CreateStateMachine", { name: "m", definition: pass, roleArn }, full.url);
      const input = JSON.stringify({ filling: "x".repeat(5_000) });
      const start = (name: string, url: string): Promise<Answer> =>
        call("StartExecution", { stateMachineArn: machineArn("m"), name, input }, url);
      let acknowledged = 0;
      let answer = await start("n0", full.url);
      while (answer.status === 200) {
        acknowledged += 1;
        answer = await start(`n${acknowledged}`, full.url);
      }
      assert.deepEqual([answer.status, answer.body["__type"]], [503, "ServiceUnavailable"]);
      assert.match(String(answer.body["message"]), /cannot write to its store/);
      // There may be room for the little that is written to find out.
      const reason = await eventually("it is not ready", async () => {
        const { status, body } = await probe("/ready", full.url);
        return status === 503 ? body["reason"] : undefined;
      });
      assert.match(String(reason), /cannot write to its store/);
      assert.equal((await probe("/health", full.url)).status, 200);
      await full.kill();

      const roomy = await serve(directory, "");
      await eventually("it is ready", async () => (await probe("/ready", roomy.url)).status === 200 || undefined);
      const describe = (name: string): Promise<Answer> =>
        call(
          "DescribeExecution",
          { executionArn: `arn:aws:states:us-east-1:123456789012:execution:m:${name}` },
          roomy.url,
        );
      assert.ok(acknowledged > 0);
      for (let i = 0; i < acknowledged; i++) assert.equal((await describe(`n${i}`)).body["status"], "SUCCEEDED");
      assert.equal((await describe(`n${acknowledged}`)).status, 400);
      assert.equal((await start(`n${acknowledged}`, roomy.url)).status, 200);
      await roomy.kill();
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);

interface Served {
  readonly url: string;
  kill(): Promise<void>;
}

/** A server in a process of its own. @param before shell commands that set its limits. */
async function serve(directory: string, before: string): Promise<Served> {
  const main = fileURLToPath(new URL("../cli/main.ts", import.meta.url));
  const command = `${before}exec '${process.execPath}' '${main}' serve --port 0 --db '${join(directory, "pawl.db")}'`;
  const child = spawn("bash", ["-c", command], { stdio: ["ignore", "ignore", "pipe"] });
  return { url: await urlOf(child), kill: () => kill(child) };
}

function urlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const [, url] = /"url":"([^"]+)"/.exec(text) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once("exit", () => reject(new Error(`The server did not start: ${text}`)));
  });
}

function kill(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}
