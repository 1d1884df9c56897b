// The calls that Terraform's aws provider makes for a machine, its versions, an alias and an activity, in its order and with
// its bodies (its Go client leaves out what is false). Everything that was sent must come back unchanged, or every plan
// drifts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { testServerOptions } from "../testing/server-options.ts";
import { type PawlServer, startServer } from "./start-server.ts";

type Members = Readonly<Record<string, unknown>>;

const account = "arn:aws:states:us-east-1:123456789012";
const roleArn = "arn:aws:iam::123456789012:role/workflows";
const destinations = [
  { cloudWatchLogsLogGroup: { logGroupArn: "arn:aws:logs:us-east-1:123456789012:log-group:orders:*" } },
];
// Written as a heredoc: spacing and order are part of what must not drift.
const definition = '{\n  "StartAt": "Pass",\n  "States": {\n    "Pass": { "Type": "Pass", "End": true }\n  }\n}\n';
const changedDefinition = definition.replace('"End": true', '"Result": 1.0, "End": true');

let server: PawlServer;

before(async () => {
  server = await startServer({
    ...testServerOptions,
    logging: { to: "nowhere" },
  });
});

after(async () => {
  await server.close();
});

async function send(action: string, body: Members): Promise<{ readonly status: number; readonly body: Members }> {
  const response = await fetch(server.url, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AWSStepFunctions.${action}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Members };
}

