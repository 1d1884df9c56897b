// The answers of actions on aliases: routing, conflicts, paging, starts by weight and refusals.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { type FakeServer, startFakeServer } from "../../testing/fake-server.ts";

const arnOf = (name: string): string => `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`;
const arn = arnOf("m");
const aliasArn = `${arn}:live`;
const createdAt = 1_700_000_000.123;
const missing = "400 ResourceNotFound: Request references a resource that does not exist.";

interface Item {
  readonly stateMachineVersionArn: string;
  readonly weight: number;
}
const route = (version: number | string, weight: number): Item => ({
  stateMachineVersionArn: typeof version === "number" ? `${arn}:${version}` : version,
  weight,
});

async function answerOf(server: FakeServer, action: string, body: object): Promise<Readonly<Record<string, unknown>>> {
  const { status, body: answer } = await server.send(action, body);
  assert.equal(status, 200, `${action} ${JSON.stringify(answer)}`);
  return answer;
}

async function errorOf(server: FakeServer, action: string, body: object): Promise<string> {
  const { status, body: answer } = await server.send(action, body);
  return `${status} ${String(answer["__type"])}: ${String(answer["message"])}`;
}

/** The machine `m` with three versions and `other` with one. */
async function startWithVersions(t: TestContext): Promise<FakeServer> {
  const server = await startFakeServer(t);
  for (const name of ["m", "other"]) {
    await answerOf(server, "CreateStateMachine", {
      name,
      definition: "[1]",
      roleArn: "arn:aws:iam::000000000000:role/r",
      publish: true,
    });
  }
  for (const definition of ["[2]", "[3]"]) {
    await answerOf(server, "UpdateStateMachine", { stateMachineArn: arn, definition, publish: true });
  }
  return server;
}

function createLive(server: FakeServer, ...routingConfiguration: readonly Item[]): Promise<unknown> {
  return answerOf(server, "CreateStateMachineAlias", { name: "live", routingConfiguration });
}

test("an alias is created once, described, updated in parts and deleted", async (t) => {
  const server = await startWithVersions(t);
  const create = { name: "live", description: "d", routingConfiguration: [route(1, 100)] };
  const created = { stateMachineAliasArn: aliasArn, creationDate: createdAt };
  assert.deepEqual(await answerOf(server, "CreateStateMachineAlias", create), created);
  server.now += 1000;
  assert.deepEqual(await answerOf(server, "CreateStateMachineAlias", create), created);
  const described = { ...created, name: "live", description: "d", routingConfiguration: [route(1, 100)] };
  const describe = { stateMachineAliasArn: aliasArn };
  const described1 = { ...described, updateDate: createdAt };
  assert.deepEqual(await answerOf(server, "DescribeStateMachineAlias", describe), described1);

  const routed = { ...describe, routingConfiguration: [route(3, 10), route(2, 90)] };
  assert.deepEqual(await answerOf(server, "UpdateStateMachineAlias", routed), { updateDate: createdAt + 1 });
  const described2 = { ...described, ...routed, updateDate: createdAt + 1 };
  assert.deepEqual(await answerOf(server, "DescribeStateMachineAlias", describe), described2);
  server.now += 1000;
  await answerOf(server, "UpdateStateMachineAlias", { ...describe, description: "" });
  const { description: _taken, ...described3 } = { ...described2, updateDate: createdAt + 2 };
  assert.deepEqual(await answerOf(server, "DescribeStateMachineAlias", describe), described3);

  for (let i = 0; i < 2; i++) assert.deepEqual(await answerOf(server, "DeleteStateMachineAlias", describe), {});
  assert.equal(await errorOf(server, "DescribeStateMachineAlias", describe), missing);
  assert.equal(await errorOf(server, "UpdateStateMachineAlias", routed), missing);
});

