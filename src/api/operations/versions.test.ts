// The answers of actions on versions: numbers, revisions, idempotency and refusals.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { type FakeServer, startFakeServer } from "../../testing/fake-server.ts";

const arnOf = (name: string): string => `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`;
const arn = arnOf("m");
const create = { name: "m", definition: "{}", roleArn: "arn:aws:iam::000000000000:role/r" };
const createdAt = 1_700_000_000.123;

async function answerOf(server: FakeServer, action: string, body: object): Promise<Readonly<Record<string, unknown>>> {
  const { status, body: answer } = await server.send(action, body);
  assert.equal(status, 200, `${action} ${JSON.stringify(answer)}`);
  return answer;
}

async function errorOf(server: FakeServer, action: string, body: object): Promise<string> {
  const { status, body: answer } = await server.send(action, body);
  return `${status} ${String(answer["__type"])}: ${String(answer["message"])}`;
}

async function startWithMachine(t: TestContext, change: object = {}): Promise<FakeServer> {
  const server = await startFakeServer(t);
  await answerOf(server, "CreateStateMachine", { ...create, ...change });
  return server;
}

/** Changes the definition and publishes that. */
function publishNext(server: FakeServer, definition: string): Promise<Readonly<Record<string, unknown>>> {
  return answerOf(server, "UpdateStateMachine", { stateMachineArn: arn, definition, publish: true });
}

test("a machine created with publish has version 1, and the same request is answered alike", async (t) => {
  const server = await startFakeServer(t);
  const publishing = { ...create, publish: true, versionDescription: "first" };
  const created = { stateMachineArn: arn, creationDate: createdAt, stateMachineVersionArn: `${arn}:1` };
  assert.deepEqual(await answerOf(server, "CreateStateMachine", publishing), created);
  server.now += 1000;
  assert.deepEqual(await answerOf(server, "CreateStateMachine", publishing), created);
  const exists = `400 StateMachineAlreadyExists: State Machine Already Exists: '${arn}'`;
  for (const change of [{ versionDescription: "other" }, { versionDescription: "" }, create]) {
    const other = change === create ? create : { ...publishing, ...change };
    assert.equal(await errorOf(server, "CreateStateMachine", other), exists);
  }
  const described = await answerOf(server, "DescribeStateMachine", { stateMachineArn: `${arn}:1` });
  assert.deepEqual(
    [described["stateMachineArn"], described["description"], described["revisionId"], described["name"]],
    [`${arn}:1`, "first", undefined, "m"],
  );
  assert.equal((await answerOf(server, "DescribeStateMachine", { stateMachineArn: arn }))["description"], undefined);
});

test("a machine created without publish is not the same as one created with it", async (t) => {
  const server = await startWithMachine(t, { publish: false, versionDescription: "" });
  await answerOf(server, "PublishStateMachineVersion", { stateMachineArn: arn });
  assert.deepEqual(await answerOf(server, "CreateStateMachine", create), {
    stateMachineArn: arn,
    creationDate: createdAt,
  });
  assert.equal(
    await errorOf(server, "CreateStateMachine", { ...create, publish: true }),
    `400 StateMachineAlreadyExists: State Machine Already Exists: '${arn}'`,
  );
});

test("a version describes its own revision, whatever became of the machine since", async (t) => {
  const server = await startWithMachine(t, { publish: true });
  server.now += 5000;
  const updated = await publishNext(server, "[1]");
  assert.deepEqual(updated, {
    updateDate: createdAt + 5,
    revisionId: "00000000-0000-4000-8000-000000000001",
    stateMachineVersionArn: `${arn}:2`,
  });
  const rows: readonly (readonly [qualifier: string, definition: string, revisionId: unknown, createdAt: number])[] = [
    [":1", "{}", undefined, createdAt],
    [":2", "[1]", updated["revisionId"], createdAt + 5],
    ["", "[1]", updated["revisionId"], createdAt],
  ];
  for (const [qualifier, definition, revisionId, creationDate] of rows) {
    const described = await answerOf(server, "DescribeStateMachine", { stateMachineArn: `${arn}${qualifier}` });
    assert.deepEqual(
      [described["stateMachineArn"], described["definition"], described["revisionId"], described["creationDate"]],
      [`${arn}${qualifier}`, definition, revisionId, creationDate],
    );
  }
});

test("an update without a change publishes the revision that is there, once", async (t) => {
  const server = await startWithMachine(t);
  const same = { stateMachineArn: arn, definition: "{}", publish: true };
  const answer = { updateDate: createdAt, stateMachineVersionArn: `${arn}:1` };
  assert.deepEqual(await answerOf(server, "UpdateStateMachine", same), answer);
  assert.deepEqual(await answerOf(server, "UpdateStateMachine", { ...same, versionDescription: "x" }), answer);
  assert.equal(
    await errorOf(server, "UpdateStateMachine", { stateMachineArn: arn, publish: true }),
    "400 MissingRequiredParameter: Either the definition, the role ARN, the LoggingConfiguration, or the " +
      "TracingConfiguration must be specified",
  );
  assert.equal(
    await errorOf(server, "UpdateStateMachine", { stateMachineArn: `${arn}:1`, definition: "[]" }),
    `400 StateMachineDoesNotExist: State Machine Does Not Exist: '${arn}:1'`,
  );
});

