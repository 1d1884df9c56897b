// Every sub-command of `aws stepfunctions`, with the AWS CLI itself and no more than what `pawl env` prints, against a
// server in a process of its own. Runs where `aws` is installed.
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { operations } from "../api/model.ts";
import { PawlProcess, runPawl } from "../testing/pawl-process.ts";
import { eventually } from "../testing/server-process.ts";

const awsCommand = process.platform === "win32" ? "aws.exe" : "aws";
const isAwsInstalled = spawnSync(awsCommand, ["--version"]).status === 0;

type Members = Readonly<Record<string, unknown>>;

const base = "arn:aws:states:us-east-1:123456789012";
const roleArn = "arn:aws:iam::123456789012:role/r";
const machineArn = (name: string): string => `${base}:stateMachine:${name}`;
const executionArn = (machine: string, name: string): string => `${base}:execution:${machine}:${name}`;
const definitionOf = (state: object): string =>
  JSON.stringify({ StartAt: "S", States: { S: { End: true, ...state } } });
const passing = definitionOf({ Type: "Pass" });

let directory: string;
let pawl: PawlProcess;
let url: string;
/** The output of `pawl env`: lines for a shell. */
let lines: string;
const used = new Set<string>();

interface Ended {
  readonly exitCode: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

function runAws(command: string, input: Members): Promise<Ended> {
  used.add(command);
  const options = Object.entries(input).flatMap(([name, value]) => {
    const option = `--${kebabCase(name)}`;
    return value === true ? [option] : [option, typeof value === "string" ? value : JSON.stringify(value)];
  });
  const args = [awsCommand, "stepfunctions", command, ...options, "--output", "json"];
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
  const env = {
    ...Object.fromEntries(own),
    AWS_CONFIG_FILE: join(directory, "no-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(directory, "no-credentials"),
    AWS_PAGER: "",
  };
  return new Promise((resolve) => {
    execFile("sh", ["-c", `${lines}exec "$@"`, "sh", ...args], { env }, (error, stdout, stderr) =>
      resolve({ exitCode: error?.code ?? 0, stdout, stderr }),
    );
  });
}

/** Runs a sub-command to its success; what it prints, or nothing where the action answers with nothing. */
async function aws(command: string, input: Members = {}): Promise<Members> {
  const { exitCode, stdout, stderr } = await runAws(command, input);
  assert.equal(exitCode, 0, `aws stepfunctions ${command}: ${stderr}`);
  return stdout.trim() === "" ? {} : (JSON.parse(stdout) as Members);
}

/** Runs a sub-command to its refusal; `<error>: <message>` as the CLI understood it. */
async function refusal(command: string, input: Members): Promise<string> {
  const { exitCode, stdout, stderr } = await runAws(command, input);
  assert.notEqual(exitCode, 0, stdout);
  const [, name, message] = /An error occurred \((\w+)\) when calling the \w+ operation: (.*)/.exec(stderr) ?? [];
  assert.ok(name !== undefined, stderr);
  return `${name}: ${String(message)}`;
}

function kebabCase(name: string): string {
  return name.replaceAll(/(?<!^)[A-Z]/g, "-$&").toLowerCase();
}

/** Calls that a test needs and other tests prove, without the time that a sub-command takes. */
async function call(action: string, input: object): Promise<Members> {
  const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AWSStepFunctions.${action}` };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(input) });
  const answer = (await response.json()) as Members;
  assert.equal(response.status, 200, JSON.stringify(answer));
  return answer;
}

async function create(name: string, definition: string, more: Members = {}): Promise<string> {
  await call("CreateStateMachine", { name, definition, roleArn, ...more });
  return machineArn(name);
}

async function ended(arn: string): Promise<void> {
  await eventually(`the end of ${arn}`, async () => {
    const { status } = await call("DescribeExecution", { executionArn: arn });
    return status === "RUNNING" ? undefined : true;
  });
}

function valuesOf(list: unknown, member: string): readonly unknown[] {
  assert.ok(Array.isArray(list), String(list));
  return (list as readonly Members[]).map((item) => item[member]);
}

const options = { skip: !isAwsInstalled && "aws is not installed", concurrency: 2 };

describe("the AWS CLI with what pawl env prints", options, () => {
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "pawl-aws-cli-"));
    pawl = new PawlProcess(["serve", "--port", "0", "--db", "memory"], { directory });
    [, url = ""] = await pawl.until(/"message":"Pawl is listening\.","url":"([^"]+)"/);
    lines = (await runPawl(["env", "--port", new URL(url).port], { directory })).stdout;
  });

  after(async () => {
    await pawl.interrupt();
    rmSync(directory, { recursive: true, force: true });
  });

  test("checks, creates, describes, lists, tags, updates and deletes state machines", async () => {
    const stateMachineArn = machineArn("kept");
    const validated = await aws("validate-state-machine-definition", { definition: '{"StartAt":"A"}' });
    assert.equal(validated["result"], "FAIL");
    assert.deepEqual(valuesOf(validated["diagnostics"], "code"), ["SCHEMA_VALIDATION_FAILED"]);
    const wanted = { name: "kept", definition: passing, roleArn, tags: [{ key: "team", value: "orders" }] };
    const created = await aws("create-state-machine", wanted);
    assert.equal(created["stateMachineArn"], stateMachineArn);
    const described = await aws("describe-state-machine", { stateMachineArn });
    assert.deepEqual(
      [described["status"], described["type"], described["definition"], described["loggingConfiguration"]],
      ["ACTIVE", "STANDARD", passing, { level: "OFF", includeExecutionData: false }],
    );
    const listed = await aws("list-state-machines", { pageSize: 1 });
    assert.ok(valuesOf(listed["stateMachines"], "stateMachineArn").includes(stateMachineArn));
    await aws("tag-resource", { resourceArn: stateMachineArn, tags: [{ key: "cost", value: "1 a" }] });
    await aws("untag-resource", { resourceArn: stateMachineArn, tagKeys: ["team"] });
    const { tags } = await aws("list-tags-for-resource", { resourceArn: stateMachineArn });
    assert.deepEqual(tags, [{ key: "cost", value: "1 a" }]);
    const updated = await aws("update-state-machine", {
      stateMachineArn,
      definition: definitionOf({ Type: "Pass", Result: 1 }),
    });
    assert.equal(String(updated["revisionId"]).length, 36);
    assert.deepEqual(await aws("delete-state-machine", { stateMachineArn }), {});
    assert.equal(
      await refusal("describe-state-machine", { stateMachineArn }),
      `StateMachineDoesNotExist: State Machine Does Not Exist: '${stateMachineArn}'`,
    );
  });

  test("publishes versions and shifts aliases between them", async () => {
    const stateMachineArn = await create("versioned", passing);
    const first = await aws("publish-state-machine-version", { stateMachineArn, description: "first" });
    assert.equal(first["stateMachineVersionArn"], `${stateMachineArn}:1`);
    const definition = definitionOf({ Type: "Pass", Result: 2 });
    await call("UpdateStateMachine", { stateMachineArn, definition, publish: true });
    const { stateMachineVersions } = await aws("list-state-machine-versions", { stateMachineArn });
    const versions = valuesOf(stateMachineVersions, "stateMachineVersionArn");
    assert.deepEqual(versions, [`${stateMachineArn}:2`, `${stateMachineArn}:1`]);
    const routes = (...weights: readonly number[]): readonly object[] =>
      weights.map((weight, i) => ({ stateMachineVersionArn: `${stateMachineArn}:${i + 1}`, weight }));
    const stateMachineAliasArn = `${stateMachineArn}:live`;
    const alias = await aws("create-state-machine-alias", { name: "live", routingConfiguration: routes(100) });
    assert.equal(alias["stateMachineAliasArn"], stateMachineAliasArn);
    await aws("update-state-machine-alias", { stateMachineAliasArn, routingConfiguration: routes(90, 10) });
    const described = await aws("describe-state-machine-alias", { stateMachineAliasArn });
    assert.deepEqual([described["name"], described["routingConfiguration"]], ["live", routes(90, 10)]);
    const { stateMachineAliases } = await aws("list-state-machine-aliases", { stateMachineArn });
    assert.deepEqual(valuesOf(stateMachineAliases, "stateMachineAliasArn"), [stateMachineAliasArn]);
    const stateMachineVersionArn = `${stateMachineArn}:1`;
    assert.match(
      await refusal("delete-state-machine-version", { stateMachineVersionArn }),
      /^ConflictException: Version to be deleted must not be referenced by an alias\..*\[live\]$/,
    );
    assert.deepEqual(await aws("delete-state-machine-alias", { stateMachineAliasArn }), {});
    assert.deepEqual(await aws("delete-state-machine-version", { stateMachineVersionArn }), {});
  });

  test("starts executions, shows them and their history, and stops them", async () => {
    const stateMachineArn = await create("shown", passing);
    const arn = executionArn("shown", "a");
    const started = await aws("start-execution", { stateMachineArn, name: "a", input: '{"who": "Zoë – 東京"}' });
    assert.equal(started["executionArn"], arn);
    await ended(arn);
    const described = await aws("describe-execution", { executionArn: arn });
    assert.deepEqual([described["status"], described["output"]], ["SUCCEEDED", '{"who": "Zoë – 東京"}']);
    await call("StartExecution", { stateMachineArn, name: "b" });
    const { executions } = await aws("list-executions", { stateMachineArn, pageSize: 1 });
    assert.deepEqual(valuesOf(executions, "name"), ["b", "a"]);
    const { events } = await aws("get-execution-history", { executionArn: arn, pageSize: 2, reverseOrder: true });
    const types = ["ExecutionSucceeded", "PassStateExited", "PassStateEntered", "ExecutionStarted"];
    assert.deepEqual(valuesOf(events, "type"), types);
    const machine = await aws("describe-state-machine-for-execution", { executionArn: arn });
    assert.deepEqual([machine["name"], machine["definition"]], ["shown", passing]);

    const waiting = await create("waiting", definitionOf({ Type: "Wait", Seconds: 3600 }));
    const stopped = executionArn("waiting", "w");
    await call("StartExecution", { stateMachineArn: waiting, name: "w" });
    const stop = await aws("stop-execution", { executionArn: stopped, error: "E", cause: "C" });
    assert.ok(stop["stopDate"] !== undefined);
    const { status, error, cause } = await call("DescribeExecution", { executionArn: stopped });
    assert.deepEqual([status, error, cause], ["ABORTED", "E", "C"]);
  });

  test("redrives an execution that failed", async () => {
    const stateMachineArn = await create("failing", JSON.stringify({ StartAt: "F", States: { F: { Type: "Fail" } } }));
    await call("StartExecution", { stateMachineArn, name: "f" });
    const arn = executionArn("failing", "f");
    await ended(arn);
    const { redriveDate } = await aws("redrive-execution", { executionArn: arn });
    assert.ok(redriveDate !== undefined);
    await ended(arn);
    assert.equal((await call("DescribeExecution", { executionArn: arn }))["redriveCount"], 1);
  });

  test("lists Map Runs, and says of one that is not there that it is not", async () => {
    const stateMachineArn = await create("unmapped", passing);
    await call("StartExecution", { stateMachineArn, name: "u" });
    const { mapRuns } = await aws("list-map-runs", { executionArn: executionArn("unmapped", "u") });
    assert.deepEqual(mapRuns, []);
    const mapRunArn = `${base}:mapRun:unmapped/label:00000000-0000-4000-8000-000000000000`;
    const missing = `ResourceNotFound: Resource not found: '${mapRunArn}'`;
    assert.equal(await refusal("describe-map-run", { mapRunArn }), missing);
    assert.equal(await refusal("update-map-run", { mapRunArn, maxConcurrency: 2 }), missing);
  });

  test("works on the tasks of an activity", async () => {
    const activityArn = `${base}:activity:packing`;
    assert.equal((await aws("create-activity", { name: "packing" }))["activityArn"], activityArn);
    assert.equal((await aws("describe-activity", { activityArn }))["name"], "packing");
    assert.deepEqual(valuesOf((await aws("list-activities"))["activities"], "activityArn"), [activityArn]);
    const stateMachineArn = await create("worked", definitionOf({ Type: "Task", Resource: activityArn }));
    const take = async (name: string): Promise<string> => {
      await call("StartExecution", { stateMachineArn, name, input: `"${name}"` });
      const task = await aws("get-activity-task", { activityArn, workerName: "me" });
      assert.equal(task["input"], `"${name}"`);
      return String(task["taskToken"]);
    };
    const taskToken = await take("good");
    assert.deepEqual(await aws("send-task-heartbeat", { taskToken }), {});
    assert.deepEqual(await aws("send-task-success", { taskToken, taskOutput: '{"packed": 1.0}' }), {});
    await ended(executionArn("worked", "good"));
    const good = await call("DescribeExecution", { executionArn: executionArn("worked", "good") });
    assert.equal(good["output"], '{"packed": 1.0}');
    assert.deepEqual(
      await aws("send-task-failure", { taskToken: await take("bad"), error: "Broken", cause: "It fell." }),
      {},
    );
    await ended(executionArn("worked", "bad"));
    const bad = await call("DescribeExecution", { executionArn: executionArn("worked", "bad") });
    assert.deepEqual([bad["error"], bad["cause"]], ["Broken", "It fell."]);
    assert.deepEqual(await aws("delete-activity", { activityArn }), {});
    assert.match(await refusal("describe-activity", { activityArn }), /^ActivityDoesNotExist: /);
  });

  test("reaches the actions whose host has a prefix", async () => {
    const stateMachineArn = await create("quick", passing, { type: "EXPRESS" });
    const execution = await aws("start-sync-execution", { stateMachineArn, input: "[1.0]" });
    assert.deepEqual([execution["status"], execution["output"]], ["SUCCEEDED", "[1.0]"]);
    const tested = await aws("test-state", { definition: '{"Type":"Pass","Next":"B"}', roleArn, input: "7" });
    assert.deepEqual(tested, { output: "7", nextState: "B", status: "SUCCEEDED" });
  });
});

test("no sub-command is left out", { skip: options.skip }, () => {
  assert.deepEqual([...used].toSorted(), Object.keys(operations).map(kebabCase).toSorted());
});
