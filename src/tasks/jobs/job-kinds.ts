// The jobs that `.sync` waits for, a row for each action: how it is submitted, how its state is asked for, what says that it
// has ended and how, what the task gives, and how it is stopped. `$parameters` are the task's, `$answer` is what the service
// said when it took the job, `$described` what it says now. Sources: AWS's pages on optimized integrations and the services'
// API references; recordings for ECS, Glue and Batch.
import type { JsonObject } from "../../asl/json.ts";

interface Call {
  readonly action: string;
  readonly input: JsonObject;
}

export interface JobKind {
  /** As in ARNs, such as `batch:submitJob`. */
  readonly resource: string;
  /** The service, and the action where it has another name, as the AWS SDK has them. */
  readonly service: string;
  readonly action: string;
  /** The input of the action, where it is not the task's parameters. */
  readonly input?: JsonObject;
  /** The member that takes a client token: the service knows a repetition by it. */
  readonly token?: string;
  /** Members that Step Functions adds to the answer, such as names that it has changed. */
  readonly added?: JsonObject;
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
  /** What AWS does to it when nobody waits any more; it leaves jobs without it alone. */
  readonly stop?: Call;
  /** A name that the parameters give is unique: a repeated submission is refused, and the job described instead. */
  readonly isNamed?: true;
}

const why = "Stopped by Step Functions";

const queries: readonly JobKind[] = [
  {
    resource: "athena:startQueryExecution",
    service: "athena",
    action: "startQueryExecution",
    token: "ClientRequestToken",
    describe: { action: "getQueryExecution", input: { QueryExecutionId: "$answer.QueryExecutionId" } },
    status: "QueryExecution.Status.State",
    succeeded: ["SUCCEEDED"],
    failed: ["FAILED", "CANCELLED"],
    stop: { action: "stopQueryExecution", input: { QueryExecutionId: "$answer.QueryExecutionId" } },
  },
  {
    resource: "databrew:startJobRun",
    service: "databrew",
    action: "startJobRun",
    describe: { action: "describeJobRun", input: { Name: "$parameters.Name", RunId: "$answer.RunId" } },
    status: "State",
    succeeded: ["SUCCEEDED"],
    failed: ["FAILED", "STOPPED", "TIMEOUT"],
    stop: { action: "stopJobRun", input: { Name: "$parameters.Name", RunId: "$answer.RunId" } },
  },
  {
    resource: "glue:startJobRun",
    service: "glue",
    action: "startJobRun",
    added: { JobName: "$parameters.JobName" },
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
    service: "batch",
    action: "submitJob",
    describe: { action: "describeJobs", input: { Jobs: ["$answer.JobId"] } },
    described: "$described.Jobs[0]",
    status: "Status",
    succeeded: ["SUCCEEDED"],
    failed: ["FAILED"],
    stop: { action: "terminateJob", input: { JobId: "$answer.JobId", Reason: why } },
  },
  {
    resource: "ecs:runTask",
    service: "ecs",
    action: "runTask",
    token: "ClientToken",
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
    service: "codebuild",
    action: "startBuild",
    token: "IdempotencyToken",
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
    service: "codebuild",
    action,
    token: "IdempotencyToken",
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
    service: "mediaconvert",
    action: "createJob",
    token: "ClientRequestToken",
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
  const kind = {
    service: "eks",
    describe: { action: `describe${thing}`, input },
    status: `${thing}.Status`,
  };
  const create = { ...kind, action: `create${thing}`, token: "ClientRequestToken", succeeded: ["ACTIVE"] };
  const remove = { ...kind, action: `delete${thing}`, succeeded: [], isDeletion: true } as const;
  return [
    { ...create, resource: `eks:create${thing}`, failed: createFailed },
    { ...remove, resource: `eks:delete${thing}`, failed: deleteFailed },
  ];
});

