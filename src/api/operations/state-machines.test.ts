// The answers of actions on state machines, over a fake catalogue: idempotency, defaults, revisions and refusals.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type FakeServer, startFakeServer } from "../../testing/fake-server.ts";

const arnOf = (name: string): string => `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`;
const arn = arnOf("m");
const create = { name: "m", definition: '{"a":1}', roleArn: "arn:aws:iam::000000000000:role/r" };
const logDestination = {
  cloudWatchLogsLogGroup: { logGroupArn: "arn:aws:logs:us-east-1:000000000000:log-group:g:*" },
};
const defaults = {
  loggingConfiguration: { level: "OFF", includeExecutionData: false },
  tracingConfiguration: { enabled: false },
  encryptionConfiguration: { type: "AWS_OWNED_KEY" },
};

async function errorOf(server: FakeServer, action: string, body: object): Promise<string> {
  const { status, body: answer } = await server.send(action, body);
  return `${status} ${String(answer["__type"])}: ${String(answer["message"])}`;
}

test("Describe shows what was created, with AWS's defaults", async (t) => {
  const server = await startFakeServer(t);
  const created = await server.send("CreateStateMachine", create);
  assert.deepEqual(created.body, { stateMachineArn: arn, creationDate: 1_700_000_000.123 });
  const described = await server.send("DescribeStateMachine", { stateMachineArn: arn });
  assert.deepEqual(described.body, {
    stateMachineArn: arn,
    name: "m",
    status: "ACTIVE",
    type: "STANDARD",
    definition: '{"a":1}',
    roleArn: create.roleArn,
    creationDate: 1_700_000_000.123,
    ...defaults,
  });
  const metadata = await server.send("DescribeStateMachine", { stateMachineArn: arn, includedData: "METADATA_ONLY" });
  assert.equal(metadata.body["definition"], "{}");
});

test("configurations are echoed as they were given", async (t) => {
  const rows: readonly (readonly [given: object, echoed: object])[] = [
    [{ loggingConfiguration: {} }, {}],
    [
      { loggingConfiguration: { destinations: [] } },
      { loggingConfiguration: { level: "OFF", includeExecutionData: false, destinations: [] } },
    ],
    [
      { loggingConfiguration: { level: "ALL", includeExecutionData: true, destinations: [logDestination] } },
      { loggingConfiguration: { level: "ALL", includeExecutionData: true, destinations: [logDestination] } },
    ],
    [{ tracingConfiguration: {} }, {}],
    [{ tracingConfiguration: { enabled: true } }, { tracingConfiguration: { enabled: true } }],
    [
      { encryptionConfiguration: { type: "CUSTOMER_MANAGED_KMS_KEY", kmsKeyId: "k" } },
      { encryptionConfiguration: { type: "CUSTOMER_MANAGED_KMS_KEY", kmsKeyId: "k" } },
    ],
  ];
  const server = await startFakeServer(t);
  for (const [i, [given, echoed]] of rows.entries()) {
    await server.send("CreateStateMachine", { ...create, name: `m${i}`, ...given });
    const { body } = await server.send("DescribeStateMachine", { stateMachineArn: arnOf(`m${i}`) });
    const { loggingConfiguration, tracingConfiguration, encryptionConfiguration } = body;
    const shown = { loggingConfiguration, tracingConfiguration, encryptionConfiguration };
    assert.deepEqual(shown, { ...defaults, ...echoed });
  }
});

test("a repeated create gives the original back only where everything but role and tags is the same", async (t) => {
  const server = await startFakeServer(t);
  const first = await server.send("CreateStateMachine", create);
  server.now += 5000;
  const same = [
    {},
    { roleArn: "arn:aws:iam::000000000000:role/other" },
    { tags: [{ key: "k", value: "v" }] },
    { type: "STANDARD" },
  ];
  const alsoSame = [{ loggingConfiguration: { level: "OFF" } }, { publish: false, versionDescription: "" }];
  for (const change of [...same, ...alsoSame]) {
    assert.deepEqual((await server.send("CreateStateMachine", { ...create, ...change })).body, first.body);
  }
  const others = [{ definition: '{"a": 1}' }, { type: "EXPRESS" }, { tracingConfiguration: { enabled: true } }];
  for (const change of others) {
    const error = await errorOf(server, "CreateStateMachine", { ...create, ...change });
    assert.equal(error, `400 StateMachineAlreadyExists: State Machine Already Exists: '${arn}'`);
  }
});

