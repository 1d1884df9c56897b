// Map Runs as AWS's own client sees them, on a real server: described, listed, changed, stopped and redriven; and a server
// that is killed in the midst of one, again and again.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  type DescribeMapRunCommandOutput,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  type ListExecutionsCommandInput,
  ListMapRunsCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateMapRunCommand,
} from "@aws-sdk/client-sfn";
import { testServerOptions } from "../testing/server-options.ts";
import { eventually, type ServerProcess, startServerProcess } from "../testing/server-process.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { startServer } from "./start-server.ts";

const base = "arn:aws:states:us-east-1:123456789012";
const executionArn = `${base}:execution:m:one`;
const roleArn = "arn:aws:iam::123456789012:role/r";

/** A child waits for an hour, fails, or passes, as its item says. */
const definition = {
  StartAt: "Each",
  States: {
    Each: {
      Type: "Map",
      Label: "Each",
      MaxConcurrency: 1,
      ToleratedFailureCount: 5,
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
        StartAt: "Which",
        States: {
          Which: {
            Type: "Choice",
            Choices: [
              { Variable: "$", StringEquals: "wait", Next: "Wait" },
              { Variable: "$", StringEquals: "fail", Next: "Fail" },
            ],
            Default: "Pass",
          },
          Wait: { Type: "Wait", Seconds: 3600, End: true },
          Fail: { Type: "Fail", Error: "Asked", Cause: "for it" },
          Pass: { Type: "Pass", End: true },
        },
      },
      End: true,
    },
  },
};

async function startRun(t: TestContext, items: readonly string[], type = "STANDARD") {
  const clock = new SimulatedClock();
  const server = await startServer({ ...testServerOptions, clock });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const sfn = new SFNClient({ endpoint: server.url, region: "us-east-1", credentials, maxAttempts: 1 });
  t.after(async () => {
    sfn.destroy();
    await server.close();
  });
  const machine = {
    name: "m",
    roleArn,
    definition: JSON.stringify(definition).replace('"ExecutionType":"STANDARD"', `"ExecutionType":"${type}"`),
  };
  await sfn.send(new CreateStateMachineCommand(machine));
  const start = { stateMachineArn: `${base}:stateMachine:m`, name: "one", input: JSON.stringify(items) };
  await sfn.send(new StartExecutionCommand(start));
  const { mapRuns } = await sfn.send(new ListMapRunsCommand({ executionArn }));
  const mapRunArn = mapRuns?.[0]?.mapRunArn ?? "";
  const describe = () => sfn.send(new DescribeMapRunCommand({ mapRunArn }));
  const children = (filter: ListExecutionsCommandInput = {}) =>
    sfn.send(new ListExecutionsCommand({ mapRunArn, ...filter }));
  const until = (what: string, isTrue: (run: DescribeMapRunCommandOutput) => boolean) =>
    eventually(what, async () => {
      const run = await describe();
      return isTrue(run) ? run : undefined;
    });
  return { sfn, clock, mapRunArn, mapRuns, describe, children, until };
}

const counts = { pending: 0, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };
const others = { resultsWritten: 0, failuresNotRedrivable: 0, pendingRedrive: 0 };

test("an Express child is described, and shows no history", async (t) => {
  const { sfn, mapRunArn, children, until } = await startRun(t, ["fail"], "EXPRESS");
  await until("the child ends", ({ itemCounts }) => itemCounts?.failed === 1);
  const { executions: [listed] = [] } = await children();
  const childArn = listed?.executionArn ?? "";
  assert.match(childArn, /:express:m\/Each:[0-9a-f-]{36}:[0-9a-f-]{36}$/);
  const child = await sfn.send(new DescribeExecutionCommand({ executionArn: childArn }));
  const name = childArn.split(":").slice(-2).join(":");
  assert.deepEqual(
    [listed?.name, child.name, child.status, child.input, child.error, child.redriveStatus, child.mapRunArn],
    [name, name, "FAILED", '"fail"', "Asked", "REDRIVABLE_BY_MAP_RUN", mapRunArn],
  );
  const machine = await sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn: childArn }));
  assert.deepEqual([machine.name, machine.label, machine.mapRunArn], ["m", "Each", mapRunArn]);
  for (const command of [
    new GetExecutionHistoryCommand({ executionArn: childArn }),
    new DescribeExecutionCommand({ executionArn: childArn.replace("/Each", "") }),
  ]) {
    await assert.rejects(sfn.send(command as GetExecutionHistoryCommand), {
      name: "InvalidArn",
      message: "Invalid Arn: 'Resource type not valid in this context: express'",
    });
  }
  await assert.rejects(sfn.send(new DescribeExecutionCommand({ executionArn: `${childArn.slice(0, -1)}x` })), {
    name: "ExecutionDoesNotExist",
  });
});

