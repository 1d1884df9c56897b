// The optimized integrations whose calls are requests of AWS services: how each is named in errors, and which parameters of
// which operation it takes.
import { STATUS_CODES } from "node:http";
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

const itemParameters =
  "TableName ConditionalOperator ConditionExpression Expected ExpressionAttributeNames ExpressionAttributeValues ReturnConsumedCapacity ReturnItemCollectionMetrics ReturnValues";

/** The parameters of the actions that do not take all that their operation has (AWS's pages of the integrations). */
const supported: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  (
    [
      [
        "batch:submitJob",
        "ArrayProperties ContainerOverrides DependsOn JobDefinition JobName JobQueue Parameters RetryStrategy Timeout Tags",
      ],
      [
        "dynamodb:getItem",
        "Key TableName AttributesToGet ConsistentRead ExpressionAttributeNames ProjectionExpression ReturnConsumedCapacity",
      ],
      ["dynamodb:putItem", `Item ${itemParameters}`],
      ["dynamodb:deleteItem", `Key ${itemParameters}`],
      ["dynamodb:updateItem", `Key AttributeUpdates UpdateExpression ${itemParameters}`],
      [
        "ecs:runTask",
        "CapacityProviderStrategy Cluster EnableExecuteCommand Group LaunchType NetworkConfiguration Overrides PlacementConstraints PlacementStrategy PlatformVersion PropagateTags TaskDefinition",
      ],
      ["events:putEvents", "Entries"],
      [
        "glue:startJobRun",
        "JobName JobRunId Arguments AllocatedCapacity Timeout MaxCapacity SecurityConfiguration NotificationProperty WorkerType NumberOfWorkers ExecutionClass JobRunQueuingEnabled",
      ],
      [
        "sns:publish",
        "TopicArn TargetArn PhoneNumber Message MessageAttributes MessageStructure Subject MessageDeduplicationId MessageGroupId",
      ],
      ["sqs:sendMessage", "QueueUrl MessageBody DelaySeconds MessageAttributes MessageDeduplicationId MessageGroupId"],
    ] as const
  ).map(([key, names]) => [key, new Set(names.split(" "))]),
);

/** @returns the first parameter that the action of the integration does not take. */
export function unsupportedParameter(key: string, names: readonly string[]): string | undefined {
  const known = supported.get(key);
  return known === undefined ? undefined : names.find((name) => !known.has(name));
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
