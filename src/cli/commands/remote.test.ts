// The commands that talk to a server, as processes against one that runs: what they print, where, and what they end with.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Finished, PawlProcess, runPawl } from "../../testing/pawl-process.ts";

const lambda = "arn:aws:states:::lambda:invoke";
const task = (more: object) => ({ Type: "Task", Resource: lambda, End: true, ...more });
const machine = (states: object): string => JSON.stringify({ StartAt: Object.keys(states)[0], States: states });

const machines = {
  "one.asl.json": machine({
    Which: { Type: "Choice", Choices: [{ Variable: "$.bad", IsPresent: true, Next: "Bad" }], Default: "Good" },
    Bad: { Type: "Fail", Error: "Broken", Cause: "Nothing works." },
    Good: { Type: "Pass", End: true },
  }),
  "ask.asl.json": machine({
    Ask: task({
      Resource: `${lambda}.waitForTaskToken`,
      Parameters: { FunctionName: "ask", Payload: { "t.$": "$$.Task.Token" } },
    }),
  }),
  "mend.asl.json": machine({ Call: task({ Parameters: { FunctionName: "mend", "Payload.$": "$" } }) }),
  "now.express.asl.json": machine({ A: { Type: "Pass", End: true } }),
};
const functions = {
  "ask.mjs": "export const handler = () => undefined;",
  "mend.mjs": 'export const handler = () => { throw Object.assign(new Error("not yet"), { name: "Unmended" }); };',
  "pawl.config.json": JSON.stringify({ functions: { ask: "./ask.mjs", mend: "./mend.mjs" }, mocks: "./mocks.json" }),
  "mocks.json": JSON.stringify({
    StateMachines: { mend: { TestCases: { Mocked: { Call: "answer" } } } },
    MockedResponses: { answer: { "0": { Return: "from a mock" } } },
  }),
};

interface Running {
  readonly directory: string;
  readonly server: PawlProcess;
  readonly url: string;
  readonly pawl: (args: readonly string[], stdin?: string) => Promise<Finished>;
  readonly begin: (args: readonly string[]) => PawlProcess;
}

