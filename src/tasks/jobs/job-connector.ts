// Jobs of other services: submitted once as any request of an integration, looked at until they have ended, stopped when nobody
// waits any more. The table (job-kinds.ts) has the differences from service to service.
import { isJsonObject, type Json, type JsonObject, memberOf, stringifyJson } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import { assert } from "../../asl/assert.ts";
import type { AwsAnswer, AwsAnswered, CallAws } from "../../aws/call.ts";
import type { JobLook, JobService, JobStop, PerformTask, SubmittedJob, TaskOutcome } from "../../engine/effect.ts";
import type { Connector } from "../connector.ts";
import { parametersOf } from "../parameters.ts";
import { failed } from "../service-error.ts";
import { type Integration, integrationFailed, integrations } from "../services/integrations.ts";
import { unanswered } from "../services/outcome.ts";
import { hasRunWell, placementFailure } from "./ecs-tasks.ts";
import type { JobKind } from "./job-kinds.ts";
import { shownAnswer } from "./job-results.ts";
import { isUnknown, unavailability } from "./job-troubles.ts";
import { fillIn, type Known, referenced } from "./references.ts";

export interface JobsOptions {
  readonly callAws: CallAws;
  /** The integration without `.sync`: a job is submitted by its request. */
  readonly request: Connector;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The longest that a look or a stop waits for its answers: no task's time limit ends them. */
  readonly patienceMs?: number | undefined;
}

const usualPatienceMs = 30_000;
/** A service may need some time until it knows a job that it has just taken. */
const unknownForMs = 5 * 60_000;

type Trouble = Exclude<AwsAnswer, AwsAnswered>;
type Ended = Extract<JobLook, { readonly kind: "ended" }>;
/** Calls an action of the job's service. */
type CallAction = (action: string, input: JsonObject) => Promise<AwsAnswer>;

export function jobConnector(kind: JobKind, options: JobsOptions): Connector & JobService {
  const { callAws, request, now, patienceMs = usualPatienceMs } = options;
  const integration = integrations.get(kind.resource.split(":")[0] ?? "");
  assert(integration !== undefined, "a job is of an integration");
  const callsOf =
    (roleArn: string | undefined, signal: AbortSignal): CallAction =>
    (action, input) =>
      callAws({ service: integration.service, action, input, roleArn }, signal);
  const callsOfJob = ({ credentialsRoleArn }: SubmittedJob, signal: AbortSignal): CallAction =>
    callsOf(credentialsRoleArn, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]));
  return {
    parameterProblem: (parameters) => request.parameterProblem?.(parameters),
    async perform(task, signal) {
      const outcome = await request.perform(task, signal);
      if (outcome.kind !== "failed") return submission(kind, outcome);
      const call = callsOf(task.credentialsRoleArn, signal);
      const mayBeThere = task.isRepetition === true && inUse.test(outcome.error ?? "");
      const submitted = mayBeThere ? await alreadySubmitted(kind, task, call) : undefined;
      return submitted ?? { ...outcome, isRefusal: true };
    },
    async look(job, signal) {
      const call = callsOfJob(job, signal);
      const answer = await call(kind.describe.action, fillIn(kind.describe.input, knownOf(job)));
      if (answer.kind !== "answered") return lookFailed(kind, job, { trouble: answer, integration, now: now() });
      return lookOf(kind, job, { answer, call, now: now() });
    },
    async stop(job, signal): Promise<JobStop> {
      if (kind.stop === undefined) return { kind: "done" };
      const answer = await callsOfJob(job, signal)(kind.stop.action, fillIn(kind.stop.input, knownOf(job)));
      if (answer.kind === "answered" || isUnknown(answer)) return { kind: "done" };
      const { message } = answer;
      const trouble = unavailability(answer);
      return trouble === undefined ? { kind: "refused", message } : { kind: "unavailable", message, ...trouble };
    },
  };
}

/** Errors of SageMaker for a name that is in use; that of endpoints has no name of its own. */
const inUse = /\.(?:ResourceInUse|AmazonSageMaker)Exception$/;

type Accepted = Exclude<TaskOutcome, { readonly kind: "failed" }>;

