// Jobs against moto, which imitates the services that run them: all that the tables of jobs and models say goes over the wire
// here and comes back. Its CodeBuild gives times as texts, which the SDKs for Java and JavaScript do not take, and it has no MediaConvert.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { isJsonObject, type JsonObject, parseJson } from "../asl/json.ts";
import { createCallers } from "../aws/create-caller.ts";
import { eventually } from "../testing/server-process.ts";
import { testServerOptions } from "../testing/server-options.ts";
import { startServer } from "./start-server.ts";

const hasMoto = spawnSync("moto_server", ["--help"]).status === 0;
const skip = !hasMoto && "moto_server is not installed (pip install 'moto[server]')";

const arn = "arn:aws:iam::123456789012:role/r";
const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_REGION: "us-east-1" };

async function startMoto(t: TestContext): Promise<string> {
  const moto = spawn("moto_server", ["-H", "127.0.0.1", "-p", "0"], { stdio: ["ignore", "pipe", "pipe"] });
  t.after(async () => {
    moto.kill("SIGKILL");
    await once(moto, "exit");
  });
  let output = "";
  for (const stream of [moto.stdout, moto.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const url = await eventually("moto listens", () => /Running on (http:\S+)/.exec(output)?.[1]);
  // Jobs of Batch would need Docker; and those of Glue run for a look or two.
  await post(`${url}/moto-api/config`, { batch: { use_docker: false } });
  const transition = { progression: "manual", times: 1 };
  await post(`${url}/moto-api/state-manager/set-transition`, { model_name: "glue::job_run", transition });
  return url;
}

async function post(url: string, body: object): Promise<void> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  assert.ok(response.ok, `${url} answers with ${response.status}`);
  await response.arrayBuffer();
}

/** Calls that make what jobs need; each answers with its output. */
type Prepare = (service: string, action: string, input: JsonObject) => Promise<JsonObject>;

interface MotoCase {
  readonly resource: string;
  readonly prepare?: (call: Prepare) => Promise<JsonObject>;
  /** Parameters of the task; `prepare` adds to them. */
  readonly parameters: JsonObject;
  readonly status?: string;
  /** Members of the result or of the cause that are looked at. */
  readonly result: (result: JsonObject) => unknown;
  readonly expected: unknown;
}

const cluster = { Name: "n", ReleaseLabel: "emr-7.0.0", Instances: { KeepJobFlowAliveWhenNoSteps: true } };

const cases: readonly MotoCase[] = [
  {
    resource: "athena:startQueryExecution",
    parameters: { QueryString: "select 1", ResultConfiguration: { OutputLocation: "s3://b/" } },
    result: (result) => at(result, "QueryExecution", "Status", "State"),
    expected: "SUCCEEDED",
  },
  {
    resource: "batch:submitJob",
    async prepare(call) {
      const { Role } = await call("iam", "createRole", { RoleName: "batch", AssumeRolePolicyDocument: "{}" });
      const { ComputeEnvironmentArn = null } = await call("batch", "createComputeEnvironment", {
        ComputeEnvironmentName: "compute",
        Type: "UNMANAGED",
        ServiceRole: at(Role, "Arn") as string,
      });
      await call("batch", "createJobQueue", {
        JobQueueName: "queue",
        State: "ENABLED",
        Priority: 1,
        ComputeEnvironmentOrder: [{ Order: 1, ComputeEnvironment: ComputeEnvironmentArn }],
      });
      const ContainerProperties = { Image: "busybox", Vcpus: 1, Memory: 128, Command: ["true"] };
      return call("batch", "registerJobDefinition", {
        JobDefinitionName: "definition",
        Type: "container",
        ContainerProperties,
      });
    },
    parameters: { JobName: "job", JobQueue: "queue", JobDefinition: "definition" },
    result: ({ JobName, Status }) => [JobName, Status],
    expected: ["job", "SUCCEEDED"],
  },
  {
    resource: "eks:createCluster",
    parameters: { Name: "k", RoleArn: arn, ResourcesVpcConfig: { SubnetIds: ["subnet-1", "subnet-2"] } },
    result: (result) => [at(result, "Cluster", "Name"), at(result, "Cluster", "Status")],
    expected: ["k", "ACTIVE"],
  },
  {
    resource: "elasticmapreduce:createCluster",
    parameters: cluster,
    result: (result) => [at(result, "Cluster", "Status", "State"), at(result, "Cluster", "Id") === result["ClusterId"]],
    expected: ["WAITING", true],
  },
  {
    resource: "elasticmapreduce:terminateCluster",
    async prepare(call) {
      const { JobFlowId = null } = await call("emr", "runJobFlow", cluster);
      return { ClusterId: JobFlowId };
    },
    parameters: {},
    result: (result) => at(result, "Cluster", "Status", "State"),
    expected: "TERMINATED",
  },
  {
    resource: "emr-serverless:startApplication",
    async prepare(call) {
      const { ApplicationId = null } = await call("emrserverless", "createApplication", {
        Name: "a",
        ReleaseLabel: "emr-6.9.0",
        Type: "SPARK",
      });
      return { ApplicationId };
    },
    parameters: {},
    result: (result) => [
      at(result, "Application", "State"),
      at(result, "Application", "ApplicationId") === result["ApplicationId"],
    ],
    expected: ["STARTED", true],
  },
  {
    resource: "glue:startJobRun",
    prepare: (call) => call("glue", "createJob", { Name: "g", Role: arn, Command: { Name: "glueetl" } }),
    parameters: { JobName: "g", Arguments: { "--day": "2027-01-15T08:00:00Z" } },
    result: ({ JobName, JobRunState, StartedOn, Arguments }) => [JobName, JobRunState, typeof StartedOn, Arguments],
    expected: ["g", "SUCCEEDED", "number", { "--day": "2027-01-15T08:00:00Z" }],
  },
  {
    resource: "glue:startJobRun",
    parameters: { JobName: "of-nobody" },
    status: "FAILED",
    result: ({ error }) => error,
    expected: "Glue.EntityNotFoundException",
  },
  {
    resource: "sagemaker:createTrainingJob",
    parameters: {
      TrainingJobName: "t",
      RoleArn: arn,
      AlgorithmSpecification: { TrainingImage: "i", TrainingInputMode: "File" },
      OutputDataConfig: { S3OutputPath: "s3://b/" },
      ResourceConfig: { InstanceCount: 1, InstanceType: "ml.m5.large", VolumeSizeInGB: 1 },
      StoppingCondition: { MaxRuntimeInSeconds: 60 },
    },
    result: ({ TrainingJobName, TrainingJobStatus }) => [TrainingJobName, TrainingJobStatus],
    expected: ["t", "Completed"],
  },
];

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value);
}

