import assert from "node:assert/strict";
import { test } from "node:test";
import { type Json, type JsonObject, parseJson } from "../../asl/json.ts";
import { optimizedFields } from "../../asl/optimized-fields.ts";
import { Payload } from "../../asl/payload.ts";
import { parseTaskResource } from "../../asl/resource.ts";
import type { AwsAnswer, AwsCall, CallAws } from "../../aws/call.ts";
import type { PerformTask, SubmittedJob } from "../../engine/effect.ts";
import { optimizedConnector } from "../services/optimized.ts";
import { jobConnector } from "./job-connector.ts";
import { jobKinds } from "./job-kinds.ts";
import { inputProblem, isModelled } from "../services/aws-sdk.ts";
import { integrations } from "../services/integrations.ts";

const now = 1_800_000_000_000;
const { signal } = new AbortController();

function answered(output: JsonObject): AwsAnswer {
  return { kind: "answered", output, status: 200, requestId: "r-1", headers: [["Content-Length", "9"]] };
}

function refused(code: string, status = 400, modelled?: string): AwsAnswer {
  return { kind: "refused", status, code, modelled, message: "no", requestId: "r-2" };
}

/** A connector whose calls are answered in turn, and what it has called. */
function connectorOf(resource: string, answers: readonly AwsAnswer[]) {
  const kind = jobKinds.find((one) => one.resource === resource);
  assert.ok(kind !== undefined, resource);
  const calls: AwsCall[] = [];
  const callAws = async (call: AwsCall): Promise<AwsAnswer> => {
    calls.push(call);
    return answers[calls.length - 1] ?? { kind: "unreachable", message: "nobody is there" };
  };
  const request = optimizedConnector(callAws, resourceOf(resource));
  return { connector: jobConnector(kind, { callAws, request, now: () => now }), calls };
}

function resourceOf(resource: string, pattern = "sync") {
  const suffix = pattern === "requestResponse" ? "" : `.${pattern}`;
  const parsed = parseTaskResource(`arn:aws:states:::${resource}${suffix}`);
  assert.ok(parsed?.kind === "service");
  return parsed;
}

function taskOf(resource: string, parameters: Json, pattern?: string): PerformTask {
  return {
    kind: "PerformTask",
    attempt: { executionArn: "arn:aws:states:us-east-1:123456789012:execution:m:e", scheduledEventId: 3 },
    resource: resourceOf(resource, pattern),
    parameters: Payload.ofValue(parameters),
    stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:m",
    roleArn: "role",
  };
}

function jobOf(resource: string, parameters: Json, answer: Json, submittedAt = now): SubmittedJob {
  return {
    resource: resourceOf(resource),
    parameters: Payload.ofValue(parameters),
    submission: Payload.ofValue(answer),
    submittedAt,
    credentialsRoleArn: "arn:aws:iam::123456789012:role/job",
  };
}

/** Outcomes and looks with their payloads as JSON. */
function readable(outcome: unknown): unknown {
  return JSON.parse(
    JSON.stringify(outcome, (_name, value: unknown) => (value instanceof Payload ? value.value : value)),
  );
}

interface Case {
  readonly resource: string;
  readonly parameters: JsonObject;
  /** The answer of the service when it takes the job. */
  readonly answer: JsonObject;
  readonly submitted?: readonly [service: string, action: string, input: JsonObject];
  readonly looksBy: readonly [service: string, action: string, input: JsonObject];
  readonly stillRunning: JsonObject;
  readonly succeeded: JsonObject;
  readonly result: JsonObject;
  readonly failed: JsonObject;
  readonly stoppedBy?: readonly [action: string, input: JsonObject];
}

const token = "51d1c930-8a03-86ad-a0f3-b720a9fce8f6";
const step = { Name: "s", HadoopJarStep: { Jar: "j" } };