const notSet = "Must set valid CloudWatch Log Group ARN.";
const logGroups: readonly (readonly [group: object | undefined, problem: string])[] = [
  [undefined, notSet],
  [{}, notSet],
  [{ logGroupArn: "/orders" }, notSet],
  [{ logGroupArn: "arn:aws:s3:::orders:*" }, "Provided ARN is not CloudWatch Logs Log Group ARN."],
  [
    { logGroupArn: "arn:aws:logs:us-east-1:000000000000:log-group:g" },
    "Log Group ARN must be provided with '*' qualifier.",
  ],
];
const encryptions: readonly (readonly [encryption: object, problem: string])[] = [
  [{ type: "CUSTOMER_MANAGED_KMS_KEY" }, "Must set a valid kmsKeyId."],
  [{ type: "AWS_OWNED_KEY", kmsKeyId: "k" }, "Custom kmsKeyId is not allowed when selecting AWS_OWNED_KEY."],
  [
    { type: "AWS_OWNED_KEY", kmsDataKeyReusePeriodSeconds: 60 },
    "Custom kmsDataKeyReusePeriodSeconds is not allowed when selecting AWS_OWNED_KEY.",
  ],
];

test("a create or an update that AWS refuses is refused with its words", async (t) => {
  const rows: readonly (readonly [change: object, error: string])[] = [
    [{ name: "a b" }, "InvalidName: Invalid Name: 'a b'"],
    [{ name: "a\u0000" }, "InvalidName: Invalid Name: 'a\u0000'"],
    [{ name: "a\ud800" }, "InvalidName: Invalid Name: 'a\ud800'"],
    ...["role", "arn:aws:iam::1234:role/r", "arn:aws:s3:::role", "arn:aws:iam::000000000000:role/"].map(
      (roleArn) => [{ roleArn }, `InvalidArn: Invalid Role Arn: '${roleArn}'`] as const,
    ),
    [{ versionDescription: "v" }, "ValidationException: Version description can only be set when publish is true"],
    ...[{ level: "ALL" }, { level: "ERROR", destinations: [] }, { destinations: [logDestination, logDestination] }].map(
      (loggingConfiguration) =>
        [
          { loggingConfiguration },
          "InvalidLoggingConfiguration: Invalid Logging Configuration: Must specify exactly one Log Destination.",
        ] as const,
    ),
    ...logGroups.map(
      ([cloudWatchLogsLogGroup, problem]) =>
        [
          { loggingConfiguration: { level: "ALL", destinations: [{ cloudWatchLogsLogGroup }] } },
          `InvalidLoggingConfiguration: Invalid Logging Configuration: ${problem}`,
        ] as const,
    ),
    [
      { name: "größe", loggingConfiguration: { level: "ALL", destinations: [logDestination] } },
      `InvalidLoggingConfiguration: Invalid Logging Configuration: 1 validation error detected: Value '${arnOf("größe")}' at 'resourceId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-9A-Za-z.\\/\\-_:]+$`,
    ],
    ...encryptions.map(
      ([encryptionConfiguration, problem]) =>
        [
          { encryptionConfiguration },
          `InvalidEncryptionConfiguration: Invalid Encryption Configuration: ${problem}`,
        ] as const,
    ),
  ];
  const server = await startFakeServer(t);
  for (const [change, error] of rows) {
    const sent = JSON.parse(JSON.stringify({ ...create, ...change })) as object;
    assert.equal(await errorOf(server, "CreateStateMachine", sent), `400 ${error}`);
  }
  assert.deepEqual(server.changes, []);
  assert.equal((await server.send("CreateStateMachine", { ...create, name: "größe" })).status, 200);
});

