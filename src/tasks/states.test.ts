import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json, JsonObject } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import { parseTaskResource } from "../asl/resource.ts";
import type { PerformTask, TaskOutcome } from "../engine/effect.ts";
import type { EndedChild, StartChild, StartChildRequest } from "./ports.ts";
import { childOutcome, startExecutionConnector } from "./states.ts";

const machine = "arn:aws:states:us-east-1:111111111111:stateMachine:child";
const child = "arn:aws:states:us-east-1:111111111111:execution:child:first";
const attempt = { executionArn: "arn:aws:states:us-east-1:111111111111:execution:m:e", scheduledEventId: 3 };
const never = new AbortController().signal;

interface Performed {
  readonly outcome: TaskOutcome;
  readonly request: StartChildRequest | undefined;
}

const starts: StartChild = async () => ({ kind: "started", executionArn: child, startedAt: 1_700_000_000_123 });

async function perform(action: string, parameters: Json, startChild = starts): Promise<Performed> {
  const resource = parseTaskResource(`arn:aws:states:::states:${action}`);
  assert.ok(resource !== undefined);
  const roleArn = "arn:aws:iam::111111111111:role/r";
  const payload = Payload.ofValue(parameters);
  const task: PerformTask = {
    kind: "PerformTask",
    attempt,
    resource,
    parameters: payload,
    stateMachineArn: machine,
    roleArn,
  };
  let request: StartChildRequest | undefined;
  const recording: StartChild = (given) => startChild((request = given));
  const connector = startExecutionConnector({ startChild: recording, now: () => 1_700_000_000_000 });
  return { outcome: await connector.perform(task, never), request };
}

const inputs: readonly (readonly [input: Json | undefined, text: string])[] = [
  [undefined, "{}"],
  [null, "{}"],
  [{ Hello: "World" }, `{"Hello":"World"}`],
  [[1], "[1]"],
  [5, "5"],
  [`{"a": 1.0}`, `{"a": 1.0}`],
  [`"text"`, `"text"`],
];
for (const [input, text] of inputs) {
  test(`the Input ${JSON.stringify(input)} starts the child with ${text}`, async () => {
    const parameters = { StateMachineArn: machine, ...(input === undefined ? {} : { Input: input }) };
    assert.equal((await perform("startExecution", parameters)).request?.input.text, text);
  });
}

test("without a name the child's follows from the attempt, and only a task that waits is its parent", async () => {
  const first = await perform("startExecution", { StateMachineArn: machine, Unknown: 1 });
  const again = await perform("startExecution.sync", { StateMachineArn: machine, Name: "first", TraceHeader: "t" });
  assert.deepEqual([first.request?.name, first.request?.parent], [undefined, undefined]);
  assert.deepEqual([first.request?.startedBy, again.request?.startedBy], [attempt, attempt]);
  assert.match(first.request?.defaultName ?? "", /^[0-9a-f-]{36}$/);
  assert.equal(again.request?.defaultName, first.request?.defaultName);
  assert.deepEqual([again.request?.name, again.request?.traceHeader, again.request?.parent], ["first", "t", attempt]);
});

for (const [action, kind] of [
  ["startExecution", "succeeded"],
  ["startExecution.sync", "submitted"],
  ["startExecution.sync:2", "submitted"],
  ["startExecution.waitForTaskToken", "submitted"],
] as const) {
  test(`${action} that started its child is ${kind} with what the service answers`, async () => {
    const { outcome } = await perform(action, { StateMachineArn: machine });
    assert.ok(outcome.kind === kind);
    const { SdkHttpMetadata, SdkResponseMetadata, ...rest } = outcome.output.value as JsonObject;
    assert.deepEqual(rest, { ExecutionArn: child, StartDate: 1_700_000_000_123 });
    const { RequestId } = SdkResponseMetadata as { readonly RequestId: string };
    assert.deepEqual(Object.keys(outcome.output.value as JsonObject), [
      "ExecutionArn",
      "SdkHttpMetadata",
      "SdkResponseMetadata",
      "StartDate",
    ]);
    const length = String(JSON.stringify({ executionArn: child, startDate: 1_700_000_000.123 }).length);
    const date = "Tue, 14 Nov 2023 22:13:20 GMT";
    const type = "application/x-amz-json-1.0";
    assert.equal(
      JSON.stringify(SdkHttpMetadata),
      `{"AllHttpHeaders":{"x-amzn-RequestId":["${RequestId}"],"connection":["keep-alive"],"Content-Length":["${length}"],` +
        `"Date":["${date}"],"Content-Type":["${type}"]},"HttpHeaders":{"connection":"keep-alive","Content-Length":"${length}",` +
        `"Content-Type":"${type}","Date":"${date}","x-amzn-RequestId":"${RequestId}"},"HttpStatusCode":200}`,
    );
  });
}

const details = (code: string): string =>
  `(Service: AWSStepFunctions; Status Code: 400; Error Code: ${code}; Request ID: <id>; Proxy: null)`;
const invalidInput = (problem: string): string =>
  `Invalid State Machine Execution Input: '${problem}' ${details("InvalidExecutionInput")}`;
const refusing =
  (name: string, message: string): StartChild =>
  async () => ({ kind: "error", name, message });