test("an alias of the same name must be the same, in any order of its routes", async (t) => {
  const server = await startWithVersions(t);
  const create = { name: "live", description: "", routingConfiguration: [route(1, 40), route(2, 60)] };
  await answerOf(server, "CreateStateMachineAlias", create);
  const { description: _none, ...undescribed } = create;
  await answerOf(server, "CreateStateMachineAlias", undescribed);
  await answerOf(server, "CreateStateMachineAlias", {
    ...create,
    routingConfiguration: create.routingConfiguration.toReversed(),
  });
  const exists =
    "400 ConflictException: Failed to create alias because an alias with the same name and a different routing " +
    "configuration already exists.";
  for (const change of [
    { description: "other" },
    { routingConfiguration: [route(1, 100)] },
    { routingConfiguration: [route(1, 60), route(2, 40)] },
    { routingConfiguration: [route(1, 40), route(3, 60)] },
  ]) {
    assert.equal(await errorOf(server, "CreateStateMachineAlias", { ...create, ...change }), exists);
  }
});

test("a routing configuration is refused for what is wrong with it", async (t) => {
  const server = await startWithVersions(t);
  await createLive(server, route(1, 100));
  const rule = "ValidationException: Routing configuration must contain";
  const shared: readonly (readonly [routing: readonly Item[], error: string])[] = [
    [[route(arn, 100)], `${rule} state machine version ARNs. Received: [${arn}]`],
    [[route(arn, 50), route(1, 50)], `${rule} state machine version ARNs. Received: [${arn}, ${arn}:1]`],
    [[route(aliasArn, 100)], `${rule} state machine version ARNs. Received: [${aliasArn}]`],
    [[route(1, 50), route(1, 50)], `${rule} distinct state machine version ARNs. Received: [${arn}:1, ${arn}:1]`],
    [
      [route(1, 70), route(2, 31)],
      "ValidationException: Sum of routing configuration weights must equal 100. Received: [70, 31]",
    ],
    [[route(1, 99)], "ValidationException: Sum of routing configuration weights must equal 100. Received: [99]"],
    [
      [route(1, 50), route(`${arnOf("other")}:1`, 50)],
      `${rule} versions of the same state machine. Received: [${arn}:1, ${arnOf("other")}:1]`,
    ],
    [[route(4, 100)], "ResourceNotFound: Request references a resource that does not exist."],
    [[route("nothing", 100)], "InvalidArn: Invalid Arn: 'Invalid ARN prefix: nothing'"],
    [
      [],
      "ValidationException: 1 validation error detected: Value '[]' at 'routingConfiguration' failed to satisfy " +
        "constraint: Member must have length greater than or equal to 1",
    ],
    [
      [route(1, 101)],
      "ValidationException: 1 validation error detected: Value '101' at 'routingConfiguration.1.member.weight' " +
        "failed to satisfy constraint: Member must have value less than or equal to 100",
    ],
  ];
  for (const [routingConfiguration, error] of shared) {
    const create = { name: "new", routingConfiguration };
    assert.equal(await errorOf(server, "CreateStateMachineAlias", create), `400 ${error}`);
    const update = { stateMachineAliasArn: aliasArn, routingConfiguration };
    assert.equal(await errorOf(server, "UpdateStateMachineAlias", update), `400 ${error}`);
  }
  const elsewhere = [route(`${arnOf("nobody")}:1`, 100)];
  assert.equal(
    await errorOf(server, "CreateStateMachineAlias", { name: "new", routingConfiguration: elsewhere }),
    missing,
  );
  assert.match(
    await errorOf(server, "UpdateStateMachineAlias", {
      stateMachineAliasArn: aliasArn,
      routingConfiguration: [route(`${arnOf("other")}:1`, 100)],
    }),
    /^400 ValidationException: Routing configuration must contain versions of the same state machine/,
  );
  assert.deepEqual(await answerOf(server, "ListStateMachineAliases", { stateMachineArn: arn }), {
    stateMachineAliases: [{ stateMachineAliasArn: aliasArn, creationDate: createdAt }],
  });
});

test("an update must change something", async (t) => {
  const server = await startWithVersions(t);
  const { status, body } = await server.send("UpdateStateMachineAlias", { stateMachineAliasArn: aliasArn });
  assert.deepEqual(
    [status, body["__type"], body["reason"]],
    [400, "ValidationException", "MISSING_REQUIRED_PARAMETER"],
  );
});