test("a definition with errors is refused with all of them; warnings do not count", async (t) => {
  const server = await startFakeServer(t);
  const code = "SCHEMA_VALIDATION_FAILED";
  server.diagnostics = [
    { severity: "WARNING", code: "NO_PATH", message: "w", location: "/States/A" },
    { severity: "ERROR", code, message: "These fields are required: [States]", location: "/" },
    { severity: "ERROR", code, message: "Express state machine does not support '.sync' ", location: "/States/B" },
    { severity: "ERROR", code, message: "Definition must be a valid JSON object" },
  ];
  assert.equal(
    await errorOf(server, "CreateStateMachine", create),
    `400 InvalidDefinition: Invalid State Machine Definition: '${code}: These fields are required: [States] at /, ` +
      `${code}: Express state machine does not support '.sync'  at /States/B, ${code}: Definition must be a valid JSON object at null'`,
  );
  const shown = await server.send("ValidateStateMachineDefinition", { definition: "{}" });
  assert.deepEqual(shown.body, { result: "FAIL", diagnostics: server.diagnostics.slice(1), truncated: false });
  const request = { definition: "{}", severity: "WARNING", maxResults: 1 };
  const warned = await server.send("ValidateStateMachineDefinition", request);
  assert.deepEqual(warned.body, { result: "FAIL", diagnostics: server.diagnostics.slice(0, 1), truncated: true });
  server.diagnostics = server.diagnostics.slice(0, 1);
  const valid = await server.send("ValidateStateMachineDefinition", { definition: "{}" });
  assert.deepEqual(valid.body, { result: "OK", diagnostics: [], truncated: false });
  assert.equal((await server.send("CreateStateMachine", create)).status, 200);
});

test("an update makes a revision only where something changed", async (t) => {
  const server = await startFakeServer(t);
  await server.send("CreateStateMachine", create);
  const update = async (change: object): Promise<unknown> =>
    (await server.send("UpdateStateMachine", { stateMachineArn: arn, ...change })).body;
  const updateDate = 1_700_000_000.123;
  const [first, second] = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"];
  assert.deepEqual(await update({ definition: create.definition }), { updateDate });
  assert.deepEqual(await update({ roleArn: "arn:aws:iam::000000000000:role/r2" }), { updateDate, revisionId: first });
  assert.deepEqual(await update({ roleArn: "arn:aws:iam::000000000000:role/r2", definition: create.definition }), {
    updateDate,
    revisionId: first,
  });
  const tracing = { tracingConfiguration: { enabled: true } };
  assert.deepEqual(await update(tracing), { updateDate, revisionId: second });
  assert.deepEqual(await update({ loggingConfiguration: { level: "OFF" } }), { updateDate, revisionId: second });
  const { body } = await server.send("DescribeStateMachine", { stateMachineArn: arn });
  assert.deepEqual(
    [body["revisionId"], body["roleArn"], body["definition"]],
    [second, "arn:aws:iam::000000000000:role/r2", create.definition],
  );
  assert.deepEqual(body["tracingConfiguration"], { enabled: true });
});

test("an update of nothing, of a version or of nothing there is refused", async (t) => {
  const server = await startFakeServer(t);
  await server.send("CreateStateMachine", create);
  assert.equal(
    await errorOf(server, "UpdateStateMachine", { stateMachineArn: arn }),
    "400 MissingRequiredParameter: Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified",
  );
  for (const unknown of [`${arn}:2`, arnOf("x"), arn.replace("000000000000", "111111111111")]) {
    assert.equal(
      await errorOf(server, "UpdateStateMachine", {
        stateMachineArn: unknown,
        roleArn: "arn:aws:iam::000000000000:role/r",
      }),
      `400 StateMachineDoesNotExist: State Machine Does Not Exist: '${unknown}'`,
    );
  }
});

test("ARNs that name no state machine are told apart", async (t) => {
  const server = await startFakeServer(t);
  const rows: readonly (readonly [stateMachineArn: string, error: string])[] = [
    ["not_a_valid_arn", "InvalidArn: Invalid Arn: 'Invalid ARN prefix: not_a_valid_arn'"],
    [arnOf("x"), `StateMachineDoesNotExist: State Machine Does Not Exist: '${arnOf("x")}'`],
    [
      "arn:aws:states:us-east-1:000000000000:activity:a",
      "InvalidArn: Invalid Arn: 'Resource type not valid in this context: activity'",
    ],
  ];
  for (const [stateMachineArn, error] of rows) {
    assert.equal(await errorOf(server, "DescribeStateMachine", { stateMachineArn }), `400 ${error}`);
  }
  const { body } = await server.send("DescribeStateMachine", { stateMachineArn: `${arn}/label` });
  assert.deepEqual([body["__type"], body["reason"]], ["ValidationException", "API_DOES_NOT_SUPPORT_LABELED_ARNS"]);
});