const unstarted: readonly (readonly [parameters: Json, startChild: StartChild, error: string, cause: string])[] = [
  [
    { StateMachineArn: machine },
    refusing("StateMachineDoesNotExist", `State Machine Does Not Exist: '${machine}'`),
    "StepFunctions.StateMachineDoesNotExistException",
    `State Machine Does Not Exist: '${machine}' ${details("StateMachineDoesNotExist")}`,
  ],
  [
    { StateMachineArn: machine, Name: "first" },
    refusing("ExecutionAlreadyExists", `Execution Already Exists: '${child}'`),
    "StepFunctions.ExecutionAlreadyExistsException",
    `Execution Already Exists: '${child}' ${details("ExecutionAlreadyExists")}`,
  ],
  [
    { StateMachineArn: machine, Name: "one more" },
    refusing("ExecutionLimitExceeded", "There are too many."),
    "StepFunctions.ExecutionLimitExceededException",
    `There are too many. ${details("ExecutionLimitExceeded")}`,
  ],
  [
    { StateMachineArn: machine },
    refusing("ValidationException", "no"),
    "StepFunctions.ValidationException",
    `no ${details("ValidationException")}`,
  ],
  [
    { StateMachineArn: machine, Input: "not JSON" },
    starts,
    "StepFunctions.InvalidExecutionInputException",
    invalidInput(
      "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    ),
  ],
  [
    { StateMachineArn: machine, Input: "{} {}" },
    starts,
    "StepFunctions.InvalidExecutionInputException",
    invalidInput("Unexpected character ('{' (code 123)): Expected end of the only root-level value"),
  ],
  [
    { StateMachineArn: machine, Input: `[0.${"1".repeat(1_000)}]` },
    starts,
    "StepFunctions.InvalidExecutionInputException",
    invalidInput(
      "Number value length (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNumberLength()`)",
    ),
  ],
  [
    { StateMachineArn: machine, Input: "" },
    starts,
    "StepFunctions.InvalidExecutionInputException",
    invalidInput("Invalid execution input."),
  ],
];
for (const [parameters, startChild, error, cause] of unstarted) {
  test(`a start with ${JSON.stringify(parameters).slice(0, 150)} that is refused fails with ${error}`, async () => {
    const { outcome } = await perform("startExecution.sync", parameters, startChild);
    assert.ok(outcome.kind === "failed");
    const shown = outcome.cause?.replace(/Request ID: [0-9a-f-]{36}/, "Request ID: <id>");
    assert.deepEqual([outcome.error, shown], [error, cause]);
  });
}

function ended(more: Partial<EndedChild>, record: Partial<EndedChild["record"]> = {}): EndedChild {
  return {
    executionArn: child,
    name: "first",
    input: Payload.ofText("{}"),
    record: { status: "SUCCEEDED", startedAt: 1000, stoppedAt: 2000, ...record },
    ...more,
  };
}

const succeeded = (input: string, output: string): string =>
  `{"ExecutionArn":"${child}","Input":${input},"InputDetails":{"Included":true},"Name":"first","Output":${output},` +
  `"OutputDetails":{"Included":true},"RedriveCount":0,"RedriveStatus":"NOT_REDRIVABLE",` +
  `"RedriveStatusReason":"Execution is SUCCEEDED and cannot be redriven","StartDate":1000,"StateMachineArn":"${machine}",` +
  `"Status":"SUCCEEDED","StopDate":2000}`;
const ends: readonly (readonly [pattern: "sync" | "sync:2", text: string])[] = [
  ["sync", succeeded(`"{}"`, `"{\\"Arg1\\":\\"argument1\\"}"`)],
  ["sync:2", succeeded("{}", `{"Arg1":"argument1"}`)],
];
for (const [pattern, text] of ends) {
  test(`a child that succeeded gives a .${pattern} task its description`, () => {
    const outcome = childOutcome(ended({ output: Payload.ofText(`{"Arg1":"argument1"}`) }), pattern);
    assert.ok(outcome.kind === "succeeded");
    assert.equal(outcome.output.text, text);
  });
}

test("a child that was started through an alias shows its version and its alias", () => {
  const outcome = childOutcome(
    ended({ output: Payload.ofText("1") }, { versionNumber: 4, aliasName: "live" }),
    "sync:2",
  );
  assert.ok(outcome.kind === "succeeded");
  const value = outcome.output.value as JsonObject;
  assert.deepEqual(
    [value["StateMachineAliasArn"], value["StateMachineVersionArn"]],
    [`${machine}:live`, `${machine}:4`],
  );
});

const failures: readonly (readonly [
  status: "FAILED" | "TIMED_OUT" | "ABORTED",
  failure: EndedChild["failure"],
  start: string,
])[] = [
  ["FAILED", { error: "SomeFailure", cause: "Because." }, `"Cause":"Because.","Error":"SomeFailure",`],
  ["TIMED_OUT", { error: "States.Timeout" }, `"Error":"States.Timeout",`],
  ["ABORTED", undefined, ""],
];
for (const [status, failure, start] of failures) {
  test(`a child that is ${status} fails the task with its description`, () => {
    assert.deepEqual(childOutcome(ended({ failure }, { status }), "sync"), {
      kind: "failed",
      error: "States.TaskFailed",
      cause:
        `{${start}"ExecutionArn":"${child}","Input":"{}","InputDetails":{"Included":true},"Name":"first",` +
        `"RedriveCount":0,"RedriveStatus":"REDRIVABLE","StartDate":1000,"StateMachineArn":"${machine}","Status":"${status}","StopDate":2000}`,
    });
  });
}
