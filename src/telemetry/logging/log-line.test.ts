// Lines of execution logs: which events a level logs ("Log levels" in the developer guide), and their form as recorded.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Payload } from "../../asl/payload.ts";
import { parseTaskResource } from "../../asl/resource.ts";
import type { EventBody, JournalEvent } from "../../engine/journal/event.ts";
import { isLogged, logLine, type LogLineOptions, logSettingsOf } from "./log-line.ts";

const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const data = Payload.ofText('{"a": "ä"}');
const scope = 0;
const executionArn = "arn:aws:states:us-east-1:123456789012:execution:orders:one";

function event(body: EventBody): JournalEvent {
  return { id: 4, previousEventId: 3, at, ...body };
}

function line(body: EventBody, options: Partial<LogLineOptions> = {}): string | undefined {
  return logLine(event(body), {
    region: "us-east-1",
    executionArn,
    redriveCount: 0,
    isDataIncluded: true,
    resource: undefined,
    ...options,
  });
}

const written = (type: string, details: string): string =>
  `{"id":"4","type":"${type}","details":${details},"previous_event_id":"3","event_timestamp":"1767323045678",` +
  `"execution_arn":"${executionArn}","redrive_count":"0"}`;

test("levels log the events that AWS lists for them", () => {
  const failing = { error: "E", cause: "C" };
  const iteration = { scope, name: "Map", index: 0 };
  const rows: readonly (readonly [levels: string, body: EventBody])[] = [
    ["ALL", { kind: "ExecutionStarted", input: data, roleArn: "role" }],
    ["ALL", { kind: "ExecutionSucceeded", output: data }],
    ["ALL", { kind: "ExecutionRedriven", redriveCount: 1 }],
    ["ALL ERROR FATAL", { kind: "ExecutionFailed", ...failing }],
    ["ALL ERROR FATAL", { kind: "ExecutionTimedOut" }],
    ["ALL ERROR FATAL", { kind: "ExecutionAborted" }],
    ["ALL ERROR", { kind: "StateEntered", scope, stateType: "Fail", name: "F", input: data }],
    ["ALL", { kind: "StateEntered", scope, stateType: "Pass", name: "P", input: data }],
    ["ALL", { kind: "StateExited", scope, stateType: "Pass", name: "P", output: data }],
    ["ALL ERROR", { kind: "StateAborted", scope, stateType: "Wait" }],
    ["ALL ERROR", { kind: "TaskFailed", scope, ...failing }],
    ["ALL ERROR", { kind: "TaskTimedOut", scope, ...failing }],
    ["ALL ERROR", { kind: "TaskSubmitFailed", scope, ...failing }],
    ["ALL", { kind: "TaskSucceeded", scope, output: data }],
    ["ALL ERROR", { kind: "MapIterationFailed", ...iteration }],
    ["ALL ERROR", { kind: "MapIterationAborted", ...iteration }],
    ["ALL", { kind: "MapIterationSucceeded", ...iteration }],
    ["ALL ERROR", { kind: "MapStateFailed", scope }],
    ["ALL ERROR", { kind: "ParallelStateFailed", scope }],
    ["ALL", { kind: "ParallelStateSucceeded", scope }],
    ["ALL ERROR", { kind: "EvaluationFailed", scope, state: "P", error: "E", cause: "C" }],
  ];
  for (const [levels, body] of rows) {
    const logging = (["ALL", "ERROR", "FATAL"] as const).filter((level) => isLogged(event(body), level));
    assert.equal(logging.join(" "), levels, body.kind);
  }
});

test("a line has the members and the order of AWS, with details in alphabetical order", () => {
  const input = String.raw`"{\"a\": \"ä\"}"`;
  const details = `"inputDetails":{"truncated":false}`;
  const lambda = parseTaskResource("arn:aws:lambda:us-east-1:123456789012:function:pay");
  const service = parseTaskResource("arn:aws:states:::sqs:sendMessage.waitForTaskToken");
  const rows: readonly (readonly [body: EventBody, options: Partial<LogLineOptions>, expected: string])[] = [
    [
      { kind: "ExecutionStarted", input: data, roleArn: "role" },
      {},
      written("ExecutionStarted", `{"input":${input},${details},"roleArn":"role"}`),
    ],
    [
      { kind: "ExecutionStarted", input: data, roleArn: "role" },
      { isDataIncluded: false },
      written("ExecutionStarted", `{"roleArn":"role"}`),
    ],
    [{ kind: "ExecutionSucceeded", output: data }, { isDataIncluded: false }, written("ExecutionSucceeded", "{}")],
    [
      { kind: "StateEntered", scope, stateType: "Fail", name: "F", input: data },
      {},
      written("FailStateEntered", `{"input":${input},${details},"name":"F"}`),
    ],
    [
      { kind: "ExecutionFailed", error: "E", cause: "why" },
      { isDataIncluded: false },
      written("ExecutionFailed", `{"cause":"why","error":"E"}`),
    ],
    [{ kind: "ExecutionAborted" }, {}, written("ExecutionAborted", "{}")],
    [{ kind: "MapStateSucceeded", scope }, {}, written("MapStateSucceeded", "{}")],
    [{ kind: "TaskStarted", scope }, { resource: lambda }, written("LambdaFunctionStarted", "{}")],
    [
      { kind: "TaskSucceeded", scope, output: data },
      { resource: service, isDataIncluded: false },
      written("TaskSucceeded", `{"resource":"sendMessage.waitForTaskToken","resourceType":"sqs"}`),
    ],
  ];
  for (const [body, options, expected] of rows) assert.equal(line(body, options), expected);
});

