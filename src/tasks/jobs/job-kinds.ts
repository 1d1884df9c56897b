// The jobs that `.sync` waits for, a row for each action that submits one: how its state is asked for, what says that it has
// ended and how, what the task gives, and how it is stopped. `$parameters` are the task's, `$answer` is what the service
// said when it took the job, `$described` what it says now. Sources: AWS's pages on optimized integrations and the services'
// API references; recordings for ECS, Glue and Batch.
import type { JsonObject } from "../../asl/json.ts";
import { isJob, type TaskResource } from "../../asl/resource.ts";

interface Call {
  readonly action: string;
  readonly input: JsonObject;
}

export interface JobKind {
  /** As in ARNs, such as `batch:submitJob`. */
  readonly resource: string;
  readonly describe: Call;
  /** The description, such as `$described.JobRun`; the whole answer by default. */
  readonly described?: string;
  /** The description under a name of its own, such as `Build`. */
  readonly shownAs?: string;
  /** Members of the answer that the result has beside the description. */
  readonly kept?: JsonObject;
  /** Where in the description the state stands. */
  readonly status: string;
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
  /** It has succeeded when the service knows nothing of it any more. */
  readonly isDeletion?: true;
  /** The call by which AWS ends it when nobody waits any more; jobs without one are left alone. */
  readonly stop?: Call;
  /** A name that the parameters give is unique: a repeated submission is refused, and the job described instead. */
  readonly isNamed?: true;
}

const why = "Stopped by Step Functions";

const queries: readonly JobKind[] = [
  {
    resource: "athena:startQueryExecution",
    describe: { action: "getQueryExecution", input: { QueryExecutionId: "$answer.QueryExecutionId" } },
    status: "QueryExecution.Status.State",
    succeeded: ["SUCCEEDED"],
    failed: ["FAILED", "CANCELLED"],
    stop: { action: "stopQueryExecution", input: { QueryExecutionId: "$answer.QueryExecutionId" } },
  },
  {
    resource: "databrew:startJobRun",
    describe: { action: "describeJobRun", input: { Name: "$parameters.Name", RunId: "$answer.RunId" } },
    status: "State",
    succeeded: ["SUCCEEDED"],
    failed: ["FAILED", "STOPPED", "TIMEOUT"],
    stop: { action: "stopJobRun", input: { Name: "$parameters.Name", RunId: "$answer.RunId" } },
  },
  {
    resource: "glue:startJobRun",
    describe: { action: "getJobRun", input: { JobName: "$parameters.JobName", RunId: "$answer.JobRunId" } },
    described: "$described.JobRun",
    status: "JobRunState",
    succeeded: ["SUCCEEDED"],
    failed: ["FAILED", "STOPPED", "TIMEOUT", "ERROR", "EXPIRED"],
    stop: {
      action: "batchStopJobRun",
      input: { JobName: "$parameters.JobName", JobRunIds: ["$answer.JobRunId"] },
    },
  },
];

const containers: readonly JobKind[] = [
  {
    resource: "batch:submitJob",
    describe: { action: "describeJobs", input: { Jobs: ["$answer.JobId"] } },
    described: "$described.Jobs[0]",
    status: "Status",
    succeeded: ["SUCCEEDED"],
    failed: ["FAILED"],
    stop: { action: "terminateJob", input: { JobId: "$answer.JobId", Reason: why } },
  },
  {
    resource: "ecs:runTask",
    describe: {
      action: "describeTasks",
      input: { Cluster: "$answer.Tasks[0].ClusterArn", Tasks: ["$answer.Tasks[0].TaskArn"], Include: ["TAGS"] },
    },
    described: "$described.Tasks[0]",
    // How it came out, its containers say: ecs-tasks.ts.
    status: "LastStatus",
    succeeded: ["STOPPED"],
    failed: [],
    stop: {
      action: "stopTask",
      input: { Cluster: "$answer.Tasks[0].ClusterArn", Task: "$answer.Tasks[0].TaskArn", Reason: why },
    },
  },
  {
    resource: "codebuild:startBuild",
    describe: { action: "batchGetBuilds", input: { Ids: ["$answer.Build.Id"] } },
    described: "$described.Builds[0]",
    shownAs: "Build",
    status: "BuildStatus",
    succeeded: ["SUCCEEDED"],
    failed: ["FAILED", "FAULT", "TIMED_OUT", "STOPPED"],
    stop: { action: "stopBuild", input: { Id: "$answer.Build.Id" } },
  },
  ...["startBuildBatch", "retryBuildBatch"].map((action) => ({
    resource: `codebuild:${action}`,
    describe: { action: "batchGetBuildBatches", input: { Ids: ["$answer.BuildBatch.Id"] } },
    described: "$described.BuildBatches[0]",
    shownAs: "BuildBatch",
    status: "BuildBatchStatus",
    succeeded: ["SUCCEEDED"],
    failed: ["FAILED", "FAULT", "TIMED_OUT", "STOPPED"],
    stop: { action: "stopBuildBatch", input: { Id: "$answer.BuildBatch.Id" } },
  })),
  {
    resource: "mediaconvert:createJob",
    describe: { action: "getJob", input: { Id: "$answer.Job.Id" } },
    status: "Job.Status",
    succeeded: ["COMPLETE"],
    failed: ["CANCELED", "ERROR"],
    stop: { action: "cancelJob", input: { Id: "$answer.Job.Id" } },
  },
];