async function call(action: string, body: Members): Promise<Members> {
  const answer = await send(action, body);
  assert.equal(answer.status, 200, `${action}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** The validation that every plan makes of a definition that it knows. */
async function plan(text: string, type: string): Promise<void> {
  const { result } = await call("ValidateStateMachineDefinition", { definition: text, type });
  assert.equal(result, "OK");
}

/** The reads of a refresh of a machine: they become the state that the next plan is compared with. */
async function refreshMachine(stateMachineArn: string): Promise<Members> {
  const described = await call("DescribeStateMachine", { stateMachineArn });
  const { stateMachineVersions } = await call("ListStateMachineVersions", { stateMachineArn });
  const [newest] = stateMachineVersions as readonly Members[];
  const { tags } = await call("ListTagsForResource", { resourceArn: stateMachineArn });
  return { ...described, stateMachineVersionArn: newest?.["stateMachineVersionArn"], tags };
}

/** Every member of the block that was sent stands unchanged in what is described. */
function assertEchoed(described: Members, sent: Members): void {
  const echo = Object.fromEntries(Object.keys(sent).map((name) => [name, described[name]]));
  assert.deepEqual(echo, sent);
}

interface Row {
  readonly name: string;
  readonly type: string;
  /** Blocks of the resource that are sent with the create. */
  readonly blocks: Members;
  /** Describe's view of them: defaults in place of what was not sent. */
  readonly shown: Members;
  /** Blocks that the update changes. */
  readonly changed: Members;
  readonly changedShown: Members;
}

const off = { level: "OFF", includeExecutionData: false };
const ownedKey = { type: "AWS_OWNED_KEY" };
const customerKey = {
  type: "CUSTOMER_MANAGED_KMS_KEY",
  kmsKeyId: "arn:aws:kms:us-east-1:123456789012:key/1",
  kmsDataKeyReusePeriodSeconds: 900,
};

const rows: readonly Row[] = [
  {
    name: "bare",
    type: "STANDARD",
    blocks: {},
    shown: { loggingConfiguration: off, tracingConfiguration: { enabled: false }, encryptionConfiguration: ownedKey },
    changed: {},
    changedShown: {},
  },
  {
    name: "logged",
    type: "STANDARD",
    blocks: {
      loggingConfiguration: { level: "ALL", includeExecutionData: true, destinations },
      tracingConfiguration: { enabled: true },
    },
    shown: {
      loggingConfiguration: { level: "ALL", includeExecutionData: true, destinations },
      tracingConfiguration: { enabled: true },
      encryptionConfiguration: ownedKey,
    },
    // Tracing off is an empty block, logging off a level without destinations.
    changed: { loggingConfiguration: { level: "OFF" }, tracingConfiguration: {} },
    changedShown: { loggingConfiguration: off, tracingConfiguration: { enabled: false } },
  },
  {
    name: "encrypted",
    type: "EXPRESS",
    blocks: {
      loggingConfiguration: { level: "ERROR", destinations },
      tracingConfiguration: {},
      encryptionConfiguration: customerKey,
    },
    shown: {
      loggingConfiguration: { level: "ERROR", includeExecutionData: false, destinations },
      tracingConfiguration: { enabled: false },
      encryptionConfiguration: customerKey,
    },
    changed: { encryptionConfiguration: ownedKey },
    changedShown: { encryptionConfiguration: ownedKey },
  },
];

for (const row of rows) {
  test(`apply, plan, update, alias shift and destroy of the machine ${row.name} leave no drift`, async () => {
    const { name, type } = row;
    const stateMachineArn = `${account}:stateMachine:${name}`;
    const applied = await applyMachine(row, stateMachineArn);
    const stateMachineAliasArn = await applyAlias(name, stateMachineArn);

    await plan(definition, type);
    assert.deepEqual(await refreshMachine(stateMachineArn), applied, "a plan without a change finds none");

    const updated = await updateMachine(row, stateMachineArn);
    assert.equal(updated["stateMachineVersionArn"], `${stateMachineArn}:2`);
    await shiftAlias(stateMachineArn, stateMachineAliasArn);
    assert.deepEqual(await refreshMachine(stateMachineArn), updated);
    await changeTags(stateMachineArn);
    await destroy(stateMachineArn, stateMachineAliasArn);
  });
}

async function applyMachine({ name, type, blocks, shown }: Row, stateMachineArn: string): Promise<Members> {
  await plan(definition, type);
  const tags = [{ key: "team", value: "orders" }];
  const sent = { definition, name, roleArn, type };
  const created = await call("CreateStateMachine", { ...sent, ...blocks, tags, publish: true, versionDescription: "" });
  assert.equal(created["stateMachineArn"], stateMachineArn);
  const applied = await refreshMachine(stateMachineArn);
  assertEchoed(applied, { ...sent, ...shown, tags, status: "ACTIVE" });
  assert.equal(applied["stateMachineVersionArn"], `${stateMachineArn}:1`);
  return applied;
}

async function applyAlias(name: string, stateMachineArn: string): Promise<string> {
  const sent = {
    name: `${name}-live`,
    routingConfiguration: [{ stateMachineVersionArn: `${stateMachineArn}:1`, weight: 100 }],
  };
  const created = await call("CreateStateMachineAlias", { ...sent, description: "" });
  const stateMachineAliasArn = String(created["stateMachineAliasArn"]);
  const described = await call("DescribeStateMachineAlias", { stateMachineAliasArn });
  assertEchoed(described, { ...sent, stateMachineAliasArn, creationDate: created["creationDate"] });
  assert.equal(described["description"] ?? "", "");
  return stateMachineAliasArn;
}

/** An update sends definition and role always, and the blocks that changed. */
async function updateMachine(row: Row, stateMachineArn: string): Promise<Members> {
  await plan(changedDefinition, row.type);
  const sent = { definition: changedDefinition, roleArn };
  await call("UpdateStateMachine", { ...sent, ...row.changed, stateMachineArn, publish: true, versionDescription: "" });
  // Polled by the provider until it matches: it must match at once.
  assertEchoed(await call("DescribeStateMachine", { stateMachineArn }), { ...sent, ...row.shown, ...row.changedShown });
  return refreshMachine(stateMachineArn);
}

async function shiftAlias(stateMachineArn: string, stateMachineAliasArn: string): Promise<void> {
  const sent = {
    stateMachineAliasArn,
    description: "shifting",
    routingConfiguration: [
      { stateMachineVersionArn: `${stateMachineArn}:1`, weight: 90 },
      { stateMachineVersionArn: `${stateMachineArn}:2`, weight: 10 },
    ],
  };
  await call("UpdateStateMachineAlias", sent);
  const described = await call("DescribeStateMachineAlias", { stateMachineAliasArn });
  assertEchoed(described, sent);
  const routingConfiguration = [{ stateMachineVersionArn: `${stateMachineArn}:2`, weight: 100 }];
  await call("UpdateStateMachineAlias", { stateMachineAliasArn, routingConfiguration });
  assertEchoed(await call("DescribeStateMachineAlias", { stateMachineAliasArn }), {
    ...sent,
    routingConfiguration,
  });
}

async function changeTags(resourceArn: string): Promise<void> {
  await call("UntagResource", { resourceArn, tagKeys: ["team"] });
  await call("TagResource", { resourceArn, tags: [{ key: "cost", value: "" }] });
  const { tags } = await call("ListTagsForResource", { resourceArn });
  assert.deepEqual(tags, [{ key: "cost", value: "" }]);
}

async function destroy(stateMachineArn: string, stateMachineAliasArn: string): Promise<void> {
  await call("DeleteStateMachineAlias", { stateMachineAliasArn });
  const alias = await send("DescribeStateMachineAlias", { stateMachineAliasArn });
  assert.deepEqual([alias.status, alias.body["__type"]], [400, "ResourceNotFound"]);
  await call("DeleteStateMachine", { stateMachineArn });
  const machine = await send("DescribeStateMachine", { stateMachineArn });
  assert.deepEqual([machine.status, machine.body["__type"]], [400, "StateMachineDoesNotExist"]);
}

test("a definition that is not valid fails the plan and not the server", async () => {
  const answer = await call("ValidateStateMachineDefinition", { definition: '{"StartAt":"A"}', type: "STANDARD" });
  assert.equal(answer["result"], "FAIL");
});

test("apply, plan and destroy of an activity leave no drift", async () => {
  const name = "packing";
  const tags = [{ key: "team", value: "orders" }];
  const { activityArn, creationDate } = await call("CreateActivity", { name, tags });
  assert.equal(activityArn, `${account}:activity:${name}`);
  for (let i = 0; i < 2; i++) {
    const described = await call("DescribeActivity", { activityArn });
    assertEchoed(described, { activityArn, name, creationDate, encryptionConfiguration: ownedKey });
    assert.deepEqual(await call("ListTagsForResource", { resourceArn: activityArn }), { tags });
  }
  await call("DeleteActivity", { activityArn });
  const { status, body } = await send("DescribeActivity", { activityArn });
  assert.deepEqual([status, body["__type"]], [400, "ActivityDoesNotExist"]);
});
