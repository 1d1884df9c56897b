// The commands as processes: what they print, where, and what they end with.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { PawlProcess, runPawl } from "../../testing/pawl-process.ts";
import { apiClient, textOf } from "../session/api-client.ts";
import { version } from "../../server/version.ts";

function folderWith(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), "pawl-cli-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

/** A process that ends with the test, whatever becomes of that. */
function startPawl(t: TestContext, args: readonly string[], directory: string): PawlProcess {
  const pawl = new PawlProcess(args, { directory });
  t.after(() => pawl.interrupt());
  return pawl;
}

const passing = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}';
const returning = (result: string): string =>
  JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", Result: result, End: true } } });
const failing = '{"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "Broken", "Cause": "Nothing works."}}}';
const sending = JSON.stringify({
  StartAt: "A",
  States: {
    A: {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage",
      Parameters: { QueueUrl: "q", MessageBody: "m" },
      End: true,
    },
  },
});
const calling = JSON.stringify({
  StartAt: "A",
  States: {
    A: {
      Type: "Task",
      Resource: "arn:aws:states:::http:invoke",
      Parameters: {
        ApiEndpoint: "https://api.example.com/",
        Method: "GET",
        InvocationConfig: { ConnectionArn: "arn:aws:events:us-east-1:123456789012:connection/crm" },
      },
      End: true,
    },
  },
});
const dangling = '{\n  "StartAt": "A",\n  "States": {\n    "A": { "Type": "Pass", "Next": "Bee" }\n  }\n}\n';

test("run exits 0, 1 or 2, with the output alone on stdout", async (t) => {
  const files = {
    "pass.asl.json": passing,
    "fail.asl.json": failing,
    "dangling.asl.json": dangling,
    "input.json": '{"from": "file"}',
    "broken.asl.json": "{ nonsense",
  };
  const directory = folderWith(t, files);
  const rows: readonly (readonly [args: string[], exitCode: number, stdout: string, stderr: RegExp, stdin?: string])[] =
    [
      [["pass.asl.json"], 0, "{}\n", /✓ A +Pass[^]*Succeeded after/],
      [["pass.asl.json", "--input", '{"a": 1.0}'], 0, '{"a": 1.0}\n', /Succeeded/],
      [["pass.asl.json", "--input", "@input.json"], 0, '{"from": "file"}\n', /Succeeded/],
      [["pass.asl.json", "--input", "-"], 0, "[7]\n", /Succeeded/, "[7]"],
      [["fail.asl.json"], 1, "", /✗ A +Fail[^]*Failed after[^]*Broken[^]*Nothing works\./],
      [["dangling.asl.json"], 2, "", /dangling\.asl\.json:4:36: error: .*\n[^]*\^{5}/],
      [["broken.asl.json"], 2, "", /broken\.asl\.json:1:\d+: error/],
      [["missing.asl.json"], 2, "", /missing\.asl\.json is not there/],
      [["pass.asl.json", "--input", "{nonsense"], 2, "", /input is not JSON \(line 1/],
      [["pass.asl.json", "--input", "@nowhere.json"], 2, "", /The input file nowhere\.json is not there\.\n/],
      [["pass.asl.json", "--inptu", "{}"], 2, "", /unknown option '--inptu'\n\(Did you mean --input\?\)/],
      [[], 2, "", /missing required argument/],
    ];
  for (const [args, exitCode, stdout, stderr, stdin = ""] of rows) {
    const finished = await runPawl(["run", ...args], { directory, stdin });
    assert.match(finished.stderr, stderr);
    assert.doesNotMatch(finished.stderr, /\n {4}at /, "a stack trace");
    assert.deepEqual([finished.exitCode, finished.stdout], [exitCode, stdout], args.join(" "));
  }
});

test("run shows retries, what was caught, and where a callback goes; Ctrl-C stops it", async (t) => {
  const definition = {
    StartAt: "Try",
    States: {
      Try: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters: { FunctionName: "flaky", Payload: {} },
        Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 1, MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "Ask" }],
        Next: "Ask",
      },
      Ask: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
        Parameters: { FunctionName: "ask", Payload: { "token.$": "$$.Task.Token" } },
        End: true,
      },
    },
  };
  const directory = folderWith(t, {
    "flaky.asl.json": JSON.stringify(definition),
    "flaky.js": 'exports.handler = () => { throw Object.assign(new Error("no\\u001b[31m luck"), { name: "Busy" }); };',
    "ask.js": 'exports.handler = () => console.log("asked");',
    "pawl.config.json": '{"functions": {"flaky": "./flaky.js", "ask": "./ask.js"}}',
  });
  const pawl = startPawl(t, ["run", "flaky.asl.json"], directory);
  await pawl.until(/↻ Try +Task .* Busy: no\uFFFD\[31m luck; attempt 2 in 1 s/);
  await pawl.until(/✗ Try +Task .* Busy: .*; caught → Ask/);
  const [, token = "", url = ""] = await pawl.until(/(?:npx )?pawl answer (\S+) --endpoint (\S+) --output '\{\}'/);
  await pawl.until(/│ asked/);
  const call = apiClient({ url });
  await call("SendTaskHeartbeat", { taskToken: token });
  const finished = await pawl.interrupt();
  assert.deepEqual([finished.exitCode, finished.stdout], [130, ""]);
});

