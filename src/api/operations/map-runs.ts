// Map Runs, which go through the items of distributed Map states: described, listed and changed, with their children (API
// reference; counts and defaults as measured).
import { executionArn as executionArnOf, isOfSpace } from "../../aws/arn.ts";
import { shownName } from "../../runtime/executions/identity.ts";
import type { MapRunDescription } from "../../runtime/map-runs/map-run-description.ts";
import { type RedriveCircumstances, redriveLimits, redriveStatus } from "../../runtime/redrive/redrive-status.ts";
import { type ExecutionRecord, listedAt } from "../../store/journal.ts";
import type { MapRunRecord } from "../../store/map-run-row.ts";
import type { ChildCount, ChildFilter } from "../../store/map-runs.ts";
import { requireArn } from "../arguments.ts";
import { type Answer, type ApiContext, type OperationTable, toSeconds } from "../context.ts";
import { ApiError, executionMissing, resourceMissing } from "../errors.ts";
import type { DescribeMapRunInput, ListExecutionsInput, ListMapRunsInput, UpdateMapRunInput } from "../model.ts";
import { cutPage, pageSize } from "../page-token.ts";
import { qualifiedArn, requireExecutionArn } from "./find.ts";

export const mapRunOperations = {
  DescribeMapRun: describeMapRun,
  ListMapRuns: listMapRuns,
  UpdateMapRun: updateMapRun,
} satisfies OperationTable;

/** AWS's answer for as many children as may be. */
const unbounded = 2_147_483_647;

async function describeMapRun({ mapRunArn }: DescribeMapRunInput, context: ApiContext): Promise<Answer> {
  const description = await requireMapRun(mapRunArn, context);
  const { run, executionArn } = description;
  const { status, startedAt, stoppedAt, redrive, state } = run;
  const counts = await context.runtime.mapRuns.countChildren(run.id);
  const shown = { run, counts, unredrivable: await unredrivableOf(run, counts, context) };
  return {
    mapRunArn,
    executionArn,
    status,
    startDate: toSeconds(startedAt),
    stopDate: stoppedAt === undefined ? undefined : toSeconds(stoppedAt),
    maxConcurrency: state.maxConcurrency ?? unbounded,
    toleratedFailurePercentage: state.toleratedPercentage ?? 0,
    toleratedFailureCount: state.toleratedCount ?? 0,
    itemCounts: shownCounts(shown, "items"),
    executionCounts: shownCounts(shown, "children"),
    redriveCount: redrive?.count ?? 0,
    redriveDate: redrive === undefined ? undefined : toSeconds(redrive.at),
  };
}

/** The children that no redrive of the run comes to, though they did not succeed. */
async function unredrivableOf(
  run: MapRunRecord,
  counts: readonly ChildCount[],
  context: ApiContext,
): Promise<readonly ChildCount[]> {
  const unsuccessful = counts.filter(isUnsuccessful);
  if (unsuccessful.length === 0) return [];
  const limits = await limitsOf(run, context);
  if (limits === "none") return [];
  return limits === "deleted" ? unsuccessful : context.runtime.mapRuns.countUnredrivable(run.id, limits);
}

async function limitsOf({ state, stateMachineId }: MapRunRecord, context: ApiContext) {
  return redriveLimits(state.childType, await circumstancesOf(stateMachineId, context));
}

async function circumstancesOf(stateMachineId: number, context: ApiContext): Promise<RedriveCircumstances> {
  const machine = await context.catalogue.readStateMachine(stateMachineId);
  const { maxHistoryEvents } = context.runtime;
  return { stateMachineStatus: machine?.status, maxHistoryEvents, now: context.now() };
}

const members = {
  RUNNING: "running",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "timedOut",
  ABORTED: "aborted",
} as const;

interface Counted {
  readonly run: MapRunRecord;
  readonly counts: readonly ChildCount[];
  /** Those among them that cannot be redriven. */
  readonly unredrivable: readonly ChildCount[];
}

function shownCounts({ run, counts, unredrivable }: Counted, unit: "items" | "children"): object {
  const shown = { pending: 0, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0, pendingRedrive: 0 };
  for (const count of counts)
    shown[isBeforeRedrive(run, count) ? "pendingRedrive" : members[count.status]] += count[unit];
  let failuresNotRedrivable = 0;
  for (const count of unredrivable) {
    failuresNotRedrivable += count[unit];
    if (!isBeforeRedrive(run, count)) continue;
    shown.pendingRedrive -= count[unit];
    shown[members[count.status]] += count[unit];
  }
  const sumOf = (of: "items" | "children"): number => counts.reduce((sum, count) => sum + count[of], 0);
  const begun = { items: sumOf("items"), children: sumOf("children") };
  const pendingItems = Math.max(0, (run.state.total ?? 0) - begun.items);
  // How many batches the items will make shows with those that were made.
  const itemsOfChild = unit === "items" || begun.children === 0 ? 1 : begun.items / begun.children;
  shown.pending = Math.ceil(pendingItems / itemsOfChild);
  const total = begun[unit] + shown.pending;
  const resultsWritten = run.status === "RUNNING" ? 0 : shown.succeeded;
  return { ...shown, total, resultsWritten, failuresNotRedrivable };
}

type Standing = Pick<ChildCount, "status" | "redrive">;

/** The run was redriven, and the child is to be, where it can. */
function isBeforeRedrive({ status, redrive }: MapRunRecord, child: Standing): boolean {
  return status === "RUNNING" && isUnsuccessful(child) && child.redrive < (redrive?.count ?? 0);
}

