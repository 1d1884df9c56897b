// The names that errors of the job services have in workflows: `<prefix>.<Exception>`, where an error that the service's model
// does not have is named after the service.
import type { AwsRefused } from "../../aws/call.ts";
import { exceptionName } from "../../aws/models/names.ts";

interface ServiceNames {
  readonly prefix: string;
  /** As in causes. */
  readonly name: string;
}

const services: Readonly<Record<string, ServiceNames>> = {
  athena: { prefix: "Athena", name: "AmazonAthena" },
  batch: { prefix: "Batch", name: "AWSBatch" },
  bedrock: { prefix: "Bedrock", name: "AmazonBedrock" },
  codebuild: { prefix: "CodeBuild", name: "AWSCodeBuild" },
  databrew: { prefix: "DataBrew", name: "AWSGlueDataBrew" },
  ecs: { prefix: "ECS", name: "AmazonECS" },
  eks: { prefix: "EKS", name: "AmazonEKS" },
  elasticmapreduce: { prefix: "ElasticMapReduce", name: "AmazonElasticMapReduce" },
  "emr-containers": { prefix: "EMRContainers", name: "AmazonEMRContainers" },
  "emr-serverless": { prefix: "EMRServerless", name: "AWSEMRServerless" },
  glue: { prefix: "Glue", name: "AWSGlue" },
  mediaconvert: { prefix: "MediaConvert", name: "AWSMediaConvert" },
  sagemaker: { prefix: "SageMaker", name: "AmazonSageMaker" },
};

export function namesOf(service: string): ServiceNames {
  return services[service] ?? { prefix: service, name: service };
}

/** The name of the error in a workflow, such as `Batch.ClientException` and `Batch.AWSBatchException`. */
export function errorName({ prefix, name }: ServiceNames, { modelled }: AwsRefused): string {
  return `${prefix}.${modelled === undefined ? `${name}Exception` : exceptionName(modelled)}`;
}
