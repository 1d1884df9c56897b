// Optimized integrations as requests of AWS services: those that only call, and the first word of those that wait.
import { assert } from "../../asl/assert.ts";
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  setMember,
  stringifyJson,
} from "../../asl/json.ts";
import type { TaskResource } from "../../asl/resource.ts";
import type { AwsAnswered, CallAws } from "../../aws/call.ts";
import type { PerformTask, TaskOutcome } from "../../engine/effect.ts";
import { type Connector, idempotencyKey } from "../connector.ts";
import { parametersOf } from "../parameters.ts";
import { placementFailure } from "../jobs/ecs-tasks.ts";
import { requestIdOf } from "../request-id.ts";
import { answerMetadata } from "../sdk-metadata.ts";
import { failed } from "../service-error.ts";
import { inputProblem, isModelled } from "./aws-sdk.ts";
import { withValuesOfTexts } from "./dynamodb-values.ts";
import { elasticMapReduce, emrParameterProblem, isEmrAction } from "./elastic-map-reduce.ts";
import { fieldProblem, type Integration, integrationFailed, integrations } from "./integrations.ts";
import { accepted, unanswered } from "./outcome.ts";

type ServiceResource = Extract<TaskResource, { readonly kind: "service" }>;

/** Whether a resource is an optimized integration that one request of an AWS service performs. */
export function isOptimizedRequest({ service, action, pattern }: ServiceResource): boolean {
  const integration = integrations.get(service);
  if (integration === undefined || pattern === "sync" || pattern === "sync:2") return false;
  return service === "elasticmapreduce" ? isEmrAction(action) : isModelled(integration.service, action);
}

/** @param resource for which `isOptimizedRequest` holds. */
export function optimizedConnector(callAws: CallAws, resource: ServiceResource): Connector {
  const integration = integrations.get(resource.service);
  assert(integration !== undefined, "the resource is an optimized integration");
  if (resource.service === "elasticmapreduce") return emrConnector(callAws, resource, integration);
  const { service, action } = resource;
  return {
    parameterProblem: (parameters) =>
      problemOf(`${service}:${action}`, integration.service, action, parametersOf(parameters)),
    async perform(task, signal) {
      const given = parametersOf(task.parameters);
      const input = amend[`${service}:${action}`]?.(given, task) ?? given;
      const answer = await callAws({ ...callOf(task), service: integration.service, action, input }, signal);
      switch (answer.kind) {
        case "answered":
          return resultOf(`${service}:${action}`, answer, task, given);
        case "refused":
          return integrationFailed(integration, answer);
        default:
          return unanswered(answer, task, integration.prefix);
      }
    },
  };
}

function problemOf(key: string, service: string, action: string, input: JsonObject): string | undefined {
  return (
    fieldProblem(key, input) ??
    inputProblem({ service, action }, service === "dynamodb" ? withValuesOfTexts(input) : input)
  );
}

/** The parts of a call that follow from its task. */
function callOf(task: PerformTask): { readonly idempotencyToken: string; readonly roleArn: string | undefined } {
  return { idempotencyToken: requestIdOf(idempotencyKey(task)), roleArn: task.credentialsRoleArn };
}

/** The members that Step Functions adds to requests. */
const amend: Readonly<Record<string, (input: JsonObject, task: PerformTask) => JsonObject>> = {
  "batch:submitJob": (input, { resource }) => (resource.pattern === "sync:2" ? input : withBatchMark(input)),
  "ecs:runTask": (input) => ({ ...input, StartedBy: "AWS Step Functions" }),
  // Its model does not say that this member tells repetitions.
  "codebuild:startBuild": withBuildToken,
  "codebuild:startBuildBatch": withBuildToken,
  "codebuild:retryBuildBatch": withBuildToken,
  "dynamodb:deleteItem": withValuesOfTexts,
  "dynamodb:getItem": withValuesOfTexts,
  "dynamodb:putItem": withValuesOfTexts,
  "dynamodb:updateItem": withValuesOfTexts,
  "events:putEvents": withExecutionResources,
};