test("a deleted machine is being deleted until its executions have ended", async (t) => {
  const server = await startFakeServer(t);
  assert.deepEqual((await server.send("DeleteStateMachine", { stateMachineArn: arn })).body, {});
  await server.send("CreateStateMachine", create);
  assert.deepEqual((await server.send("DeleteStateMachine", { stateMachineArn: arn })).body, {});
  assert.deepEqual(server.changes.slice(-2), ["deleteStateMachine", "updateStateMachine"]);
  const { body } = await server.send("DescribeStateMachine", { stateMachineArn: arn });
  assert.equal(body["status"], "DELETING");
  const deleting = `400 StateMachineDeleting: State Machine is being deleted: '${arn}'`;
  assert.equal(await errorOf(server, "CreateStateMachine", create), deleting);
  assert.equal(await errorOf(server, "StartExecution", { stateMachineArn: arn }), deleting);
  assert.equal(
    await errorOf(server, "UpdateStateMachine", { stateMachineArn: arn, roleArn: "arn:aws:iam::000000000000:role/r" }),
    deleting,
  );
});

const names = (machines: unknown): unknown[] => (machines as { name: string }[]).map(({ name }) => name);

test("the list is paged, by name", async (t) => {
  const server = await startFakeServer(t);
  for (const name of ["b", "c", "a"]) await server.send("CreateStateMachine", { ...create, name });
  const page = await server.send("ListStateMachines", { maxResults: 2 });
  assert.deepEqual(names(page.body["stateMachines"]), ["a", "b"]);
  const rest = await server.send("ListStateMachines", { nextToken: page.body["nextToken"] });
  assert.deepEqual(rest.body, {
    stateMachines: [{ stateMachineArn: arnOf("c"), name: "c", type: "STANDARD", creationDate: 1_700_000_000.123 }],
  });
  assert.equal(
    await errorOf(server, "ListActivities", { nextToken: page.body["nextToken"] }),
    "400 InvalidToken: Invalid Token: 'Invalid token'",
  );
});

test("tags are kept, replaced and removed by key", async (t) => {
  const server = await startFakeServer(t);
  await server.send("CreateStateMachine", { ...create, tags: [{ key: "a", value: "1" }] });
  await server.send("CreateActivity", { name: "act" });
  for (const resourceArn of [arn, "arn:aws:states:us-east-1:000000000000:activity:act"]) {
    const tags = [{ key: "a", value: "2" }, { key: "__proto__", value: "p" }, { key: "b" }];
    assert.deepEqual((await server.send("TagResource", { resourceArn, tags })).body, {});
    assert.deepEqual((await server.send("UntagResource", { resourceArn, tagKeys: ["b", "none"] })).body, {});
    const { body } = await server.send("ListTagsForResource", { resourceArn });
    assert.deepEqual(body, { tags: tags.slice(0, 2) });
  }
});

test("tags that AWS does not take are refused", async (t) => {
  const server = await startFakeServer(t);
  await server.send("CreateStateMachine", create);
  const many = Array.from({ length: 51 }, (_, i) => ({ key: `k${i}`, value: "" }));
  const unknown = `${arn}:1`;
  assert.equal(
    await errorOf(server, "TagResource", { resourceArn: unknown, tags: [] }),
    `400 ResourceNotFound: Resource not found: '${unknown}'`,
  );
  const tooMany = await server.send("TagResource", { resourceArn: arn, tags: many });
  assert.deepEqual([tooMany.body["__type"], tooMany.body["resourceName"]], ["TooManyTags", arn]);
  for (const key of ["aws:x", "AWS:x", "a*"]) {
    const { body } = await server.send("TagResource", { resourceArn: arn, tags: [{ key, value: "" }] });
    assert.equal(body["__type"], "ValidationException", key);
  }
  assert.deepEqual((await server.send("ListTagsForResource", { resourceArn: arn })).body, { tags: [] });
});
