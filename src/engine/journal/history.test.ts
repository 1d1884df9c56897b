// The public form of every kind of event, in the shape that AWS's recorded histories have: their types, and the very
// members of their details, are the table below.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Payload } from "../../asl/payload.ts";
import { parseTaskResource, type TaskResource } from "../../asl/resource.ts";
import type { EventBody, JournalEvent } from "./event.ts";
import { publicEvent, publicHistory } from "./history.ts";

const data = Payload.ofText('{"a": 1.0}');
const head = { id: 7, previousEventId: 6, at: 1_700_000_000_123 };
const shownInput = { input: '{"a": 1.0}', inputDetails: { truncated: false } };
const shownOutput = { output: '{"a": 1.0}', outputDetails: { truncated: false } };

function resource(arn: string): TaskResource {
  const parsed = parseTaskResource(arn);
  assert.ok(parsed !== undefined, arn);
  return parsed;
}
const lambdaArn = "arn:aws:lambda:us-east-1:111111111111:function:f";
const activityArn = "arn:aws:states:us-east-1:111111111111:activity:act";
const lambda = resource(lambdaArn);
const activity = resource(activityArn);
const queue = resource("arn:aws:states:::sqs:sendMessage.waitForTaskToken");
const sdk = resource("arn:aws:states:::aws-sdk:dynamodb:getItem");
const nested = resource("arn:aws:states:::states:startExecution.sync:2");
const toQueue = { resourceType: "sqs", resource: "sendMessage.waitForTaskToken" };
const toTable = { resourceType: "aws-sdk:dynamodb", resource: "getItem" };

type Row = readonly [
  body: EventBody,
  type: string,
  details?: Record<string, unknown> | undefined,
  resource?: TaskResource,
];
const scope = 0;
const failed = { error: "E", cause: "C" };

