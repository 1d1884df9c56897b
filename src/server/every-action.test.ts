// The answer of every action to AWS's own client when it succeeds, member for member, on a real server whose clock stands
// still. The errors are in every-error.test.ts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SFN } from "@aws-sdk/client-sfn";
import { operations } from "../api/model.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { eventually } from "../testing/server-process.ts";
import { testServerOptions } from "../testing/server-options.ts";
import { type PawlServer, startServer } from "./start-server.ts";

const base = "arn:aws:states:us-east-1:123456789012";
const roleArn = "arn:aws:iam::123456789012:role/r";
const arnOf = (name: string): string => `${base}:stateMachine:${name}`;
const executionArnOf = (machine: string, name: string): string => `${base}:execution:${machine}:${name}`;

const passing = '{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}';
const waiting = '{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}}';
const failing = '{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "C"}}}';
const working = `{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "${base}:activity:work", "End": true}}}`;

const clock = new SimulatedClock();
const now = new Date(clock.now());
const defaults = {
  loggingConfiguration: { level: "OFF", includeExecutionData: false },
  tracingConfiguration: { enabled: false },
  encryptionConfiguration: { type: "AWS_OWNED_KEY" },
};

let server: PawlServer;
let sfn: SFN;
/** Actions that were answered with success. */
const answered = new Set<string>();
/** Distributed Map states do not run, so there is no Map Run to describe or to update. */
const withoutSuccess = new Set(["DescribeMapRun", "UpdateMapRun"]);

