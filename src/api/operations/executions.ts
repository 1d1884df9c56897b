// Executions: start, start and wait, describe, list and stop (API reference; texts as recorded).
import { Payload } from "../../asl/payload.ts";
import { executionArn as executionArnOf } from "../../aws/arn.ts";
import { redriveStatus } from "../../runtime/redrive/redrive-status.ts";
import type { ExecutionDescription, StartRequest } from "../../runtime/runtime.ts";
import { type ExecutionRecord, listedAt } from "../../store/journal.ts";
import { requireJson, requireName } from "../arguments.ts";
import { type Answer, type ApiContext, type OperationTable, toSeconds } from "../context.ts";
import {
  ApiError,
  executionExists,
  executionMissing,
  executionNotRedrivable,
  invalidInput,
  limitExceeded,
  missingParameter,
  stateMachineDeleting,
  typeNotSupported,
} from "../errors.ts";
import type {
  DescribeExecutionInput,
  ListExecutionsInput,
  RedriveExecutionInput,
  StartExecutionInput,
  StartSyncExecutionInput,
  StopExecutionInput,
} from "../model.ts";
import { isTraced } from "../machine-configuration.ts";
import { cutPage, pageSize } from "../page-token.ts";
import {
  qualifiedArn,
  requireDescribableArn,
  requireExecutionArn,
  requireQualified,
  requireStartTarget,
} from "./find.ts";
import { listChildren } from "./map-runs.ts";

export const executionOperations = {
  StartExecution: startExecution,
  StartSyncExecution: startSyncExecution,
  DescribeExecution: describeExecution,
  ListExecutions: listExecutions,
  StopExecution: stopExecution,
  RedriveExecution: redriveExecution,
} satisfies OperationTable;

async function startExecution(input: StartExecutionInput, context: ApiContext): Promise<Answer> {
  const outcome = await context.runtime.startExecution(await requireStart(input, context));
  if (outcome.kind === "deleting") throw stateMachineDeleting(input.stateMachineArn);
  if (outcome.kind === "alreadyExists") throw executionExists(outcome.executionArn);
  if (outcome.kind === "limitExceeded") throw limitExceeded("ExecutionLimitExceeded", outcome.limit);
  return { executionArn: outcome.executionArn, startDate: toSeconds(outcome.startedAt) };
}

async function startSyncExecution(input: StartSyncExecutionInput, context: ApiContext): Promise<Answer> {
  const request = await requireStart(input, context);
  if (request.stateMachine.type !== "EXPRESS") throw typeNotSupported();
  const execution = await context.runtime.startSyncExecution(request);
  const { record, failure, executionArn, name, stateMachineName } = execution;
  const { startedAt, stoppedAt = startedAt, status, traceHeader } = record;
  return {
    executionArn,
    stateMachineArn: qualifiedArn(context, stateMachineName),
    name,
    startDate: toSeconds(startedAt),
    stopDate: toSeconds(stoppedAt),
    status,
    error: failure?.error,
    cause: failure?.cause,
    ...executionData(execution, input.includedData !== "METADATA_ONLY"),
    outputDetails: { included: input.includedData !== "METADATA_ONLY" },
    traceHeader,
    billingDetails: { billedDurationInMilliseconds: billedMs(stoppedAt - startedAt), billedMemoryUsedInMB: 64 },
  };
}

/** Durations are billed in steps of 100 ms, at least one. */
function billedMs(durationMs: number): number {
  return Math.max(1, Math.ceil(durationMs / 100)) * 100;
}

type StartInput = Pick<StartExecutionInput, "stateMachineArn" | "name" | "input" | "traceHeader">;

async function requireStart(request: StartInput, context: ApiContext): Promise<StartRequest> {
  const { name, input } = request;
  const [stateMachineArn, testCase] = splitTestCase(request.stateMachineArn, context);
  if (name !== undefined) requireName(name);
  const payload = input === undefined ? Payload.ofText("{}") : requireJson(input, invalidInput);
  const target = await requireStartTarget(stateMachineArn, context);
  if (target.stateMachine.status !== "ACTIVE") throw stateMachineDeleting(stateMachineArn);
  if (testCase !== undefined) requireTestCase(target.stateMachine.name, testCase, context);
  const traceHeader = request.traceHeader ?? (isTraced(target.revision) ? newTraceHeader(context) : undefined);
  return { ...target, name, input: payload, traceHeader, testCase };
}

/** A start of a machine that traces belongs to a trace, to a new one where the caller names none (recorded). */
function newTraceHeader({ now, newId }: ApiContext): string {
  const seconds = Math.floor(now() / 1000).toString(16);
  return `Root=1-${seconds.padStart(8, "0")}-${newId().replaceAll("-", "").slice(0, 24)};Sampled=1`;
}

/** Step Functions Local: where there is a mock file, what follows `#` names a test case of it. */
function splitTestCase(arn: string, { mocks }: ApiContext): readonly [stateMachineArn: string, testCase?: string] {
  const end = mocks === undefined ? -1 : arn.indexOf("#");
  return end === -1 ? [arn] : [arn.slice(0, end), arn.slice(end + 1)];
}

function requireTestCase(stateMachineName: string, testCase: string, { mocks }: ApiContext): void {
  const known = mocks?.testCases(stateMachineName) ?? [];
  if (known.includes(testCase)) return;
  const has = known.length === 0 ? "no test case" : known.map((name) => `'${name}'`).join(", ");
  const message = `The mock file has no test case '${testCase}' for the state machine '${stateMachineName}'; it has ${has}.`;
  throw new ApiError("ValidationException", message);
}

