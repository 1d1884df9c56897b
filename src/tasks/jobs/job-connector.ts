// Jobs of other services: submitted once, looked at until they have ended, stopped when nobody waits any more. What differs
// from service to service stands in the table (job-kinds.ts).
import { isJsonObject, type Json, type JsonObject, setMember, stringifyJson } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import type { AwsAnswer, CallAws } from "../../aws/call.ts";
import type { JobLook, JobService, JobStop, PerformTask, SubmittedJob, TaskOutcome } from "../../engine/effect.ts";
import { type Connector, idempotencyKey } from "../connector.ts";
import { fieldProblem, parametersOf } from "../parameters.ts";
import { requestIdOf } from "../request-id.ts";
import { answerMetadata } from "../sdk-metadata.ts";
import { failed, serviceFailed } from "../service-error.ts";
import { withMark } from "./batch-jobs.ts";
import { hasRunWell, placementFailure } from "./ecs-tasks.ts";
import type { JobKind } from "./job-kinds.ts";
import { shownAnswer } from "./job-results.ts";
import { isUnknown, unavailability } from "./job-troubles.ts";
import { fillIn, type Known, referenced } from "./references.ts";
import { errorName, namesOf } from "./service-names.ts";

export interface JobsOptions {
  readonly callAws: CallAws;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** A service may need some time until it knows a job that it has just taken. */
const patienceMs = 5 * 60_000;

type Answered = Extract<AwsAnswer, { readonly kind: "answered" }>;
type Trouble = Exclude<AwsAnswer, Answered>;
type Ended = Extract<JobLook, { readonly kind: "ended" }>;

export function jobConnector(kind: JobKind, { callAws, now }: JobsOptions): Connector & JobService {
  const { service, describe, stop } = kind;
  return {
    parameterProblem: (parameters) => fieldProblem(parameters, kind.resource),
    perform(task, signal) {
      const { credentialsRoleArn: roleArn } = task;
      return submit(kind, task, (action, input) => callAws({ service, action, input, roleArn }, signal));
    },
    async look(job, signal) {
      const { credentialsRoleArn: roleArn } = job;
      const call = (action: string, input: JsonObject): Promise<AwsAnswer> =>
        callAws({ service, action, input, roleArn }, signal);
      const answer = await call(describe.action, fillIn(describe.input, knownOf(job)));
      if (answer.kind !== "answered") return lookFailed(kind, job, answer, now());
      return lookOf(kind, job, { answer, call, now: now() });
    },
    async stop(job, signal): Promise<JobStop> {
      if (stop === undefined) return { kind: "done" };
      const input = fillIn(stop.input, knownOf(job));
      const answer = await callAws({ service, action: stop.action, input, roleArn: job.credentialsRoleArn }, signal);
      if (answer.kind === "answered" || isUnknown(answer)) return { kind: "done" };
      const { message } = answer;
      const trouble = unavailability(answer);
      return trouble === undefined ? { kind: "refused", message } : { kind: "unavailable", message, ...trouble };
    },
  };
}

type CallAction = (action: string, input: JsonObject) => Promise<AwsAnswer>;

async function submit(kind: JobKind, task: PerformTask, call: CallAction): Promise<TaskOutcome> {
  const { resource } = task;
  const parameters = parametersOf(task.parameters);
  const answer = await call(kind.action, inputOf(kind, task, parameters));
  const isAwaited = resource.pattern !== "requestResponse";
  if (answer.kind !== "answered") {
    const found = task.isRepetition === true ? await alreadySubmitted(kind, answer, { parameters, call }) : undefined;
    if (found !== undefined) return { kind: "submitted", output: found };
    return { ...callFailed(kind, task, answer), isRefusal: resource.pattern.startsWith("sync") };
  }
  const shown = shownSubmission(kind, answer, parameters);
  if (isAwaited && kind.resource === "ecs:runTask" && placementFailure(answer.output)) {
    return { ...failed("AmazonECS.Unknown", stringifyJson(shown)), isRefusal: resource.pattern === "sync" };
  }
  return { kind: isAwaited ? "submitted" : "succeeded", output: Payload.ofValue(shown) };
}

function inputOf(kind: JobKind, task: PerformTask, parameters: JsonObject): JsonObject {
  const input: { [name: string]: Json } = {
    ...(kind.input === undefined ? parameters : fillIn(kind.input, { parameters })),
  };
  const { token } = kind;
  if (token !== undefined && input[token] === undefined) setMember(input, token, requestIdOf(idempotencyKey(task)));
  return kind.resource === "batch:submitJob" && task.resource.pattern !== "sync:2" ? withMark(input) : input;
}

function shownSubmission(kind: JobKind, answer: Answered, parameters: JsonObject): JsonObject {
  const { output } = answer;
  const added = fillIn(kind.added ?? {}, { answer: output, parameters });
  const renamed = new Set(Object.keys(kind.added ?? {}).filter((name) => added[name] === undefined));
  const kept = Object.fromEntries(Object.entries(output).filter(([name]) => !renamed.has(name)));
  return shownAnswer({ ...kept, ...added, ...answerMetadata(answer) });
}

/** The job that an earlier performance of the attempt has submitted, of which its process told nobody. */
async function alreadySubmitted(
  kind: JobKind,
  answer: Trouble,
  { parameters, call }: { readonly parameters: JsonObject; readonly call: CallAction },
): Promise<Payload | undefined> {
  if (kind.isNamed !== true || answer.kind !== "refused" || !/InUse|Validation/.test(answer.code)) return undefined;
  const { action, input } = kind.describe;
  const described = await call(action, fillIn(input, { parameters }));
  if (described.kind !== "answered") return undefined;
  const arns = Object.entries(described.output).filter(([name]) => name === `${kind.action.replace("create", "")}Arn`);
  return Payload.ofValue(Object.fromEntries(arns));
}

function knownOf({ parameters, submission: answer }: SubmittedJob): Known {
  return { parameters: parameters.value, answer: answer.value };
}

interface Look {
  readonly answer: Answered;
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
  return now - submittedAt < patienceMs ? { kind: "running" } : failedWith(cause);
}

function lookFailed(kind: JobKind, job: SubmittedJob, trouble: Trouble, now: number): JobLook {
  const { message } = trouble;
  const later = unavailability(trouble);
  if (later !== undefined) return { kind: "unavailable", message, ...later };
  if (isUnknown(trouble)) {
    if (kind.isDeletion === true) return succeededWith(deleted(job.submission.value));
    return missing(job, now, `${kind.describe.action} does not know the job. ${message}`);
  }
  const requestId = trouble.kind === "refused" ? trouble.requestId : "";
  return { kind: "ended", outcome: refusal(kind, trouble, requestId) };
}

/** All that is left of what was deleted is what the service said when it began. */
function deleted(answer: Json): JsonObject {
  if (!isJsonObject(answer)) return {};
  const { SdkHttpMetadata: _, SdkResponseMetadata: __, ...rest } = answer;
  return rest;
}

type Failed = Extract<TaskOutcome, { readonly kind: "failed" }>;

function callFailed(kind: JobKind, task: PerformTask, trouble: Trouble): Failed {
  return refusal(kind, trouble, requestIdOf(idempotencyKey(task)));
}

function refusal({ resource }: JobKind, trouble: Trouble, requestId: string): Failed {
  const names = namesOf(resource.split(":")[0] ?? "");
  switch (trouble.kind) {
    case "refused": {
      const { status, code, message } = trouble;
      const error = { prefix: names.prefix, service: names.name, status, code, message };
      const name = errorName(names, trouble);
      return { ...serviceFailed({ ...error, requestId: trouble.requestId || requestId }), error: name };
    }
    case "unreachable":
      return failed(`${names.prefix}.SdkClientException`, `Unable to execute HTTP request: ${trouble.message}`);
    case "tooLarge":
      return failed("States.DataLimitExceeded", trouble.message);
    case "invalid":
      return failed(`${names.prefix}.SdkClientException`, trouble.message);
    case "notConfigured":
      // No attempt can come out differently, so none is repeated, and no Catcher takes it for the service's own failure.
      return failed("States.Runtime", trouble.message);
  }
}