const cases: readonly Case[] = [
  {
    resource: "athena:startQueryExecution",
    parameters: { QueryString: "select 1" },
    answer: { QueryExecutionId: "q" },
    submitted: ["athena", "startQueryExecution", { QueryString: "select 1" }],
    looksBy: ["athena", "getQueryExecution", { QueryExecutionId: "q" }],
    stillRunning: { QueryExecution: { Status: { State: "QUEUED" } } },
    succeeded: { QueryExecution: { Status: { SubmissionDateTime: "2027-01-15T08:00:00Z", State: "SUCCEEDED" } } },
    result: { QueryExecution: { Status: { State: "SUCCEEDED", SubmissionDateTime: 1_800_000_000_000 } } },
    failed: { QueryExecution: { Status: { State: "CANCELLED" } } },
    stoppedBy: ["stopQueryExecution", { QueryExecutionId: "q" }],
  },
  {
    resource: "batch:submitJob",
    parameters: { JobName: "n", JobQueue: "q", JobDefinition: "d" },
    answer: { JobId: "j", JobName: "n" },
    submitted: [
      "batch",
      "submitJob",
      {
        JobName: "n",
        JobQueue: "q",
        JobDefinition: "d",
        ContainerOverrides: { Environment: [{ Name: "MANAGED_BY_AWS", Value: "STARTED_BY_STEP_FUNCTIONS" }] },
      },
    ],
    looksBy: ["batch", "describeJobs", { Jobs: ["j"] }],
    stillRunning: { Jobs: [{ JobId: "j", Status: "RUNNABLE" }] },
    succeeded: {
      Jobs: [{ Status: "SUCCEEDED", JobId: "j", Parameters: { StartTime: "2027-01-15T08:00:00Z", A: "1" } }],
    },
    result: { JobId: "j", Parameters: { StartTime: "2027-01-15T08:00:00Z", A: "1" }, Status: "SUCCEEDED" },
    failed: { Jobs: [{ JobId: "j", Status: "FAILED" }] },
    stoppedBy: ["terminateJob", { JobId: "j", Reason: "Stopped by Step Functions" }],
  },
  {
    resource: "codebuild:startBuild",
    parameters: { ProjectName: "p" },
    answer: { Build: { Id: "p:1" } },
    submitted: ["codebuild", "startBuild", { IdempotencyToken: token, ProjectName: "p" }],
    looksBy: ["codebuild", "batchGetBuilds", { Ids: ["p:1"] }],
    stillRunning: { Builds: [{ Id: "p:1", BuildStatus: "IN_PROGRESS" }] },
    succeeded: { Builds: [{ Id: "p:1", BuildStatus: "SUCCEEDED" }] },
    result: { Build: { BuildStatus: "SUCCEEDED", Id: "p:1" } },
    failed: { Builds: [{ Id: "p:1", BuildStatus: "FAULT" }] },
    stoppedBy: ["stopBuild", { Id: "p:1" }],
  },
  {
    resource: "databrew:startJobRun",
    parameters: { Name: "n" },
    answer: { RunId: "r" },
    looksBy: ["databrew", "describeJobRun", { Name: "n", RunId: "r" }],
    stillRunning: { State: "STARTING" },
    succeeded: { State: "SUCCEEDED", StartedOn: "2027-01-15T08:00:00.5Z" },
    result: { StartedOn: 1_800_000_000_500, State: "SUCCEEDED" },
    failed: { State: "TIMEOUT" },
    stoppedBy: ["stopJobRun", { Name: "n", RunId: "r" }],
  },
  {
    resource: "eks:createNodegroup",
    parameters: { ClusterName: "c", NodegroupName: "n", Subnets: [], NodeRole: "r" },
    answer: { Nodegroup: { Status: "CREATING" } },
    looksBy: ["eks", "describeNodegroup", { ClusterName: "c", NodegroupName: "n" }],
    stillRunning: { Nodegroup: { Status: "CREATING" } },
    succeeded: { Nodegroup: { Status: "ACTIVE" } },
    result: { Nodegroup: { Status: "ACTIVE" } },
    failed: { Nodegroup: { Status: "CREATE_FAILED" } },
  },
  {
    resource: "elasticmapreduce:createCluster",
    parameters: { Name: "n", Instances: {} },
    answer: { JobFlowId: "j-1", ClusterArn: "arn" },
    submitted: ["emr", "runJobFlow", { Name: "n", Instances: {} }],
    looksBy: ["emr", "describeCluster", { ClusterId: "j-1" }],
    stillRunning: { Cluster: { Status: { State: "BOOTSTRAPPING" } } },
    succeeded: { Cluster: { Id: "j-1", Status: { State: "WAITING" } } },
    result: { Cluster: { Id: "j-1", Status: { State: "WAITING" } }, ClusterId: "j-1" },
    failed: { Cluster: { Status: { State: "TERMINATED_WITH_ERRORS" } } },
  },
  {
    resource: "elasticmapreduce:addStep",
    parameters: { ClusterId: "j-1", Step: step },
    answer: { StepIds: ["s-1"] },
    submitted: ["emr", "addJobFlowSteps", { JobFlowId: "j-1", Steps: [step], ExecutionRoleArn: null }],
    looksBy: ["emr", "describeStep", { ClusterId: "j-1", StepId: "s-1" }],
    stillRunning: { Step: { Status: { State: "PENDING" } } },
    succeeded: { Step: { Status: { State: "COMPLETED" } } },
    result: { Step: { Status: { State: "COMPLETED" } }, StepId: "s-1" },
    failed: { Step: { Status: { State: "FAILED" } } },
    stoppedBy: ["cancelSteps", { ClusterId: "j-1", StepIds: ["s-1"] }],
  },
  {
    resource: "emr-containers:startJobRun",
    parameters: { VirtualClusterId: "v" },
    answer: { Id: "i" },
    submitted: ["emrcontainers", "startJobRun", { VirtualClusterId: "v" }],
    looksBy: ["emrcontainers", "describeJobRun", { VirtualClusterId: "v", Id: "i" }],
    stillRunning: { JobRun: { State: "SUBMITTED" } },
    succeeded: { JobRun: { State: "COMPLETED" } },
    result: { JobRun: { State: "COMPLETED" } },
    failed: { JobRun: { State: "CANCELLED" } },
    stoppedBy: ["cancelJobRun", { VirtualClusterId: "v", Id: "i" }],
  },
  {
    resource: "emr-serverless:startApplication",
    parameters: { ApplicationId: "a" },
    answer: {},
    submitted: ["emrserverless", "startApplication", { ApplicationId: "a" }],
    looksBy: ["emrserverless", "getApplication", { ApplicationId: "a" }],
    stillRunning: { Application: { State: "STOPPED" } },
    succeeded: { Application: { State: "STARTED" } },
    result: { Application: { State: "STARTED" }, ApplicationId: "a" },
    failed: { Application: { State: "TERMINATED" } },
    stoppedBy: ["stopApplication", { ApplicationId: "a" }],
  },
  {
    resource: "glue:startJobRun",
    parameters: { JobName: "n", Arguments: { "--day": "x" } },
    answer: { JobRunId: "jr" },
    submitted: ["glue", "startJobRun", { JobName: "n", Arguments: { "--day": "x" } }],
    looksBy: ["glue", "getJobRun", { JobName: "n", RunId: "jr" }],
    stillRunning: { JobRun: { JobRunState: "WAITING" } },
    succeeded: { JobRun: { JobRunState: "SUCCEEDED", CompletedOn: "2027-01-15T08:00:00Z", Attempt: 0 } },
    result: { Attempt: 0, CompletedOn: 1_800_000_000_000, JobRunState: "SUCCEEDED" },
    failed: { JobRun: { JobRunState: "STOPPED" } },
    stoppedBy: ["batchStopJobRun", { JobName: "n", JobRunIds: ["jr"] }],
  },
  {
    resource: "mediaconvert:createJob",
    parameters: { Role: "r", Settings: {} },
    answer: { Job: { Id: "1" } },
    looksBy: ["mediaconvert", "getJob", { Id: "1" }],
    stillRunning: { Job: { Status: "PROGRESSING" } },
    succeeded: { Job: { Status: "COMPLETE" } },
    result: { Job: { Status: "COMPLETE" } },
    failed: { Job: { Status: "ERROR" } },
    stoppedBy: ["cancelJob", { Id: "1" }],
  },
  {
    resource: "sagemaker:createTrainingJob",
    parameters: { TrainingJobName: "t", RoleArn: "r", OutputDataConfig: {} },
    answer: { TrainingJobArn: "arn" },
    looksBy: ["sagemaker", "describeTrainingJob", { TrainingJobName: "t" }],
    stillRunning: { TrainingJobStatus: "InProgress" },
    succeeded: { TrainingJobStatus: "Completed", TrainingJobName: "t" },
    result: { TrainingJobName: "t", TrainingJobStatus: "Completed" },
    failed: { TrainingJobStatus: "Stopped" },
    stoppedBy: ["stopTrainingJob", { TrainingJobName: "t" }],
  },
  {
    resource: "bedrock:createModelCustomizationJob",
    parameters: { JobName: "n" },
    answer: { JobArn: "arn" },
    looksBy: ["bedrock", "getModelCustomizationJob", { JobIdentifier: "arn" }],
    stillRunning: { Status: "InProgress" },
    succeeded: { Status: "Completed", JobName: "n" },
    result: { JobName: "n", Status: "Completed" },
    failed: { Status: "Failed" },
    stoppedBy: ["stopModelCustomizationJob", { JobIdentifier: "arn" }],
  },
];

