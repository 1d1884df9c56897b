// Jobs of other services against a real process that is killed, and a service that a test answers for.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { eventually, type ServerProcess, startServerProcess } from "../testing/server-process.ts";
import { startStubAws, type StubAws } from "../testing/stub-aws.ts";

const roleArn = "arn:aws:iam::123456789012:role/r";

interface World {
  readonly directory: string;
  readonly aws: StubAws;
  /** Starts the server, again where it was killed. */
  serve(): Promise<ServerProcess>;
}

async function prepare(t: TestContext): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), "pawl-jobs-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const aws = await startStubAws(t);
  writeFileSync(join(directory, "pawl.config.json"), "{}");
  const serve = (): Promise<ServerProcess> => {
    process.env["AWS_ENDPOINT_URL"] = aws.url;
    process.env["AWS_ACCESS_KEY_ID"] = "test";
    process.env["AWS_SECRET_ACCESS_KEY"] = "test";
    return startServerProcess(t, directory);
  };
  return { directory, aws, serve };
}

async function start(server: ServerProcess, resource: string, parameters: object): Promise<string> {
  const only = { Type: "Task", Resource: `arn:aws:states:::${resource}`, Parameters: parameters, End: true };
  const definition = JSON.stringify({ StartAt: "Only", States: { Only: only } });
  const { stateMachineArn } = await server.call("CreateStateMachine", { name: "m", definition, roleArn });
  const { executionArn } = await server.call("StartExecution", { stateMachineArn, name: "e" });
  return String(executionArn);
}

async function endOf(server: ServerProcess, executionArn: string): Promise<Readonly<Record<string, unknown>>> {
  return eventually("the end of the execution", async () => {
    const described = await server.call("DescribeExecution", { executionArn });
    return described["status"] === "RUNNING" ? undefined : described;
  });
}

async function typesOf(server: ServerProcess, executionArn: string): Promise<readonly unknown[]> {
  const { events } = await server.call("GetExecutionHistory", { executionArn });
  return (events as readonly { readonly type: unknown }[]).map(({ type }) => type);
}

/** Waits until the service has taken the job, and the history says so. */
async function submitted(server: ServerProcess, executionArn: string): Promise<void> {
  await eventually("the submission", async () =>
    (await typesOf(server, executionArn)).includes("TaskSubmitted") ? true : undefined,
  );
}

const jobRun = (JobRunState: string): object => ({ JobRun: { Id: "jr_1", JobName: "j", JobRunState, StartedOn: 1 } });

test("a server that is killed while a job runs does not submit it again, and learns of its end", async (t) => {
  const { aws, serve } = await prepare(t);
  aws.on("AWSGlue.StartJobRun", () => ({ JobRunId: "jr_1" }));
  aws.on("AWSGlue.GetJobRun", () => jobRun("RUNNING"));
  const before = await serve();
  const arn = await start(before, "glue:startJobRun.sync", { JobName: "j" });
  await submitted(before, arn);
  await before.kill();
  aws.on("AWSGlue.GetJobRun", () => jobRun("SUCCEEDED"));
  const server = await serve();
  const { status, output } = await endOf(server, arn);
  assert.equal(status, "SUCCEEDED");
  assert.deepEqual(JSON.parse(String(output)), {
    Id: "jr_1",
    JobName: "j",
    JobRunState: "SUCCEEDED",
    StartedOn: 1_000,
  });
  assert.equal(aws.countOf("AWSGlue.StartJobRun"), 1);
  assert.deepEqual((await typesOf(server, arn)).slice(2, 6), [
    "TaskScheduled",
    "TaskStarted",
    "TaskSubmitted",
    "TaskSucceeded",
  ]);
});

test("a server that is killed before the service has answered asks with the same client token", async (t) => {
  const { aws, serve } = await prepare(t);
  aws.on("AmazonAthena.StartQueryExecution", () => new Promise(() => undefined));
  const before = await serve();
  const arn = await start(before, "athena:startQueryExecution.sync", { QueryString: "select 1" });
  await eventually("the request", () => aws.requests[0]);
  await before.kill();
  aws.on("AmazonAthena.StartQueryExecution", () => ({ QueryExecutionId: "q" }));
  aws.on("AmazonAthena.GetQueryExecution", () => ({ QueryExecution: { Status: { State: "SUCCEEDED" } } }));
  const server = await serve();
  assert.equal((await endOf(server, arn))["status"], "SUCCEEDED");
  const tokens = aws.requests
    .filter(({ action }) => action === "AmazonAthena.StartQueryExecution")
    .map(({ input }) => input["ClientRequestToken"]);
  assert.equal(tokens.length, 2);
  assert.equal(typeof tokens[0], "string");
  assert.equal(new Set(tokens).size, 1);
});

test("a job whose execution was stopped just before the server was killed is stopped by the next one", async (t) => {
  const { aws, serve } = await prepare(t);
  aws.on("AWSGlue.StartJobRun", () => ({ JobRunId: "jr_1" }));
  aws.on("AWSGlue.GetJobRun", () => jobRun("RUNNING"));
  aws.on("AWSGlue.BatchStopJobRun", () => new Promise(() => undefined));
  const before = await serve();
  const arn = await start(before, "glue:startJobRun.sync", { JobName: "j" });
  await submitted(before, arn);
  await before.call("StopExecution", { executionArn: arn });
  await before.kill();
  aws.on("AWSGlue.BatchStopJobRun", () => ({ SuccessfulSubmissions: [], Errors: [] }));
  const stopsBefore = aws.countOf("AWSGlue.BatchStopJobRun");
  await serve();
  await eventually("the stop", () => (aws.countOf("AWSGlue.BatchStopJobRun") > stopsBefore ? true : undefined));
  const stop = aws.requests.findLast(({ action }) => action === "AWSGlue.BatchStopJobRun");
  assert.deepEqual(stop?.input, { JobName: "j", JobRunIds: ["jr_1"] });
});