async function describeExecution(input: DescribeExecutionInput, context: ApiContext): Promise<Answer> {
  requireDescribableArn(input.executionArn, context);
  const execution = await context.runtime.describeExecution(input.executionArn);
  if (execution === undefined) throw executionMissing(input.executionArn);
  const { record, stateMachineName, name, failure } = execution;
  const stateMachine = await context.catalogue.readStateMachine(record.stateMachineId);
  const run = record.mapRun === undefined ? undefined : await context.runtime.mapRuns.read(record.mapRun.id);
  // A machine's timeout shows neither error nor cause here, although the history has them (recorded).
  const ending = record.status === "TIMED_OUT" ? undefined : failure;
  return {
    executionArn: input.executionArn,
    stateMachineArn: qualifiedArn(context, stateMachineName),
    name,
    status: record.status,
    startDate: toSeconds(record.startedAt),
    stopDate: record.stoppedAt === undefined ? undefined : toSeconds(record.stoppedAt),
    ...executionData(execution, input.includedData !== "METADATA_ONLY"),
    traceHeader: record.traceHeader,
    mapRunArn: run?.mapRunArn,
    error: ending?.error,
    cause: ending?.cause,
    ...qualifiers(record, stateMachineName, context),
    ...redrives(record),
    ...redriveStatus(record, {
      stateMachineStatus: stateMachine?.status,
      maxHistoryEvents: context.runtime.maxHistoryEvents,
      now: context.now(),
    }),
  };
}

function executionData({ input, output }: ExecutionDescription, isIncluded: boolean): Answer {
  return {
    input: isIncluded ? input.text : undefined,
    inputDetails: { included: isIncluded },
    output: isIncluded ? output?.text : undefined,
    outputDetails: output === undefined ? undefined : { included: isIncluded },
  };
}

function qualifiers({ versionNumber, aliasName }: ExecutionRecord, name: string, context: ApiContext): Answer {
  return {
    stateMachineVersionArn: versionNumber === undefined ? undefined : qualifiedArn(context, name, versionNumber),
    stateMachineAliasArn: aliasName === undefined ? undefined : qualifiedArn(context, name, aliasName),
  };
}

function redrives({ redrive }: ExecutionRecord): Answer {
  return redrive === undefined
    ? { redriveCount: 0 }
    : { redriveCount: redrive.count, redriveDate: toSeconds(redrive.at) };
}

async function listExecutions(input: ListExecutionsInput, context: ApiContext): Promise<Answer> {
  const { stateMachineArn, mapRunArn, statusFilter, redriveFilter, nextToken } = input;
  if (stateMachineArn === undefined && mapRunArn !== undefined) return listChildren(mapRunArn, input, context);
  if (stateMachineArn === undefined) throw missingParameter("Must provide a StateMachine ARN or MapRun ARN");
  if (mapRunArn !== undefined) {
    throw missingParameter("Exactly one of stateMachineArn and mapRunArn must be specified");
  }
  if (statusFilter === "PENDING_REDRIVE") {
    throw new ApiError("ValidationException", "The status filter PENDING_REDRIVE needs a mapRunArn");
  }
  const { stateMachine, version, aliasName } = await requireQualified(stateMachineArn, context);
  if (stateMachine.type === "EXPRESS") throw typeNotSupported();
  const versionNumber = version?.number;
  const listing = [
    "ListExecutions by time",
    stateMachine.id,
    versionNumber,
    aliasName,
    statusFilter,
    redriveFilter,
  ].join("|");
  const after = context.pageTokens.read(listing, nextToken);
  const size = pageSize(input.maxResults);
  const found = await context.runtime.listExecutions(
    {
      stateMachineId: stateMachine.id,
      status: statusFilter,
      versionNumber,
      aliasName,
      isRedriven: redriveFilter === undefined ? undefined : redriveFilter === "REDRIVEN",
    },
    { limit: size + 1, after: typeof after === "object" ? { at: after[0], id: after[1] } : undefined },
  );
  const { items, members } = cutPage(found, size, (last) =>
    context.pageTokens.issue(listing, [listedAt(last), last.id]),
  );
  const arn = qualifiedArn(context, stateMachine.name);
  const executions = items.map((record) => ({
    executionArn: executionArnOf(context.arnSpace, record.type, stateMachine.name, record.key),
    stateMachineArn: arn,
    name: record.key,
    status: record.status,
    startDate: toSeconds(record.startedAt),
    stopDate: record.stoppedAt === undefined ? undefined : toSeconds(record.stoppedAt),
    ...qualifiers(record, stateMachine.name, context),
    ...redrives(record),
  }));
  return { executions, ...members };
}

/** An execution that has ended is answered with the time of its end. */
async function stopExecution({ executionArn, error, cause }: StopExecutionInput, context: ApiContext): Promise<Answer> {
  requireExecutionArn(executionArn, context);
  const stoppedAt = await context.runtime.stopExecution(executionArn, { error, cause });
  if (stoppedAt === undefined) throw executionMissing(executionArn);
  return { stopDate: toSeconds(stoppedAt) };
}

async function redriveExecution(input: RedriveExecutionInput, context: ApiContext): Promise<Answer> {
  const { executionArn, clientToken } = input;
  requireExecutionArn(executionArn, context);
  const outcome = await context.runtime.redriveExecution(executionArn, clientToken);
  if (outcome === undefined) throw executionMissing(executionArn);
  if (outcome.kind === "notRedrivable") throw executionNotRedrivable(outcome.reason);
  if (outcome.kind === "limitExceeded") throw limitExceeded("ExecutionLimitExceeded", outcome.limit);
  return { redriveDate: toSeconds(outcome.redrivenAt) };
}