test("what is no alias is refused by its ARN", async (t) => {
  const server = await startWithVersions(t);
  const update = { description: "x" };
  for (const action of ["DescribeStateMachineAlias", "UpdateStateMachineAlias", "DeleteStateMachineAlias"]) {
    for (const stateMachineAliasArn of [arn, `${arn}:1`]) {
      assert.equal(
        await errorOf(server, action, { ...update, stateMachineAliasArn }),
        `400 InvalidArn: Invalid Arn: 'Not the ARN of a state machine alias: ${stateMachineAliasArn}'`,
      );
    }
    const elsewhere = { ...update, stateMachineAliasArn: aliasArn.replace("us-east-1", "eu-west-1") };
    if (action === "DeleteStateMachineAlias") assert.deepEqual(await answerOf(server, action, elsewhere), {});
    else assert.equal(await errorOf(server, action, elsewhere), missing);
  }
  await createLive(server, route(1, 100));
  for (const [action, body] of [
    ["DescribeStateMachine", { stateMachineArn: aliasArn }],
    ["UpdateStateMachine", { stateMachineArn: aliasArn, definition: "[]" }],
    ["ListStateMachineAliases", { stateMachineArn: aliasArn }],
    ["ListStateMachineAliases", { stateMachineArn: `${arn}:9` }],
    ["ListStateMachineAliases", { stateMachineArn: arnOf("nobody") }],
  ] as const) {
    assert.equal(
      await errorOf(server, action, body),
      `400 StateMachineDoesNotExist: State Machine Does Not Exist: '${body.stateMachineArn}'`,
    );
  }
  const tag = { resourceArn: aliasArn, tags: [{ key: "k", value: "v" }] };
  assert.equal(await errorOf(server, "TagResource", tag), `400 ResourceNotFound: Resource not found: '${aliasArn}'`);
});

test("aliases are listed by name in pages, of a machine or of a version", async (t) => {
  const server = await startWithVersions(t);
  for (const [name, ...routingConfiguration] of [
    ["c", route(1, 100)],
    ["a", route(1, 50), route(2, 50)],
    ["b", route(2, 100)],
  ] as const) {
    await answerOf(server, "CreateStateMachineAlias", { name, routingConfiguration });
  }
  const list = async (body: object): Promise<readonly [names: string, nextToken: unknown]> => {
    const page = await answerOf(server, "ListStateMachineAliases", body);
    const aliases = page["stateMachineAliases"] as readonly { readonly stateMachineAliasArn: string }[];
    const names = aliases.map(({ stateMachineAliasArn }) => stateMachineAliasArn.split(":").at(-1));
    return [names.join(""), page["nextToken"]];
  };
  assert.deepEqual(await list({ stateMachineArn: `${arn}:1` }), ["ac", undefined]);
  assert.deepEqual(await list({ stateMachineArn: `${arn}:2` }), ["ab", undefined]);
  assert.deepEqual(await list({ stateMachineArn: `${arn}:3` }), ["", undefined]);
  const [first, nextToken] = await list({ stateMachineArn: arn, maxResults: 2 });
  assert.equal(first, "ab");
  assert.deepEqual(await list({ stateMachineArn: arn, maxResults: 2, nextToken }), ["c", undefined]);
  assert.equal(
    await errorOf(server, "ListStateMachineAliases", { stateMachineArn: `${arn}:1`, nextToken }),
    "400 InvalidToken: Invalid Token: 'Invalid token'",
  );
});