test("children that a redrive does not come to any more are counted, and wait for none", async (t) => {
  const { sfn, clock, describe, children, until } = await startRun(t, ["fail", "wait", "wait"]);
  await until("the second child runs", ({ itemCounts }) => itemCounts?.running === 1);
  assert.equal((await describe()).itemCounts?.failuresNotRedrivable, 0);
  clock.advance(15 * 24 * 3_600_000);
  await until("the third child runs", ({ itemCounts }) => itemCounts?.succeeded === 1 && itemCounts.running === 1);
  await sfn.send(new StopExecutionCommand({ executionArn }));
  await until("the run is aborted", ({ status, itemCounts }) => status === "ABORTED" && itemCounts?.aborted === 1);
  const over = (await describe()).executionCounts;
  assert.deepEqual(over, {
    ...counts,
    ...others,
    succeeded: 1,
    failed: 1,
    aborted: 1,
    total: 3,
    resultsWritten: 1,
    failuresNotRedrivable: 1,
  });
  await sfn.send(new RedriveExecutionCommand({ executionArn }));
  const again = await until("the third child runs again", ({ itemCounts }) => itemCounts?.running === 1);
  const expected = { ...counts, ...others, succeeded: 1, failed: 1, running: 1, total: 3, failuresNotRedrivable: 1 };
  assert.deepEqual(again.itemCounts, expected);
  assert.deepEqual((await children({ statusFilter: "PENDING_REDRIVE" })).executions, []);
  const { executions = [] } = await children({ statusFilter: "FAILED" });
  assert.deepEqual(
    executions.map(({ status, redriveCount }) => [status, redriveCount]),
    [["FAILED", 0]],
  );
  const [failed] = executions;
  const child = await sfn.send(new DescribeExecutionCommand({ executionArn: failed?.executionArn }));
  assert.deepEqual(
    [child.redriveStatus, child.redriveStatusReason],
    ["NOT_REDRIVABLE", "Execution redrivable period exceeded"],
  );
});

test("a Map Run is listed and described, and its children by it", async (t) => {
  const { sfn, mapRunArn, mapRuns, children, until } = await startRun(t, ["pass", "fail", "wait", "pass"]);
  assert.match(mapRunArn, /:mapRun:m\/Each:[0-9a-f-]{36}$/);
  assert.equal(mapRuns?.length, 1);
  assert.equal(mapRuns[0]?.stateMachineArn, `${base}:stateMachine:m/Each`);
  const run = await until(
    "the third child runs",
    ({ itemCounts }) => itemCounts?.running === 1 && itemCounts.failed === 1,
  );
  assert.deepEqual(run.itemCounts, { ...counts, ...others, pending: 1, running: 1, succeeded: 1, failed: 1, total: 4 });
  assert.deepEqual(run.executionCounts, run.itemCounts);
  assert.deepEqual(
    [run.status, run.executionArn, run.maxConcurrency, run.toleratedFailureCount, run.toleratedFailurePercentage],
    ["RUNNING", executionArn, 1, 5, 0],
  );
  assert.deepEqual([run.redriveCount, run.redriveDate, run.stopDate], [0, undefined, undefined]);
  const { executions = [] } = await children();
  assert.deepEqual(
    executions.map(({ status, itemCount, mapRunArn: arn }) => [status, itemCount, arn]).toSorted(),
    ["FAILED", "RUNNING", "SUCCEEDED"].map((status) => [status, 1, mapRunArn]),
  );
  const { executions: failed = [] } = await children({ statusFilter: "FAILED" });
  const childArn = failed[0]?.executionArn ?? "";
  assert.match(childArn, /:execution:m\/Each:[0-9a-f-]{36}$/);
  assert.equal(failed[0]?.name, childArn.split(":").at(-1));
  const child = await sfn.send(new DescribeExecutionCommand({ executionArn: childArn }));
  assert.deepEqual(
    [child.mapRunArn, child.stateMachineArn, child.input, child.error, child.redriveStatus],
    [mapRunArn, `${base}:stateMachine:m/Each`, '"fail"', "Asked", "REDRIVABLE_BY_MAP_RUN"],
  );
  const machine = await sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn: childArn }));
  assert.deepEqual([machine.mapRunArn, machine.label, machine.name], [mapRunArn, "Each", "m"]);
  assert.equal(machine.stateMachineArn, `${base}:stateMachine:m/Each`);
  const { ProcessorConfig: _, ...processor } = definition.States.Each.ItemProcessor;
  assert.equal(machine.definition, JSON.stringify(processor));
  const history = await sfn.send(new GetExecutionHistoryCommand({ executionArn: childArn }));
  assert.equal(history.events?.at(-1)?.type, "ExecutionFailed");
  await assert.rejects(sfn.send(new RedriveExecutionCommand({ executionArn: childArn })), {
    name: "ExecutionNotRedrivable",
  });
  const ofMachine = await sfn.send(new ListExecutionsCommand({ stateMachineArn: `${base}:stateMachine:m` }));
  assert.deepEqual(
    ofMachine.executions?.map(({ name }) => name),
    ["one"],
  );
});

