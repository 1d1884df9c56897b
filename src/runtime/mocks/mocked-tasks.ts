// Tasks of an execution that was started with a test case of the mock file: the file answers for the states that the
// test case names, and the others call what they always call.
import { parseStatesArn } from "../../aws/arn.ts";
import type { MockedCall, PerformTask, TaskOutcome } from "../../engine/effect.ts";
import { Payload } from "../../asl/payload.ts";
import type { Perform } from "../executions/effects.ts";
import { type MockedResponse, type MockFile, responseTo } from "./mock-file.ts";

/** @param mocks `undefined` where the server has no mock file (any more): then no task of a test case is performed. */
export function withMocks(mocks: MockFile | undefined, perform: Perform): Perform {
  return async (task, signal, inspect) => {
    if (task.mocked === undefined) return perform(task, signal, inspect);
    return mockedOutcome(task, task.mocked, mocks) ?? perform(task, signal, inspect);
  };
}

/** `undefined` for a state that the test case does not mock. */
function mockedOutcome(task: PerformTask, call: MockedCall, mocks: MockFile | undefined): TaskOutcome | undefined {
  const machine = parseStatesArn(task.stateMachineArn);
  const testCase = machine?.kind === "stateMachine" ? mocks?.findTestCase(machine.name, call.testCase) : undefined;
  if (testCase === undefined) {
    return unusable(
      `The execution was started with the test case '${call.testCase}', which the mock file does not have any more. ` +
        `Start Pawl with SFN_MOCK_CONFIG naming a file that has it.`,
    );
  }
  const ranges = testCase.get(call.stateName);
  if (ranges === undefined) return undefined;
  const response = responseTo(ranges, call.invocation);
  if (response !== undefined) return outcomeOf(response, task);
  return unusable(
    `The mock file has no response to invocation ${call.invocation} of the state '${call.stateName}' in the test case ` +
      `'${call.testCase}'.`,
  );
}

const unusable = (cause: string): TaskOutcome => ({ kind: "failed", error: "States.TaskFailed", cause });
const nothing = Payload.ofText("{}");

/** A job or a callback is accepted first and comes out then; the file says only how. */
function outcomeOf(response: MockedResponse, { resource }: PerformTask): TaskOutcome {
  const isAwaited = resource.kind === "service" && resource.pattern !== "requestResponse";
  if (response.kind === "return") {
    const { output } = response;
    return { kind: "succeeded", output, submission: isAwaited ? output : undefined };
  }
  const { error, cause } = response;
  return { kind: "failed", error, cause, submission: isAwaited ? nothing : undefined };
}
