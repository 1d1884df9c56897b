// The messages of the checks of requests, as recorded or as the service model asks for them.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../asl/json.ts";
import { ApiError } from "./errors.ts";
import { type Action, operations } from "./model.ts";
import { compileInputDecoder } from "./validate-input.ts";

const long = (length: number): string => "x".repeat(length);
const one = (text: string): string => `1 validation error detected: ${text}`;
const at = (path: string, constraint: string): string => `at '${path}' failed to satisfy constraint: ${constraint}`;
const atMost = (length: number): string => `Member must have length less than or equal to ${length}`;
const atLeast = (length: number): string => `Member must have length greater than or equal to ${length}`;
const arn = "arn:aws:states:us-east-1:000000000000:stateMachine:m";
const version = `${arn}:1`;
const item = (weight: number): Json => ({ stateMachineVersionArn: version, weight });

const violations: readonly (readonly [action: Action, body: Json, message: string])[] = [
  ["CreateActivity", {}, one(`Value null ${at("name", "Member must not be null")}`)],
  ["CreateActivity", { name: null }, one(`Value null ${at("name", "Member must not be null")}`)],
  ["CreateActivity", { name: "" }, one(`Value '' ${at("name", atLeast(1))}`)],
  ["CreateActivity", { name: long(81) }, one(`Value '${long(81)}' ${at("name", atMost(80))}`)],
  [
    "CreateStateMachine",
    {},
    `3 validation errors detected: ${["name", "definition", "roleArn"]
      .map((name) => `Value null ${at(name, "Member must not be null")}`)
      .join("; ")}`,
  ],
  [
    "ListExecutions",
    { stateMachineArn: arn, maxResults: 1001 },
    one(`Value '1001' ${at("maxResults", "Member must have value less than or equal to 1000")}`),
  ],
  [
    "ListExecutions",
    { maxResults: -1 },
    one(`Value '-1' ${at("maxResults", "Member must have value greater than or equal to 0")}`),
  ],
  ["ListExecutions", { nextToken: long(3097) }, one(`Value '${long(3097)}' ${at("nextToken", atMost(3096))}`)],
  ["ListActivities", { nextToken: long(1025) }, one(`Value '${long(1025)}' ${at("nextToken", atMost(1024))}`)],
  ["ListActivities", { nextToken: "" }, one(`Value '' ${at("nextToken", atLeast(1))}`)],
  [
    "ListExecutions",
    { statusFilter: "succeeded" },
    one(
      `Value 'succeeded' ${at(
        "statusFilter",
        "Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]",
      )}`,
    ),
  ],
  [
    "CreateStateMachineAlias",
    { name: "1", routingConfiguration: [item(100)] },
    one(
      `Value '1' ${at("name", String.raw`Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$`)}`,
    ),
  ],
  [
    "CreateStateMachineAlias",
    { name: "a", routingConfiguration: [item(101)] },
    one(
      `Value '101' ${at("routingConfiguration.1.member.weight", "Member must have value less than or equal to 100")}`,
    ),
  ],
  [
    "CreateStateMachineAlias",
    { name: "a", routingConfiguration: [item(50), item(25), item(25)] },
    one(
      `Value '[${[50, 25, 25]
        .map((weight) => `RoutingConfigurationListItem(stateMachineVersionArn=${version}, weight=${weight})`)
        .join(", ")}]' ${at("routingConfiguration", atMost(2))}`,
    ),
  ],
  [
    "UntagResource",
    { resourceArn: arn, tagKeys: [null] },
    one(`Value null ${at("tagKeys.1.member", "Member must not be null")}`),
  ],
  ["TagResource", { resourceArn: arn, tags: [{ key: "" }] }, one(`Value '' ${at("tags.1.member.key", atLeast(1))}`)],
  [
    "StartExecution",
    { stateMachineArn: arn, traceHeader: "é" },
    one(`Value 'é' ${at("traceHeader", String.raw`Member must satisfy regular expression pattern: \p{ASCII}*`)}`),
  ],
  // Sensitive values are not repeated; state data is counted in bytes.
  ["StartExecution", { stateMachineArn: arn, input: long(262_145) }, one(`Value ${at("input", atMost(262_144))}`)],
  ["StartExecution", { stateMachineArn: arn, input: "€".repeat(87_382) }, one(`Value ${at("input", atMost(262_144))}`)],
  ["StopExecution", { executionArn: arn, error: long(257) }, one(`Value ${at("error", atMost(256))}`)],
  [
    "CreateStateMachine",
    { name: "n", roleArn: arn, definition: long(1_048_577) },
    one(`Value ${at("definition", atMost(1_048_576))}`),
  ],
];