test("publishing is refused where another revision is current, and idempotent otherwise", async (t) => {
  const server = await startWithMachine(t);
  const publish = (revisionId?: string): object => ({ stateMachineArn: arn, revisionId, description: "d" });
  const first = { creationDate: createdAt, stateMachineVersionArn: `${arn}:1` };
  assert.deepEqual(await answerOf(server, "PublishStateMachineVersion", publish("INITIAL")), first);
  server.now += 1000;
  assert.deepEqual(await answerOf(server, "PublishStateMachineVersion", { stateMachineArn: arn }), first);
  const updated = await answerOf(server, "UpdateStateMachine", { stateMachineArn: arn, definition: "[]" });
  const current = String(updated["revisionId"]);
  for (const [given, message] of [
    ["INITIAL", `revision INITIAL. The current State Machine revision is ${current}.`],
    ["nonsense", `revision nonsense. The current State Machine revision is ${current}.`],
  ] as const) {
    assert.equal(
      await errorOf(server, "PublishStateMachineVersion", publish(given)),
      `400 ConflictException: Failed to publish the State Machine version for ${message}`,
    );
  }
  const second = await answerOf(server, "PublishStateMachineVersion", publish(current));
  assert.deepEqual(second, { creationDate: createdAt + 1, stateMachineVersionArn: `${arn}:2` });
});

test("what has no machine or is no version is refused by its ARN", async (t) => {
  const server = await startWithMachine(t, { publish: true });
  const rows: readonly (readonly [action: string, body: object, error: string])[] = [
    ...["PublishStateMachineVersion", "ListStateMachineVersions"].flatMap((action) =>
      [arnOf("other"), `${arn}:1`, `${arn}:alias`, arn.replace("us-east-1", "eu-west-1")].map(
        (stateMachineArn) =>
          [
            action,
            { stateMachineArn },
            `StateMachineDoesNotExist: State Machine Does Not Exist: '${stateMachineArn}'`,
          ] as const,
      ),
    ),
    ...["DescribeStateMachine", "StartExecution", "ListExecutions"].flatMap((action) =>
      [`${arn}:2`, `${arn}:01`, `${arn}:1e0`, `${arn}:9999999999999999`, `${arnOf("other")}:1`, `${arn}:nobody`].map(
        (stateMachineArn) =>
          [
            action,
            { stateMachineArn },
            `StateMachineDoesNotExist: State Machine Does Not Exist: '${stateMachineArn}'`,
          ] as const,
      ),
    ),
    [
      "PublishStateMachineVersion",
      { stateMachineArn: "invalid_arn" },
      "InvalidArn: Invalid Arn: 'Invalid ARN prefix: invalid_arn'",
    ],
    [
      "DeleteStateMachineVersion",
      { stateMachineVersionArn: arn },
      `InvalidArn: Invalid Arn: 'Not the ARN of a state machine version: ${arn}'`,
    ],
    [
      "DeleteStateMachineVersion",
      { stateMachineVersionArn: `${arn}:alias` },
      `InvalidArn: Invalid Arn: 'Not the ARN of a state machine version: ${arn}:alias'`,
    ],
    [
      "DeleteStateMachine",
      { stateMachineArn: `${arn}:1` },
      "ValidationException: Delete versions with DeleteStateMachineVersion and aliases with DeleteStateMachineAlias: " +
        `'${arn}:1'`,
    ],
    [
      "ListStateMachineVersions",
      { stateMachineArn: arn, nextToken: "x" },
      "InvalidToken: Invalid Token: 'Invalid token'",
    ],
  ];
  for (const [action, body, error] of rows) {
    assert.equal(await errorOf(server, action, body), `400 ${error}`, action);
  }
  assert.deepEqual(server.changes, ["createStateMachine"]);
});

test("versions are listed newest first in pages, and a deleted number does not come back", async (t) => {
  const server = await startWithMachine(t, { publish: true });
  for (let i = 2; i <= 5; i++) await publishNext(server, `[${i}]`);
  for (let i = 0; i < 2; i++) {
    assert.deepEqual(
      await answerOf(server, "DeleteStateMachineVersion", { stateMachineVersionArn: `${arn}:5` }),
      {},
      "deleting what is not there is no error",
    );
  }
  await answerOf(server, "DeleteStateMachineVersion", { stateMachineVersionArn: `${arnOf("other")}:1` });
  const listed: unknown[] = [];
  let nextToken: unknown;
  do {
    const page = await answerOf(server, "ListStateMachineVersions", { stateMachineArn: arn, maxResults: 2, nextToken });
    listed.push(page["stateMachineVersions"]);
    nextToken = page["nextToken"];
  } while (nextToken !== undefined);
  const item = (number: number): object => ({ stateMachineVersionArn: `${arn}:${number}`, creationDate: createdAt });
  assert.deepEqual(listed, [
    [item(4), item(3)],
    [item(2), item(1)],
  ]);
  const again = await answerOf(server, "PublishStateMachineVersion", { stateMachineArn: arn });
  assert.equal(again["stateMachineVersionArn"], `${arn}:6`);
});