test("a version is not deleted while aliases refer to it", async (t) => {
  const server = await startWithVersions(t);
  for (const name of ["b", "a"]) {
    await answerOf(server, "CreateStateMachineAlias", { name, routingConfiguration: [route(1, 0), route(2, 100)] });
  }
  const remove = { stateMachineVersionArn: `${arn}:1` };
  assert.equal(
    await errorOf(server, "DeleteStateMachineVersion", remove),
    "400 ConflictException: Version to be deleted must not be referenced by an alias. " +
      "Current list of aliases referencing this version: [a, b]",
  );
  const rerouted = { stateMachineAliasArn: `${arn}:b`, routingConfiguration: [route(3, 100)] };
  await answerOf(server, "UpdateStateMachineAlias", rerouted);
  await answerOf(server, "DeleteStateMachineAlias", { stateMachineAliasArn: `${arn}:a` });
  assert.deepEqual(await answerOf(server, "DeleteStateMachineVersion", remove), {});
});

test("a machine has a hundred aliases at most", async (t) => {
  const server = await startWithVersions(t);
  const create = (name: string): object => ({ name, routingConfiguration: [route(1, 100)] });
  for (let i = 0; i < 100; i++) await answerOf(server, "CreateStateMachineAlias", create(`a${i}`));
  assert.equal(
    await errorOf(server, "CreateStateMachineAlias", create("one-more")),
    "400 ServiceQuotaExceededException: State machine 'm' has 100 aliases, the most it can have: delete unused ones.",
  );
  await answerOf(server, "CreateStateMachineAlias", create("a7"));
});

test("a start by an alias draws a version by its weight and shows both", async (t) => {
  const server = await startWithVersions(t);
  await createLive(server, route(2, 30), route(1, 70));
  const rows: readonly (readonly [random: number, version: number])[] = [
    [0, 2],
    [0.2999, 2],
    [0.3, 1],
    [0.9999, 1],
  ];
  for (const [random, version] of rows) {
    server.random = random;
    const name = `at-${String(random)}`;
    const { executionArn } = await answerOf(server, "StartExecution", { stateMachineArn: aliasArn, name });
    const described = await answerOf(server, "DescribeExecution", { executionArn });
    assert.deepEqual(
      [described["stateMachineArn"], described["stateMachineVersionArn"], described["stateMachineAliasArn"]],
      [arn, `${arn}:${version}`, aliasArn],
    );
    const machine = await answerOf(server, "DescribeStateMachineForExecution", { executionArn });
    assert.deepEqual([machine["stateMachineArn"], machine["definition"]], [arn, `[${version}]`]);
  }
  await answerOf(server, "StartExecution", { stateMachineArn: `${arn}:2` });
  const listed = await answerOf(server, "ListExecutions", { stateMachineArn: aliasArn });
  assert.equal((listed["executions"] as readonly unknown[]).length, rows.length);
});

test("a weight of nothing draws nothing", async (t) => {
  const server = await startWithVersions(t);
  await createLive(server, route(1, 0), route(2, 100));
  for (const random of [0, 0.5, 1 - Number.EPSILON]) {
    server.random = random;
    const { executionArn } = await answerOf(server, "StartExecution", { stateMachineArn: aliasArn });
    const { stateMachineVersionArn } = await answerOf(server, "DescribeExecution", { executionArn });
    assert.equal(stateMachineVersionArn, `${arn}:2`);
  }
});

test("while a machine is being deleted its aliases neither change nor start anything", async (t) => {
  const server = await startWithVersions(t);
  await createLive(server, route(1, 100));
  await answerOf(server, "DeleteStateMachine", { stateMachineArn: arn });
  const deleting = (given: string): string => `400 StateMachineDeleting: State Machine is being deleted: '${given}'`;
  const create = { name: "new", routingConfiguration: [route(1, 100)] };
  assert.equal(await errorOf(server, "CreateStateMachineAlias", create), deleting(arn));
  const update = { stateMachineAliasArn: aliasArn, description: "x" };
  assert.equal(await errorOf(server, "UpdateStateMachineAlias", update), deleting(arn));
  assert.equal(await errorOf(server, "ListStateMachineAliases", { stateMachineArn: arn }), deleting(arn));
  assert.equal(await errorOf(server, "StartExecution", { stateMachineArn: aliasArn }), deleting(aliasArn));
  assert.deepEqual(await answerOf(server, "DeleteStateMachineAlias", { stateMachineAliasArn: aliasArn }), {});
});
