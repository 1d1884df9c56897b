// The work of a state in a few words, for the second line of its node: the service and action of a Task, the time of a Wait,
// the mode of a Map, the error of a Fail.
import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  memberOf,
  toDouble,
  type Json,
  type JsonObject,
} from "../asl/json.ts";
import type { StateType } from "./state-type.ts";
import { cleanText } from "./text-size.ts";

/** Services whose usual writing is not their name in a resource with a capital letter. */
const serviceNames: ReadonlyMap<string, string> = new Map([
  ["apigateway", "API Gateway"],
  ["autoscaling", "Auto Scaling"],
  ["bedrockagent", "Bedrock Agent"],
  ["bedrockagentruntime", "Bedrock Agent"],
  ["bedrockruntime", "Bedrock"],
  ["cloudformation", "CloudFormation"],
  ["cloudfront", "CloudFront"],
  ["cloudwatch", "CloudWatch"],
  ["cloudwatchlogs", "CloudWatch Logs"],
  ["codebuild", "CodeBuild"],
  ["cognitoidentityprovider", "Cognito"],
  ["databrew", "DataBrew"],
  ["dynamodb", "DynamoDB"],
  ["ecr", "ECR"],
  ["elasticmapreduce", "EMR"],
  ["emr-containers", "EMR on EKS"],
  ["emr-serverless", "EMR Serverless"],
  ["eventbridge", "EventBridge"],
  ["events", "EventBridge"],
  ["http", "HTTP"],
  ["lookoutvision", "Lookout for Vision"],
  ["mediaconvert", "MediaConvert"],
  ["redshiftdata", "Redshift Data"],
  ["sagemaker", "SageMaker"],
  ["secretsmanager", "Secrets Manager"],
  ["sfn", "Step Functions"],
  ["states", "Step Functions"],
]);

const patternNames: ReadonlyMap<string, string> = new Map([
  ["waitForTaskToken", "callback"],
  ["sync", "sync"],
  ["sync:2", "sync"],
]);

/** The second line of a state's node; never empty. */
export function stateSubLabel(type: StateType, state: JsonObject): string {
  return cleanText(detailOf(type, state) ?? type) || type;
}

function detailOf(type: StateType, state: JsonObject): string | undefined {
  switch (type) {
    case "Task":
      return functionText(state) ?? resourceText(memberOf(state, "Resource"));
    case "Wait":
      return waitText(state);
    case "Map":
      return mapText(state);
    case "Parallel":
      return parallelText(memberOf(state, "Branches"));
    case "Fail":
      return textOf(memberOf(state, "Error") ?? memberOf(state, "ErrorPath"));
    default:
      return undefined;
  }
}

/** The name of the function that `lambda:invoke` calls, where the definition has it. */
function functionText(state: JsonObject): string | undefined {
  const [, pattern] = /:states:[^:]*:[^:]*:lambda:invoke\.?(\w*)$/.exec(shortText(memberOf(state, "Resource"))) ?? [];
  if (pattern === undefined) return undefined;
  const parameters = memberOf(state, "Parameters") ?? memberOf(state, "Arguments");
  const given = isJsonObject(parameters) ? shortText(memberOf(parameters, "FunctionName")) : "";
  if (given === "" || given.startsWith("{%")) return undefined;
  const [, name = given] = /:function:([^:]+)/.exec(given) ?? [];
  return `Lambda: ${name}${suffixOf(pattern)}`;
}

function shortText(value: Json | undefined): string {
  return typeof value === "string" ? value.slice(0, 500) : "";
}

function suffixOf(pattern: string): string {
  const suffix = patternNames.get(pattern);
  return suffix === undefined ? "" : ` · ${suffix}`;
}

function resourceText(resource: Json | undefined): string | undefined {
  if (typeof resource !== "string") return undefined;
  const parts = resource.slice(0, 500).split(":");
  if (parts.length < 6 || parts[0] !== "arn") return resource;
  const [, , service = "", , , kind = "", name = "", ...rest] = parts;
  if (service === "lambda") return kind === "function" ? `Lambda: ${name}` : resource;
  if (service !== "states") return resource;
  if (kind === "activity") return `Activity: ${name}`;
  return kind === "aws-sdk" ? integrationText(name, rest.join(":")) : integrationText(kind, [name, ...rest].join(":"));
}

function integrationText(service: string, action: string): string {
  const [name = "", pattern = ""] = action.split(".", 2);
  return `${serviceName(service)}: ${capitalized(name)}${suffixOf(pattern)}`;
}

function serviceName(service: string): string {
  const known = serviceNames.get(service);
  if (known !== undefined) return known;
  return service.length <= 3 ? service.toUpperCase() : capitalized(service);
}

function capitalized(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function waitText(state: JsonObject): string | undefined {
  const seconds = memberOf(state, "Seconds");
  if (isJsonNumber(seconds)) return durationText(toDouble(seconds));
  const timestamp = memberOf(state, "Timestamp") ?? memberOf(state, "TimestampPath");
  if (typeof timestamp === "string") return `Until ${expressionText(timestamp)}`;
  const text = textOf(seconds ?? memberOf(state, "SecondsPath"));
  return text === undefined ? undefined : `${text} seconds`;
}

const durations = [
  { unit: "day", seconds: 86_400 },
  { unit: "hour", seconds: 3_600 },
  { unit: "minute", seconds: 60 },
] as const;

function durationText(seconds: number): string {
  const whole = durations.find((duration) => seconds >= duration.seconds && seconds % duration.seconds === 0);
  const count = whole === undefined ? seconds : seconds / whole.seconds;
  return `${count} ${whole?.unit ?? "second"}${count === 1 ? "" : "s"}`;
}

function mapText(state: JsonObject): string {
  const processor = memberOf(state, "ItemProcessor");
  const config = isJsonObject(processor) ? memberOf(processor, "ProcessorConfig") : undefined;
  const isDistributed = isJsonObject(config) && memberOf(config, "Mode") === "DISTRIBUTED";
  const limit = memberOf(state, "MaxConcurrency");
  const concurrency = isJsonNumber(limit) && toDouble(limit) > 0 ? ` · ${toDouble(limit)} at a time` : "";
  return `${isDistributed ? "Distributed Map" : "Map"}${concurrency}`;
}

function parallelText(branches: Json | undefined): string | undefined {
  if (!isJsonArray(branches) || branches.length === 0) return undefined;
  return `Parallel · ${branches.length} branch${branches.length === 1 ? "" : "es"}`;
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? expressionText(value) : undefined;
}

function expressionText(text: string): string {
  return text.startsWith("{%") ? text.slice(2, 1_000).replace(/%\}$/, "").trim() : text;
}