async function submissionOf({ resource, parameters, answer }: Case): Promise<Json> {
  const { connector } = connectorOf(resource, [answered(answer)]);
  const outcome = await connector.perform(taskOf(resource, parameters), signal);
  assert.ok(outcome.kind === "submitted");
  return outcome.output.value;
}

for (const one of cases) {
  const { resource, parameters, answer, submitted, looksBy, stillRunning, succeeded, result, failed, stoppedBy } = one;
  test(`${resource} is submitted, looked at until its end, and stopped`, async () => {
    const submission = connectorOf(resource, [answered(answer)]);
    await submission.connector.perform(taskOf(resource, parameters), signal);
    if (submitted !== undefined) {
      const [service, action, input] = submitted;
      const call = { service, action, input, idempotencyToken: token, roleArn: undefined };
      assert.deepEqual(submission.calls, [call]);
    }
    const job = jobOf(resource, parameters, await submissionOf(one));
    const { connector, calls } = connectorOf(resource, [stillRunning, succeeded, failed].map(answered));
    assert.deepEqual(await connector.look(job, signal), { kind: "running" });
    const [service, action, input] = looksBy;
    assert.deepEqual(calls, [{ service, action, input, roleArn: "arn:aws:iam::123456789012:role/job" }]);
    assert.deepEqual(readable(await connector.look(job, signal)), {
      kind: "ended",
      outcome: { kind: "succeeded", output: result },
    });
    const look = await connector.look(job, signal);
    assert.ok(look.kind === "ended" && look.outcome.kind === "failed");
    assert.equal(look.outcome.error, "States.TaskFailed");
    assert.ok(parseJson(look.outcome.cause ?? "") !== null, "the cause is the description");
    const stopping = connectorOf(resource, [answered({})]);
    assert.deepEqual(await stopping.connector.stop(job, signal), { kind: "done" });
    assert.deepEqual(
      stopping.calls.map((call) => [call.action, call.input]),
      stoppedBy === undefined ? [] : [stoppedBy],
    );
  });
}

