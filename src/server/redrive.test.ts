// Redriving as AWS's own client sees it, on a real server over a SQLite store that is closed and opened on the way.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ExecutionNotRedrivable,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { testServerOptions } from "../testing/server-options.ts";
import { type PawlServer, startServer } from "./start-server.ts";

const activityArn = "arn:aws:states:us-east-1:123456789012:activity:packing";
const stateMachineArn = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
const executionArn = "arn:aws:states:us-east-1:123456789012:execution:m:one";
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const definition = JSON.stringify({
  StartAt: "Prepare",
  States: {
    Prepare: { Type: "Pass", Next: "Pack" },
    Pack: { Type: "Task", Resource: activityArn, End: true },
  },
});

class World {
  readonly clock = new SimulatedClock();
  readonly #directory = mkdtempSync(join(tmpdir(), "pawl-redrive-"));
  #server: PawlServer | undefined;
  sfn = new SFNClient();

  async open(): Promise<void> {
    await this.#server?.close();
    this.#server = await startServer({
      ...testServerOptions,
      db: join(this.#directory, "pawl.db"),
      clock: this.clock,
    });
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    this.sfn = new SFNClient({ endpoint: this.#server.url, region: "us-east-1", credentials });
  }

  async start(t: TestContext): Promise<void> {
    await this.open();
    t.after(async () => {
      await this.#server?.close();
      rmSync(this.#directory, { recursive: true });
    });
    await this.sfn.send(new CreateActivityCommand({ name: "packing" }));
    await this.sfn.send(
      new CreateStateMachineCommand({ name: "m", definition, roleArn: "arn:aws:iam::000000000000:role/r" }),
    );
    await this.sfn.send(new StartExecutionCommand({ stateMachineArn, name: "one", input: '{"n":1}' }));
  }

  async takeTask(): Promise<string> {
    const { taskToken } = await this.sfn.send(new GetActivityTaskCommand({ activityArn }));
    return String(taskToken);
  }

  async failTask(): Promise<void> {
    await this.sfn.send(
      new SendTaskFailureCommand({ taskToken: await this.takeTask(), error: "Broken", cause: "tape" }),
    );
  }

  async redrive(clientToken?: string): Promise<number | undefined> {
    const { redriveDate } = await this.sfn.send(new RedriveExecutionCommand({ executionArn, clientToken }));
    return redriveDate?.getTime();
  }

  describe(): Promise<DescribeExecutionCommandOutput> {
    return this.sfn.send(new DescribeExecutionCommand({ executionArn }));
  }

  async listed(redriveFilter: "REDRIVEN" | "NOT_REDRIVEN"): Promise<readonly (number | undefined)[]> {
    const { executions } = await this.sfn.send(new ListExecutionsCommand({ stateMachineArn, redriveFilter }));
    return (executions ?? []).map(({ redriveCount }) => redriveCount);
  }

  refusal(reason: string, clientToken?: string): Promise<void> {
    return assert.rejects(this.redrive(clientToken), (error) => {
      assert.ok(error instanceof ExecutionNotRedrivable);
      assert.equal(error.message, `Execution is not redrivable: ${reason}`);
      return true;
    });
  }
}

test("an execution that failed is redriven, across a restart, until it succeeds", async (t) => {
  const world = new World();
  await world.start(t);
  const startDate = (await world.describe()).startDate?.getTime();
  await world.failTask();
  assert.equal((await world.describe()).redriveStatus, "REDRIVABLE");
  assert.deepEqual([await world.listed("REDRIVEN"), await world.listed("NOT_REDRIVEN")], [[], [0]]);

  world.clock.advance(dayMs);
  await world.open();
  const redrivenAt = await world.redrive();
  assert.equal(redrivenAt, world.clock.now());
  const running = await world.describe();
  assert.deepEqual(
    [running.status, running.stopDate, running.error, running.cause, running.redriveCount],
    ["RUNNING", undefined, undefined, undefined, 1],
  );
  assert.deepEqual([running.startDate?.getTime(), running.redriveDate?.getTime()], [startDate, redrivenAt]);
  assert.deepEqual([await world.listed("REDRIVEN"), await world.listed("NOT_REDRIVEN")], [[1], []]);

  await world.open();
  const taskToken = await world.takeTask();
  await world.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"packed":true}' }));
  const { status, output, redriveCount } = await world.describe();
  assert.deepEqual([status, output, redriveCount], ["SUCCEEDED", '{"packed":true}', 1]);
  await world.refusal("Execution is SUCCEEDED and cannot be redriven");

  const { events } = await world.sfn.send(new GetExecutionHistoryCommand({ executionArn }));
  const shown = (events ?? []).map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`);
  assert.deepEqual(shown.slice(3), [
    "4<3 TaskStateEntered",
    "5<4 ActivityScheduled",
    "6<5 ActivityStarted",
    "7<6 ActivityFailed",
    "8<7 ExecutionFailed",
    "9<8 ExecutionRedriven",
    "10<7 ActivityScheduled",
    "11<10 ActivityStarted",
    "12<11 ActivitySucceeded",
    "13<12 TaskStateExited",
    "14<13 ExecutionSucceeded",
  ]);
  assert.deepEqual(events?.[8]?.executionRedrivenEventDetails, { redriveCount: 1 });
});

test("a client token is one redrive for a quarter of an hour", async (t) => {
  const world = new World();
  await world.start(t);
  await world.failTask();
  const first = await world.redrive("token");
  await world.open();
  world.clock.advance(14 * minuteMs);
  assert.equal(await world.redrive("token"), first);
  await world.refusal("Execution is RUNNING and cannot be redriven", "another");
  await world.failTask();
  assert.equal(await world.redrive("token"), first, "although it could be redriven again");
  world.clock.advance(2 * minuteMs);
  assert.equal(await world.redrive("token"), world.clock.now());
  assert.equal((await world.describe()).redriveCount, 2);
});

test("of redrives at the same time one happens", async (t) => {
  const world = new World();
  await world.start(t);
  await world.failTask();
  const outcomes = await Promise.allSettled([world.redrive("a"), world.redrive("b"), world.redrive("a")]);
  assert.equal((await world.describe()).redriveCount, 1);
  assert.ok(outcomes.filter(({ status }) => status === "rejected").length <= 2);
});

test("what was stopped can be redriven for two weeks", async (t) => {
  const world = new World();
  await world.start(t);
  const old = await world.takeTask();
  await world.sfn.send(new StopExecutionCommand({ executionArn }));
  await world.redrive();
  await assert.rejects(world.sfn.send(new SendTaskSuccessCommand({ taskToken: old, output: "1" })), {
    name: "TaskTimedOut",
  });
  await world.sfn.send(new StopExecutionCommand({ executionArn }));
  world.clock.advance(14 * dayMs + 1);
  await world.refusal("Execution redrivable period exceeded");
  const { redriveStatus, redriveStatusReason } = await world.describe();
  assert.deepEqual([redriveStatus, redriveStatusReason], ["NOT_REDRIVABLE", "Execution redrivable period exceeded"]);
});