const clusters: readonly JobKind[] = [
  {
    resource: "elasticmapreduce:createCluster",
    service: "emr",
    action: "runJobFlow",
    added: { ClusterId: "$answer.JobFlowId", JobFlowId: "$nothing" },
    describe: { action: "describeCluster", input: { ClusterId: "$answer.ClusterId" } },
    kept: { ClusterId: "$answer.ClusterId" },
    status: "Cluster.Status.State",
    succeeded: ["WAITING"],
    failed: ["TERMINATING", "TERMINATED", "TERMINATED_WITH_ERRORS"],
  },
  {
    resource: "elasticmapreduce:terminateCluster",
    service: "emr",
    action: "terminateJobFlows",
    input: { JobFlowIds: ["$parameters.ClusterId"] },
    describe: { action: "describeCluster", input: { ClusterId: "$parameters.ClusterId" } },
    status: "Cluster.Status.State",
    succeeded: ["TERMINATED", "TERMINATED_WITH_ERRORS"],
    failed: [],
  },
  {
    resource: "elasticmapreduce:addStep",
    service: "emr",
    action: "addJobFlowSteps",
    input: {
      JobFlowId: "$parameters.ClusterId",
      Steps: ["$parameters.Step"],
      ExecutionRoleArn: "$parameters.ExecutionRoleArn",
    },
    added: { StepId: "$answer.StepIds[0]", StepIds: "$nothing" },
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
    service: "emrcontainers",
    action: "startJobRun",
    token: "ClientToken",
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
    service: "emrcontainers",
    action: "deleteVirtualCluster",
    describe: { action: "describeVirtualCluster", input: { Id: "$parameters.Id" } },
    status: "VirtualCluster.State",
    succeeded: ["TERMINATED"],
    failed: ["ARRESTED"],
    isDeletion: true,
  },
];

const application = { ApplicationId: "$parameters.ApplicationId" };
const ofApplication = {
  service: "emrserverless",
  added: application,
  describe: { action: "getApplication", input: application },
  kept: application,
  status: "Application.State",
};
const jobRun = { ApplicationId: "$parameters.ApplicationId", JobRunId: "$answer.JobRunId" };

const serverless: readonly JobKind[] = [
  {
    ...ofApplication,
    resource: "emr-serverless:createApplication",
    action: "createApplication",
    token: "ClientToken",
    added: {},
    describe: { action: "getApplication", input: { ApplicationId: "$answer.ApplicationId" } },
    kept: { ApplicationId: "$answer.ApplicationId" },
    succeeded: ["CREATED", "STARTING", "STARTED", "STOPPING", "STOPPED"],
    failed: ["TERMINATED"],
    stop: { action: "deleteApplication", input: { ApplicationId: "$answer.ApplicationId" } },
  },
  {
    ...ofApplication,
    resource: "emr-serverless:startApplication",
    action: "startApplication",
    succeeded: ["STARTED"],
    failed: ["TERMINATED"],
    stop: { action: "stopApplication", input: application },
  },
  {
    ...ofApplication,
    resource: "emr-serverless:stopApplication",
    action: "stopApplication",
    succeeded: ["STOPPED"],
    failed: ["TERMINATED"],
  },
  {
    ...ofApplication,
    resource: "emr-serverless:deleteApplication",
    action: "deleteApplication",
    succeeded: ["TERMINATED"],
    failed: [],
    isDeletion: true,
  },
  {
    resource: "emr-serverless:startJobRun",
    service: "emrserverless",
    action: "startJobRun",
    token: "ClientToken",
    describe: { action: "getJobRun", input: jobRun },
    kept: jobRun,
    status: "JobRun.State",
    succeeded: ["SUCCESS"],
    failed: ["FAILED", "CANCELLED"],
    stop: { action: "cancelJobRun", input: jobRun },
  },
  {
    resource: "emr-serverless:cancelJobRun",
    service: "emrserverless",
    action: "cancelJobRun",
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
    service: "bedrock",
    action: "createModelCustomizationJob",
    token: "ClientRequestToken",
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
      service: "sagemaker",
      action: `create${thing}`,
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
    service: "sagemaker",
    action,
    describe: { action: "describeEndpoint", input: { EndpointName: "$parameters.EndpointName" } },
    status: "EndpointStatus",
    succeeded: ["InService"],
    failed: ["Failed", "OutOfService", "UpdateRollbackFailed"],
    ...(action === "createEndpoint" ? ({ isNamed: true } as const) : {}),
  })),
];

export const jobKinds: readonly JobKind[] = [
  ...queries,
  ...containers,
  ...kubernetes,
  ...clusters,
  ...serverless,
  ...models,
];