before(async () => {
  server = await startServer({
    ...testServerOptions,
    clock,
  });
  sfn = new SFN({
    endpoint: server.url,
    region: "us-east-1",
    disableHostPrefix: true,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  sfn.middlewareStack.add(
    (next, { commandName }) =>
      async (request) => {
        const answer = await next(request);
        answered.add(String(commandName).replace(/Command$/, ""));
        return answer;
      },
    { step: "initialize" },
  );
});

after(async () => {
  sfn.destroy();
  await server.close();
});

/** Compares the members of an answer, all of them, without what the client adds of the transport. */
async function assertAnswer(answer: Promise<object>, expected: object): Promise<void> {
  const members = Object.entries(await answer).filter(([name, value]) => name !== "$metadata" && value !== undefined);
  assert.deepEqual(Object.fromEntries(members), expected);
}

async function create(name: string, definition: string, more: { readonly type?: "EXPRESS" } = {}): Promise<string> {
  await sfn.createStateMachine({ name, definition, roleArn, ...more });
  return arnOf(name);
}

async function ended(executionArn: string): Promise<void> {
  await eventually(`the end of ${executionArn}`, async () => {
    const { status } = await sfn.describeExecution({ executionArn });
    return status === "RUNNING" ? undefined : true;
  });
}

test("state machines are checked, created, described, listed, updated and deleted", async () => {
  const stateMachineArn = arnOf("kept");
  await assertAnswer(sfn.validateStateMachineDefinition({ definition: passing }), {
    result: "OK",
    diagnostics: [],
    truncated: false,
  });
  const wanted = { name: "kept", definition: passing, roleArn, publish: true, versionDescription: "first" };
  const stateMachineVersionArn = `${stateMachineArn}:1`;
  const created = { stateMachineArn, creationDate: now, stateMachineVersionArn };
  await assertAnswer(sfn.createStateMachine(wanted), created);
  await assertAnswer(sfn.createStateMachine({ ...wanted, tags: [{ key: "k", value: "v" }] }), created);
  const described = { stateMachineArn, name: "kept", status: "ACTIVE", type: "STANDARD", creationDate: now, roleArn };
  await assertAnswer(sfn.describeStateMachine({ stateMachineArn }), { ...described, definition: passing, ...defaults });
  await assertAnswer(
    sfn.describeStateMachine({ stateMachineArn: stateMachineVersionArn, includedData: "METADATA_ONLY" }),
    {
      ...described,
      stateMachineArn: stateMachineVersionArn,
      description: "first",
      definition: "{}",
      ...defaults,
    },
  );
  await assertAnswer(sfn.listStateMachines({}), {
    stateMachines: [{ stateMachineArn, name: "kept", type: "STANDARD", creationDate: now }],
  });
  const tracingConfiguration = { enabled: true };
  const {
    revisionId = "",
    $metadata,
    ...updated
  } = await sfn.updateStateMachine({ stateMachineArn, tracingConfiguration });
  assert.deepEqual([updated, $metadata.httpStatusCode, revisionId.length], [{ updateDate: now }, 200, 36]);
  const after = await sfn.describeStateMachine({ stateMachineArn });
  assert.deepEqual([after.tracingConfiguration, after.revisionId], [tracingConfiguration, revisionId]);
  await assertAnswer(sfn.deleteStateMachine({ stateMachineArn }), {});
  await assertAnswer(sfn.deleteStateMachine({ stateMachineArn }), {});
  await assertAnswer(sfn.listStateMachines({}), { stateMachines: [] });
});

test("tags are set, replaced, listed and taken away", async () => {
  const resourceArn = await create("tagged", passing);
  await assertAnswer(
    sfn.tagResource({
      resourceArn,
      tags: [
        { key: "a", value: "1" },
        { key: "b", value: "" },
      ],
    }),
    {},
  );
  await assertAnswer(sfn.tagResource({ resourceArn, tags: [{ key: "a", value: "2" }] }), {});
  await assertAnswer(sfn.listTagsForResource({ resourceArn }), {
    tags: [
      { key: "a", value: "2" },
      { key: "b", value: "" },
    ],
  });
  await assertAnswer(sfn.untagResource({ resourceArn, tagKeys: ["a", "none"] }), {});
  await assertAnswer(sfn.listTagsForResource({ resourceArn }), { tags: [{ key: "b", value: "" }] });
});

test("versions are published, listed and deleted, and aliases shift between them", async () => {
  const stateMachineArn = await create("versioned", passing);
  const [first, second] = [`${stateMachineArn}:1`, `${stateMachineArn}:2`];
  const published = { stateMachineVersionArn: first, creationDate: now };
  await assertAnswer(sfn.publishStateMachineVersion({ stateMachineArn, revisionId: "INITIAL" }), published);
  await sfn.updateStateMachine({ stateMachineArn, definition: waiting, publish: true });
  await assertAnswer(sfn.listStateMachineVersions({ stateMachineArn }), {
    stateMachineVersions: [{ stateMachineVersionArn: second, creationDate: now }, published],
  });
  const stateMachineAliasArn = `${stateMachineArn}:live`;
  const alias = { stateMachineAliasArn, creationDate: now };
  const routes = [{ stateMachineVersionArn: first, weight: 100 }];
  const wanted = { name: "live", description: "used", routingConfiguration: routes };
  await assertAnswer(sfn.createStateMachineAlias(wanted), alias);
  const described = { ...wanted, ...alias, updateDate: now };
  await assertAnswer(sfn.describeStateMachineAlias({ stateMachineAliasArn }), described);
  await assertAnswer(sfn.listStateMachineAliases({ stateMachineArn: first }), { stateMachineAliases: [alias] });
  const routingConfiguration = [{ stateMachineVersionArn: second, weight: 100 }];
  await assertAnswer(sfn.updateStateMachineAlias({ stateMachineAliasArn, routingConfiguration }), { updateDate: now });
  const shifted = { ...described, routingConfiguration };
  await assertAnswer(sfn.describeStateMachineAlias({ stateMachineAliasArn }), shifted);
  await assertAnswer(sfn.deleteStateMachineVersion({ stateMachineVersionArn: first }), {});
  await assertAnswer(sfn.deleteStateMachineAlias({ stateMachineAliasArn }), {});
  await assertAnswer(sfn.listStateMachineAliases({ stateMachineArn }), { stateMachineAliases: [] });
});

test("executions are started, described, listed, stopped and told event by event", async () => {
  const stateMachineArn = await create("run", passing);
  const executionArn = executionArnOf("run", "e");
  const start = { stateMachineArn, name: "e", input: "[1.0]", traceHeader: "trace" };
  await assertAnswer(sfn.startExecution(start), { executionArn, startDate: now });
  await ended(executionArn);
  const included = { included: true };
  const listed = {
    executionArn,
    stateMachineArn,
    name: "e",
    status: "SUCCEEDED",
    startDate: now,
    stopDate: now,
    redriveCount: 0,
  };
  await assertAnswer(sfn.describeExecution({ executionArn }), {
    ...listed,
    input: "[1.0]",
    inputDetails: included,
    output: "[1.0]",
    outputDetails: included,
    traceHeader: "trace",
    redriveStatus: "NOT_REDRIVABLE",
    redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
  });
  await assertAnswer(sfn.listExecutions({ stateMachineArn, statusFilter: "SUCCEEDED" }), { executions: [listed] });
  await assertAnswer(sfn.getExecutionHistory({ executionArn, reverseOrder: true, maxResults: 4 }), {
    events: [
      {
        timestamp: now,
        type: "ExecutionSucceeded",
        id: 4,
        previousEventId: 3,
        executionSucceededEventDetails: { output: "[1.0]", outputDetails: { truncated: false } },
      },
      {
        timestamp: now,
        type: "PassStateExited",
        id: 3,
        previousEventId: 2,
        stateExitedEventDetails: { name: "P", output: "[1.0]", outputDetails: { truncated: false } },
      },
      {
        timestamp: now,
        type: "PassStateEntered",
        id: 2,
        previousEventId: 0,
        stateEnteredEventDetails: { name: "P", input: "[1.0]", inputDetails: { truncated: false } },
      },
      {
        timestamp: now,
        type: "ExecutionStarted",
        id: 1,
        previousEventId: 0,
        executionStartedEventDetails: { input: "[1.0]", inputDetails: { truncated: false }, roleArn },
      },
    ],
  });
  await assertAnswer(sfn.describeStateMachineForExecution({ executionArn }), {
    stateMachineArn,
    name: "run",
    definition: passing,
    roleArn,
    updateDate: now,
    ...defaults,
  });
  await assertAnswer(sfn.listMapRuns({ executionArn }), { mapRuns: [] });

  const stopped = executionArnOf("waiting", "w");
  await sfn.startExecution({ stateMachineArn: await create("waiting", waiting), name: "w" });
  await assertAnswer(sfn.stopExecution({ executionArn: stopped, error: "Enough", cause: "It was." }), {
    stopDate: now,
  });
  const { status, error, cause } = await sfn.describeExecution({ executionArn: stopped });
  assert.deepEqual([status, error, cause], ["ABORTED", "Enough", "It was."]);
});

test("an execution that failed is redriven", async () => {
  const executionArn = executionArnOf("failing", "f");
  await sfn.startExecution({ stateMachineArn: await create("failing", failing), name: "f" });
  await ended(executionArn);
  await assertAnswer(sfn.redriveExecution({ executionArn, clientToken: "once" }), { redriveDate: now });
  await ended(executionArn);
  const { status, redriveCount, redriveDate } = await sfn.describeExecution({ executionArn });
  assert.deepEqual([status, redriveCount, redriveDate], ["FAILED", 1, now]);
  const { events = [] } = await sfn.getExecutionHistory({ executionArn });
  const redriven = events.find(({ type }) => type === "ExecutionRedriven");
  assert.deepEqual(redriven?.executionRedrivenEventDetails, { redriveCount: 1 });
});

test("a synchronous execution answers with its end, and a state is tested alone", async () => {
  const stateMachineArn = await create("quick", passing, { type: "EXPRESS" });
  const {
    executionArn = "",
    $metadata,
    ...ended
  } = await sfn.startSyncExecution({ stateMachineArn, name: "q", input: "7" });
  assert.ok(executionArn.startsWith(`${base}:express:quick:q:`), executionArn);
  assert.equal($metadata.httpStatusCode, 200);
  assert.deepEqual(ended, {
    stateMachineArn,
    name: "q",
    startDate: now,
    stopDate: now,
    status: "SUCCEEDED",
    input: "7",
    inputDetails: { included: true },
    output: "7",
    outputDetails: { included: true },
    billingDetails: { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: 100 },
  });
  await assertAnswer(sfn.testState({ definition: '{"Type": "Pass", "Next": "B"}', roleArn, input: "7" }), {
    output: "7",
    nextState: "B",
    status: "SUCCEEDED",
  });
});

test("workers take the tasks of an activity, and report them", async () => {
  const activityArn = `${base}:activity:work`;
  await assertAnswer(sfn.createActivity({ name: "work" }), { activityArn, creationDate: now });
  const { encryptionConfiguration } = defaults;
  await assertAnswer(sfn.describeActivity({ activityArn }), {
    activityArn,
    name: "work",
    creationDate: now,
    encryptionConfiguration,
  });
  await assertAnswer(sfn.listActivities({}), { activities: [{ activityArn, name: "work", creationDate: now }] });
  const stateMachineArn = await create("worked", working);
  const take = async (name: string): Promise<string> => {
    await sfn.startExecution({ stateMachineArn, name, input: `"${name}"` });
    const { taskToken = "", input } = await sfn.getActivityTask({ activityArn, workerName: "me" });
    assert.equal(input, `"${name}"`);
    return taskToken;
  };
  const good = await take("good");
  await assertAnswer(sfn.sendTaskHeartbeat({ taskToken: good }), {});
  await assertAnswer(sfn.sendTaskSuccess({ taskToken: good, output: "[1.0]" }), {});
  await ended(executionArnOf("worked", "good"));
  const { output } = await sfn.describeExecution({ executionArn: executionArnOf("worked", "good") });
  assert.equal(output, "[1.0]");
  await assertAnswer(sfn.sendTaskFailure({ taskToken: await take("bad"), error: "E", cause: "C" }), {});
  await ended(executionArnOf("worked", "bad"));
  const bad = await sfn.describeExecution({ executionArn: executionArnOf("worked", "bad") });
  assert.deepEqual([bad.status, bad.error, bad.cause, bad.redriveStatus], ["FAILED", "E", "C", "REDRIVABLE"]);
  await assertAnswer(sfn.deleteActivity({ activityArn }), {});
  await assertAnswer(sfn.listActivities({}), { activities: [] });
});

test("no action is left out", () => {
  const left = Object.keys(operations).filter((action) => !answered.has(action));
  assert.deepEqual(left.toSorted(), [...withoutSuccess].toSorted());
});