test("events that AWS does not show are not logged", () => {
  assert.equal(line({ kind: "WaitStarted", scope, until: 1 }), undefined);
  assert.equal(line({ kind: "TaskHeartbeat", scope }), undefined);
});

test("redrives are counted", () => {
  assert.match(line({ kind: "ExecutionAborted" }, { redriveCount: 2 }) ?? "", /"redrive_count":"2"\}$/);
});

interface Details {
  readonly output: string;
  readonly outputDetails: object;
  readonly assignedVariables: object;
  readonly assignedVariablesDetails: object;
}

test("data of more than 248 KiB are cut where they are escaped, and said to be", () => {
  for (const character of ["x", '"', "\u0001", "ä", "€", "😀"]) {
    const text = JSON.stringify(character.repeat(262_144));
    const whole = line({ kind: "ExecutionSucceeded", output: Payload.ofText(text) }) ?? "";
    assert.ok(Buffer.byteLength(whole) <= 262_144 - 26, character);
    const { details } = JSON.parse(whole) as { details: Details };
    assert.deepEqual(details.outputDetails, { truncated: true });
    const escaped = Buffer.byteLength(JSON.stringify(details.output)) - 2;
    assert.ok(escaped <= 253_952 && escaped > 253_952 - 8, `${character}: ${escaped}`);
    assert.ok(text.startsWith(details.output));
    assert.ok(details.output.isWellFormed());
  }
});

test("an event of the largest size is not cut", () => {
  const text = JSON.stringify("x".repeat(253_952 - 4));
  const { details } = JSON.parse(line({ kind: "ExecutionSucceeded", output: Payload.ofText(text) }) ?? "") as {
    details: Details;
  };
  assert.equal(details.output, text);
  assert.deepEqual(details.outputDetails, { truncated: false });
});

test("variables are left out first where an event is too large with them", () => {
  const variable = Payload.ofText(JSON.stringify("v".repeat(100_000)));
  const exited: EventBody = {
    kind: "StateExited",
    scope,
    stateType: "Pass",
    name: "P",
    output: Payload.ofText(JSON.stringify("x".repeat(100_000))),
    assigned: { one: variable, other: variable },
  };
  const { details } = JSON.parse(line(exited) ?? "") as { details: Details };
  assert.deepEqual(details.assignedVariables, {});
  assert.deepEqual(details.assignedVariablesDetails, { truncated: true });
  assert.deepEqual(details.outputDetails, { truncated: false });
});

test("causes of many bytes leave room for each other", () => {
  const whole = line({ kind: "ExecutionFailed", error: "e".repeat(200_000), cause: "c".repeat(200_000) }) ?? "";
  assert.equal(Buffer.byteLength(whole), 262_144 - 26);
});

test("settings come from what the revision keeps; nothing, OFF and no destination log nothing", () => {
  const logGroupArn = "arn:aws:logs:us-east-1:123456789012:log-group:orders:*";
  const destinations = [{ cloudWatchLogsLogGroup: { logGroupArn } }];
  const rows: readonly (readonly [configuration: object | undefined, expected: object | undefined])[] = [
    [undefined, undefined],
    [{}, undefined],
    [{ level: "OFF", destinations }, undefined],
    [{ destinations }, undefined],
    [{ level: "ALL", destinations: [] }, undefined],
    [
      { level: "ALL", destinations },
      { level: "ALL", isDataIncluded: false, logGroupArn },
    ],
    [
      { level: "FATAL", includeExecutionData: true, destinations },
      { level: "FATAL", isDataIncluded: true, logGroupArn },
    ],
  ];
  for (const [configuration, expected] of rows) {
    assert.deepEqual(logSettingsOf(configuration && JSON.stringify(configuration)), expected);
  }
});