test("a machine has a thousand versions at most, and an update that finds no room changes nothing", async (t) => {
  const server = await startWithMachine(t);
  const machine = await server.catalogue.findStateMachine("m");
  const stateMachineId = machine?.id ?? 0;
  for (let revisionId = -1; revisionId >= -1000; revisionId--) {
    await server.versions.publishVersion({ stateMachineId, revisionId, createdAt: 1 });
  }
  const full =
    "400 ServiceQuotaExceededException: State machine 'm' has 1000 versions, the most it can have: delete unused ones.";
  assert.equal(await errorOf(server, "PublishStateMachineVersion", { stateMachineArn: arn }), full);
  const update = { stateMachineArn: arn, definition: "[]", publish: true };
  assert.equal(await errorOf(server, "UpdateStateMachine", update), full);
  assert.equal((await answerOf(server, "DescribeStateMachine", { stateMachineArn: arn }))["definition"], "{}");
  await answerOf(server, "DeleteStateMachineVersion", { stateMachineVersionArn: `${arn}:7` });
  assert.equal((await publishNext(server, "[]"))["stateMachineVersionArn"], `${arn}:1001`);
});

test("an execution of a version runs its revision, says so, and is listed with it", async (t) => {
  const server = await startWithMachine(t, { publish: true });
  await publishNext(server, "[2]");
  const start = (qualifier: string, name: string): Promise<Readonly<Record<string, unknown>>> =>
    answerOf(server, "StartExecution", { stateMachineArn: `${arn}${qualifier}`, name });
  await start("", "newest");
  await start(":1", "first");
  await start(":2", "second");
  const executionArn = arn.replace("stateMachine:m", "execution:m:first");
  const described = await answerOf(server, "DescribeExecution", { executionArn });
  assert.deepEqual(
    [described["stateMachineArn"], described["stateMachineVersionArn"], described["stateMachineAliasArn"]],
    [arn, `${arn}:1`, undefined],
  );
  const machine = await answerOf(server, "DescribeStateMachineForExecution", { executionArn });
  assert.deepEqual([machine["stateMachineArn"], machine["definition"]], [arn, "{}"]);
  const rows: readonly (readonly [qualifier: string, names: readonly string[]])[] = [
    [":1", ["first"]],
    [":2", ["second"]],
    ["", ["second", "first", "newest"]],
  ];
  for (const [qualifier, names] of rows) {
    const page = await answerOf(server, "ListExecutions", { stateMachineArn: `${arn}${qualifier}` });
    const executions = page["executions"] as readonly Readonly<Record<string, unknown>>[];
    assert.deepEqual(
      executions.map(({ name }) => name),
      names,
    );
    for (const { stateMachineArn } of executions) assert.equal(stateMachineArn, arn);
  }
  await answerOf(server, "DeleteStateMachineVersion", { stateMachineVersionArn: `${arn}:1` });
  const after = await answerOf(server, "DescribeExecution", { executionArn });
  assert.equal(after["stateMachineVersionArn"], `${arn}:1`, "of a version that is gone");
});

test("a page token of one version's executions does not open those of another", async (t) => {
  const server = await startWithMachine(t, { publish: true });
  await publishNext(server, "[2]");
  for (const name of ["a", "b"]) await answerOf(server, "StartExecution", { stateMachineArn: `${arn}:1`, name });
  const list = { stateMachineArn: `${arn}:1`, maxResults: 1 };
  const { nextToken } = await answerOf(server, "ListExecutions", list);
  assert.equal(
    await errorOf(server, "ListExecutions", { ...list, stateMachineArn: `${arn}:2`, nextToken }),
    "400 InvalidToken: Invalid Token: 'Invalid token'",
  );
  assert.equal((await answerOf(server, "ListExecutions", { ...list, nextToken }))["nextToken"], undefined);
});

test("while a machine is being deleted nothing is published and nothing of it starts", async (t) => {
  const server = await startWithMachine(t, { publish: true });
  await answerOf(server, "DeleteStateMachine", { stateMachineArn: arn });
  const deleting = (given: string): string => `400 StateMachineDeleting: State Machine is being deleted: '${given}'`;
  assert.equal(await errorOf(server, "PublishStateMachineVersion", { stateMachineArn: arn }), deleting(arn));
  assert.equal(await errorOf(server, "StartExecution", { stateMachineArn: `${arn}:1` }), deleting(`${arn}:1`));
  const described = await answerOf(server, "DescribeStateMachine", { stateMachineArn: `${arn}:1` });
  assert.equal(described["status"], "DELETING");
});