test("every job names fields that its integration takes, and actions that there are", () => {
  for (const { resource, describe, stop, kept } of jobKinds) {
    const fields = optimizedFields(resource);
    assert.ok(fields !== undefined, resource);
    for (const [, name = ""] of JSON.stringify([describe, stop, kept]).matchAll(/\$parameters\.(\w+)/g)) {
      assert.ok(fields.supported.has(name), `${resource} takes ${name}`);
    }
    const { service = "" } = integrations.get(resource.split(":")[0] ?? "") ?? {};
    for (const call of [describe, stop]) {
      if (call === undefined) continue;
      assert.ok(isModelled(service, call.action), `${service}:${call.action} is an action`);
      const input = JSON.parse(JSON.stringify(call.input).replaceAll(/"\$[^"]*"/g, '"a"')) as JsonObject;
      assert.equal(inputProblem({ service, action: call.action }, input), undefined, `${service}:${call.action}`);
    }
  }
});

test("the submission is the answer with the metadata of the call", async () => {
  const { connector } = connectorOf("glue:startJobRun", [answered({ JobRunId: "jr" })]);
  const outcome = await connector.perform(taskOf("glue:startJobRun", { JobName: "n" }), signal);
  assert.deepEqual(readable(outcome), {
    kind: "submitted",
    output: {
      JobName: "n",
      JobRunId: "jr",
      SdkHttpMetadata: {
        AllHttpHeaders: { "Content-Length": ["9"] },
        HttpHeaders: { "Content-Length": "9" },
        HttpStatusCode: 200,
      },
      SdkResponseMetadata: { RequestId: "r-1" },
    },
  });
});

for (const [answer, error, cause] of [
  [
    refused("ClientException", 400, "ClientException"),
    "Batch.ClientException",
    "no (Service: AWSBatch; Status Code: 400; Error Code: ClientException; Request ID: r-2; Proxy: null)",
  ],
  [
    refused("AuthorizerConfigurationException", 500),
    "Batch.AWSBatchException",
    "no (Service: AWSBatch; Status Code: 500; Error Code: AuthorizerConfigurationException; Request ID: r-2; Proxy: null)",
  ],
  [
    { kind: "unreachable", message: "Connection refused" },
    "Batch.SdkClientException",
    "Unable to execute HTTP request: Connection refused",
  ],
  [{ kind: "notConfigured", message: "Add a line." }, "States.Runtime", "Add a line."],
] as const) {
  test(`a submission fails with ${error}`, async () => {
    const { connector } = connectorOf("batch:submitJob", [answer]);
    const task = taskOf("batch:submitJob", { JobName: "n", JobQueue: "q", JobDefinition: "d" });
    assert.deepEqual(await connector.perform(task, signal), { kind: "failed", error, cause, isRefusal: true });
  });
}

test("`.sync:2` leaves the environment of a Batch job alone, and `.sync` adds to it", async () => {
  const parameters = { JobName: "n", JobQueue: "q", JobDefinition: "d" };
  const environment = [{ Name: "A", Value: "1" }];
  const overrides = { ContainerOverrides: { Command: ["c"], Environment: environment } };
  const { connector, calls } = connectorOf("batch:submitJob", [answered({}), answered({}), answered({})]);
  await connector.perform(taskOf("batch:submitJob", parameters, "sync:2"), signal);
  await connector.perform(taskOf("batch:submitJob", { ...parameters, ...overrides }), signal);
  await connector.perform(taskOf("batch:submitJob", { ...parameters, EcsPropertiesOverride: {} }), signal);
  const mark = { Name: "MANAGED_BY_AWS", Value: "STARTED_BY_STEP_FUNCTIONS" };
  assert.deepEqual(
    calls.map(({ input }) => input["ContainerOverrides"]),
    [undefined, { Command: ["c"], Environment: [...environment, mark] }, undefined],
  );
});

const ecsAnswer = { Tasks: [{ ClusterArn: "c", TaskArn: "t" }], Failures: [] };

function stopped(...exitCodes: readonly (number | null)[]): AwsAnswer {
  const containers = exitCodes.map((code, i) => ({ Name: `c${i}`, ...(code === null ? {} : { ExitCode: code }) }));
  return answered({ Tasks: [{ LastStatus: "STOPPED", TaskDefinitionArn: "d", Containers: containers }] });
}

const sidecar = answered({
  TaskDefinition: { ContainerDefinitions: [{ Name: "c0" }, { Name: "c1", Essential: false }] },
});

for (const [sentence, answers, kind] of [
  ["exited with 0", [stopped(0, 0)], "succeeded"],
  ["exited with 1", [stopped(1)], "failed"],
  ["never started", [stopped(null)], "failed"],
  ["exited with 0 and left a sidecar that was killed", [stopped(0, 137), sidecar], "succeeded"],
  ["exited with 1 beside a sidecar", [stopped(1, 0), sidecar], "failed"],
  ["exited with 0 and left something that nothing is known of", [stopped(0, 137), refused("AccessDenied")], "failed"],
] as const) {
  test(`a task of ECS that ${sentence} has ${kind}`, async () => {
    const { connector } = connectorOf("ecs:runTask", answers);
    const look = await connector.look(jobOf("ecs:runTask", { TaskDefinition: "d" }, ecsAnswer), signal);
    assert.ok(look.kind === "ended");
    assert.equal(look.outcome.kind, kind);
  });
}

test("a task of ECS that is not placed fails the state", async () => {
  const failure = { Arn: "a", Reason: "RESOURCE:MEMORY" };
  const answer = answered({ Tasks: [], Failures: [failure] });
  const { connector } = connectorOf("ecs:runTask", [answer]);
  const outcome = await connector.perform(taskOf("ecs:runTask", { TaskDefinition: "d" }), signal);
  assert.ok(outcome.kind === "failed");
  assert.equal(outcome.error, "AmazonECS.Unknown");
  assert.match(outcome.cause ?? "", /RESOURCE:MEMORY/);
});

test("a deletion has succeeded when the service knows nothing of it any more", async () => {
  const submission = { Cluster: { Name: "c", Status: "DELETING" }, SdkHttpMetadata: {}, SdkResponseMetadata: {} };
  const { connector } = connectorOf("eks:deleteCluster", [
    answered({ Cluster: { Status: "DELETING" } }),
    refused("ResourceNotFoundException", 404),
  ]);
  const job = jobOf("eks:deleteCluster", { Name: "c" }, submission);
  assert.deepEqual(await connector.look(job, signal), { kind: "running" });
  assert.deepEqual(readable(await connector.look(job, signal)), {
    kind: "ended",
    outcome: { kind: "succeeded", output: { Cluster: { Name: "c", Status: "DELETING" } } },
  });
});

test("a job of a unique name that an earlier process has submitted is taken for what it is", async () => {
  const parameters = { TrainingJobName: "t", RoleArn: "r", OutputDataConfig: {} };
  const answers = [
    refused("ResourceInUse", 400, "ResourceInUse"),
    answered({ TrainingJobArn: "arn", TrainingJobStatus: "InProgress" }),
  ];
  const { connector } = connectorOf("sagemaker:createTrainingJob", answers);
  const task = taskOf("sagemaker:createTrainingJob", parameters);
  const repeated = await connector.perform({ ...task, isRepetition: true }, signal);
  assert.deepEqual(readable(repeated), { kind: "submitted", output: { TrainingJobArn: "arn" } });
  const first = connectorOf("sagemaker:createTrainingJob", answers);
  const outcome = await first.connector.perform(task, signal);
  assert.ok(outcome.kind === "failed");
  assert.equal(outcome.error, "SageMaker.ResourceInUseException");
});

const hour = 3_600_000;

for (const [sentence, answer, submittedAt, expected] of [
  ["is asked too much", refused("ThrottlingException"), now, { kind: "unavailable", message: "no", isThrottled: true }],
  ["is asked too much by HTTP", refused("", 429), now, { kind: "unavailable", message: "no", isThrottled: true }],
  ["fails itself", refused("ServerException", 500), now, { kind: "unavailable", message: "no", isThrottled: false }],
  [
    "finds old credentials",
    refused("ExpiredTokenException"),
    now,
    { kind: "unavailable", message: "no", isThrottled: false },
  ],
  [
    "is not there",
    { kind: "unreachable", message: "gone" },
    now,
    { kind: "unavailable", message: "gone", isThrottled: false },
  ],
  ["does not know the job yet", refused("EntityNotFoundException"), now, { kind: "running" }],
  ["shows no job yet", answered({}), now, { kind: "running" }],
  [
    "does not know the job any more",
    refused("EntityNotFoundException"),
    now - hour,
    {
      kind: "ended",
      outcome: { kind: "failed", error: "States.TaskFailed", cause: "getJobRun does not know the job. no" },
    },
  ],
  [
    "does not let it be seen",
    refused("AccessDeniedException"),
    now,
    {
      kind: "ended",
      outcome: {
        kind: "failed",
        error: "Glue.AWSGlueException",
        cause:
          "no (Service: AWSGlue; Status Code: 400; Error Code: AccessDeniedException; Request ID: r-2; Proxy: null)",
      },
    },
  ],
] as const) {
  test(`a look at a job whose service ${sentence}`, async () => {
    const { connector } = connectorOf("glue:startJobRun", [answer]);
    const job = jobOf("glue:startJobRun", { JobName: "n" }, { JobRunId: "jr" }, submittedAt);
    assert.deepEqual(await connector.look(job, signal), expected);
  });
}

for (const [answer, kind] of [
  [refused("EntityNotFoundException"), "done"],
  [refused("InvalidInputException"), "refused"],
  [refused("ThrottlingException"), "unavailable"],
] as const) {
  test(`a job that cannot be stopped for ${answer.kind === "refused" ? answer.code : ""} is ${kind}`, async () => {
    const { connector } = connectorOf("glue:startJobRun", [answer]);
    const stop = await connector.stop(jobOf("glue:startJobRun", { JobName: "n" }, { JobRunId: "jr" }), signal);
    assert.equal(stop.kind, kind);
  });
}

for (const [parameters, problem] of [
  [{ JobQueue: "q", JobDefinition: "d" }, "The field 'JobName' is required but was missing"],
  [
    { JobName: "n", JobQueue: "q", JobDefinition: "d", Payload: 1 },
    'The field "Payload" is not supported by Step Functions',
  ],
  [{ JobName: "n", JobQueue: "q", JobDefinition: "d", Tags: {} }, undefined],
] as const) {
  test(`the problem of the parameters ${JSON.stringify(parameters)}`, () => {
    const { connector } = connectorOf("batch:submitJob", []);
    assert.equal(connector.parameterProblem?.(Payload.ofValue(parameters)), problem);
  });
}

test("a service that does not answer is not waited for for ever", async () => {
  const kind = jobKinds.find((one) => one.resource === "glue:startJobRun");
  assert.ok(kind !== undefined);
  const callAws: CallAws = (_call, over) =>
    new Promise((resolve) =>
      over.addEventListener("abort", () => resolve({ kind: "unreachable", message: "The request was given up." })),
    );
  const request = optimizedConnector(callAws, resourceOf(kind.resource));
  const connector = jobConnector(kind, { callAws, request, now: () => now, patienceMs: 1 });
  const job = jobOf(kind.resource, { JobName: "n" }, { JobRunId: "r" });
  const trouble = { kind: "unavailable", message: "The request was given up.", isThrottled: false };
  assert.deepEqual([await connector.look(job, signal), await connector.stop(job, signal)], [trouble, trouble]);
});