async function serve(
  t: TestContext,
  args: readonly string[] = [],
  environment: Record<string, string> = {},
): Promise<Running> {
  const directory = mkdtempSync(join(tmpdir(), "pawl-remote-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries({ ...machines, ...functions })) writeFileSync(join(directory, name), text);
  const server = new PawlProcess(["dev", ".", "--port", "0", "--db", "memory", ...args], { directory, environment });
  t.after(() => server.interrupt());
  const [, url = ""] = await server.until(/API +(\S+)/);
  await server.until(/Watching/);
  const options = { directory, environment: { ...environment, AWS_ENDPOINT_URL_SFN: url } };
  const begin = (given: readonly string[]): PawlProcess => {
    const started = new PawlProcess(given, options);
    t.after(() => started.interrupt());
    return started;
  };
  const pawl = (given: readonly string[], stdin = "") => runPawl(given, { ...options, stdin });
  return { directory, server, url, pawl, begin };
}

test("execute waits, shows states on stderr and the output on stdout, and exits as the execution ended", async (t) => {
  const { pawl, server } = await serve(t);
  const rows: readonly (readonly [
    args: readonly string[],
    exitCode: number,
    stdout: RegExp,
    stderr: RegExp,
    stdin?: string,
  ])[] = [
    [["one"], 0, /^\{\}\n$/, /one:\S+\n +✓ Which +Choice +\d+ m?s +→ Good\n +✓ Good +Pass .*\nSucceeded after/],
    [["one", "--input", "-"], 0, /^\[7\]\n$/, /Succeeded/, "[7]"],
    [
      ["one", "--input", '{"bad": 1}'],
      1,
      /^$/,
      /✗ Bad +Fail .*Broken: Nothing works\.\nFailed after .*\n +Error +Broken\n +Cause +Nothing works\.\n$/,
    ],
    [["one", "--input", "@nowhere.json"], 2, /^$/, /The input file nowhere\.json is not there/],
    [["one", "--input", "file://nowhere.json"], 2, /^$/, /The input file nowhere\.json is not there/],
    [["oen"], 2, /^$/, /^The server has no state machine "oen"\. Did you mean one\?\n$/],
    [["one", "--json"], 0, /^\{"executionArn":"[^"]+",.*"status":"SUCCEEDED".*\}\n$/, /^$/],
    [["one", "--quiet"], 0, /^\{\}\n$/, /^Succeeded after/],
    [["one", "--no-wait"], 0, /^arn:aws:states:us-east-1:123456789012:execution:one:\S+\n$/, /^$/],
    [["one", "--no-wait", "--name", "a b"], 1, /^$/, /^Invalid Name: 'a b' \(InvalidName\)\n$/],
    [["now", "--input", "[1]"], 0, /^\[1\]\n$/, /^Succeeded after/],
    [["mend#Mocked"], 0, /^"from a mock"\n$/, /✓ Call/],
    [["mend#Other"], 1, /^$/, /no test case 'Other' .* it has 'Mocked'/],
  ];
  for (const [args, exitCode, stdout, stderr, stdin] of rows) {
    const finished = await pawl(["execute", ...args], stdin);
    assert.match(finished.stderr, stderr);
    assert.match(finished.stdout, stdout);
    assert.equal(finished.exitCode, exitCode, args.join(" "));
  }
  await server.until(/succeeded +one:\S+ after/);
});

test("dev hands out the command that answers a callback, and it works", async (t) => {
  const { server, pawl, begin } = await serve(t);
  const waiting = begin(["execute", "ask", "--name", "first"]);
  const [, token = "", endpoint = ""] = await server.until(
    /waiting +ask:first in Ask .*\n +(?:npx )?pawl answer (\S+) --endpoint (\S+) --output '\{\}'\n/,
  );
  await waiting.until(new RegExp(`… Ask +Task +waits for a callback.*\n +(?:npx )?pawl answer ${token} `));
  assert.match((await pawl(["show", "ask:first"])).stdout, /Status +running .*[^]*waits for a callback/);
  assert.equal((await pawl(["answer", token, "--heartbeat"])).stdout, "The task has shown life.\n");
  assert.match(
    (await pawl(["answer", token, "--output", "{", "--endpoint", endpoint])).stderr,
    /^The output is not JSON \(line 1/,
  );
  assert.match(
    (await pawl(["answer", token, "--output", "1", "--error", "E"])).stderr,
    /^Give one of --output, --heartbeat/,
  );
  const answered = await pawl(["answer", token, "--output", '{"yes": true}', "--endpoint", endpoint]);
  assert.deepEqual([answered.exitCode, answered.stdout], [0, "The task has succeeded.\n"]);
  assert.deepEqual(await waiting.finished.then(({ exitCode, stdout }) => [exitCode, stdout]), [0, '{"yes": true}\n']);
  const again = await pawl(["answer", token]);
  assert.deepEqual([again.exitCode, again.stdout], [1, ""]);
  assert.match(again.stderr, /^Task Timed Out: .*\(TaskTimedOut\)\n$/);
});

test("Ctrl-C ends the looking on alone, and stop ends the execution", async (t) => {
  const { pawl, begin } = await serve(t);
  const waiting = begin(["execute", "ask", "--name", "second"]);
  await waiting.until(/waits for a callback/);
  const { exitCode, stderr } = await waiting.interrupt();
  assert.equal(exitCode, 130);
  assert.match(
    stderr,
    /It goes on\. To look again: (?:npx )?pawl show arn:\S+:second --endpoint \S+ -f; to end it: (?:npx )?pawl stop arn/,
  );
  const followed = begin(["show", "ask:second", "--follow"]);
  await followed.until(/waits for a callback/);
  assert.equal(
    (await pawl(["stop", "ask:second", "--error", "Enough", "--cause", "of it"])).stdout,
    "Stopped ask:second.\n",
  );
  assert.match(
    (await followed.finished).stdout,
    /■ Ask .*stopped\nAborted after .*\n +Error +Enough\n +Cause +of it\n/,
  );
  assert.equal((await pawl(["execute", "one", "--name", "third"])).exitCode, 0);
  assert.equal((await pawl(["stop", "one:third"])).stdout, "one:third had ended already: SUCCEEDED.\n");
  const unknown = await pawl(["stop", "one:nobody"]);
  assert.deepEqual([unknown.exitCode, unknown.stdout], [1, ""]);
  assert.match(unknown.stderr, /^Execution Does Not Exist: .*\(ExecutionDoesNotExist\)\n$/);
});

test("redrive goes on where an execution stopped, once its function is mended", async (t) => {
  const { directory, server, pawl } = await serve(t);
  assert.equal((await pawl(["execute", "mend", "--name", "it"])).exitCode, 1);
  assert.match((await pawl(["redrive", "one:nobody"])).stderr, /Does Not Exist/);
  writeFileSync(join(directory, "mend.mjs"), 'export const handler = () => "mended";');
  await server.until(/reloaded +mend\.mjs/);
  const { exitCode, stderr, stdout } = await pawl(["redrive", "mend:it"]);
  assert.match(stderr, /✗ Call .*Unmended: not yet[^]*✓ Call [^]*Succeeded after/);
  assert.equal(exitCode, 0);
  assert.match(stdout, /"mended"/);
});

test("list, show and logs tell what there is, for people and for scripts", async (t) => {
  const { pawl, begin } = await serve(t);
  assert.deepEqual(await pawl(["list"]), { exitCode: 0, stdout: "", stderr: "There is no execution yet.\n" });
  const following = begin(["logs", "-f"]);
  await pawl(["execute", "one", "--name", "good"]);
  await pawl(["execute", "one", "--name", "bad", "--input", '{"bad": 1}']);
  await following.until(
    /started +one:good\n[^]*succeeded +one:good after[^]*failed +one:bad after .* Broken: Nothing works\.\n/,
  );
  assert.equal((await following.interrupt()).exitCode, 0);
  const list = (await pawl(["list"])).stdout;
  assert.match(list, /^[\d: -]+ +failed +one:bad +\d+ m?s\n[\d: -]+ +succeeded +one:good +\d+ m?s\n$/);
  const rows = JSON.parse((await pawl(["list", "one", "--status", "failed", "--json"])).stdout);
  assert.deepEqual(
    rows.map(({ name, status }: Record<string, string>) => [name, status]),
    [["bad", "FAILED"]],
  );
  assert.match((await pawl(["list", "--status", "odd"])).stderr, /^--status is "odd"\. Give one of RUNNING, /);
  assert.match((await pawl(["list", "-m"])).stdout, /^ask +standard +arn:[^]*now +express +arn:/);
  const shown = (await pawl(["show", "one:bad"])).stdout;
  assert.match(
    shown,
    /^arn:\S+:one:bad\n +Status +failed [^]*Input +\{"bad": 1\}\n[^]*✗ Bad [^]*Cause +Nothing works\.\n$/,
  );
  assert.match(
    (await pawl(["show", "one:good", "--history"])).stdout,
    / 1 +\+0 ms +ExecutionStarted\n +2 .*ChoiceStateEntered +Which\n/,
  );
  const { status, events } = JSON.parse((await pawl(["show", "one:good", "--history", "--json"])).stdout);
  assert.deepEqual([status, events.length], ["SUCCEEDED", 6]);
  assert.match((await pawl(["show", "one"])).stderr, /^"one" names no execution\. Give its ARN, or machine:name/);
  const last = JSON.parse((await pawl(["logs", "-n", "1", "--json"])).stdout);
  assert.deepEqual([last.status, last.error], ["FAILED", "Broken"]);
});

test("who cannot be reached, what is no server, and an address that is none are told apart", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-nobody-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const other = createServer((_request, response) => response.end("<html>")).listen(0, "127.0.0.1");
  t.after(() => other.close());
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as AddressInfo;
  const gone = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => gone.once("listening", resolve));
  const { port: free } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  const rows: readonly (readonly [
    environment: Record<string, string>,
    args: string[],
    exitCode: number,
    stderr: RegExp,
  ])[] = [
    [
      {},
      ["--endpoint", `http://127.0.0.1:${free}`],
      1,
      /^Nothing listens at http:\/\/127\.0\.0\.1:\d+\. Start a server \((?:npx )?pawl start\)/,
    ],
    [{ AWS_ENDPOINT_URL: `http://127.0.0.1:${free}` }, [], 1, /^Nothing listens/],
    [{ AWS_ENDPOINT_URL: "http://wrong", AWS_ENDPOINT_URL_SFN: `http://127.0.0.1:${free}` }, [], 1, /^Nothing listens/],
    [
      { PAWL_PORT: String(free), AWS_ENDPOINT_URL: "http://wrong", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
      [],
      1,
      /^Nothing listens/,
    ],
    [
      {},
      ["--endpoint-url", `http://127.0.0.1:${port}`],
      1,
      /^What answers at .* is no server of Step Functions \(status 200\)/,
    ],
    [{}, ["--endpoint", "localhost:8083"], 2, /^--endpoint holds no address that starts with http/],
    [{ AWS_ENDPOINT_URL_SFN: "http://user:secret@host" }, [], 2, /^AWS_ENDPOINT_URL_SFN holds no address(?!.*secret)/],
  ];
  for (const [environment, args, exitCode, stderr] of rows) {
    const finished = await runPawl(["list", ...args], { directory, environment });
    assert.match(finished.stderr, stderr);
    assert.deepEqual([finished.exitCode, finished.stdout], [exitCode, ""], JSON.stringify([environment, args]));
  }
});

test("with --live a server tells of every state, and what it prints can be typed, in the region of the shell", async (t) => {
  const { server, pawl } = await serve(t, ["--live"], { AWS_REGION: "eu-central-1" });
  await server.until(/Region +eu-central-1, account 123456789012\n/);
  await server.until(/Console +http:\/\/127\.0\.0\.1:\d+\/ /);
  const [, arn = ""] = await server.until(
    /start-execution --state-machine-arn (arn:aws:states:eu-central-1:123456789012:stateMachine:ask) --input '\{\}'/,
  );
  assert.equal((await pawl(["execute", arn.replace(":ask", ":one"), "--name", "named-by-arn"])).exitCode, 0);
  await server.until(
    /✓ one:named-by-arn › Which +Choice .*→ Good\n[^]*✓ one:named-by-arn › Good +Pass [^]*succeeded +one:named-by-arn after/,
  );
  const elsewhere = await pawl(["execute", arn.replace("eu-central-1", "us-east-1")]);
  assert.match(
    elsewhere.stderr,
    /StateMachineDoesNotExist\)\nThe ARN is of us-east-1, and the region of this shell is eu-central-1/,
  );
});