test("start deploys the examples, runs one, and finds everything at the second start", async (t) => {
  const directory = folderWith(t);
  for (const found of [/\(new\)/, /found 4 machines and 1 execution\b/]) {
    const pawl = startPawl(t, ["start", "--port", "0"], directory);
    await pawl.until(/Ctrl-C/);
    const { exitCode, stdout, stderr } = await pawl.interrupt();
    assert.match(stdout, found);
    assert.match(stdout, /order: SUCCEEDED after/);
    assert.ok(stdout.split("Ctrl-C")[0]!.split("\n").length <= 13, stdout);
    assert.deepEqual([exitCode, stderr], [0, ""]);
  }
});

test("dev deploys a folder, deploys again on save, shows what is wrong, and recovers", async (t) => {
  const directory = folderWith(t, { "one.asl.json": returning("first"), "fast.express.asl.yaml": yaml });
  const pawl = startPawl(t, ["dev", ".", "--port", "0", "--db", "memory"], directory);
  const [, url = ""] = await pawl.until(/API +(\S+)/);
  await pawl.until(/deployed +one/);
  await pawl.until(/deployed +fast \(Express\)/);
  await pawl.until(/Watching/);
  const call = apiClient({ url });
  const machine = (name: string) => `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;
  const described = async (name: string) => call("DescribeStateMachine", { stateMachineArn: machine(name) });
  assert.equal(textOf(await described("one"), "definition"), returning("first"));
  assert.equal(textOf(await described("fast"), "type"), "EXPRESS");

  writeFileSync(join(directory, "one.asl.json"), returning("second"));
  await pawl.until(/updated +one/);
  assert.equal(textOf(await described("one"), "definition"), returning("second"));

  writeFileSync(join(directory, "one.asl.json"), dangling);
  await pawl.until(/one\.asl\.json:4:36: error: [^]*\^{5}[^]*one was not deployed; the version before stays/);
  assert.equal(textOf(await described("one"), "definition"), returning("second"));

  const said = pawl.stdout.length;
  writeFileSync(join(directory, "one.asl.json"), returning("third"));
  await pawl.until(/updated +one/, said);
  mkdirSync(join(directory, "below"));
  writeFileSync(join(directory, "below", "two.asl.json"), passing);
  await pawl.until(/deployed +two/);
  rmSync(join(directory, "below", "two.asl.json"));
  await pawl.until(/gone +.*two\.asl\.json; its state machine stays/);
  writeFileSync(join(directory, "three.asl.json"), dangling);
  await pawl.until(/three was not deployed/);
  rmSync(join(directory, "three.asl.json"));
  await pawl.until(/gone +three\.asl\.json; it had not been deployed/);
  assert.equal((await pawl.interrupt()).exitCode, 0);
});

const yaml = "StartAt: A\nStates:\n  A:\n    Type: Pass\n    End: true\n";

test("dev tells what ends, which functions cannot be loaded, and which files are not taken for workflows", async (t) => {
  const directory = folderWith(t, {
    "one.asl.json": passing,
    "two.asl.json": failing,
    "three.json": passing,
    "f.mjs": "export const handler = () => {\n  const = 1;\n};",
    "pawl.config.json": '{"functions": {"f": "./f.mjs"}}',
  });
  const pawl = startPawl(t, ["dev", "--port", "0", "--db", "memory"], directory);
  const [, url = ""] = await pawl.until(/API +(\S+)/);
  await pawl.until(/ignored +three\.json: .* Rename it: mv three\.json three\.asl\.json\n/);
  await pawl.until(/problem +f\.mjs:2: function f cannot be loaded: SyntaxError: Unexpected token '='\n/);
  const call = apiClient({ url });
  for (const name of ["one", "two"]) {
    const stateMachineArn = `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;
    await call("StartExecution", { stateMachineArn, name: "named" });
  }
  await pawl.until(/succeeded +one:named after \d+ ms\n/);
  await pawl.until(/failed +two:named after \d+ ms +Broken: Nothing works\.\n/);
  const said = pawl.stdout.length;
  writeFileSync(join(directory, "f.mjs"), "export const handle = () => 1;");
  await pawl.until(
    /problem +f\.mjs: function f cannot be loaded: f\.handler is undefined or not exported\. It exports handle: name it in the configuration, as in \.\/f\.mjs#handle\n/,
    said,
  );
});