const rows: readonly Row[] = [
  [
    { kind: "ExecutionStarted", input: data, roleArn: "arn:r" },
    "ExecutionStarted",
    { executionStartedEventDetails: { ...shownInput, roleArn: "arn:r" } },
  ],
  [
    {
      kind: "ExecutionStarted",
      input: data,
      roleArn: "arn:r",
      stateMachineVersionArn: "arn:v",
      stateMachineAliasArn: "arn:a",
    },
    "ExecutionStarted",
    {
      executionStartedEventDetails: {
        ...shownInput,
        roleArn: "arn:r",
        stateMachineVersionArn: "arn:v",
        stateMachineAliasArn: "arn:a",
      },
    },
  ],
  [{ kind: "ExecutionSucceeded", output: data }, "ExecutionSucceeded", { executionSucceededEventDetails: shownOutput }],
  [{ kind: "ExecutionFailed", ...failed }, "ExecutionFailed", { executionFailedEventDetails: failed }],
  [{ kind: "ExecutionFailed", error: "E" }, "ExecutionFailed", { executionFailedEventDetails: { error: "E" } }],
  [{ kind: "ExecutionFailed", cause: "C" }, "ExecutionFailed", { executionFailedEventDetails: { cause: "C" } }],
  [{ kind: "ExecutionFailed" }, "ExecutionFailed", { executionFailedEventDetails: {} }],
  [{ kind: "ExecutionAborted" }, "ExecutionAborted", { executionAbortedEventDetails: {} }],
  [{ kind: "ExecutionTimedOut" }, "ExecutionTimedOut", { executionTimedOutEventDetails: {} }],
  ...(["Task", "Pass", "Wait", "Choice", "Succeed", "Fail", "Parallel", "Map"] as const).map((stateType): Row => [
    { kind: "StateEntered", scope, stateType, name: "S", input: data },
    `${stateType}StateEntered`,
    { stateEnteredEventDetails: { name: "S", ...shownInput } },
  ]),
  ...(["Task", "Pass", "Wait", "Choice", "Succeed", "Parallel", "Map"] as const).map((stateType): Row => [
    { kind: "StateExited", scope, stateType, name: "S", output: data },
    `${stateType}StateExited`,
    { stateExitedEventDetails: { name: "S", ...shownOutput } },
  ]),
  [
    {
      kind: "StateExited",
      scope,
      stateType: "Pass",
      name: "S",
      output: data,
      assigned: { x: Payload.ofValue("foo"), n: Payload.ofValue(3) },
      next: "T",
    },
    "PassStateExited",
    {
      stateExitedEventDetails: {
        name: "S",
        ...shownOutput,
        assignedVariables: { x: '"foo"', n: "3" },
        assignedVariablesDetails: { truncated: false },
      },
    },
  ],
  [{ kind: "StateAborted", scope, stateType: "Task" }, "TaskStateAborted"],
  [{ kind: "StateAborted", scope, stateType: "Wait" }, "WaitStateAborted"],
  [{ kind: "StateAborted", scope, stateType: "Parallel" }, "ParallelStateAborted"],
  [{ kind: "StateAborted", scope, stateType: "Map" }, "MapStateAborted"],
  [
    {
      kind: "TaskScheduled",
      scope,
      resource: lambda,
      parameters: data,
      timeoutSeconds: 9,
      credentialsRoleArn: "arn:c",
    },
    "LambdaFunctionScheduled",
    {
      lambdaFunctionScheduledEventDetails: {
        resource: lambdaArn,
        ...shownInput,
        timeoutInSeconds: 9,
        taskCredentials: { roleArn: "arn:c" },
      },
    },
    lambda,
  ],
  [
    { kind: "TaskScheduled", scope, resource: activity, parameters: data, heartbeatSeconds: 3, token: "secret" },
    "ActivityScheduled",
    { activityScheduledEventDetails: { resource: activityArn, ...shownInput, heartbeatInSeconds: 3 } },
    activity,
  ],
  [
    { kind: "TaskScheduled", scope, resource: queue, parameters: data, timeoutSeconds: 600, heartbeatSeconds: 120 },
    "TaskScheduled",
    {
      taskScheduledEventDetails: {
        ...toQueue,
        region: "us-east-1",
        parameters: '{"a": 1.0}',
        timeoutInSeconds: 600,
        heartbeatInSeconds: 120,
      },
    },
    queue,
  ],
  [{ kind: "TaskStarted", scope }, "LambdaFunctionStarted", undefined, lambda],
  [
    { kind: "TaskStarted", scope, workerName: "w" },
    "ActivityStarted",
    { activityStartedEventDetails: { workerName: "w" } },
    activity,
  ],
  [{ kind: "TaskStarted", scope }, "ActivityStarted", { activityStartedEventDetails: {} }, activity],
  [{ kind: "TaskStarted", scope }, "TaskStarted", { taskStartedEventDetails: toTable }, sdk],
  [
    { kind: "TaskSubmitted", scope, output: data },
    "TaskSubmitted",
    {
      taskSubmittedEventDetails: { resourceType: "states", resource: "startExecution.sync:2", ...shownOutput },
    },
    nested,
  ],
  [
    { kind: "TaskSucceeded", scope, output: data },
    "LambdaFunctionSucceeded",
    { lambdaFunctionSucceededEventDetails: shownOutput },
    lambda,
  ],
  [
    { kind: "TaskSucceeded", scope, output: data },
    "ActivitySucceeded",
    { activitySucceededEventDetails: shownOutput },
    activity,
  ],
  [
    { kind: "TaskSucceeded", scope, output: data },
    "TaskSucceeded",
    { taskSucceededEventDetails: { ...toTable, ...shownOutput } },
    sdk,
  ],
  [
    { kind: "TaskFailed", scope, ...failed },
    "LambdaFunctionFailed",
    { lambdaFunctionFailedEventDetails: failed },
    lambda,
  ],
  [{ kind: "TaskFailed", scope, ...failed }, "ActivityFailed", { activityFailedEventDetails: failed }, activity],
  [{ kind: "TaskFailed", scope }, "TaskFailed", { taskFailedEventDetails: toTable }, sdk],
  [
    { kind: "TaskSubmitFailed", scope, ...failed },
    "TaskSubmitFailed",
    { taskSubmitFailedEventDetails: { ...toQueue, ...failed } },
    queue,
  ],
  [
    { kind: "TaskTimedOut", scope, error: "States.Timeout" },
    "TaskTimedOut",
    { taskTimedOutEventDetails: { ...toTable, error: "States.Timeout" } },
    sdk,
  ],
  [
    { kind: "TaskTimedOut", scope, error: "States.Timeout" },
    "LambdaFunctionTimedOut",
    { lambdaFunctionTimedOutEventDetails: { error: "States.Timeout" } },
    lambda,
  ],
  [
    { kind: "TaskTimedOut", scope, error: "States.Timeout" },
    "ActivityTimedOut",
    { activityTimedOutEventDetails: { error: "States.Timeout" } },
    activity,
  ],
  [{ kind: "MapStateStarted", scope, length: 0 }, "MapStateStarted", { mapStateStartedEventDetails: { length: 0 } }],
  [
    { kind: "MapIterationStarted", scope, name: "M", index: 0, input: data },
    "MapIterationStarted",
    { mapIterationStartedEventDetails: { name: "M", index: 0 } },
  ],
  ...(["Succeeded", "Failed", "Aborted"] as const).map((ending): Row => [
    { kind: `MapIteration${ending}`, scope, name: "M", index: 2 },
    `MapIteration${ending}`,
    { [`mapIteration${ending}EventDetails`]: { name: "M", index: 2 } },
  ]),
  [{ kind: "ParallelStateStarted", scope, input: data }, "ParallelStateStarted"],
  [
    { kind: "ExecutionRedriven", redriveCount: 2, clientToken: "secret" },
    "ExecutionRedriven",
    { executionRedrivenEventDetails: { redriveCount: 2 } },
  ],
  [{ kind: "MapStateSucceeded", scope }, "MapStateSucceeded"],
  [{ kind: "MapStateFailed", scope }, "MapStateFailed"],
  [{ kind: "ParallelStateSucceeded", scope }, "ParallelStateSucceeded"],
  [{ kind: "ParallelStateFailed", scope }, "ParallelStateFailed"],
  [
    { kind: "EvaluationFailed", scope, state: "S", ...failed, location: "Items" },
    "EvaluationFailed",
    { evaluationFailedEventDetails: { state: "S", ...failed, location: "Items" } },
  ],
  [
    { kind: "EvaluationFailed", scope, state: "S", ...failed },
    "EvaluationFailed",
    { evaluationFailedEventDetails: { state: "S", ...failed } },
  ],
];

