// A Task state's `Resource`: which thing is called, and by which service integration pattern.

export type IntegrationPattern = "requestResponse" | "sync" | "sync:2" | "waitForTaskToken";

export type TaskResource =
  /** A Lambda function named directly by its ARN (the form older than service integrations). */
  | { readonly kind: "lambda"; readonly arn: string; readonly pattern: "requestResponse" }
  | { readonly kind: "activity"; readonly arn: string; readonly pattern: "requestResponse" }
  /** `arn:<partition>:states:::<service>:<action>`; an `aws-sdk:` service keeps its prefix. */
  | {
      readonly kind: "service";
      readonly arn: string;
      readonly service: string;
      readonly action: string;
      readonly pattern: IntegrationPattern;
    };

/** AWS does not look at the account: the placeholder of its samples passes (recorded). */
const lambdaArn = /^arn:[a-z-]+:lambda:[a-z0-9-]+:[a-z0-9-]+:function:[A-Za-z0-9-_.]+(:[A-Za-z0-9-_$]+)?$/;
const activityArn = /^arn:[a-z-]+:states:[a-z0-9-]+:\d{12}:activity:[^:]+$/;
/** Published samples also name a region and an account. */
const serviceArn =
  /^arn:[a-z-]+:states:(?:[a-z0-9-]+:\d{12}|:):((?:aws-sdk:)?[A-Za-z0-9-]+):([A-Za-z0-9]+)(?:\.(sync|sync:2|waitForTaskToken))?$/;

/** `undefined` when the text has none of the forms; whether the service and action exist is the validator's question. */
export function parseTaskResource(arn: string): TaskResource | undefined {
  if (lambdaArn.test(arn)) return { kind: "lambda", arn, pattern: "requestResponse" };
  if (activityArn.test(arn)) return { kind: "activity", arn, pattern: "requestResponse" };
  const parts = serviceArn.exec(arn);
  const [, service, action, suffix] = parts ?? [];
  if (service === undefined || action === undefined) return undefined;
  return {
    kind: "service",
    arn,
    service,
    action,
    pattern: (suffix as IntegrationPattern | undefined) ?? "requestResponse",
  };
}

/** Whether a task waits for a job of another service (`.sync`); the end of a child execution is told by itself. */
export function isJob(resource: TaskResource): boolean {
  return resource.kind === "service" && resource.pattern.startsWith("sync") && resource.service !== "states";
}

/** The `resource` member of TaskScheduled and its followers: the action with its pattern suffix. */
export function resourceName(resource: TaskResource): string {
  if (resource.kind !== "service") return resource.arn;
  return resource.pattern === "requestResponse" ? resource.action : `${resource.action}.${resource.pattern}`;
}