test("dev takes up changes of functions and of the configuration", async (t) => {
  const definition = {
    StartAt: "A",
    States: { A: { Type: "Task", Resource: "arn:aws:lambda:us-east-1:123456789012:function:f", End: true } },
  };
  const directory = folderWith(t, {
    "call.express.asl.json": JSON.stringify(definition),
    "f.mjs": 'export const handler = () => "old";',
    "pawl.config.json": '{"functions": {"f": "./f.mjs"}}',
  });
  const pawl = startPawl(t, ["dev", "--port", "0", "--db", "memory"], directory);
  const [, url = ""] = await pawl.until(/API +(\S+)/);
  await pawl.until(/Watching/);
  const stateMachineArn = "arn:aws:states:us-east-1:123456789012:stateMachine:call";
  const output = async () => textOf(await apiClient({ url })("StartSyncExecution", { stateMachineArn }), "output");
  assert.equal(await output(), '"old"');
  writeFileSync(join(directory, "f.mjs"), 'export const handler = () => "new";');
  await pawl.until(/reloaded +f\.mjs/);
  assert.equal(await output(), '"new"');
  writeFileSync(join(directory, "pawl.config.json"), '{"function": {}}');
  await pawl.until(/pawl\.config\.json: function is unknown\. Did you mean functions\?/);
  assert.equal(await output(), '"new"');
  writeFileSync(join(directory, "g.mjs"), 'export const handler = () => "other";');
  writeFileSync(join(directory, "pawl.config.json"), '{"functions": {"f": "./g.mjs"}}');
  await pawl.until(/reloaded +functions and substitutions of pawl\.config\.json/);
  assert.equal(await output(), '"other"');
});

test("serve logs JSON lines, and a taken port, a used file or a public host end it with a reason", async (t) => {
  const directory = folderWith(t, { "pawl.config.json": '{"functions": {"f": "./gone.mjs"}}' });
  const pawl = startPawl(t, ["serve", "--port", "0", "--db", "data.db"], directory);
  const [, url = ""] = await pawl.until(/"message":"Pawl is listening\.","url":"([^"]+)"/);
  const { port } = new URL(url);
  const rows: readonly (readonly [args: string[], exitCode: number, stderr: RegExp])[] = [
    [
      ["--port", port, "--db", "memory"],
      1,
      new RegExp(`^Port ${port} of 127.0.0.1 is taken.*\n.*serve --db memory --port \\d+\n$`),
    ],
    [
      ["--port", "0", "--db", "data.db"],
      1,
      /^\{.*waiting 3 s for it.*\n.*data\.db is in use by process \d+: stop that process first, .*\n.*serve --port 0 --db other\.db\n$/,
    ],
    [
      ["--host", "0.0.0.0"],
      2,
      /^--host is "0\.0\.0\.0", which other machines can reach.*authentication.*\n {2}"auth": /,
    ],
    [["--port", "http"], 2, /^--port is "http"\. Give a port/],
    [["--config", "nowhere.json"], 2, /^nowhere\.json is not there\.\n$/],
    [["--db", "."], 1, / is a directory: name a file\n$/],
  ];
  for (const [args, exitCode, stderr] of rows) {
    const finished = await runPawl(["serve", ...args], { directory });
    assert.match(finished.stderr, stderr);
    assert.deepEqual([finished.exitCode, finished.stdout], [exitCode, ""]);
  }
  await pawl.until(/"message":"A function cannot be loaded\.","function":"f","file":"[^"]*gone\.mjs"/);
  const { exitCode, stderr } = await pawl.interrupt();
  assert.equal(exitCode, 0);
  for (const line of stderr.trim().split("\n")) assert.equal(typeof JSON.parse(line).message, "string");
});