test("every listed event has AWS's type and exactly AWS's details", async (t) => {
  for (const [body, type, details = {}, of] of rows) {
    await t.test(`${type} of ${body.kind}`, () => {
      const event: JournalEvent = { ...head, ...body };
      assert.deepEqual(publicEvent(event, { region: "us-east-1", isDataIncluded: true, resource: of }), {
        timestamp: 1_700_000_000.123,
        type,
        id: 7,
        previousEventId: 6,
        ...details,
      });
    });
  }
});

test("unlisted events are not shown", () => {
  const unlisted: readonly EventBody[] = [
    { kind: "WaitStarted", scope, until: 1 },
    { kind: "RetryScheduled", scope, retrier: 0, until: 1 },
    { kind: "TaskHeartbeat", scope },
  ];
  for (const body of unlisted) {
    assert.equal(publicEvent({ ...head, ...body }, { region: "r", isDataIncluded: true }), undefined);
  }
});

test("without execution data no event shows inputs, outputs, parameters or variables", () => {
  const dataMembers = ["input", "output", "assignedVariables", "parameters"];
  for (const [body, , , of] of rows) {
    const shown = JSON.stringify(
      publicEvent({ ...head, ...body }, { region: "r", isDataIncluded: false, resource: of }),
    );
    for (const member of dataMembers) assert.ok(!shown.includes(`"${member}`), `${member} in ${shown}`);
  }
});

test("a variable named __proto__ is shown like any other", () => {
  const assigned = Object.fromEntries([["__proto__", Payload.ofValue(1)]]);
  const event: JournalEvent = {
    ...head,
    kind: "StateExited",
    scope,
    stateType: "Pass",
    name: "S",
    output: data,
    assigned,
  };
  assert.match(JSON.stringify(publicEvent(event, { region: "r", isDataIncluded: true })), /"__proto__":"1"/);
});

test("the events of a task follow the resource that its own scope scheduled last", () => {
  const at = 0;
  const events: readonly JournalEvent[] = [
    { id: 1, previousEventId: 0, at, kind: "TaskScheduled", scope: 4, resource: lambda, parameters: data },
    { id: 2, previousEventId: 0, at, kind: "TaskScheduled", scope: 5, resource: activity, parameters: data },
    { id: 3, previousEventId: 1, at, kind: "TaskStarted", scope: 4 },
    { id: 4, previousEventId: 2, at, kind: "TaskStarted", scope: 5 },
    { id: 5, previousEventId: 3, at, kind: "TaskFailed", scope: 4 },
    { id: 5, previousEventId: 3, at, kind: "RetryScheduled", scope: 4, retrier: 0, until: 9 },
    { id: 6, previousEventId: 5, at, kind: "TaskScheduled", scope: 4, resource: sdk, parameters: data },
    { id: 7, previousEventId: 6, at, kind: "TaskSucceeded", scope: 4, output: data },
  ];
  const options = { region: "r", isDataIncluded: true };
  const types = [
    "LambdaFunctionScheduled",
    "ActivityScheduled",
    "LambdaFunctionStarted",
    "ActivityStarted",
    "LambdaFunctionFailed",
    "TaskScheduled",
    "TaskSucceeded",
  ];
  assert.deepEqual(
    publicHistory(events, options).map(({ type }) => type),
    types,
  );
  assert.deepEqual(
    publicHistory(events.slice(3, 6), options, [
      [4, lambda],
      [5, activity],
    ]).map(({ type }) => type),
    types.slice(3, 5),
  );
});