/** AWS leaves clusters alone when nobody waits for them any more. */
const kubernetes: readonly JobKind[] = (
  [
    ["Cluster", { Name: "$parameters.Name" }, ["FAILED", "DELETING"], ["FAILED"]],
    [
      "Nodegroup",
      { ClusterName: "$parameters.ClusterName", NodegroupName: "$parameters.NodegroupName" },
      ["CREATE_FAILED", "DEGRADED", "DELETING", "DELETE_FAILED"],
      ["DELETE_FAILED"],
    ],
    [
      "FargateProfile",
      { ClusterName: "$parameters.ClusterName", FargateProfileName: "$parameters.FargateProfileName" },
      ["CREATE_FAILED", "DELETING", "DELETE_FAILED"],
      ["DELETE_FAILED"],
    ],
  ] as const
).flatMap(([thing, input, createFailed, deleteFailed]) => {
  const kind = { describe: { action: `describe${thing}`, input }, status: `${thing}.Status` };
  return [
    { ...kind, resource: `eks:create${thing}`, succeeded: ["ACTIVE"], failed: createFailed },
    { ...kind, resource: `eks:delete${thing}`, succeeded: [], failed: deleteFailed, isDeletion: true } as const,
  ];
});

const clusters: readonly JobKind[] = [
  {
    resource: "elasticmapreduce:createCluster",
    describe: { action: "describeCluster", input: { ClusterId: "$answer.ClusterId" } },
    kept: { ClusterId: "$answer.ClusterId" },
    status: "Cluster.Status.State",
    succeeded: ["WAITING"],
    failed: ["TERMINATING", "TERMINATED", "TERMINATED_WITH_ERRORS"],
  },
  {
    resource: "elasticmapreduce:terminateCluster",
    describe: { action: "describeCluster", input: { ClusterId: "$parameters.ClusterId" } },
    status: "Cluster.Status.State",
    succeeded: ["TERMINATED", "TERMINATED_WITH_ERRORS"],
    failed: [],
  },
  {
    resource: "elasticmapreduce:addStep",
    describe: {
      action: "describeStep",
      input: { ClusterId: "$parameters.ClusterId", StepId: "$answer.StepId" },
    },
    kept: { StepId: "$answer.StepId" },
    status: "Step.Status.State",
    succeeded: ["COMPLETED"],
    failed: ["CANCELLED", "FAILED", "INTERRUPTED"],
    stop: { action: "cancelSteps", input: { ClusterId: "$parameters.ClusterId", StepIds: ["$answer.StepId"] } },
  },
  {
    resource: "emr-containers:startJobRun",
    describe: {
      action: "describeJobRun",
      input: { VirtualClusterId: "$parameters.VirtualClusterId", Id: "$answer.Id" },
    },
    status: "JobRun.State",
    succeeded: ["COMPLETED"],
    failed: ["FAILED", "CANCELLED"],
    stop: {
      action: "cancelJobRun",
      input: { VirtualClusterId: "$parameters.VirtualClusterId", Id: "$answer.Id" },
    },
  },
  {
    resource: "emr-containers:deleteVirtualCluster",
    describe: { action: "describeVirtualCluster", input: { Id: "$parameters.Id" } },
    status: "VirtualCluster.State",
    succeeded: ["TERMINATED"],
    failed: ["ARRESTED"],
    isDeletion: true,
  },
];