test("a port taken by another program leaves the data free", async (t) => {
  const directory = folderWith(t);
  const other = createServer().listen(0, "127.0.0.1");
  t.after(() => other.close());
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as AddressInfo;
  const refused = await runPawl(["serve", "--port", String(port), "--db", "data.db"], { directory });
  assert.match(refused.stderr, new RegExp(`taken by process ${process.pid} \\(node\\)`));
  const pawl = startPawl(t, ["serve", "--port", "0", "--db", "data.db"], directory);
  await pawl.until(/listening/);
});

test("validate, graph, env, version and help say what they should", async (t) => {
  const files = {
    "a.asl.json": passing,
    "b.asl.json": dangling,
    "c/d.asl.yaml": yaml,
    "send/send.asl.json": sending,
    "http/http.asl.json": calling,
    "known.json": '{ "connections": { "crm": {} } }',
  };
  const directory = folderWith(t, files);
  const rows: readonly (readonly [args: string[], exitCode: number, output: RegExp])[] = [
    [["validate", "a.asl.json"], 0, /^a\.asl\.json: valid\n$/],
    [["validate", "."], 1, /b\.asl\.json:4:36: error: [^]*5 files, 4 valid/],
    [
      ["validate", "send"],
      0,
      /send\.asl\.json:1:56: warning: [^]*Nothing says where SQS is[^]*: valid, with 1 warning\n$/,
    ],
    [
      ["validate", "http"],
      0,
      /http\.asl\.json:1:\d+: warning: There is no connection crm[^]*"connections": \{ "crm": [^]*: valid, with 1 warning\n$/,
    ],
    [["validate", "http", "--config", "known.json"], 0, /^http\/http\.asl\.json: valid\n$/],
    [["validate", "nowhere.json"], 2, /nowhere\.json is not there/],
    [["graph", "a.asl.json"], 0, /^<svg /],
    [["graph", "c/d.asl.yaml", "-f", "mermaid"], 0, /^flowchart /],
    [["graph", "a.asl.json", "-o", "a.svg"], 0, /^$/],
    [
      ["graph", "a.asl.json", "-o", "no/a.svg"],
      2,
      /^no\/a\.svg cannot be written: there is no folder no\. Make it: mkdir -p no\n$/,
    ],
    [["graph", "a.asl.json", "-o", "a.PNG"], 0, /^$/],
    [["graph", "a.asl.json", "-f", "gif"], 2, /Allowed choices are svg, png, mermaid/],
    [["graph", "a.asl.json", "-o", "a.gif"], 2, /^a\.gif has the ending \.gif, .* Give one of \.svg, \.png, .*\n$/],
    [["graph", "a.asl.json", "-o", "a"], 2, /^a has no ending, which says not how to draw/],
    [["graph", "a.asl.json", "-f", "svg", "-o", "a.png"], 2, /^a\.png has the ending of png, and --format is svg/],
    [["graph", "a.asl.json", "-f", "mermaid", "-o", "a.txt"], 0, /^$/],
    [
      ["validate", "a.asl.json", "b.asl.json", "--json"],
      1,
      /^\[\{"file":"a\.asl\.json",.*"valid":true,.*"line":4,"column":36/,
    ],
    [["validate", "b.asl.json", "--format", "github"], 1, /^::error file=b\.asl\.json,line=\d+,.*::.*\n/],
    [["env"], 0, /^export AWS_ENDPOINT_URL_SFN='http:\/\/127\.0\.0\.1:8083'\n/],
    [["env", "--shell", "fish"], 0, /^set -gx AWS_ENDPOINT_URL_SFN /],
    [["--version"], 0, new RegExp(`^${version}\n$`)],
    [["--help"], 0, /^Usage: pawl [^]*Examples:/],
    [["help"], 0, /^Usage: pawl [^]*Examples:/],
    [["help", "run"], 0, /^Usage: pawl run /],
    [["help", "rnu"], 2, /unknown command 'rnu'\n\(Did you mean run\?\)/],
    [[], 0, /^Usage: pawl /],
    [["sreve"], 2, /unknown command 'sreve'\n\(Did you mean serve\?\)/],
    [["dev", "./nowhere"], 2, /There is no folder \.\/nowhere\. Make it: mkdir -p \.\/nowhere/],
  ];
  for (const [args, exitCode, output] of rows) {
    const finished = await runPawl(args, { directory });
    assert.match(finished.stdout + finished.stderr, output);
    assert.equal(finished.exitCode, exitCode, args.join(" "));
  }
  assert.match(readFileSync(join(directory, "a.svg"), "utf8"), /^<svg /);
  assert.match(readFileSync(join(directory, "a.PNG"), "latin1"), /^\u0089PNG/);
});