function isUnsuccessful({ status }: Standing): boolean {
  return status !== "RUNNING" && status !== "SUCCEEDED";
}

async function listMapRuns(
  { executionArn, maxResults, nextToken }: ListMapRunsInput,
  context: ApiContext,
): Promise<Answer> {
  requireExecutionArn(executionArn, context);
  const listing = ["ListMapRuns", executionArn].join("|");
  const after = context.pageTokens.read(listing, nextToken);
  const size = pageSize(maxResults);
  const page = { limit: size + 1, after: typeof after === "number" ? after : undefined };
  const found = await context.runtime.mapRuns.list(executionArn, page);
  if (found === undefined) throw executionMissing(executionArn);
  const { items, members: more } = cutPage(found, size, ({ run }) => context.pageTokens.issue(listing, run.id));
  return { mapRuns: items.map((description) => listedRun(description, context)), ...more };
}

function listedRun({ run, executionArn, mapRunArn, stateMachineName }: MapRunDescription, context: ApiContext): Answer {
  return {
    executionArn,
    mapRunArn,
    stateMachineArn: qualifiedArn(context, `${stateMachineName}/${run.label}`),
    startDate: toSeconds(run.startedAt),
    stopDate: run.stoppedAt === undefined ? undefined : toSeconds(run.stoppedAt),
  };
}

async function updateMapRun(input: UpdateMapRunInput, context: ApiContext): Promise<Answer> {
  const { mapRunArn, maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = input;
  const { run } = await requireMapRun(mapRunArn, context);
  const update = {
    ...(maxConcurrency === undefined ? {} : { maxConcurrency: maxConcurrency || undefined }),
    ...(toleratedFailureCount === undefined ? {} : { toleratedCount: toleratedFailureCount }),
    ...(toleratedFailurePercentage === undefined ? {} : { toleratedPercentage: toleratedFailurePercentage }),
  };
  if (await context.runtime.mapRuns.update(run.id, update)) return {};
  const message = `The Map Run has completed and cannot be updated: '${mapRunArn}'`;
  throw new ApiError("ValidationException", message, { reason: "CANNOT_UPDATE_COMPLETED_MAP_RUN" });
}

/** ListExecutions by the ARN of a Map Run. */
export async function listChildren(
  mapRunArn: string,
  { statusFilter, redriveFilter, maxResults, nextToken }: ListExecutionsInput,
  context: ApiContext,
): Promise<Answer> {
  const description = await requireMapRun(mapRunArn, context);
  const { run } = description;
  const listing = ["ListExecutions of a Map Run", run.id, statusFilter, redriveFilter].join("|");
  const after = context.pageTokens.read(listing, nextToken);
  const size = pageSize(maxResults);
  const isPending = statusFilter === "PENDING_REDRIVE";
  const filter = {
    mapRunId: run.id,
    status: isPending ? undefined : statusFilter,
    isRedriven: redriveFilter === undefined ? undefined : redriveFilter === "REDRIVEN",
    pendingRedrive: isPending ? await pendingRedriveOf(run, context) : undefined,
  };
  const page = { limit: size + 1, after: typeof after === "object" ? { at: after[0], id: after[1] } : undefined };
  const found = await context.runtime.mapRuns.listChildren(filter, page);
  const { items, members: more } = cutPage(found, size, (last) =>
    context.pageTokens.issue(listing, [listedAt(last), last.id]),
  );
  const circumstances = await circumstancesOf(run.stateMachineId, context);
  return { executions: items.map((record) => listedChild(record, description, circumstances, context)), ...more };
}

async function pendingRedriveOf(run: MapRunRecord, context: ApiContext): Promise<ChildFilter["pendingRedrive"]> {
  const limits = await limitsOf(run, context);
  // Nothing waits for the redrive of a run that does not go on.
  const isOver = run.status !== "RUNNING" || limits === "deleted";
  return { redrive: isOver ? 0 : (run.redrive?.count ?? 0), limits: typeof limits === "string" ? undefined : limits };
}

function listedChild(
  record: ExecutionRecord,
  description: MapRunDescription,
  circumstances: RedriveCircumstances,
  context: ApiContext,
): Answer {
  const { run, mapRunArn, stateMachineName } = description;
  const { status, redrive, mapRun } = record;
  const isPending =
    mapRun?.index !== undefined &&
    isBeforeRedrive(run, { status, redrive: mapRun.redrive }) &&
    redriveStatus(record, circumstances).redriveStatus !== "NOT_REDRIVABLE";
  return {
    executionArn: executionArnOf(context.arnSpace, record.type, stateMachineName, record.key),
    stateMachineArn: qualifiedArn(context, `${stateMachineName}/${run.label}`),
    name: shownName(record),
    status: isPending ? "PENDING_REDRIVE" : status,
    startDate: toSeconds(record.startedAt),
    stopDate: record.stoppedAt === undefined ? undefined : toSeconds(record.stoppedAt),
    mapRunArn,
    itemCount: mapRun?.itemCount,
    redriveCount: redrive?.count ?? 0,
    redriveDate: redrive === undefined ? undefined : toSeconds(redrive.at),
  };
}

async function requireMapRun(arn: string, context: ApiContext): Promise<MapRunDescription> {
  requireArn(arn, "mapRun");
  const description = isOfSpace(arn, context.arnSpace) ? await context.runtime.mapRuns.find(arn) : undefined;
  if (description === undefined) throw resourceMissing(arn);
  return description;
}