test("pages of children come to their end, each child once", async (t) => {
  const { children, until } = await startRun(
    t,
    Array.from({ length: 7 }, () => "pass"),
  );
  await until("the run has ended", ({ status }) => status === "SUCCEEDED");
  const names: (string | undefined)[] = [];
  for (let nextToken: string | undefined, pages = 0; pages < 9; pages++) {
    const page = await children({ maxResults: 3, ...(nextToken === undefined ? {} : { nextToken }) });
    names.push(...(page.executions ?? []).map(({ name }) => name));
    nextToken = page.nextToken;
    if (nextToken === undefined) break;
  }
  assert.deepEqual([names.length, new Set(names).size], [7, 7]);
});

test("a run that goes on can be changed, and one that has ended cannot", async (t) => {
  const { sfn, mapRunArn, until } = await startRun(t, ["wait", "wait", "wait", "fail"]);
  await sfn.send(new UpdateMapRunCommand({ mapRunArn, maxConcurrency: 2 }));
  await until("two children run", ({ itemCounts }) => itemCounts?.running === 2);
  await sfn.send(new UpdateMapRunCommand({ mapRunArn, maxConcurrency: 0, toleratedFailureCount: 0 }));
  const run = await until("the run has failed", ({ status }) => status === "FAILED");
  assert.deepEqual([run.maxConcurrency, run.toleratedFailureCount], [2_147_483_647, 0]);
  assert.deepEqual(run.itemCounts, { ...counts, ...others, failed: 1, aborted: 3, total: 4 });
  await assert.rejects(sfn.send(new UpdateMapRunCommand({ mapRunArn, maxConcurrency: 2 })), {
    name: "ValidationException",
    reason: "CANNOT_UPDATE_COMPLETED_MAP_RUN",
  });
});

test("a stop and a redrive of the parent reach the children", async (t) => {
  const { sfn, clock, children, describe, until } = await startRun(t, ["pass", "wait"]);
  await until("the second child waits", ({ itemCounts }) => itemCounts?.running === 1);
  await sfn.send(new StopExecutionCommand({ executionArn }));
  const { itemCounts } = await until("the child is stopped", (run) => run.itemCounts?.aborted === 1);
  assert.deepEqual(itemCounts, { ...counts, ...others, succeeded: 1, aborted: 1, total: 2, resultsWritten: 1 });
  assert.equal((await describe()).status, "ABORTED");
  await sfn.send(new RedriveExecutionCommand({ executionArn }));
  const run = await until("the child waits again", ({ itemCounts: now }) => now?.running === 1);
  assert.deepEqual([run.status, run.redriveCount], ["RUNNING", 1]);
  const { executions = [] } = await children({ redriveFilter: "REDRIVEN" });
  assert.deepEqual(
    executions.map(({ status, redriveCount }) => [status, redriveCount]),
    [["RUNNING", 1]],
  );
  clock.advance(3_600_000);
  await until("the run has ended", ({ status }) => status === "SUCCEEDED");
});

