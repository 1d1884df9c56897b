// The names that errors of the job services have: `<prefix>.<Exception>`, where an error that the service's model does not
// have is named after the service. Exceptions are those of the actions that submit jobs.
interface ServiceNames {
  readonly prefix: string;
  readonly name: string;
  /** Errors that the model has, as Java calls them, without `Exception`. */
  readonly modelled: ReadonlySet<string>;
}

const rows: readonly (readonly [service: string, prefix: string, name: string, modelled: string])[] = [
  ["athena", "Athena", "AmazonAthena", "InternalServer InvalidRequest TooManyRequests"],
  ["batch", "Batch", "AWSBatch", "Client Server"],
  [
    "bedrock",
    "Bedrock",
    "AmazonBedrock",
    "ResourceNotFound AccessDenied Validation Conflict InternalServer TooManyTags ServiceQuotaExceeded Throttling",
  ],
  ["codebuild", "CodeBuild", "AWSCodeBuild", "InvalidInput ResourceNotFound AccountLimitExceeded"],
  ["databrew", "DataBrew", "AWSGlueDataBrew", "Conflict ResourceNotFound ServiceQuotaExceeded Validation"],
  [
    "ecs",
    "ECS",
    "AmazonECS",
    "Conflict AccessDenied PlatformUnknown Server InvalidParameter Blocked Client ClusterNotFound " +
      "PlatformTaskDefinitionIncompatibility UnsupportedFeature",
  ],
  [
    "eks",
    "EKS",
    "AmazonEKS",
    "ResourceInUse ResourceLimitExceeded ResourceNotFound InvalidParameter InvalidRequest Client Server " +
      "ServiceUnavailable UnsupportedAvailabilityZone",
  ],
  [
    "elasticmapreduce",
    "ElasticMapReduce",
    "AmazonElasticMapReduce",
    "InternalServerError InternalServer InvalidRequest",
  ],
  [
    "emr-containers",
    "EMRContainers",
    "AmazonEMRContainers",
    "Validation ResourceNotFound InternalServer EKSRequestThrottled",
  ],
  [
    "emr-serverless",
    "EMRServerless",
    "AWSEMRServerless",
    "Validation ResourceNotFound InternalServer Conflict ServiceQuotaExceeded",
  ],
  [
    "glue",
    "Glue",
    "AWSGlue",
    "InvalidInput EntityNotFound InternalService OperationTimeout ResourceNumberLimitExceeded ConcurrentRunsExceeded",
  ],
  [
    "mediaconvert",
    "MediaConvert",
    "AWSMediaConvert",
    "BadRequest InternalServerError ServiceQuotaExceeded Forbidden NotFound TooManyRequests Conflict",
  ],
  ["sagemaker", "SageMaker", "AmazonSageMaker", "ResourceNotFound ResourceInUse ResourceLimitExceeded"],
];

const services: ReadonlyMap<string, ServiceNames> = new Map(
  rows.map(([service, prefix, name, modelled]) => [service, { prefix, name, modelled: new Set(modelled.split(" ")) }]),
);

export function namesOf(service: string): ServiceNames {
  return services.get(service) ?? { prefix: service, name: service, modelled: new Set() };
}

/** The name of the error in a workflow, such as `Batch.ClientException` and `Batch.AWSBatchException`. */
export function errorName({ prefix, name, modelled }: ServiceNames, code: string): string {
  const bare = code.replace(/Exception$/, "");
  return `${prefix}.${modelled.has(bare) ? bare : name}Exception`;
}
