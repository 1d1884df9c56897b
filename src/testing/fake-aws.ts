// AWS services as tasks see them: what was asked of them, and the answers that a test gives.
import type { Json, JsonObject } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import { parseTaskResource, type TaskResource } from "../asl/resource.ts";
import type { AwsAnswer, AwsCall, CallAws } from "../aws/call.ts";
import type { PerformTask, TaskOutcome } from "../engine/effect.ts";
import type { Connector } from "../tasks/connector.ts";

export type ServiceResource = Extract<TaskResource, { readonly kind: "service" }>;

/** @param name such as `sqs:sendMessage.waitForTaskToken`. */
export function serviceResource(name: string): ServiceResource {
  const resource = parseTaskResource(`arn:aws:states:::${name}`);
  if (resource?.kind !== "service") throw new Error(`${name} is no service integration.`);
  return resource;
}

export function answeredWith(output: JsonObject): AwsAnswer {
  const headers = [
    ["x-amzn-RequestId", "r"],
    ["connection", "keep-alive"],
    ["Content-Length", "2"],
  ] as const;
  return { kind: "answered", output, status: 200, requestId: "r", headers };
}

export interface FakeAws {
  readonly callAws: CallAws;
  /** In their order. */
  readonly calls: readonly Pick<AwsCall, "service" | "action" | "input">[];
}

/** @param answers one per call, the last one for all that follow. */
export function fakeAws(...answers: readonly AwsAnswer[]): FakeAws {
  const calls: Pick<AwsCall, "service" | "action" | "input">[] = [];
  return {
    calls,
    callAws({ service, action, input }) {
      const answer = answers[calls.length] ?? answers.at(-1) ?? answeredWith({});
      calls.push({ service, action, input });
      return Promise.resolve(answer);
    },
  };
}

const arns = "arn:aws:states:us-east-1:123456789012";
export const fakeExecutionArn = `${arns}:execution:m:e`;
export const fakeMachineArn = `${arns}:stateMachine:m`;

export function performTask(connector: Connector, resource: TaskResource, parameters: Json): Promise<TaskOutcome> {
  const task: PerformTask = {
    kind: "PerformTask",
    attempt: { executionArn: fakeExecutionArn, scheduledEventId: 3 },
    resource,
    parameters: Payload.ofValue(parameters),
    stateMachineArn: fakeMachineArn,
    roleArn: "",
  };
  return connector.perform(task, new AbortController().signal);
}