test("a child that is stopped by itself is no failure", async (t) => {
  const { sfn, children, until } = await startRun(t, ["wait", "pass"]);
  const running = await eventually("the child waits", async () => (await children()).executions?.[0]?.executionArn);
  await sfn.send(new StopExecutionCommand({ executionArn: running, error: "Enough" }));
  const run = await until("the run has ended", ({ status }) => status === "SUCCEEDED");
  assert.deepEqual([run.itemCounts?.aborted, run.itemCounts?.succeeded], [1, 1]);
});

const rows = 20_000;
const kills = 5;

interface Setting {
  readonly directory: string;
  /** The folder of the bucket. */
  readonly data: string;
}

/** A folder with a file of numbered rows, which a Map goes through. */
function writeRows(t: TestContext, count: number): Setting {
  const directory = mkdtempSync(join(tmpdir(), "pawl-map-runs-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const data = join(directory, "data");
  mkdirSync(data);
  writeFileSync(join(data, "rows.csv"), `id\n${Array.from({ length: count }, (_, row) => `${row}\n`).join("")}`);
  writeFileSync(join(directory, "pawl.config.json"), JSON.stringify({ buckets: { data: "./data" } }));
  return { directory, data };
}

const reading = (fields: object, childType = "STANDARD"): object => ({
  StartAt: "Each",
  States: {
    Each: {
      Type: "Map",
      ItemReader: {
        Resource: "arn:aws:states:::s3:getObject",
        ReaderConfig: { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" },
        Parameters: { Bucket: "data", Key: "rows.csv" },
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: childType },
        StartAt: "Keep",
        States: { Keep: { Type: "Pass", End: true } },
      },
      ResultWriter: {
        Resource: "arn:aws:states:::s3:putObject",
        Parameters: { Bucket: "data", Prefix: "out" },
        WriterConfig: { Transformation: "FLATTEN", OutputType: "JSONL" },
      },
      End: true,
      ...fields,
    },
  },
});

async function startReading(server: ServerProcess, machine: object): Promise<void> {
  const definition = JSON.stringify(machine);
  const { stateMachineArn } = await server.call("CreateStateMachine", { name: "m", definition, roleArn });
  await server.call("StartExecution", { stateMachineArn, name: "one" });
}

async function succeededItems(server: ServerProcess): Promise<number> {
  const { mapRuns } = (await server.call("ListMapRuns", { executionArn })) as { mapRuns: { mapRunArn: string }[] };
  const run = await server.call("DescribeMapRun", { mapRunArn: mapRuns[0]?.mapRunArn });
  return (run["itemCounts"] as { succeeded: number }).succeeded;
}

async function hasSucceeded(server: ServerProcess): Promise<void> {
  await eventually("the execution has ended", async () => {
    const { status, cause } = await server.call("DescribeExecution", { executionArn });
    assert.ok(status === "RUNNING" || status === "SUCCEEDED", String(cause));
    return status === "SUCCEEDED" ? true : undefined;
  });
}

test("a server that is killed in the midst of a Map Run loses no item, and finishes none twice", async (t) => {
  const { directory, data } = writeRows(t, rows);
  let server = await startServerProcess(t, directory);
  await startReading(server, reading({}));
  for (let kill = 1; kill <= kills; kill++) {
    const enough = (rows / (kills + 1)) * kill;
    await eventually(`${enough} items have succeeded`, async () =>
      (await succeededItems(server)) >= enough ? true : undefined,
    );
    await server.kill();
    server = await startServerProcess(t, directory);
  }
  await hasSucceeded(server);
  assert.equal(await succeededItems(server), rows);
  const [run = ""] = readdirSync(join(data, "out"));
  const lines = readFileSync(join(data, "out", run, "SUCCEEDED_0.jsonl"), "utf8")
    .trim()
    .split("\n");
  assert.deepEqual(
    lines,
    Array.from({ length: rows }, (_, row) => `{"id":"${row}"}`),
  );
});

const manyRows = 200_000;
/** A server that does nothing has half of it. */
const heapMegabytes = 96;

test("many items need no more memory than few", async (t) => {
  const { directory } = writeRows(t, manyRows);
  const server = await startServerProcess(t, directory, { heapMegabytes });
  await startReading(server, reading({ ItemBatcher: { MaxItemsPerBatch: 20 } }, "EXPRESS"));
  await hasSucceeded(server);
  assert.equal(await succeededItems(server), manyRows);
});
