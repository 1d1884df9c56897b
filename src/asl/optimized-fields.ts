// The fields that optimized integrations take, a row for each action: those with a star are required. Sources: the pages on the
// integrations, and the services' models where a page says that an integration takes what its service takes.
import { isJsonObject, type JsonObject } from "./json.ts";
import { Payload } from "./payload.ts";
import type { TaskResource } from "./resource.ts";

export interface OptimizedFields {
  readonly required: readonly string[];
  readonly supported: ReadonlySet<string>;
}

/** @param resource such as `batch:submitJob`; `undefined` for one whose fields are not listed. */
export function optimizedFields(resource: string): OptimizedFields | undefined {
  return table.get(resource);
}

const rows: Readonly<Record<string, string>> = {
  "apigateway:invoke": "ApiEndpoint* Method* Headers Stage Path QueryParameters RequestBody AllowNullValues AuthType",
  "athena:getQueryExecution": "QueryExecutionId*",
  "athena:getQueryResults": "QueryExecutionId* NextToken MaxResults QueryResultType",
  "athena:startQueryExecution":
    "QueryString* ClientRequestToken QueryExecutionContext ResultConfiguration WorkGroup ExecutionParameters ResultReuseConfiguration EngineConfiguration",
  "athena:stopQueryExecution": "QueryExecutionId*",
  "batch:submitJob":
    "JobName* JobQueue* JobDefinition* ArrayProperties ConsumableResourcePropertiesOverride ContainerOverrides DependsOn EcsPropertiesOverride EksPropertiesOverride NodeOverrides Parameters PropagateTags RetryStrategy SchedulingPriorityOverride ShareIdentifier Tags Timeout",
  "bedrock:createModelCustomizationJob":
    "JobName* CustomModelName* RoleArn* BaseModelIdentifier* TrainingDataConfig* OutputDataConfig* ClientRequestToken CustomizationConfig CustomizationType CustomModelKmsKeyId JobTags CustomModelTags ValidationDataConfig HyperParameters VpcConfig",
  "bedrock:invokeModel":
    "ModelId* Body Input Output ContentType Accept Trace GuardrailIdentifier GuardrailVersion PerformanceConfigLatency ServiceTier",
  "codebuild:batchDeleteBuilds": "Ids*",
  "codebuild:batchGetReports": "ReportArns*",
  "codebuild:deleteBuildBatch": "Id*",
  "codebuild:retryBuildBatch": "Id IdempotencyToken RetryType",
  "codebuild:startBuild":
    "ProjectName* SecondarySourcesOverride SecondarySourcesVersionOverride SourceVersion ArtifactsOverride SecondaryArtifactsOverride EnvironmentVariablesOverride SourceTypeOverride SourceLocationOverride SourceAuthOverride GitCloneDepthOverride GitSubmodulesConfigOverride BuildspecOverride InsecureSslOverride ReportBuildStatusOverride BuildStatusConfigOverride EnvironmentTypeOverride ImageOverride ComputeTypeOverride CertificateOverride CacheOverride ServiceRoleOverride PrivilegedModeOverride TimeoutInMinutesOverride QueuedTimeoutInMinutesOverride EncryptionKeyOverride IdempotencyToken LogsConfigOverride RegistryCredentialOverride ImagePullCredentialsTypeOverride DebugSessionEnabled FleetOverride AutoRetryLimitOverride",
  "codebuild:startBuildBatch":
    "ProjectName* SecondarySourcesOverride SecondarySourcesVersionOverride SourceVersion ArtifactsOverride SecondaryArtifactsOverride EnvironmentVariablesOverride SourceTypeOverride SourceLocationOverride SourceAuthOverride GitCloneDepthOverride GitSubmodulesConfigOverride BuildspecOverride InsecureSslOverride ReportBuildBatchStatusOverride EnvironmentTypeOverride ImageOverride ComputeTypeOverride CertificateOverride CacheOverride ServiceRoleOverride PrivilegedModeOverride BuildTimeoutInMinutesOverride QueuedTimeoutInMinutesOverride EncryptionKeyOverride IdempotencyToken LogsConfigOverride RegistryCredentialOverride ImagePullCredentialsTypeOverride BuildBatchConfigOverride DebugSessionEnabled",
  "codebuild:stopBuild": "Id*",
  "codebuild:stopBuildBatch": "Id*",
  "databrew:startJobRun": "Name*",
  "dynamodb:deleteItem":
    "TableName* Key* ConditionalOperator ConditionExpression Expected ExpressionAttributeNames ExpressionAttributeValues ReturnConsumedCapacity ReturnItemCollectionMetrics ReturnValues",
  "dynamodb:getItem":
    "TableName* Key* AttributesToGet ConsistentRead ExpressionAttributeNames ProjectionExpression ReturnConsumedCapacity",
  "dynamodb:putItem":
    "TableName* Item* ConditionalOperator ConditionExpression Expected ExpressionAttributeNames ExpressionAttributeValues ReturnConsumedCapacity ReturnItemCollectionMetrics ReturnValues",
  "dynamodb:updateItem":
    "TableName* Key* AttributeUpdates ConditionalOperator ConditionExpression Expected ExpressionAttributeNames ExpressionAttributeValues ReturnConsumedCapacity ReturnItemCollectionMetrics ReturnValues UpdateExpression",
  "ecs:runTask":
    "TaskDefinition* CapacityProviderStrategy Cluster EnableExecuteCommand Group LaunchType NetworkConfiguration Overrides PlacementConstraints PlacementStrategy PlatformVersion PropagateTags Tags",
  "eks:call": "ClusterName* CertificateAuthority* Endpoint* Method* Path* QueryParameters RequestBody",
  "eks:createCluster":
    "Name* RoleArn* ResourcesVpcConfig* Version KubernetesNetworkConfig Logging ClientRequestToken Tags EncryptionConfig OutpostConfig AccessConfig BootstrapSelfManagedAddons UpgradePolicy ZonalShiftConfig RemoteNetworkConfig ComputeConfig StorageConfig DeletionProtection ControlPlaneScalingConfig",
  "eks:createFargateProfile":
    "FargateProfileName* ClusterName* PodExecutionRoleArn* Subnets Selectors ClientRequestToken Tags",
  "eks:createNodegroup":
    "ClusterName* NodegroupName* Subnets* NodeRole* ScalingConfig DiskSize InstanceTypes AmiType RemoteAccess Labels Taints Tags ClientRequestToken LaunchTemplate UpdateConfig NodeRepairConfig CapacityType Version ReleaseVersion WarmPoolConfig",
  "eks:deleteCluster": "Name*",
  "eks:deleteFargateProfile": "ClusterName* FargateProfileName*",
  "eks:deleteNodegroup": "ClusterName* NodegroupName*",
  "eks:runJob": "ClusterName* CertificateAuthority* Endpoint* Job* Namespace LogOptions",
  "elasticmapreduce:addStep": "ClusterId* Step* ExecutionRoleArn",
  "elasticmapreduce:cancelStep": "ClusterId* StepId* StepCancellationOption",
  "elasticmapreduce:createCluster":
    "Name* Instances* LogUri LogEncryptionKmsKeyId AdditionalInfo AmiVersion ReleaseLabel BootstrapActions SupportedProducts NewSupportedProducts Applications Configurations VisibleToAllUsers JobFlowRole ServiceRole Tags SecurityConfiguration AutoScalingRole ScaleDownBehavior CustomAmiId EbsRootVolumeSize RepoUpgradeOnBoot KerberosAttributes StepConcurrencyLevel ManagedScalingPolicy PlacementGroupConfigs AutoTerminationPolicy OSReleaseLabel EbsRootVolumeIops EbsRootVolumeThroughput ExtendedSupport MonitoringConfiguration StepExecutionRoleArn",
  "elasticmapreduce:modifyInstanceFleetByName": "ClusterId* InstanceFleetName* InstanceFleet*",
  "elasticmapreduce:modifyInstanceGroupByName": "ClusterId* InstanceGroupName* InstanceGroup*",
  "elasticmapreduce:setClusterTerminationProtection": "ClusterId* TerminationProtected*",
  "elasticmapreduce:terminateCluster": "ClusterId*",
  "emr-containers:createVirtualCluster": "Name* ContainerProvider* ClientToken Tags SecurityConfigurationId",
  "emr-containers:deleteVirtualCluster": "Id*",
  "emr-containers:startJobRun":
    "VirtualClusterId* Name ClientToken ExecutionRoleArn ReleaseLabel JobDriver ConfigurationOverrides Tags JobTemplateId JobTemplateParameters RetryPolicyConfiguration",
  "emr-serverless:cancelJobRun": "ApplicationId* JobRunId* ShutdownGracePeriodInSeconds",
  "emr-serverless:createApplication":
    "ReleaseLabel* Type* Name ClientToken InitialCapacity MaximumCapacity Tags AutoStartConfiguration AutoStopConfiguration NetworkConfiguration Architecture ImageConfiguration WorkerTypeSpecifications RuntimeConfiguration MonitoringConfiguration DiskEncryptionConfiguration InteractiveConfiguration SchedulerConfiguration IdentityCenterConfiguration JobLevelCostAllocationConfiguration",
  "emr-serverless:deleteApplication": "ApplicationId*",
  "emr-serverless:startApplication": "ApplicationId*",
  "emr-serverless:startJobRun":
    "ApplicationId* ExecutionRoleArn* ClientToken ExecutionIamPolicy JobDriver ConfigurationOverrides Tags ExecutionTimeoutMinutes Name Mode RetryPolicy",
  "emr-serverless:stopApplication": "ApplicationId*",
  "events:putEvents": "Entries*",
  "glue:startJobRun":
    "JobName* AllocatedCapacity Arguments ExecutionClass JobRunId JobRunQueuingEnabled MaxCapacity NotificationProperty NumberOfWorkers SecurityConfiguration Timeout WorkerType",
  "http:invoke": "ApiEndpoint* Method* Authentication Headers InvocationConfig QueryParameters RequestBody Transform",
  "lambda:invoke": "FunctionName* ClientContext InvocationType LogType Payload Qualifier",
  "mediaconvert:createJob":
    "Role* Settings* AccelerationSettings BillingTagsSource ClientRequestToken HopDestinations JobEngineVersion JobTemplate Priority Queue SimulateReservedQueue StatusUpdateInterval Tags UserMetadata",
  "sagemaker:createEndpoint": "EndpointName* EndpointConfigName* DeploymentConfig Tags",
  "sagemaker:createEndpointConfig":
    "EndpointConfigName* ProductionVariants* DataCaptureConfig Tags KmsKeyId AsyncInferenceConfig ExplainerConfig ShadowProductionVariants ExecutionRoleArn VpcConfig EnableNetworkIsolation MetricsConfig",
  "sagemaker:createHyperParameterTuningJob":
    "HyperParameterTuningJobName* HyperParameterTuningJobConfig* TrainingJobDefinition TrainingJobDefinitions WarmStartConfig Tags Autotune",
  "sagemaker:createLabelingJob":
    "LabelingJobName* LabelAttributeName* InputConfig* OutputConfig* RoleArn* HumanTaskConfig* LabelCategoryConfigS3Uri StoppingConditions LabelingJobAlgorithmsConfig Tags",
  "sagemaker:createModel":
    "ModelName* PrimaryContainer Containers InferenceExecutionConfig ExecutionRoleArn Tags VpcConfig EnableNetworkIsolation",
  "sagemaker:createProcessingJob":
    "ProcessingJobName* ProcessingResources* AppSpecification* RoleArn* ProcessingInputs ProcessingOutputConfig StoppingCondition Environment NetworkConfig Tags ExperimentConfig",
  "sagemaker:createTrainingJob":
    "TrainingJobName* RoleArn* OutputDataConfig* HyperParameters AlgorithmSpecification InputDataConfig ResourceConfig VpcConfig StoppingCondition Tags EnableNetworkIsolation EnableInterContainerTrafficEncryption EnableManagedSpotTraining CheckpointConfig DebugHookConfig DebugRuleConfigurations TensorBoardOutputConfig ExperimentConfig ProfilerConfig ProfilerRuleConfigurations Environment RetryStrategy RemoteDebugConfig InfraCheckConfig SessionChainingConfig ServerlessJobConfig MlflowConfig ModelPackageConfig",
  "sagemaker:createTransformJob":
    "TransformJobName* ModelName* TransformInput* TransformOutput* TransformResources* MaxConcurrentTransforms ModelClientConfig MaxPayloadInMB BatchStrategy Environment DataCaptureConfig DataProcessing Tags ExperimentConfig",
  "sagemaker:updateEndpoint":
    "EndpointName* EndpointConfigName* RetainAllVariantProperties ExcludeRetainedVariantProperties DeploymentConfig RetainDeploymentConfig",
  "sns:publish":
    "Message* MessageAttributes MessageDeduplicationId MessageGroupId MessageStructure PhoneNumber Subject TargetArn TopicArn",
  "sqs:sendMessage": "QueueUrl* MessageBody* DelaySeconds MessageAttributes MessageDeduplicationId MessageGroupId",
  "states:startExecution": "StateMachineArn* Input Name TraceHeader",
};

const table: ReadonlyMap<string, OptimizedFields> = new Map(
  Object.entries(rows).map(([resource, row]) => {
    const fields = row.split(" ");
    const required = fields.filter((field) => field.endsWith("*")).map((field) => field.slice(0, -1));
    return [resource, { required, supported: new Set(fields.map((field) => field.replace("*", ""))) }];
  }),
);

/** Members that Step Functions gives to a service by itself, and shows with the parameters of the task (recorded). */
const added: Readonly<Record<string, JsonObject>> = { "ecs:runTask": { StartedBy: "AWS Step Functions" } };

/** The parameters with which a task is scheduled. */
export function scheduledParameters(resource: TaskResource, parameters: Payload): Payload {
  const members = resource.kind === "service" ? added[`${resource.service}:${resource.action}`] : undefined;
  if (members === undefined || !isJsonObject(parameters.value)) return parameters;
  return Payload.ofValue({ ...parameters.value, ...members });
}