test("jobs of every service that moto has run to their ends", { skip }, async (t) => {
  const environment = { ...credentials, AWS_ENDPOINT_URL: await startMoto(t) };
  const server = await startServer({ ...testServerOptions, environment });
  t.after(() => server.close());
  const send = sender(server.url);
  const { callAws } = createCallers({
    environment,
    services: new Map(),
    region: "us-east-1",
    isOwnAddress: () => false,
    now: () => Date.now(),
  });
  const call: Prepare = async (service, action, input) => {
    const answer = await callAws({ service, action, input }, new AbortController().signal);
    assert.ok(answer.kind === "answered", `${service}:${action}: ${JSON.stringify(answer)}`);
    return answer.output;
  };
  for (const [index, { resource, prepare, parameters, status, result, expected }] of cases.entries()) {
    await t.test(`${resource}.sync`, async () => {
      const prepared = await prepare?.(call);
      const isWanted = Object.keys(parameters).length === 0 && prepared !== undefined;
      const given = isWanted ? prepared : parameters;
      const described = await run(send, { name: `m${index}`, resource, parameters: given });
      const { status: ended = "", output, cause = "", error } = described;
      assert.equal(ended, status ?? "SUCCEEDED", `${error} ${cause}`);
      const value = typeof output === "string" ? parseJson(output) : { error: String(error) };
      assert.ok(isJsonObject(value));
      assert.deepEqual(result(value), expected);
    });
  }
  await t.test("a job is stopped when its execution is", async () => {
    const { Id = null } = await call("emrcontainers", "createVirtualCluster", {
      Name: "v",
      ContainerProvider: { Id: "k", Type: "EKS", Info: { EksInfo: { Namespace: "n" } } },
      ClientToken: "token",
    });
    const parameters = { VirtualClusterId: Id, ExecutionRoleArn: arn, ReleaseLabel: "emr-6.9.0-latest", JobDriver: {} };
    const executionArn = await begin(send, { name: "stopped", resource: "emr-containers:startJobRun", parameters });
    const job = await eventually("the job", async () => {
      const { JobRuns } = await call("emrcontainers", "listJobRuns", { VirtualClusterId: Id });
      return at(JobRuns, "0", "Id") as string | undefined;
    });
    await eventually("the submission", async () => {
      const history = await send("GetExecutionHistory", { executionArn });
      return JSON.stringify(history).includes("TaskSubmitted") ? true : undefined;
    });
    await send("StopExecution", { executionArn });
    await eventually("the end of the job", async () => {
      const { JobRun } = await call("emrcontainers", "describeJobRun", { VirtualClusterId: Id, Id: job });
      return at(JobRun, "State") === "CANCELLED" ? true : undefined;
    });
  });
});

type Send = (action: string, input: object) => Promise<Readonly<Record<string, unknown>>>;

function sender(url: string): Send {
  return async (action, input) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AWSStepFunctions.${action}` },
      body: JSON.stringify(input),
    });
    const body = (await response.json()) as Readonly<Record<string, unknown>>;
    assert.ok(response.ok, JSON.stringify(body));
    return body;
  };
}

interface Machine {
  readonly name: string;
  readonly resource: string;
  readonly parameters: JsonObject;
}

async function begin(send: Send, { name, resource, parameters }: Machine): Promise<string> {
  const only = { Type: "Task", Resource: `arn:aws:states:::${resource}.sync`, Parameters: parameters, End: true };
  const definition = JSON.stringify({ StartAt: "Only", States: { Only: only } });
  const { stateMachineArn } = await send("CreateStateMachine", { name, definition, roleArn: arn });
  const { executionArn } = await send("StartExecution", { stateMachineArn });
  return String(executionArn);
}

async function run(send: Send, machine: Machine): Promise<Readonly<Record<string, unknown>>> {
  const executionArn = await begin(send, machine);
  return eventually("the end of the execution", async () => {
    const described = await send("DescribeExecution", { executionArn });
    return described["status"] === "RUNNING" ? undefined : described;
  });
}
