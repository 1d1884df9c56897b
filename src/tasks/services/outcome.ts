// Outcomes of tasks that call services, as far as both integrations have them alike.
import type { AwsAnswer } from "../../aws/call.ts";
import { dataLimitFailure } from "../../engine/data-flow.ts";
import type { PerformTask, TaskOutcome } from "../../engine/effect.ts";
import type { Json } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import { failed } from "../service-error.ts";

type Failed = Extract<TaskOutcome, { readonly kind: "failed" }>;
type Unanswered = Exclude<AwsAnswer, { readonly kind: "answered" | "refused" }>;

/** @param prefix of error names, such as `SQS` and `DynamoDb`. */
export function unanswered(answer: Unanswered, { resource }: Pick<PerformTask, "resource">, prefix: string): Failed {
  switch (answer.kind) {
    case "unreachable":
      return failed(`${prefix}.SdkClientException`, `Unable to execute HTTP request: ${answer.message}`);
    case "invalid":
      return failed(`${prefix}.SdkClientException`, answer.message);
    case "notConfigured":
      // No attempt can come out differently, so none is repeated, and no Catcher takes it for the service's own failure.
      return failed("States.Runtime", answer.message);
    case "tooLarge": {
      const { error, cause } = dataLimitFailure(resource.kind === "service" ? resource.service : resource.arn);
      return failed(error, cause ?? "");
    }
  }
}

/** The service's answer is the result, or with a task token only the first word. */
export function accepted({ resource }: PerformTask, result: Json): TaskOutcome {
  return { kind: resource.pattern === "waitForTaskToken" ? "submitted" : "succeeded", output: Payload.ofValue(result) };
}
