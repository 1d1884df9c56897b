import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import { environmentAt, playedIdentity } from "../testing/play.ts";
import { decide } from "./decide.ts";
import type { TaskOutcome } from "./effect.ts";
import { newExecution } from "./execution.ts";
import { awaitedJobs, awaitsChild } from "./pending.ts";

test("a child is waited for from when its start was told until its end was, or the task is called off", () => {
  const nested = { Type: "Task", Resource: "arn:aws:states:::states:startExecution.sync", Parameters: {}, End: true };
  const branch: Json = { StartAt: "N", States: { N: nested } };
  const definition: Json = { StartAt: "P", States: { P: { Type: "Parallel", Branches: [branch, branch], End: true } } };
  const execution = newExecution(playedIdentity(definition));
  const awaited = (): readonly boolean[] => ["one", "two", "other"].map((arn) => awaitsChild(execution, arn));
  decide(execution, { kind: "Start", input: Payload.ofText("{}"), roleArn: "role" }, environmentAt(0));
  const [first = 0, second = 0] = execution.tasks.keys();
  const tell = (scheduledEventId: number, outcome: TaskOutcome): readonly boolean[] => {
    decide(execution, { kind: "TaskOutcome", scheduledEventId, outcome }, environmentAt(0));
    return awaited();
  };
  const started = (arn: string): TaskOutcome => ({ kind: "submitted", output: Payload.ofValue({ ExecutionArn: arn }) });
  assert.deepEqual(awaited(), [false, false, false]);
  assert.deepEqual(tell(first, started("one")), [true, false, false]);
  assert.deepEqual(tell(first, started("other")), [true, false, false]);
  assert.deepEqual(tell(second, started("two")), [true, true, false]);
  assert.deepEqual(tell(first, { kind: "succeeded", output: Payload.ofText("1") }), [false, true, false]);
  decide(execution, { kind: "Stop" }, environmentAt(0));
  assert.deepEqual(awaited(), [false, false, false]);
});

function jobWaitingAt(resource: string, parameters: Json = {}) {
  const only = { Type: "Task", Resource: `arn:aws:states:::${resource}`, Parameters: parameters, End: true };
  const execution = newExecution(playedIdentity({ StartAt: "N", States: { N: only } }));
  const { events } = decide(
    execution,
    { kind: "Start", input: Payload.ofText("{}"), roleArn: "role" },
    environmentAt(0),
  );
  const tell = (outcome: TaskOutcome) =>
    decide(execution, { kind: "TaskOutcome", scheduledEventId: 3, outcome }, environmentAt(0)).events;
  return { execution, events, tell };
}

const submitted: TaskOutcome = { kind: "submitted", output: Payload.ofText('{"JobRunId":"1"}') };

test("a job is waited for from its submission until its end, by the events that tell of them", () => {
  const { execution, tell } = jobWaitingAt("glue:startJobRun.sync");
  assert.deepEqual([...awaitedJobs(execution)], []);
  tell(submitted);
  assert.deepEqual([...awaitedJobs(execution)], [[3, 5]]);
  tell({ kind: "succeeded", output: Payload.ofText("1") });
  assert.deepEqual([...awaitedJobs(execution)], []);
});

for (const resource of ["states:startExecution.sync", "sqs:sendMessage.waitForTaskToken"]) {
  test(`what ${resource} waits for is no job`, () => {
    const { execution, tell } = jobWaitingAt(resource);
    tell(submitted);
    assert.deepEqual([...awaitedJobs(execution)], []);
  });
}

test("a call that was not accepted is a submission that failed, and an end that failed is none", () => {
  const refusal = { kind: "failed", error: "Glue.InvalidInputException", isRefusal: true } as const;
  assert.equal(jobWaitingAt("glue:startJobRun.sync").tell(refusal)[0]?.kind, "TaskSubmitFailed");
  const { tell } = jobWaitingAt("glue:startJobRun.sync");
  tell(submitted);
  assert.equal(tell({ kind: "failed", error: "States.TaskFailed" })[0]?.kind, "TaskFailed");
});

test("a task of ECS is scheduled with the name of who starts it", () => {
  const { events } = jobWaitingAt("ecs:runTask.sync", { TaskDefinition: "d", LaunchType: "FARGATE" });
  const scheduled = events.find(({ kind }) => kind === "TaskScheduled");
  assert.ok(scheduled?.kind === "TaskScheduled");
  const text = '{"TaskDefinition":"d","LaunchType":"FARGATE","StartedBy":"AWS Step Functions"}';
  assert.equal(scheduled.parameters.text, text);
});
