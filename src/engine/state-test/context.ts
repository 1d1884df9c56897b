// The context object of a state under TestState, as AWS makes it up where none is given.
import type { Json, JsonObject } from "../../asl/json.ts";
import type { State } from "../../asl/program.ts";
import { formatTimestamp } from "../../asl/timestamp.ts";

export interface TestPlace {
  readonly executionArn: string;
  readonly executionName: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string | undefined;
}

/** AWS's name for the state, whatever its own is (recorded). */
export const testedStateName = "StateName";

/** @param now epoch milliseconds. */
export function madeUpContext(
  place: TestPlace,
  { state, input, retryCount, now }: { state: State; input: Json; retryCount: number; now: number },
): JsonObject {
  const retries = state.type === "Task" || state.type === "Map" || state.type === "Parallel";
  const time = formatTimestamp(now);
  return {
    Execution: {
      Id: place.executionArn,
      Input: input,
      Name: place.executionName,
      RoleArn: place.roleArn ?? null,
      StartTime: time,
    },
    StateMachine: { Id: place.stateMachineArn, Name: place.stateMachineName },
    State: { Name: testedStateName, EnteredTime: time, ...(retries ? { RetryCount: retryCount } : {}) },
  };
}