function messageOf(action: Action, body: Json): string {
  try {
    compileInputDecoder(action)(body);
  } catch (error) {
    assert.ok(error instanceof ApiError);
    return `${error.name}: ${error.message}`;
  }
  return "no error";
}

test("a violated constraint has AWS's message", async (t) => {
  for (const [action, body, message] of violations) {
    await t.test(`${action} ${JSON.stringify(body).slice(0, 60)}`, () => {
      assert.equal(messageOf(action, body), `ValidationException: ${message}`);
    });
  }
});

const mismatches: readonly (readonly [action: Action, body: Json, message: string])[] = [
  ["CreateActivity", [], "Start of list found where not expected"],
  ["CreateActivity", 1, "Unexpected field type"],
  ["CreateActivity", null, "Unexpected field type"],
  ["CreateActivity", { name: 1 }, "NUMBER_VALUE can not be converted to a String"],
  ["CreateActivity", { name: true }, "TRUE_VALUE can not be converted to a String"],
  ["CreateActivity", { name: {} }, "Start of structure or map found where not expected."],
  ["CreateActivity", { name: "a", tags: "b" }, "Unexpected field type"],
  ["CreateActivity", { name: "a", tags: {} }, "Start of structure or map found where not expected."],
  ["CreateActivity", { name: "a", tags: [[]] }, "Start of list found where not expected"],
  ["ListActivities", { maxResults: "1" }, "STRING_VALUE can not be converted to an Integer"],
  ["ListActivities", { maxResults: 1.5 }, "NUMBER_VALUE can not be converted to an Integer"],
  ["ListActivities", { maxResults: 2 ** 31 }, "NUMBER_VALUE can not be converted to an Integer"],
  [
    "GetExecutionHistory",
    { executionArn: "a", reverseOrder: "true" },
    "STRING_VALUE can not be converted to a Boolean",
  ],
];

test("a text with half of a surrogate pair is refused: it could not be stored as it is", () => {
  const arn = "arn:aws:states:us-east-1:000000000000:stateMachine:m";
  for (const [member, input] of [
    ["input", { stateMachineArn: arn, input: '{"a":"\ud800"}' }],
    ["traceHeader", { stateMachineArn: arn, traceHeader: "\udc00" }],
  ] as const) {
    assert.match(messageOf("StartExecution", input), new RegExp(`at '${member}' .*Member must be well-formed Unicode`));
  }
  assert.doesNotThrow(() =>
    compileInputDecoder("StartExecution")({ stateMachineArn: arn, input: '{"a":"\\ud800 \ud83d\ude00"}' }),
  );
});

test("a value of the wrong type is a SerializationException", async (t) => {
  for (const [action, body, message] of mismatches) {
    await t.test(`${action} ${JSON.stringify(body)}`, () => {
      assert.equal(messageOf(action, body), `SerializationException: ${message}`);
    });
  }
});

test("unknown members and null members are left out", () => {
  const body = JSON.parse('{"name":"a","tags":null,"more":[1],"__proto__":{"x":1},"constructor":2}') as Json;
  assert.deepEqual(compileInputDecoder("CreateActivity")(body), { name: "a" });
});

test("inherited members are not read", () => {
  assert.equal(
    messageOf("CreateActivity", Object.create({ name: "a" }) as Json).startsWith("ValidationException"),
    true,
  );
});

test("an empty definition passes: AWS leaves it to the validator", () => {
  assert.deepEqual(compileInputDecoder("ValidateStateMachineDefinition")({ definition: "" }), { definition: "" });
});

test("a request that violates a constraint a hundred thousand times gets a short answer", () => {
  const tagKeys = Array.from({ length: 100_000 }, () => "");
  assert.ok(messageOf("UntagResource", { resourceArn: arn, tagKeys }).length < 20_000);
});

test("all 37 actions compile", () => {
  const actions = Object.keys(operations) as Action[];
  assert.equal(actions.length, 37);
  for (const action of actions) compileInputDecoder(action);
});