function submission({ resource }: JobKind, { output }: Accepted): TaskOutcome {
  const answer = isJsonObject(output.value) ? output.value : {};
  const shown = shownAnswer(answer);
  // A task that was not placed fails the state, though the call was answered (AWS's page on ECS).
  if (resource === "ecs:runTask" && placementFailure(answer)) {
    return { ...failed("AmazonECS.Unknown", stringifyJson(shown)), isRefusal: true };
  }
  return { kind: "submitted", output: Payload.ofValue(shown) };
}

/**
 * The job that an earlier performance of the attempt has submitted, of which its process told nobody. A service whose jobs
 * have unique names refuses another one, and knows that one by its name.
 */
async function alreadySubmitted(
  { resource, isNamed, describe }: JobKind,
  task: PerformTask,
  call: CallAction,
): Promise<TaskOutcome | undefined> {
  if (isNamed !== true) return undefined;
  const described = await call(describe.action, fillIn(describe.input, { parameters: task.parameters.value }));
  if (described.kind !== "answered") return undefined;
  const arnName = `${resource.replace("sagemaker:create", "")}Arn`;
  const arn = memberOf(described.output, arnName);
  return arn === undefined ? undefined : { kind: "submitted", output: Payload.ofValue({ [arnName]: arn }) };
}

function knownOf({ parameters, submission: answer }: SubmittedJob): Known {
  return { parameters: parametersOf(parameters), answer: answer.value };
}

interface Look {
  readonly answer: AwsAnswered;
  readonly call: CallAction;
  readonly now: number;
}

async function lookOf(kind: JobKind, job: SubmittedJob, { answer, call, now }: Look): Promise<JobLook> {
  const described = referenced(kind.described ?? "$described", { described: answer.output });
  if (!isJsonObject(described)) return missing(job, now, `${kind.describe.action} does not know the job.`);
  const status = referenced(`$job.${kind.status}`, { job: described });
  const isDone = typeof status === "string" && kind.succeeded.includes(status);
  const hasFailed = typeof status === "string" && kind.failed.includes(status);
  if (!isDone && !hasFailed) return { kind: "running" };
  const result = resultOf(kind, job, described);
  const hasSucceeded = isDone && (kind.resource !== "ecs:runTask" || (await hasRunWell(described, call)));
  return hasSucceeded ? succeededWith(result) : failedWith(stringifyJson(result));
}

function resultOf(kind: JobKind, job: SubmittedJob, described: JsonObject): JsonObject {
  const shown = kind.shownAs === undefined ? described : { [kind.shownAs]: described };
  return shownAnswer({ ...shown, ...fillIn(kind.kept ?? {}, knownOf(job)) });
}

function succeededWith(result: JsonObject): Ended {
  return { kind: "ended", outcome: { kind: "succeeded", output: Payload.ofValue(result) } };
}

function failedWith(cause: string): Ended {
  return { kind: "ended", outcome: failed("States.TaskFailed", cause) };
}

function missing({ submittedAt }: SubmittedJob, now: number, cause: string): JobLook {
  return now - submittedAt < unknownForMs ? { kind: "running" } : failedWith(cause);
}

interface FailedLook {
  readonly trouble: Trouble;
  readonly integration: Integration;
  readonly now: number;
}

function lookFailed(kind: JobKind, job: SubmittedJob, { trouble, integration, now }: FailedLook): JobLook {
  const later = unavailability(trouble);
  if (later !== undefined) return { kind: "unavailable", message: trouble.message, ...later };
  if (isUnknown(trouble)) {
    if (kind.isDeletion === true) return succeededWith(deleted(job.submission.value));
    return missing(job, now, `${kind.describe.action} does not know the job. ${trouble.message}`);
  }
  const isRefused = trouble.kind === "refused";
  const outcome = isRefused ? integrationFailed(integration, trouble) : unanswered(trouble, job, integration.prefix);
  return { kind: "ended", outcome };
}

/** All that is left of what was deleted is what the service said when it began. */
function deleted(answer: Json): JsonObject {
  if (!isJsonObject(answer)) return {};
  const { SdkHttpMetadata: _, SdkResponseMetadata: __, ...rest } = answer;
  return rest;
}
