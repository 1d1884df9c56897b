// Versions and aliases as AWS's own client sees them, on a real server over a SQLite store.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  ConflictException,
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DeleteStateMachineAliasCommand,
  DeleteStateMachineCommand,
  DeleteStateMachineVersionCommand,
  DescribeExecutionCommand,
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  InvalidArn,
  InvalidToken,
  ListStateMachineAliasesCommand,
  ListStateMachineVersionsCommand,
  paginateListExecutions,
  PublishStateMachineVersionCommand,
  ResourceNotFound,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StateMachineAlreadyExists,
  StateMachineDoesNotExist,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
  ValidationException,
} from "@aws-sdk/client-sfn";
import { testServerOptions } from "../testing/server-options.ts";
import { type PawlServer, startServer } from "./start-server.ts";

const roleArn = "arn:aws:iam::123456789012:role/r";
const arnOf = (name: string): string => `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;

let directory: string;
let server: PawlServer;
let sfn: SFNClient;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), "pawl-versions-"));
  await open();
});

after(async () => {
  await close();
  rmSync(directory, { recursive: true });
});

async function open(): Promise<void> {
  server = await startServer({
    ...testServerOptions,
    db: join(directory, "pawl.db"),
  });
  sfn = new SFNClient({
    endpoint: server.url,
    region: "us-east-1",
    disableHostPrefix: true,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
}

async function close(): Promise<void> {
  sfn.destroy();
  await server.close();
}

/** A definition whose executions tell which revision they ran. */
function definitionOf(revision: number): string {
  return JSON.stringify({ StartAt: "P", States: { P: { Type: "Pass", Result: { revision }, End: true } } });
}

async function create(name: string, change: { readonly type?: "EXPRESS" } = {}): Promise<string> {
  const definition = definitionOf(1);
  const created = await sfn.send(
    new CreateStateMachineCommand({ name, definition, roleArn, publish: true, ...change }),
  );
  assert.equal(created.stateMachineVersionArn, `${arnOf(name)}:1`);
  return arnOf(name);
}

async function publishNext(stateMachineArn: string, revision: number): Promise<string | undefined> {
  const definition = definitionOf(revision);
  const updated = await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition, publish: true }));
  return updated.stateMachineVersionArn;
}

async function createAlias(stateMachineArn: string, name: string, ...weights: readonly number[]): Promise<string> {
  const routingConfiguration = weights.map((weight, i) => ({
    stateMachineVersionArn: `${stateMachineArn}:${i + 1}`,
    weight,
  }));
  const { stateMachineAliasArn = "" } = await sfn.send(
    new CreateStateMachineAliasCommand({ name, routingConfiguration }),
  );
  return stateMachineAliasArn;
}

test("CreateStateMachine and UpdateStateMachine publish, and say what keeps them from it", async () => {
  const stateMachineArn = await create("published");
  assert.equal(await publishNext(stateMachineArn, 2), `${stateMachineArn}:2`);
  const described = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn: `${stateMachineArn}:1` }));
  assert.deepEqual([described.definition, described.stateMachineArn], [definitionOf(1), `${stateMachineArn}:1`]);
  const unpublished = { name: "unpublished", definition: definitionOf(1), roleArn, versionDescription: "d" };
  await assert.rejects(sfn.send(new CreateStateMachineCommand(unpublished)), ValidationException);
  const again = { name: "published", definition: definitionOf(2), roleArn, publish: false };
  await assert.rejects(sfn.send(new CreateStateMachineCommand(again)), StateMachineAlreadyExists);
  const qualified = { stateMachineArn: `${stateMachineArn}:1`, definition: definitionOf(3), publish: true };
  await assert.rejects(sfn.send(new UpdateStateMachineCommand(qualified)), StateMachineDoesNotExist);
});

test("PublishStateMachineVersion gives one number to a revision and refuses another revision", async () => {
  const stateMachineArn = await create("publish");
  const again = await sfn.send(new PublishStateMachineVersionCommand({ stateMachineArn, revisionId: "INITIAL" }));
  assert.equal(again.stateMachineVersionArn, `${stateMachineArn}:1`);
  assert.ok(again.creationDate instanceof Date);
  const stale = new PublishStateMachineVersionCommand({ stateMachineArn, revisionId: "stale" });
  await assert.rejects(sfn.send(stale), (error: unknown) => {
    assert.ok(error instanceof ConflictException);
    assert.equal(
      error.message,
      "Failed to publish the State Machine version for revision stale. The current State Machine revision is INITIAL.",
    );
    return true;
  });
  const missing = new PublishStateMachineVersionCommand({ stateMachineArn: arnOf("nobody") });
  await assert.rejects(sfn.send(missing), StateMachineDoesNotExist);
  await assert.rejects(sfn.send(new PublishStateMachineVersionCommand({ stateMachineArn: "nothing" })), InvalidArn);
});

test("ListStateMachineVersions pages from the newest to the first", async () => {
  const stateMachineArn = await create("listed");
  for (let revision = 2; revision <= 5; revision++) await publishNext(stateMachineArn, revision);
  const numbers: (string | undefined)[] = [];
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(new ListStateMachineVersionsCommand({ stateMachineArn, maxResults: 2, nextToken }));
    for (const version of page.stateMachineVersions ?? []) {
      numbers.push(version.stateMachineVersionArn?.split(":").at(-1));
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  assert.deepEqual(numbers, ["5", "4", "3", "2", "1"]);
  const forged = new ListStateMachineVersionsCommand({ stateMachineArn, nextToken: "forged" });
  await assert.rejects(sfn.send(forged), InvalidToken);
  const tooMany = new ListStateMachineVersionsCommand({ stateMachineArn, maxResults: 1001 });
  await assert.rejects(sfn.send(tooMany), ValidationException);
});

test("DeleteStateMachineVersion keeps what aliases refer to, and its number for ever", async () => {
  const stateMachineArn = await create("deleted-version");
  await publishNext(stateMachineArn, 2);
  const stateMachineAliasArn = await createAlias(stateMachineArn, "live", 0, 100);
  const remove = new DeleteStateMachineVersionCommand({ stateMachineVersionArn: `${stateMachineArn}:2` });
  await assert.rejects(sfn.send(remove), ConflictException);
  await sfn.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn }));
  await sfn.send(remove);
  await sfn.send(remove);
  const start = new StartExecutionCommand({ stateMachineArn: `${stateMachineArn}:2` });
  await assert.rejects(sfn.send(start), StateMachineDoesNotExist);
  const again = await sfn.send(new PublishStateMachineVersionCommand({ stateMachineArn }));
  assert.equal(again.stateMachineVersionArn, `${stateMachineArn}:3`);
  const unqualified = new DeleteStateMachineVersionCommand({ stateMachineVersionArn: stateMachineArn });
  await assert.rejects(sfn.send(unqualified), InvalidArn);
});

test("CreateStateMachineAlias is idempotent, and a conflict where something else has the name", async () => {
  const stateMachineArn = await create("alias");
  await publishNext(stateMachineArn, 2);
  const aliasArn = await createAlias(stateMachineArn, "live", 100);
  assert.equal(aliasArn, `${stateMachineArn}:live`);
  assert.equal(await createAlias(stateMachineArn, "live", 100), aliasArn);
  await assert.rejects(createAlias(stateMachineArn, "live", 50, 50), ConflictException);
  await assert.rejects(createAlias(stateMachineArn, "other", 50, 49), ValidationException);
  await assert.rejects(createAlias(stateMachineArn, "42", 100), ValidationException);
  await assert.rejects(createAlias(arnOf("nobody"), "live", 100), ResourceNotFound);
});

test("UpdateStateMachineAlias and DescribeStateMachineAlias change and show an alias", async () => {
  const stateMachineArn = await create("updated-alias");
  await publishNext(stateMachineArn, 2);
  const stateMachineAliasArn = await createAlias(stateMachineArn, "live", 100);
  const routingConfiguration = [
    { stateMachineVersionArn: `${stateMachineArn}:2`, weight: 90 },
    { stateMachineVersionArn: `${stateMachineArn}:1`, weight: 10 },
  ];
  const { updateDate } = await sfn.send(
    new UpdateStateMachineAliasCommand({ stateMachineAliasArn, description: "d", routingConfiguration }),
  );
  const {
    $metadata: _metadata,
    creationDate,
    ...described
  } = await sfn.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn }));
  assert.ok(creationDate instanceof Date);
  assert.deepEqual(described, {
    stateMachineAliasArn,
    name: "live",
    description: "d",
    routingConfiguration,
    updateDate,
  });
  await assert.rejects(sfn.send(new UpdateStateMachineAliasCommand({ stateMachineAliasArn })), ValidationException);
  const missing = { stateMachineAliasArn: `${stateMachineArn}:dead` };
  await assert.rejects(sfn.send(new DescribeStateMachineAliasCommand(missing)), ResourceNotFound);
  const update = new UpdateStateMachineAliasCommand({ ...missing, description: "d" });
  await assert.rejects(sfn.send(update), ResourceNotFound);
});

test("ListStateMachineAliases lists those of a machine or of a version, DeleteStateMachineAlias takes one away", async () => {
  const stateMachineArn = await create("listed-aliases");
  await publishNext(stateMachineArn, 2);
  const both = await createAlias(stateMachineArn, "both", 50, 50);
  const first = await createAlias(stateMachineArn, "first", 100);
  const list = async (qualifier: string): Promise<readonly (string | undefined)[]> => {
    const listed = await sfn.send(
      new ListStateMachineAliasesCommand({ stateMachineArn: `${stateMachineArn}${qualifier}` }),
    );
    return listed.stateMachineAliases?.map(({ stateMachineAliasArn }) => stateMachineAliasArn) ?? [];
  };
  assert.deepEqual(await list(""), [both, first]);
  assert.deepEqual(await list(":2"), [both]);
  await sfn.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn: both }));
  await sfn.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn: both }));
  assert.deepEqual(await list(""), [first]);
  await assert.rejects(list(":3"), StateMachineDoesNotExist);
  const unqualified = new DeleteStateMachineAliasCommand({ stateMachineAliasArn: stateMachineArn });
  await assert.rejects(sfn.send(unqualified), InvalidArn);
});

test("executions by version and alias run their revision, show where they come from and are listed apart", async () => {
  const stateMachineArn = await create("started");
  await publishNext(stateMachineArn, 2);
  await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition: definitionOf(3) }));
  const aliasArn = await createAlias(stateMachineArn, "live", 0, 100);
  const rows: readonly (readonly [qualifier: string, revision: number, version?: string, alias?: string])[] = [
    ["", 3],
    [":1", 1, `${stateMachineArn}:1`],
    [":live", 2, `${stateMachineArn}:2`, aliasArn],
  ];
  for (const [qualifier, revision, stateMachineVersionArn, stateMachineAliasArn] of rows) {
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn: `${stateMachineArn}${qualifier}` }),
    );
    const described = await ended(executionArn);
    assert.deepEqual(
      [described.stateMachineArn, described.stateMachineVersionArn, described.stateMachineAliasArn, described.output],
      [stateMachineArn, stateMachineVersionArn, stateMachineAliasArn, JSON.stringify({ revision })],
    );
    const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
    const details = events[0]?.executionStartedEventDetails;
    assert.deepEqual(
      [details?.stateMachineVersionArn, details?.stateMachineAliasArn],
      [stateMachineVersionArn, stateMachineAliasArn],
    );
    const machine = await sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    assert.deepEqual([machine.stateMachineArn, machine.definition], [stateMachineArn, definitionOf(revision)]);
    const listed: (string | undefined)[] = [];
    const list = { stateMachineArn: `${stateMachineArn}${qualifier}` };
    for await (const page of paginateListExecutions({ client: sfn, pageSize: 1 }, list)) {
      listed.push(...(page.executions ?? []).map((execution) => execution.executionArn));
    }
    assert.equal(listed[0], executionArn);
    assert.equal(listed.length, 1);
  }
});

async function ended(executionArn: string | undefined): Promise<Awaited<ReturnType<typeof describeOnce>>> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await new Promise(setImmediate)) {
    const described = await describeOnce(executionArn);
    if (described.status !== "RUNNING") return described;
  }
  return assert.fail(`${executionArn} has not ended`);
}

const describeOnce = (executionArn: string | undefined) => sfn.send(new DescribeExecutionCommand({ executionArn }));

test("StartSyncExecution runs an Express machine by its version or alias", async () => {
  const stateMachineArn = await create("express", { type: "EXPRESS" });
  await publishNext(stateMachineArn, 2);
  await createAlias(stateMachineArn, "live", 100, 0);
  for (const [qualifier, revision] of [
    ["", 2],
    [":1", 1],
    [":live", 1],
  ] as const) {
    const start = { stateMachineArn: `${stateMachineArn}${qualifier}` };
    const execution = await sfn.send(new StartSyncExecutionCommand(start));
    assert.deepEqual([execution.stateMachineArn, execution.output], [stateMachineArn, JSON.stringify({ revision })]);
  }
  const missing = new StartSyncExecutionCommand({ stateMachineArn: `${stateMachineArn}:dead` });
  await assert.rejects(sfn.send(missing), StateMachineDoesNotExist);
});

test("a nested execution starts by alias and is waited for", async () => {
  const child = await create("nested-child");
  await publishNext(child, 2);
  await createAlias(child, "live", 100, 0);
  const parent = {
    StartAt: "Call",
    States: {
      Call: {
        Type: "Task",
        Resource: "arn:aws:states:::states:startExecution.sync:2",
        Parameters: { StateMachineArn: `${child}:live` },
        ResultSelector: { "revision.$": "$.Output.revision", "arn.$": "$.ExecutionArn" },
        End: true,
      },
    },
  };
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({ name: "nested-parent", definition: JSON.stringify(parent), roleArn }),
  );
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
  const { output = "{}" } = await ended(executionArn);
  const { revision, arn } = JSON.parse(output) as { readonly revision: number; readonly arn: string };
  assert.equal(revision, 1);
  const described = await describeOnce(arn);
  assert.deepEqual([described.stateMachineVersionArn, described.stateMachineAliasArn], [`${child}:1`, `${child}:live`]);
});

test("versions and aliases outlive a restart, and go with their machine", async () => {
  const stateMachineArn = await create("durable");
  await publishNext(stateMachineArn, 2);
  const stateMachineAliasArn = await createAlias(stateMachineArn, "live", 30, 70);
  const describe = new DescribeStateMachineAliasCommand({ stateMachineAliasArn });
  const { routingConfiguration } = await sfn.send(describe);
  await close();
  await open();
  assert.deepEqual((await sfn.send(describe)).routingConfiguration, routingConfiguration);
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn: stateMachineAliasArn }));
  await ended(executionArn);
  await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
  await assert.rejects(sfn.send(describe), ResourceNotFound);
  const describeVersion = new DescribeStateMachineCommand({ stateMachineArn: `${stateMachineArn}:1` });
  await assert.rejects(sfn.send(describeVersion), StateMachineDoesNotExist);
  assert.equal((await describeOnce(executionArn)).stateMachineAliasArn, stateMachineAliasArn);
  await create("durable");
  const { stateMachineVersions } = await sfn.send(new ListStateMachineVersionsCommand({ stateMachineArn }));
  assert.equal(stateMachineVersions?.length, 1, "a new machine of the name begins anew");
});