function withBuildToken(input: JsonObject, task: PerformTask): JsonObject {
  return { IdempotencyToken: callOf(task).idempotencyToken, ...input };
}

/** Jobs that are not one container have no environment of their own, and Batch refuses one for them. */
const otherBatchJobs = ["EcsPropertiesOverride", "EksPropertiesOverride", "NodeOverrides"];

function withBatchMark(input: JsonObject): JsonObject {
  if (otherBatchJobs.some((name) => memberOf(input, name) !== undefined)) return input;
  const overrides = memberOf(input, "ContainerOverrides");
  const given = isJsonObject(overrides) ? overrides : {};
  const environment = memberOf(given, "Environment");
  const mark = { Name: "MANAGED_BY_AWS", Value: "STARTED_BY_STEP_FUNCTIONS" };
  const all = [...(isJsonArray(environment) ? environment : []), mark];
  return { ...input, ContainerOverrides: { ...given, Environment: all } };
}

/** Events name the machine and the execution that sent them, after what the workflow names. */
function withExecutionResources(input: JsonObject, { stateMachineArn, attempt }: PerformTask): JsonObject {
  const entries = memberOf(input, "Entries");
  if (!isJsonArray(entries)) return input;
  const withResources = (entry: Json): Json => {
    if (!isJsonObject(entry)) return entry;
    const own = memberOf(entry, "Resources");
    return { ...entry, Resources: [...(isJsonArray(own) ? own : []), stateMachineArn, attempt.executionArn] };
  };
  return { ...input, Entries: entries.map(withResources) };
}

function resultOf(key: string, answer: AwsAnswered, task: PerformTask, input: JsonObject): TaskOutcome {
  switch (key) {
    case "events:putEvents": {
      const count = memberOf(answer.output, "FailedEntryCount");
      if (count !== 0) return failed("EventBridge.FailedEntry", stringifyJson(answer.output));
      return accepted(task, answer.output);
    }
    case "ecs:runTask": {
      const result = withMetadata(answer.output, answer);
      const isPlaced = task.resource.pattern !== "waitForTaskToken" || !placementFailure(answer.output);
      return isPlaced ? accepted(task, result) : failed("AmazonECS.Unknown", stringifyJson(result));
    }
    case "glue:startJobRun":
      return accepted(task, withMetadata({ ...answer.output, JobName: memberOf(input, "JobName") ?? null }, answer));
    case "emr-serverless:startApplication":
    case "emr-serverless:stopApplication":
    case "emr-serverless:deleteApplication":
      return accepted(task, withMetadata({ ApplicationId: memberOf(input, "ApplicationId") ?? null }, answer));
    default:
      return accepted(task, withMetadata(answer.output, answer));
  }
}

/** The result with the metadata of the answer among its members, in the order of the alphabet. */
export function withMetadata(output: JsonObject, answer: AwsAnswered): JsonObject {
  const all: JsonObject = { ...output, ...answerMetadata(answer) };
  const sorted: { [name: string]: Json } = {};
  for (const name of Object.keys(all).toSorted()) setMember(sorted, name, memberOf(all, name) ?? null);
  return sorted;
}

function emrConnector(callAws: CallAws, { action }: ServiceResource, integration: Integration): Connector {
  return {
    parameterProblem: (parameters) => emrParameterProblem(action, parametersOf(parameters)),
    async perform(task, signal) {
      const call = async (operation: string, input: JsonObject) =>
        callAws({ ...callOf(task), service: integration.service, action: operation, input }, signal);
      const answer = await elasticMapReduce(action, parametersOf(task.parameters), call);
      switch (answer.kind) {
        case "answered":
          return accepted(task, withMetadata(answer.output, answer));
        case "refused":
          return integrationFailed(integration, answer);
        default:
          return unanswered(answer, task, integration.prefix);
      }
    },
  };
}
