// An intrinsic function that fails ends the execution, wherever it stands: recorded, nothing retries or catches it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../asl/json.ts";
import { play } from "../testing/play.ts";

const failing = "States.MathAdd('one', 1)";
const inner = { StartAt: "I", States: { I: { Type: "Pass", End: true } } };
const failingInner = { StartAt: "I", States: { I: { Type: "Pass", Parameters: { "v.$": failing }, End: true } } };
const handled = {
  Retry: [{ ErrorEquals: ["States.ALL"] }],
  Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }],
};
const task = { Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage", ...handled };
const withRole = { "RoleArn.$": failing };

const states: readonly (readonly [where: string, state: JsonObject, failed?: string])[] = [
  ["Parameters of a Pass", { Type: "Pass", Parameters: { "v.$": failing } }],
  ["Parameters of a Task", { ...task, Parameters: { QueueUrl: "q", "MessageBody.$": failing } }],
  ["a ResultSelector", { ...task, ResultSelector: { "v.$": failing } }],
  ["Credentials", { ...task, Credentials: withRole }],
  ["Assign", { Type: "Pass", Assign: { "v.$": failing } }],
  ["an ItemSelector", { Type: "Map", ItemProcessor: inner, ItemSelector: { "v.$": failing }, ...handled }],
  ["a branch of a Parallel", { Type: "Parallel", Branches: [failingInner], ...handled }, "I"],
  ["an iteration of a Map", { Type: "Map", ItemProcessor: failingInner, ...handled }, "I"],
];

for (const [where, state, failed = "S"] of states) {
  test(`an intrinsic function that fails in ${where} is a runtime error`, () => {
    const { execution, events } = play(
      {
        StartAt: "S",
        States: { S: { ...state, End: true }, Caught: { Type: "Succeed" } },
      },
      { input: [1] },
    );
    assert.equal(execution.error, "States.Runtime");
    const entered = events.findLast((event) => event.kind === "StateEntered")?.id;
    assert.equal(
      execution.cause,
      `An error occurred while executing the state '${failed}' (entered at the event id #${entered}). There was an error while ` +
        `evaluating the intrinsic function: ${failing}. Invalid arguments in States.MathAdd`,
    );
  });
}

for (const field of ["ErrorPath", "CausePath"]) {
  test(`an intrinsic function that fails in a Fail's ${field} is a runtime error`, () => {
    const { execution } = play({ StartAt: "S", States: { S: { Type: "Fail", [field]: "States.Hash('x')" } } });
    assert.equal(execution.error, "States.Runtime");
    assert.match(execution.cause ?? "", /function: States\.Hash\('x'\)\. Invalid arguments in States\.Hash$/);
  });
}

test("members of a filled template come in AWS's order wherever they show", () => {
  const { events } = play({
    StartAt: "S",
    States: {
      S: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters: { "first.$": "$", "second.$": "$", "third.$": "$", FunctionName: "f" },
        End: true,
      },
    },
  });
  const scheduled = events.find((event) => event.kind === "TaskScheduled");
  assert.equal(scheduled?.parameters.text, '{"FunctionName":"f","third":{},"first":{},"second":{}}');
});