const application = { ApplicationId: "$parameters.ApplicationId" };
const ofApplication = {
  describe: { action: "getApplication", input: application },
  kept: application,
  status: "Application.State",
};
const jobRun = { ApplicationId: "$parameters.ApplicationId", JobRunId: "$answer.JobRunId" };

const serverless: readonly JobKind[] = [
  {
    ...ofApplication,
    resource: "emr-serverless:createApplication",
    describe: { action: "getApplication", input: { ApplicationId: "$answer.ApplicationId" } },
    kept: { ApplicationId: "$answer.ApplicationId" },
    succeeded: ["CREATED", "STARTING", "STARTED", "STOPPING", "STOPPED"],
    failed: ["TERMINATED"],
    stop: { action: "deleteApplication", input: { ApplicationId: "$answer.ApplicationId" } },
  },
  {
    ...ofApplication,
    resource: "emr-serverless:startApplication",
    succeeded: ["STARTED"],
    failed: ["TERMINATED"],
    stop: { action: "stopApplication", input: application },
  },
  {
    ...ofApplication,
    resource: "emr-serverless:stopApplication",
    succeeded: ["STOPPED"],
    failed: ["TERMINATED"],
  },
  {
    ...ofApplication,
    resource: "emr-serverless:deleteApplication",
    succeeded: ["TERMINATED"],
    failed: [],
    isDeletion: true,
  },
  {
    resource: "emr-serverless:startJobRun",
    describe: { action: "getJobRun", input: jobRun },
    kept: jobRun,
    status: "JobRun.State",
    succeeded: ["SUCCESS"],
    failed: ["FAILED", "CANCELLED"],
    stop: { action: "cancelJobRun", input: jobRun },
  },
  {
    resource: "emr-serverless:cancelJobRun",
    describe: { action: "getJobRun", input: jobRun },
    kept: jobRun,
    status: "JobRun.State",
    succeeded: ["CANCELLED"],
    failed: ["FAILED", "SUCCESS"],
  },
];

const models: readonly JobKind[] = [
  {
    resource: "bedrock:createModelCustomizationJob",
    describe: { action: "getModelCustomizationJob", input: { JobIdentifier: "$answer.JobArn" } },
    status: "Status",
    succeeded: ["Completed"],
    failed: ["Failed", "Stopped"],
    stop: { action: "stopModelCustomizationJob", input: { JobIdentifier: "$answer.JobArn" } },
  },
  ...["HyperParameterTuningJob", "LabelingJob", "ProcessingJob", "TrainingJob", "TransformJob"].map((thing) => {
    const input = { [`${thing}Name`]: `$parameters.${thing}Name` };
    return {
      resource: `sagemaker:create${thing}`,
      describe: { action: `describe${thing}`, input },
      status: `${thing}Status`,
      succeeded: ["Completed"],
      failed: ["Failed", "Stopped", "DeleteFailed"],
      stop: { action: `stop${thing}`, input },
      isNamed: true,
    } as const;
  }),
  ...(["createEndpoint", "updateEndpoint"] as const).map((action) => ({
    resource: `sagemaker:${action}`,
    describe: { action: "describeEndpoint", input: { EndpointName: "$parameters.EndpointName" } },
    status: "EndpointStatus",
    succeeded: ["InService"],
    failed: ["Failed", "OutOfService", "UpdateRollbackFailed"],
    ...(action === "createEndpoint" ? ({ isNamed: true } as const) : {}),
  })),
];

/** The job that a task of the resource waits for; `undefined` for one that waits for none. */
export function jobKindOf(resource: TaskResource): JobKind | undefined {
  if (resource.kind !== "service" || !isJob(resource)) return undefined;
  return byResource.get(`${resource.service}:${resource.action}`);
}

export const jobKinds: readonly JobKind[] = [
  ...queries,
  ...containers,
  ...kubernetes,
  ...clusters,
  ...serverless,
  ...models,
];

const byResource: ReadonlyMap<string, JobKind> = new Map(jobKinds.map((kind) => [kind.resource, kind]));
