// The parameters that a Task gives to a service: that it gives anything at all, and the fields without which no request can
// be made. Fields that a service does not know are no matter here; AWS finds them when the task is scheduled.
import { isJsonObject, type JsonObject, memberOf } from "../json.ts";
import type { TaskResource } from "../resource.ts";
import { below, type Place, reportSchema } from "./place.ts";
import { isDowngraded } from "./shape.ts";

type ServiceResource = Extract<TaskResource, { readonly kind: "service" }>;

/**
 * The members that the services' own models require. AWS was measured to ask for those of dynamodb, ecs, events, glue, lambda,
 * sns, sqs and states.
 */
const requiredFields: ReadonlyMap<string, readonly string[]> = new Map(
  (
    [
      ["apigateway:invoke", "ApiEndpoint Method"],
      ["athena:startQueryExecution", "QueryString"],
      ["athena:getQueryExecution", "QueryExecutionId"],
      ["athena:getQueryResults", "QueryExecutionId"],
      ["batch:submitJob", "JobName JobQueue JobDefinition"],
      ["bedrock:invokeModel", "ModelId"],
      [
        "bedrock:createModelCustomizationJob",
        "JobName CustomModelName RoleArn BaseModelIdentifier TrainingDataConfig OutputDataConfig",
      ],
      ["codebuild:startBuild", "ProjectName"],
      ["codebuild:startBuildBatch", "ProjectName"],
      ["codebuild:stopBuild", "Id"],
      ["codebuild:batchDeleteBuilds", "Ids"],
      ["codebuild:batchGetReports", "ReportArns"],
      ["codebuild:stopBuildBatch", "Id"],
      ["codebuild:deleteBuildBatch", "Id"],
      ["databrew:startJobRun", "Name"],
      ["dynamodb:deleteItem", "TableName Key"],
      ["dynamodb:getItem", "TableName Key"],
      ["dynamodb:putItem", "TableName Item"],
      ["dynamodb:updateItem", "TableName Key"],
      ["ecs:runTask", "TaskDefinition"],
      ["eks:createCluster", "Name RoleArn ResourcesVpcConfig"],
      ["eks:deleteCluster", "Name"],
      ["eks:createFargateProfile", "FargateProfileName ClusterName PodExecutionRoleArn"],
      ["eks:deleteFargateProfile", "ClusterName FargateProfileName"],
      ["eks:createNodegroup", "ClusterName NodegroupName Subnets NodeRole"],
      ["eks:deleteNodegroup", "ClusterName NodegroupName"],
      ["elasticmapreduce:terminateCluster", "ClusterId"],
      ["elasticmapreduce:addStep", "ClusterId Step"],
      ["elasticmapreduce:cancelStep", "ClusterId StepId"],
      ["elasticmapreduce:setClusterTerminationProtection", "ClusterId TerminationProtected"],
      ["elasticmapreduce:modifyInstanceFleetByName", "ClusterId InstanceFleetName InstanceFleet"],
      ["elasticmapreduce:modifyInstanceGroupByName", "ClusterId InstanceGroupName InstanceGroup"],
      ["emr-containers:createVirtualCluster", "Name ContainerProvider"],
      ["emr-containers:deleteVirtualCluster", "Id"],
      ["emr-containers:startJobRun", "VirtualClusterId"],
      ["emr-serverless:createApplication", "ReleaseLabel Type"],
      ["emr-serverless:startApplication", "ApplicationId"],
      ["emr-serverless:stopApplication", "ApplicationId"],
      ["emr-serverless:deleteApplication", "ApplicationId"],
      ["emr-serverless:startJobRun", "ApplicationId ExecutionRoleArn"],
      ["emr-serverless:cancelJobRun", "ApplicationId JobRunId"],
      ["events:putEvents", "Entries"],
      ["glue:startJobRun", "JobName"],
      ["lambda:invoke", "FunctionName"],
      ["mediaconvert:createJob", "Role Settings"],
      ["sagemaker:createEndpoint", "EndpointName EndpointConfigName"],
      ["sagemaker:createEndpointConfig", "EndpointConfigName ProductionVariants"],
      ["sagemaker:createHyperParameterTuningJob", "HyperParameterTuningJobName HyperParameterTuningJobConfig"],
      [
        "sagemaker:createLabelingJob",
        "LabelingJobName LabelAttributeName InputConfig OutputConfig RoleArn HumanTaskConfig",
      ],
      ["sagemaker:createModel", "ModelName"],
      ["sagemaker:createProcessingJob", "ProcessingJobName ProcessingResources AppSpecification RoleArn"],
      ["sagemaker:createTrainingJob", "TrainingJobName RoleArn OutputDataConfig"],
      ["sagemaker:createTransformJob", "TransformJobName ModelName TransformInput TransformOutput TransformResources"],
      ["sagemaker:updateEndpoint", "EndpointName EndpointConfigName"],
      ["sns:publish", "Message"],
      ["sqs:sendMessage", "QueueUrl MessageBody"],
      ["states:startExecution", "StateMachineArn"],
    ] as const
  ).map(([key, names]) => [key, names.split(" ")]),
);

export function checkConnectorFields(task: JsonObject, { arn, service, action }: ServiceResource, place: Place): void {
  if (isDowngraded(place)) return;
  const name = place.language === "JSONata" ? "Arguments" : "Parameters";
  const given = memberOf(task, name);
  if (given === undefined) {
    return reportSchema(below(place, "Resource"), `${name} field is required for resource ARN: ${arn}`);
  }
  // One expression gives fields that nobody knows before it is evaluated.
  if (!isJsonObject(given)) return;
  for (const field of requiredFields.get(`${service}:${action}`) ?? []) {
    if (!hasField(given, field, place)) reportMissingField(field, below(place, name));
  }
}

/** Whether an object has a field, in JSONPath states also one that a path or an intrinsic call fills. */
export function hasField(object: JsonObject, field: string, { language }: Place): boolean {
  return Object.hasOwn(object, field) || (language === "JSONPath" && Object.hasOwn(object, `${field}.$`));
}

export function reportMissingField(field: string, place: Place): undefined {
  reportSchema(place, `The field '${field}' is required but was missing`);
}
