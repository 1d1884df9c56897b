import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import { environmentAt, playedIdentity } from "../testing/play.ts";
import { decide } from "./decide.ts";
import type { TaskOutcome } from "./effect.ts";
import { newExecution } from "./execution.ts";
import { awaitsChild } from "./pending.ts";

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
