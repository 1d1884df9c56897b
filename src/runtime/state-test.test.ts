import assert from "node:assert/strict";
import { test } from "node:test";
import { parseProgram } from "../asl/parse-program.ts";
import { Payload } from "../asl/payload.ts";
import type { StateTest } from "../engine/state-test/run.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import type { Perform } from "./executions/effects.ts";
import { createStateTester } from "./state-test.ts";

function taskTest(fields: object = {}): StateTest {
  const state = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", End: true, ...fields };
  const scope = parseProgram(JSON.stringify({ StartAt: "S", States: { S: state } }));
  const found = scope.states.get("S");
  assert.ok(found !== undefined);
  return {
    scope,
    state: found,
    input: Payload.ofText("{}"),
    variables: new Map(),
    place: {
      executionArn: "arn:aws:states:us-east-1:123456789012:express:m:e",
      executionName: "e",
      stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:m",
      stateMachineName: "m",
      roleArn: "arn:aws:iam::123456789012:role/r",
    },
    retryCount: 0,
    failedIterations: 0,
  };
}

const never: Perform = (_task, signal) =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve({ kind: "failed", error: "Aborted" }));
  });

interface Failed {
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** How the test ends after some seconds of simulated time. */
async function failureAfter(
  seconds: number,
  tested: StateTest,
  perform: Perform,
  gone = new AbortController(),
): Promise<Failed & { readonly logged: number }> {
  const clock = new SimulatedClock();
  let logged = 0;
  const testState = createStateTester({ clock, perform, parameterProblem: () => undefined, log: () => logged++ });
  const ending = testState(tested, { callerGone: gone.signal, revealSecrets: false });
  clock.advance(seconds * 1000);
  const ended = await ending;
  assert.ok("report" in ended);
  const { error, cause } = ended.report.failure ?? {};
  return { error, cause, logged };
}

const timedOut = { error: "States.Timeout", cause: undefined, logged: 0 };

test("a task has five minutes, or as long as it says", async () => {
  assert.deepEqual(await failureAfter(300, taskTest(), never), timedOut);
  assert.deepEqual(await failureAfter(2, taskTest({ TimeoutSeconds: 2 }), never), timedOut);
});

test("a caller that has gone is no longer waited for", async () => {
  const gone = new AbortController();
  const ending = failureAfter(0, taskTest(), never, gone);
  gone.abort();
  assert.deepEqual(await ending, timedOut);
});

test("a connector that throws is a task that failed", async () => {
  const { error, logged } = await failureAfter(0, taskTest(), () => Promise.reject(new Error("a bug")));
  assert.deepEqual([error, logged], ["States.TaskFailed", 1]);
});

test("a state that takes more work than one may fails its test, and is no bug", async () => {
  const clock = new SimulatedClock();
  const limits = { maxStateSteps: 1_000 };
  const testState = createStateTester({
    clock,
    limits,
    perform: never,
    parameterProblem: () => undefined,
    log: () => undefined,
  });
  const input = Payload.ofText(JSON.stringify({ items: Array.from({ length: 2_000 }, (_, id) => ({ id })) }));
  const options = { callerGone: new AbortController().signal, revealSecrets: false };
  const outcome = await testState({ ...taskTest({ InputPath: "$..id" }), input }, options);
  assert.ok("report" in outcome);
  assert.deepEqual(outcome.report.failure, {
    error: "States.Runtime",
    cause: "It takes more work than one state may: more work than is allowed.",
  });
});
