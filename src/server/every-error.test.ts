// Every error that the service model declares for an action, as AWS's own client understands it: provoked on a real
// server, or listed with the reason why nothing here answers with it. A new action or error needs a row of either table.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SFN, SFNServiceException } from "@aws-sdk/client-sfn";
import { type Action, operations, shapes } from "../api/model.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { testServerOptions } from "../testing/server-options.ts";
import { type PawlServer, startServer } from "./start-server.ts";

type Members = Readonly<Record<string, unknown>>;

const base = "arn:aws:states:us-east-1:123456789012";
const roleArn = "arn:aws:iam::123456789012:role/r";
const arnOf = (name: string): string => `${base}:stateMachine:${name}`;
const actions = Object.keys(operations) as readonly Action[];

const passing = '{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}';
const waiting = '{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}';
const failing = '{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E"}}}';
const working = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"${base}:activity:a","End":true}}}`;

/** Why no request gets the error, by its name or by its action and its name. */
const never: Readonly<Record<string, string>> = {
  KmsAccessDeniedException: "a key of KMS is echoed, never used",
  KmsInvalidStateException: "a key of KMS is echoed, never used",
  KmsThrottlingException: "a key of KMS is echoed, never used",
  TaskDoesNotExist: "a task outlives the deletion of its activity",
  InvalidTracingConfiguration: "every tracing configuration of the right shape is valid, {} among them",
  "CreateStateMachine ConflictException": "changes of one machine wait for each other",
  "CreateStateMachine StateMachineTypeNotSupported":
    "there are both types everywhere; another is a ValidationException",
  "UpdateStateMachine ConflictException": "changes of one machine wait for each other",
  "UpdateStateMachineAlias ConflictException": "changes of one machine wait for each other",
  "DeleteStateMachineAlias ConflictException": "changes of one machine wait for each other",
  "CreateStateMachineAlias InvalidName": "a name that the pattern of alias names refuses is a ValidationException",
  "DeleteStateMachineAlias ResourceNotFound": "an alias that is not there is deleted already",
  "ListStateMachineAliases ResourceNotFound": "a version that is not there is a StateMachineDoesNotExist",
};

/** Answers beyond the model, where success would be a lie. */
const undeclared: Readonly<Record<string, string>> = {
  "ListStateMachineVersions StateMachineDoesNotExist": "an empty list would say that the machine is there",
};

interface World {
  /** The token of a task that a worker has. */
  readonly openToken: string;
  /** The token of a task that has ended. */
  readonly endedToken: string;
}

/** The message is given whole, or as a pattern where it is not AWS's. */
type Row = readonly [error: string, input: Members, message: string | RegExp];

const invalidArn = (member: string, more: Members = {}): Row => [
  "InvalidArn",
  { ...more, [member]: "nothing" },
  "Invalid Arn: 'Invalid ARN prefix: nothing'",
];
const invalidRole = (more: Members): Row => [
  "InvalidArn",
  { ...more, roleArn: "nothing" },
  "Invalid Role Arn: 'nothing'",
];
const otherKind = (member: string, kind: string): Row => [
  "InvalidArn",
  { [member]: `${base}:${kind}:m:1:1` },
  `Invalid Arn: 'Resource type not valid in this context: ${kind}'`,
];
const invalidToken = (input: Members): Row => ["InvalidToken", input, "Invalid Token: 'Invalid token'"];
const noMachine = (more: Members = {}): Row => [
  "StateMachineDoesNotExist",
  { stateMachineArn: arnOf("none"), ...more },
  `State Machine Does Not Exist: '${arnOf("none")}'`,
];
const noExecution: Row = [
  "ExecutionDoesNotExist",
  { executionArn: `${base}:execution:m:none` },
  `Execution Does Not Exist: '${base}:execution:m:none'`,
];
const noActivity: Row = [
  "ActivityDoesNotExist",
  { activityArn: `${base}:activity:none` },
  `Activity Does Not Exist: '${base}:activity:none'`,
];
const noMapRunArn = `${base}:mapRun:m/l:00000000-0000-4000-8000-000000000000`;
const noMapRun: Row = ["ResourceNotFound", { mapRunArn: noMapRunArn }, `Resource not found: '${noMapRunArn}'`];
const noAliasArn = `${arnOf("m")}:none`;
const noReference = "Request references a resource that does not exist.";
const noResource = (more: Members): Row => [
  "ResourceNotFound",
  { ...more, resourceArn: arnOf("none") },
  `Resource not found: '${arnOf("none")}'`,
];
const deleting = (name: string, input: Members = { stateMachineArn: arnOf(name) }): Row => [
  "StateMachineDeleting",
  input,
  `State Machine is being deleted: '${arnOf(name)}'`,
];
const invalidName = (more: Members): Row => ["InvalidName", { ...more, name: "a b" }, "Invalid Name: 'a b'"];
const labelled = (member: string, more: Members = {}): Row => [
  "ValidationException",
  { ...more, [member]: `${base}:stateMachine:m/label` },
  /^This action does not take the ARN of a Distributed Map state: /,
];
const tooLong = (member: string, more: Members, max: number): Row => [
  "ValidationException",
  { ...more, [member]: "x".repeat(max + 1) },
  `1 validation error detected: Value at '${member}' failed to satisfy constraint: ` +
    `Member must have length less than or equal to ${max}`,
];
const wrongType: Row = [
  "StateMachineTypeNotSupported",
  { stateMachineArn: arnOf("m") },
  "This operation is not supported by this type of state machine",
];
const invalidInput = (name: string): Row => [
  "InvalidExecutionInput",
  { stateMachineArn: arnOf(name), input: "" },
  "Invalid State Machine Execution Input: 'Invalid execution input.'",
];
const tooManyTags = (more: Members): Row => [
  "TooManyTags",
  { ...more, tags: Array.from({ length: 51 }, (_, i) => ({ key: `k${i}`, value: "v" })) },
  /can have 50 tags at most$/,
];
const invalidLogging = (more: Members): Row => [
  "InvalidLoggingConfiguration",
  { ...more, loggingConfiguration: { level: "ALL" } },
  "Invalid Logging Configuration: Must specify exactly one Log Destination.",
];
const invalidEncryption = (more: Members): Row => [
  "InvalidEncryptionConfiguration",
  { ...more, encryptionConfiguration: { type: "CUSTOMER_MANAGED_KMS_KEY" } },
  "Invalid Encryption Configuration: Must set a valid kmsKeyId.",
];
const invalidDefinition = (more: Members): Row => [
  "InvalidDefinition",
  { ...more, definition: "{}" },
  /^Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: \[.+\] at \/.*'$/,
];
const noRoomForExecution = (input: Members): Row => [
  "ExecutionLimitExceeded",
  input,
  "The maximum number of running executions has been reached: 2. " +
    "Wait for one to end, stop one, or raise limits.openExecutions in pawl.config.json.",
];
const noRoomForVersion = (input: Members): Row => [
  "ServiceQuotaExceededException",
  input,
  "State machine 'full' has 1000 versions, the most it can have: delete unused ones.",
];

const machine = { name: "new", definition: passing, roleArn };
const route = (name: string): object => ({
  routingConfiguration: [{ stateMachineVersionArn: `${arnOf(name)}:1`, weight: 100 }],
});
const m = { stateMachineArn: arnOf("m") };
const kmsKey = { type: "CUSTOMER_MANAGED_KMS_KEY", kmsKeyId: "key" };

const rowsOf: Readonly<Record<Action, (world: World) => readonly Row[]>> = {
  CreateActivity: () => [
    [
      "ActivityAlreadyExists",
      { name: "a", encryptionConfiguration: kmsKey },
      `Activity Already Exists: '${base}:activity:a'`,
    ],
    [
      "ActivityLimitExceeded",
      { name: "new" },
      "The maximum number of activities has been reached: 1. " +
        "Delete one that is not needed, or raise limits.activities in pawl.config.json.",
    ],
    invalidName({}),
    tooManyTags({ name: "new" }),
    invalidEncryption({ name: "new" }),
  ],
  CreateStateMachine: () => [
    invalidRole(machine),
    invalidDefinition(machine),
    invalidName(machine),
    invalidLogging(machine),
    ["StateMachineAlreadyExists", { ...machine, name: "m" }, `State Machine Already Exists: '${arnOf("m")}'`],
    deleting("leaving", { ...machine, name: "leaving" }),
    [
      "StateMachineLimitExceeded",
      machine,
      "The maximum number of state machines has been reached: 7. " +
        "Delete one that is not needed, or raise limits.stateMachines in pawl.config.json.",
    ],
    tooManyTags(machine),
    [
      "ValidationException",
      { ...machine, versionDescription: "d" },
      "Version description can only be set when publish is true",
    ],
    invalidEncryption(machine),
  ],
  CreateStateMachineAlias: () => [
    [
      "InvalidArn",
      { name: "new", routingConfiguration: [{ stateMachineVersionArn: "nothing", weight: 100 }] },
      "Invalid Arn: 'Invalid ARN prefix: nothing'",
    ],
    [
      "ValidationException",
      { name: "new", routingConfiguration: [{ stateMachineVersionArn: `${arnOf("m")}:1`, weight: 99 }] },
      "Sum of routing configuration weights must equal 100. Received: [99]",
    ],
    ["ValidationException", { name: "1", ...route("m") }, /^1 validation error detected: Value '1' at 'name' failed/],
    deleting("leaving", { name: "new", ...route("leaving") }),
    ["ResourceNotFound", { name: "new", ...route("none") }, noReference],
    [
      "ConflictException",
      { name: "live", description: "another", ...route("m") },
      "Failed to create alias because an alias with the same name and a different routing configuration already exists.",
    ],
    [
      "ServiceQuotaExceededException",
      { name: "new", ...route("full") },
      "State machine 'full' has 100 aliases, the most it can have: delete unused ones.",
    ],
  ],
  DeleteActivity: () => [invalidArn("activityArn"), otherKind("activityArn", "express")],
  DeleteStateMachine: () => [
    invalidArn("stateMachineArn"),
    labelled("stateMachineArn"),
    [
      "ValidationException",
      { stateMachineArn: `${arnOf("m")}:1` },
      /^Delete versions with DeleteStateMachineVersion and aliases with DeleteStateMachineAlias: /,
    ],
  ],
  DeleteStateMachineAlias: () => [invalidArn("stateMachineAliasArn"), labelled("stateMachineAliasArn")],
  DeleteStateMachineVersion: () => [
    labelled("stateMachineVersionArn"),
    invalidArn("stateMachineVersionArn"),
    [
      "ConflictException",
      { stateMachineVersionArn: `${arnOf("m")}:1` },
      "Version to be deleted must not be referenced by an alias. " +
        "Current list of aliases referencing this version: [live]",
    ],
  ],
  DescribeActivity: () => [noActivity, invalidArn("activityArn")],
  DescribeExecution: () => [noExecution, invalidArn("executionArn"), otherKind("executionArn", "express")],
  DescribeMapRun: () => [noMapRun, invalidArn("mapRunArn")],
  DescribeStateMachine: () => [
    invalidArn("stateMachineArn"),
    noMachine(),
    noMachine({ includedData: "METADATA_ONLY" }),
    labelled("stateMachineArn"),
  ],
  DescribeStateMachineAlias: () => [
    labelled("stateMachineAliasArn"),
    invalidArn("stateMachineAliasArn"),
    ["ResourceNotFound", { stateMachineAliasArn: noAliasArn }, noReference],
  ],
  DescribeStateMachineForExecution: () => [noExecution, invalidArn("executionArn")],
  GetActivityTask: () => [
    noActivity,
    invalidArn("activityArn"),
    [
      "ActivityWorkerLimitExceeded",
      { activityArn: `${base}:activity:a` },
      "The maximum number of workers concurrently polling for activity tasks has been reached: 1 for one activity. " +
        "Let fewer workers poll, or raise limits.activityWorkers in pawl.config.json.",
    ],
  ],
  GetExecutionHistory: () => [
    noExecution,
    invalidArn("executionArn"),
    otherKind("executionArn", "express"),
    invalidToken({ executionArn: `${base}:execution:m:e`, nextToken: "forged" }),
  ],
  ListActivities: () => [invalidToken({ nextToken: "forged" })],
  ListExecutions: () => [
    invalidArn("stateMachineArn"),
    invalidToken({ ...m, nextToken: "forged" }),
    noMachine(),
    ["StateMachineTypeNotSupported", { stateMachineArn: arnOf("x") }, wrongType[2]],
    ["ValidationException", {}, "Must provide a StateMachine ARN or MapRun ARN"],
    ["ValidationException", { ...m, statusFilter: "PENDING_REDRIVE" }, /PENDING_REDRIVE/],
    noMapRun,
  ],
  ListMapRuns: () => [
    noExecution,
    invalidArn("executionArn"),
    invalidToken({ executionArn: `${base}:execution:m:e`, nextToken: "forged" }),
  ],
  ListStateMachineAliases: () => [
    invalidArn("stateMachineArn"),
    invalidToken({ ...m, nextToken: "forged" }),
    noMachine(),
    deleting("leaving"),
  ],
  ListStateMachineVersions: () => [
    labelled("stateMachineArn"),
    invalidArn("stateMachineArn"),
    invalidToken({ ...m, nextToken: "forged" }),
    noMachine(),
  ],
  ListStateMachines: () => [invalidToken({ nextToken: "forged" })],
  ListTagsForResource: () => [invalidArn("resourceArn"), otherKind("resourceArn", "express"), noResource({})],
  PublishStateMachineVersion: () => [
    labelled("stateMachineArn"),
    tooLong("description", m, 256),
    deleting("leaving"),
    noMachine(),
    noRoomForVersion({ stateMachineArn: arnOf("full") }),
    [
      "ConflictException",
      { ...m, revisionId: "stale" },
      "Failed to publish the State Machine version for revision stale. The current State Machine revision is INITIAL.",
    ],
    invalidArn("stateMachineArn"),
  ],
  RedriveExecution: () => [
    noExecution,
    ["ExecutionNotRedrivable", { executionArn: `${base}:execution:m:e` }, /redriv/],
    noRoomForExecution({ executionArn: `${base}:execution:broken:e` }),
    invalidArn("executionArn"),
    [
      "ValidationException",
      { executionArn: `${base}:execution:m:e`, clientToken: "a b" },
      "1 validation error detected: Value 'a b' at 'clientToken' failed to satisfy constraint: " +
        "Member must satisfy regular expression pattern: [!-~]+",
    ],
  ],
  SendTaskFailure: ({ endedToken }) => [
    invalidToken({ taskToken: "forged" }),
    ["TaskTimedOut", { taskToken: endedToken }, "Task Timed Out: 'Provided task does not exist anymore'"],
    tooLong("cause", { taskToken: endedToken }, 32_768),
  ],
  SendTaskHeartbeat: ({ endedToken }) => [
    invalidToken({ taskToken: "forged" }),
    ["TaskTimedOut", { taskToken: endedToken }, "Task Timed Out: 'Provided task does not exist anymore'"],
  ],
  SendTaskSuccess: ({ openToken, endedToken }) => [
    ["InvalidOutput", { taskToken: openToken, output: "not JSON" }, /^Invalid Output: 'Unrecognized token 'not': /],
    invalidToken({ taskToken: "forged", output: "not JSON" }),
    ["TaskTimedOut", { taskToken: endedToken, output: "1" }, "Task Timed Out: 'Provided task does not exist anymore'"],
    tooLong("output", { taskToken: openToken }, 262_144),
  ],
  StartExecution: () => [
    ["ExecutionAlreadyExists", { ...m, name: "e", input: "2" }, `Execution Already Exists: '${base}:execution:m:e'`],
    invalidArn("stateMachineArn"),
    invalidInput("m"),
    invalidName(m),
    noMachine(),
    ["StateMachineDoesNotExist", { stateMachineArn: noAliasArn }, `State Machine Does Not Exist: '${noAliasArn}'`],
    deleting("leaving"),
    noRoomForExecution(m),
    labelled("stateMachineArn"),
    tooLong("input", m, 262_144),
  ],
  StartSyncExecution: () => [
    invalidArn("stateMachineArn"),
    invalidInput("x"),
    invalidName({ stateMachineArn: arnOf("x") }),
    noMachine(),
    deleting("leaving-x"),
    wrongType,
  ],
  StopExecution: () => [
    noExecution,
    invalidArn("executionArn"),
    otherKind("executionArn", "express"),
    tooLong("error", { executionArn: `${base}:execution:m:e` }, 256),
  ],
  TagResource: () => [
    invalidArn("resourceArn", { tags: [] }),
    noResource({ tags: [] }),
    ["ResourceNotFound", { resourceArn: `${arnOf("m")}:1`, tags: [] }, `Resource not found: '${arnOf("m")}:1'`],
    tooManyTags({ resourceArn: arnOf("m") }),
    [
      "ValidationException",
      { resourceArn: arnOf("m"), tags: [{ key: "aws:k", value: "v" }] },
      "Invalid tag: Tag 'aws:k' begins with the reserved prefix 'aws:'",
    ],
  ],
  TestState: () => [
    invalidRole({ definition: '{"Type":"Pass","End":true}' }),
    [
      "InvalidDefinition",
      { definition: "{}", roleArn },
      "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The field 'Type' is required at /States/StateName'",
    ],
    [
      "InvalidExecutionInput",
      { definition: '{"Type":"Pass","End":true}', roleArn, input: "" },
      "Invalid State Machine Execution Input: 'Invalid execution input.'",
    ],
    [
      "ValidationException",
      { definition: '{"Type":"Pass","End":true}', roleArn, mock: { result: "1" } },
      "State type 'Pass' is not supported when a mock is specified",
    ],
  ],
  UntagResource: () => [invalidArn("resourceArn", { tagKeys: [] }), noResource({ tagKeys: [] })],
  UpdateMapRun: () => [
    noMapRun,
    invalidArn("mapRunArn"),
    [
      "ValidationException",
      { mapRunArn: noMapRunArn, toleratedFailurePercentage: 101 },
      "1 validation error detected: Value '101' at 'toleratedFailurePercentage' failed to satisfy constraint: " +
        "Member must have value less than or equal to 100",
    ],
  ],
  UpdateStateMachine: () => [
    invalidArn("stateMachineArn", { roleArn }),
    invalidRole(m),
    invalidDefinition(m),
    invalidLogging(m),
    [
      "MissingRequiredParameter",
      m,
      "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified",
    ],
    deleting("leaving", { stateMachineArn: arnOf("leaving"), roleArn }),
    noMachine({ roleArn }),
    noRoomForVersion({ stateMachineArn: arnOf("full"), definition: waiting, publish: true }),
    [
      "ValidationException",
      { ...m, roleArn, versionDescription: "d" },
      "Version description can only be set when publish is true",
    ],
    invalidEncryption(m),
  ],
  UpdateStateMachineAlias: () => [
    [
      "ValidationException",
      { stateMachineAliasArn: `${arnOf("m")}:live` },
      "Either the description or the routing configuration must be specified",
    ],
    invalidArn("stateMachineAliasArn", { description: "d" }),
    ["ResourceNotFound", { stateMachineAliasArn: noAliasArn, description: "d" }, noReference],
    deleting("leaving", { stateMachineAliasArn: `${arnOf("leaving")}:live`, description: "d" }),
  ],
  ValidateStateMachineDefinition: () => [
    tooLong("definition", {}, 1_048_576),
    [
      "ValidationException",
      { definition: "{}", maxResults: 101 },
      "1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: " +
        "Member must have value less than or equal to 100",
    ],
  ],
};

/** The answer of every action to a request that is not of its shape, whatever it declares. */
function shapeRows(action: Action): readonly Row[] {
  const shape = shapes[operations[action].input];
  assert.ok(shape?.type === "structure");
  const required = shape.members.find(({ isRequired }) => isRequired);
  const constraint = "failed to satisfy constraint: Member must";
  const invalid: Row =
    required === undefined
      ? [
          "ValidationException",
          { maxResults: 1001 },
          `1 validation error detected: Value '1001' at 'maxResults' ${constraint} have value less than or equal to 1000`,
        ]
      : [
          "ValidationException",
          {},
          new RegExp(`^\\d validation errors? detected: .*'${required.name}' ${constraint} not be null`),
        ];
  const [first] = shape.members;
  assert.ok(first !== undefined);
  return [invalid, ["SerializationException", { [first.name]: true }, /^TRUE_VALUE can not be converted to an? \w+$/]];
}

let server: PawlServer;
let client: SFN;
let world: World;
/** The activity of the worker that polls all the time. */
const polling = new AbortController();

before(async () => {
  server = await startServer({
    ...testServerOptions,
    // As much as the world has.
    limits: { maxStateMachines: 7, maxActivities: 1, maxOpenExecutions: 2, maxActivityWorkers: 1 },
    clock: new SimulatedClock(),
  });
  client = new SFN({
    endpoint: server.url,
    region: "us-east-1",
    disableHostPrefix: true,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  world = await createWorld();
});

after(async () => {
  client.destroy();
  polling.abort();
  await server.close();
});

/** Calls an action with any input: its own method has the type of the right ones. */
function call(action: Action, input: Members): Promise<Members> {
  const methods = client as unknown as Readonly<Record<string, (input: Members) => Promise<Members>>>;
  const method = methods[`${action.charAt(0).toLowerCase()}${action.slice(1)}`];
  assert.ok(method !== undefined, action);
  return method.call(client, input);
}

async function createWorld(): Promise<World> {
  await call("CreateActivity", { name: "a" });
  const create = (name: string, definition: string, more: Members = {}): Promise<Members> =>
    call("CreateStateMachine", { name, definition, roleArn, publish: true, ...more });
  await create("m", passing);
  await call("CreateStateMachineAlias", { name: "live", ...route("m") });
  await call("StartExecution", { ...m, name: "e", input: "1" });
  await create("x", passing, { type: "EXPRESS" });
  await create("broken", failing);
  await call("StartExecution", { stateMachineArn: arnOf("broken"), name: "e" });

  // The deletion of a machine lasts as long as its executions.
  await create("leaving", waiting);
  await call("CreateStateMachineAlias", { name: "live", ...route("leaving") });
  await create("leaving-x", waiting, { type: "EXPRESS" });
  for (const stateMachineArn of [arnOf("leaving"), arnOf("leaving-x")]) {
    await call("StartExecution", { stateMachineArn });
    await call("DeleteStateMachine", { stateMachineArn });
  }

  await create("worked", working);
  const takeToken = async (): Promise<string> => {
    await call("StartExecution", { stateMachineArn: arnOf("worked") });
    const { taskToken } = await call("GetActivityTask", { activityArn: `${base}:activity:a` });
    return String(taskToken);
  };
  const endedToken = await takeToken();
  await call("SendTaskSuccess", { taskToken: endedToken, output: "1" });
  const openToken = await takeToken();
  void server.runtime.takeActivityTask(`${base}:activity:a`, undefined, polling.signal);
  await fill(arnOf("full"), create);
  return { openToken, endedToken };
}

/** A machine that has all the versions and aliases that one may have, and a revision that is no version. */
async function fill(stateMachineArn: string, create: (name: string, definition: string) => Promise<Members>) {
  await create("full", passing);
  for (let i = 2; i <= 1000; i++) {
    await call("UpdateStateMachine", { stateMachineArn, roleArn: `${roleArn}${i}`, publish: true });
  }
  for (let i = 1; i <= 100; i++) await call("CreateStateMachineAlias", { name: `a${i}`, ...route("full") });
  await call("UpdateStateMachine", { stateMachineArn, roleArn });
}

for (const action of actions) {
  test(`${action} answers with every error that it declares`, async () => {
    const rows = rowsOf[action](world);
    for (const row of [...rows, ...shapeRows(action)]) await assertRefused(action, row);

    const proved = new Set(rows.map(([error]) => error));
    for (const error of operations[action].errors) {
      const reason = never[`${action} ${error}`] ?? never[error];
      assert.equal(proved.has(error), reason === undefined, `${error}: ${reason ?? "neither a row nor a reason"}`);
    }
    const declared = new Set([...operations[action].errors, "ValidationException"]);
    for (const error of proved) {
      assert.ok(declared.has(error) || undeclared[`${action} ${error}`] !== undefined, error);
    }
  });
}

async function assertRefused(action: Action, [name, input, message]: Row): Promise<void> {
  const answer = call(action, input).then((success) => assert.fail(`${name}: ${JSON.stringify(success)}`));
  await assert.rejects(answer, (error: unknown) => {
    assert.ok(error instanceof SFNServiceException, String(error));
    assert.equal(error.name, name, error.message);
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    assert.equal(error.$metadata.httpStatusCode, 400);
    // A class of its own for every error that the model knows.
    const isOfModel = name !== "SerializationException";
    assert.equal(error.constructor.name, isOfModel ? name : SFNServiceException.name);
    return true;
  });
}

test("the client finds what an error says beside its message", async () => {
  const rows: readonly (readonly [action: Action, input: Members, member: string, value: string])[] = [
    ["DescribeStateMachine", { stateMachineArn: `${arnOf("m")}/l` }, "reason", "API_DOES_NOT_SUPPORT_LABELED_ARNS"],
    ["ListExecutions", {}, "reason", "MISSING_REQUIRED_PARAMETER"],
    ["UpdateStateMachineAlias", { stateMachineAliasArn: noAliasArn }, "reason", "MISSING_REQUIRED_PARAMETER"],
    ["DescribeMapRun", { mapRunArn: noMapRunArn }, "resourceName", noMapRunArn],
    ["ListTagsForResource", { resourceArn: arnOf("none") }, "resourceName", arnOf("none")],
    ["TagResource", tooManyTags({ resourceArn: arnOf("m") })[1], "resourceName", arnOf("m")],
  ];
  for (const [action, input, member, value] of rows) {
    await assert.rejects(call(action, input), (error: unknown) => {
      assert.ok(error instanceof SFNServiceException);
      assert.equal(Object.entries(error).find(([name]) => name === member)?.[1], value, `${action} ${error.name}`);
      return true;
    });
  }
});

test("every reason is of an error that is declared", () => {
  const declared = actions.flatMap((action) => operations[action].errors.map((error) => `${action} ${error}`));
  for (const key of Object.keys(never)) {
    assert.ok(
      declared.some((name) => name === key || name.endsWith(` ${key}`)),
      key,
    );
  }
});
