// The optimized integrations whose calls are requests of AWS services: how each is named in errors.
import { STATUS_CODES } from "node:http";
import type { JsonObject } from "../../asl/json.ts";
import { optimizedFields } from "../../asl/optimized-fields.ts";
import type { AwsRefused } from "../../aws/call.ts";
import { exceptionName } from "../../aws/models/names.ts";
import { serviceFailed } from "../service-error.ts";

export interface Integration {
  /** The service whose action is called, as in ARNs of `aws-sdk` tasks. */
  readonly service: string;
  /** Before error names, such as `SQS`. */
  readonly prefix: string;
  /** The service in causes, such as `AmazonSQS`: the older SDK's name for it, and of the error that has no other name. */
  readonly sdkName: string;
}

/** By the service in the resource. */
export const integrations: ReadonlyMap<string, Integration> = new Map([
  ["athena", { service: "athena", prefix: "Athena", sdkName: "AmazonAthena" }],
  ["batch", { service: "batch", prefix: "Batch", sdkName: "AWSBatch" }],
  ["bedrock", { service: "bedrock", prefix: "Bedrock", sdkName: "AmazonBedrock" }],
  ["codebuild", { service: "codebuild", prefix: "CodeBuild", sdkName: "AWSCodeBuild" }],
  ["databrew", { service: "databrew", prefix: "DataBrew", sdkName: "AWSGlueDataBrew" }],
  ["dynamodb", { service: "dynamodb", prefix: "DynamoDB", sdkName: "AmazonDynamoDBv2" }],
  ["ecs", { service: "ecs", prefix: "ECS", sdkName: "AmazonECS" }],
  ["eks", { service: "eks", prefix: "EKS", sdkName: "AmazonEKS" }],
  ["elasticmapreduce", { service: "emr", prefix: "ElasticMapReduce", sdkName: "AmazonElasticMapReduce" }],
  ["emr-containers", { service: "emrcontainers", prefix: "EMRContainers", sdkName: "AmazonEMRContainers" }],
  ["emr-serverless", { service: "emrserverless", prefix: "EMRServerless", sdkName: "AWSEMRServerless" }],
  ["events", { service: "eventbridge", prefix: "EventBridge", sdkName: "AmazonEventBridge" }],
  ["glue", { service: "glue", prefix: "Glue", sdkName: "AWSGlue" }],
  ["mediaconvert", { service: "mediaconvert", prefix: "MediaConvert", sdkName: "AWSMediaConvert" }],
  ["sagemaker", { service: "sagemaker", prefix: "SageMaker", sdkName: "AmazonSageMaker" }],
  ["sns", { service: "sns", prefix: "SNS", sdkName: "AmazonSNS" }],
  ["sqs", { service: "sqs", prefix: "SQS", sdkName: "AmazonSQS" }],
]);

/** The first field that the action of an integration does not take, or requires and does not have, in AWS's words. */
export function fieldProblem(key: string, parameters: JsonObject): string | undefined {
  const fields = optimizedFields(key);
  if (fields === undefined) return undefined;
  const unknown = Object.keys(parameters).find((name) => !fields.supported.has(name));
  if (unknown !== undefined) return `The field ${JSON.stringify(unknown)} is not supported by Step Functions`;
  const missing = fields.required.find((name) => !Object.hasOwn(parameters, name));
  return missing === undefined ? undefined : `The field '${missing}' is required but was missing`;
}

/** The older SDK's name of an error that has no other is its service's, without the number of a version. */
function generalException({ sdkName }: Integration): string {
  return `${sdkName.replace(/v\d$/, "")}Exception`;
}

/** The failure of a task whose service said no. */
export function integrationFailed(integration: Integration, refused: AwsRefused): ReturnType<typeof serviceFailed> {
  const { prefix, sdkName: service } = integration;
  const { modelled } = refused;
  const exception = modelled === undefined ? generalException(integration) : exceptionName(modelled);
  // Without a name the older SDK gives the status (its error handlers).
  const code = refused.code || `${refused.status} ${STATUS_CODES[refused.status] ?? ""}`.trim();
  return serviceFailed({ ...refused, code, prefix, service, exception });
}
