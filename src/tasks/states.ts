// Nested executions: `states:startExecution` in all its forms, and the outcome of a child that a task waited for.
import { type Json, type JsonObject, memberOf, stringifyJson } from "../asl/json.ts";
import { jsonLimitProblem } from "../asl/json-limits.ts";
import { describeJsonProblem } from "../asl/validate/json-problem.ts";
import { Payload, utf8Length } from "../asl/payload.ts";
import type { IntegrationPattern } from "../asl/resource.ts";
import { qualifiedArn, stateMachineArnOf } from "../aws/arn.ts";
import type { PerformTask, TaskOutcome } from "../engine/effect.ts";
import { type Connector, idempotencyKey } from "./connector.ts";
import type { EndedChild, StartChild, StartChildOutcome, StartChildRequest } from "./ports.ts";
import { parameterProblem, parametersOf, textMember } from "./parameters.ts";
import { requestIdOf } from "./request-id.ts";
import { statesMetadata } from "./sdk-metadata.ts";
import { failed, serviceFailed } from "./service-error.ts";

export interface StatesOptions {
  readonly startChild: StartChild;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

type Failed = Extract<TaskOutcome, { readonly kind: "failed" }>;

export function startExecutionConnector({ startChild, now }: StatesOptions): Connector {
  return {
    parameterProblem: (parameters) => parameterProblem(parameters, startNames),
    async perform(task) {
      const request = parseStart(task);
      if ("kind" in request) return request;
      const outcome = await startChild(request);
      const requestId = requestIdOf(idempotencyKey(task));
      if (outcome.kind === "error") return startFailed(outcome, requestId);
      const output = Payload.ofValue(startResult(outcome, { requestId, at: now() }));
      return { kind: task.resource.pattern === "requestResponse" ? "succeeded" : "submitted", output };
    },
  };
}

const startNames = { required: "StateMachineArn", texts: ["Name", "TraceHeader"], others: ["Input"] };

function parseStart(task: PerformTask): StartChildRequest | Failed {
  const parameters = parametersOf(task.parameters);
  const requestId = requestIdOf(idempotencyKey(task));
  const input = inputText(memberOf(parameters, "Input"));
  const problem = inputProblem(input);
  if (problem !== undefined) {
    const message = `Invalid State Machine Execution Input: '${problem}'`;
    return startFailed({ kind: "error", name: "InvalidExecutionInput", message }, requestId);
  }
  const isAwaited = task.resource.pattern === "sync" || task.resource.pattern === "sync:2";
  return {
    stateMachineArn: textMember(parameters, "StateMachineArn") ?? "",
    name: textMember(parameters, "Name"),
    defaultName: requestId,
    input: Payload.ofText(input),
    traceHeader: textMember(parameters, "TraceHeader"),
    startedBy: task.attempt,
    parent: isAwaited ? task.attempt : undefined,
  };
}

/** A text is the input as it is; any other JSON is written compactly; null and absent become an empty object. */
function inputText(input: Json | undefined): string {
  if (input === undefined || input === null) return "{}";
  return typeof input === "string" ? input : stringifyJson(input);
}

function inputProblem(text: string): string | undefined {
  if (text.trim() === "") return "Invalid execution input.";
  return jsonLimitProblem(text) ?? describeJsonProblem(text);
}

function startFailed(error: StartChildOutcome & { readonly kind: "error" }, requestId: string): Failed {
  const { name: code, message } = error;
  return serviceFailed({ prefix: "StepFunctions", service: "AWSStepFunctions", status: 400, code, message, requestId });
}

interface Answer {
  readonly requestId: string;
  readonly at: number;
}

function startResult(
  { executionArn, startedAt }: StartChildOutcome & { readonly kind: "started" },
  { requestId, at }: Answer,
): Json {
  const body = JSON.stringify({ executionArn, startDate: startedAt / 1000 });
  return {
    ExecutionArn: executionArn,
    ...statesMetadata({ requestId, status: 200, contentLength: utf8Length(body), at }),
    StartDate: startedAt,
  };
}

/**
 * The outcome that the end of a child has for the task that waited for it. Only `.sync:2` gives input and output as JSON.
 */
export function childOutcome(description: EndedChild, pattern: IntegrationPattern): TaskOutcome {
  const { record } = description;
  if (record.status !== "SUCCEEDED") return failed("States.TaskFailed", stringifyJson(failedChild(description)));
  const shown =
    pattern === "sync:2" ? (payload: Payload): Json => payload.value : (payload: Payload): Json => payload.text;
  const { output } = description;
  const value: Json = {
    ExecutionArn: description.executionArn,
    Input: shown(description.input),
    InputDetails: { Included: true },
    Name: description.name,
    ...(output === undefined ? {} : { Output: shown(output), OutputDetails: { Included: true } }),
    RedriveCount: record.redrive?.count ?? 0,
    ...(record.redrive === undefined ? {} : { RedriveDate: record.redrive.at }),
    RedriveStatus: "NOT_REDRIVABLE",
    RedriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
    ...endOf(description),
  };
  return { kind: "succeeded", output: Payload.ofValue(value) };
}

function failedChild(description: EndedChild): Json {
  const { failure, record } = description;
  return {
    ...(failure?.cause === undefined ? {} : { Cause: failure.cause }),
    ...(failure?.error === undefined ? {} : { Error: failure.error }),
    ExecutionArn: description.executionArn,
    Input: description.input.text,
    InputDetails: { Included: true },
    Name: description.name,
    RedriveCount: record.redrive?.count ?? 0,
    ...(record.redrive === undefined ? {} : { RedriveDate: record.redrive.at }),
    RedriveStatus: "REDRIVABLE",
    ...endOf(description),
  };
}

function endOf({ record, executionArn }: EndedChild): JsonObject {
  const machineArn = stateMachineArnOf(executionArn);
  const { aliasName, versionNumber, traceHeader, stoppedAt } = record;
  return {
    StartDate: record.startedAt,
    ...(aliasName === undefined ? {} : { StateMachineAliasArn: qualifiedArn(machineArn, aliasName) }),
    StateMachineArn: machineArn,
    ...(versionNumber === undefined ? {} : { StateMachineVersionArn: qualifiedArn(machineArn, versionNumber) }),
    Status: record.status,
    ...(stoppedAt === undefined ? {} : { StopDate: stoppedAt }),
    ...(traceHeader === undefined ? {} : { TraceHeader: traceHeader }),
  };
}
