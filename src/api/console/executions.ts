// Executions for the console, Express ones among them: lists with a search that AWS's has not, and the facts about one.
import { qualifiedArn, stateMachineArn } from "../../aws/arn.ts";
import { executionName } from "../../runtime/executions/identity.ts";
import { redriveStatus } from "../../runtime/redrive/redrive-status.ts";
import { type ExecutionFilter, type ExecutionRecord, listedAt, type ListingCursor } from "../../store/journal.ts";
import type { StateMachineRecord } from "../../store/catalogue.ts";
import { requireQualified } from "../operations/find.ts";
import {
  arnOf,
  type ConsoleCall,
  type ConsoleContext,
  type FoundExecution,
  pause,
  requireExecution,
} from "./context.ts";
import type { ExecutionFacts, ExecutionRow, ExecutionsPage } from "./contract.ts";
import { choiceIn, numberIn, textIn } from "./query.ts";

/** A search looks at so many rows, so many at a time, before it answers with what it has found. */
const mostLookedAt = 1_000;
const readAtATime = 200;

const statuses = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] as const;

export async function listExecutions({ query, viewer }: ConsoleCall, context: ConsoleContext): Promise<ExecutionsPage> {
  const arn = textIn(query, "stateMachine") ?? "";
  viewer.require("ListExecutions", arn);
  const { api, store } = context;
  const { stateMachine, version, aliasName } = await requireQualified(arn, api);
  const status = choiceIn(query, "status", statuses);
  const redriven = choiceIn(query, "redriven", ["true", "false"]);
  const name = textIn(query, "name")?.toLowerCase();
  const [from, to] = [numberIn(query, "from"), numberIn(query, "to")];
  const limit = numberIn(query, "limit", { least: 1, most: 200 }) ?? 50;
  const filter: ExecutionFilter = {
    stateMachineId: stateMachine.id,
    status,
    versionNumber: version?.number,
    aliasName,
    isRedriven: redriven === undefined ? undefined : redriven === "true",
  };
  const listing = JSON.stringify(["console executions", filter, name, from, to]);
  const key = api.pageTokens.read(listing, textIn(query, "after"));
  const isWanted = (record: ExecutionRecord): boolean =>
    name === undefined || executionName(record).toLowerCase().includes(name);

  const found: ExecutionRecord[] = [];
  let last: ExecutionRecord | undefined;
  for (let lookedAt = 0; ;) {
    const before = last === undefined ? startOf(key, to) : { at: listedAt(last), id: last.id };
    const page = await store.journal.listRecords(filter, { limit: readAtATime, after: before });
    for (const record of page) {
      const isOver = from !== undefined && listedAt(record) < from;
      if (isOver || found.length === limit) {
        const next = isOver ? {} : { next: api.pageTokens.issue(listing, positionOf(last ?? record)) };
        return { executions: await rowsOf(found, stateMachine, context), ...next };
      }
      last = record;
      if (isWanted(record)) found.push(record);
    }
    lookedAt += page.length;
    const isEnd = page.length < readAtATime;
    if (isEnd || lookedAt >= mostLookedAt) {
      const next = isEnd || last === undefined ? {} : { next: api.pageTokens.issue(listing, positionOf(last)) };
      return { executions: await rowsOf(found, stateMachine, context), ...next };
    }
    await pause();
  }
}

const positionOf = (record: ExecutionRecord): readonly [number, number] => [listedAt(record), record.id];

/** The place where a list begins: behind the page before, or at the newest that is wanted. */
function startOf(key: unknown, to: number | undefined): ListingCursor | undefined {
  if (Array.isArray(key)) return { at: key[0] as number, id: key[1] as number };
  return to === undefined ? undefined : { at: to, id: Number.MAX_SAFE_INTEGER };
}

export async function describeExecution(
  { path, viewer }: ConsoleCall,
  context: ConsoleContext,
): Promise<ExecutionFacts> {
  const [arn = ""] = path;
  const found = await requireExecution(arn, viewer, context);
  const { record, stateMachine } = found;
  const { api } = context;
  const revision = await api.catalogue.readRevision(record.revisionId);
  const isDefinitionShown = viewer.may("DescribeStateMachineForExecution", arn);
  const status = redriveStatus(record, {
    stateMachineStatus: stateMachine.status,
    maxHistoryEvents: api.runtime.maxHistoryEvents,
    now: api.now(),
  });
  return {
    ...(await executionRow(found, context)),
    stateMachineName: stateMachine.name,
    machineStatus: stateMachine.status,
    definition: isDefinitionShown ? revision?.definition : undefined,
    roleArn: isDefinitionShown ? revision?.roleArn : undefined,
    revisionId: revision?.publicId,
    traceHeader: record.traceHeader,
    parentExecutionArn: await parentOf(found, context),
    mapRunArn: record.mapRun && (await api.runtime.mapRuns.read(record.mapRun.id))?.mapRunArn,
    redrive: { isPossible: status.redriveStatus === "REDRIVABLE", reason: status.redriveStatusReason },
    isDataShown: viewer.may("GetExecutionHistory", arn),
  };
}

async function parentOf({ record: { parent } }: FoundExecution, context: ConsoleContext): Promise<string | undefined> {
  const record = parent && (await context.store.journal.readRecord(parent.executionId));
  const stateMachine = record && (await context.api.catalogue.readStateMachine(record.stateMachineId));
  return record && stateMachine && arnOf({ record, stateMachine }, context);
}

function rowsOf(
  records: readonly ExecutionRecord[],
  stateMachine: StateMachineRecord,
  context: ConsoleContext,
): Promise<readonly ExecutionRow[]> {
  return executionRows(
    records.map((record) => ({ record, stateMachine })),
    context,
  );
}

export async function executionRow(found: FoundExecution, context: ConsoleContext): Promise<ExecutionRow> {
  return rowOf(found, await quarantinedAmong([found], context), context);
}

export async function executionRows(
  found: readonly FoundExecution[],
  context: ConsoleContext,
): Promise<readonly ExecutionRow[]> {
  const quarantined = await quarantinedAmong(found, context);
  return found.map((each) => rowOf(each, quarantined, context));
}

async function quarantinedAmong(
  found: readonly FoundExecution[],
  { store }: ConsoleContext,
): Promise<ReadonlySet<number>> {
  // Nothing that has ended stands still.
  const running = found.filter(({ record }) => record.status === "RUNNING").map(({ record }) => record.id);
  return new Set(running.length === 0 ? [] : await store.quarantines.among(running));
}

function rowOf(found: FoundExecution, quarantined: ReadonlySet<number>, context: ConsoleContext): ExecutionRow {
  const { record, stateMachine } = found;
  const { versionNumber, aliasName, redrive } = record;
  const machineArn = stateMachineArn(context.api.arnSpace, stateMachine.name);
  return {
    executionArn: arnOf(found, context),
    stateMachineArn: machineArn,
    name: executionName(record),
    type: record.type,
    status: record.status,
    startedAt: record.startedAt,
    stoppedAt: record.stoppedAt,
    versionArn: versionNumber === undefined ? undefined : qualifiedArn(machineArn, versionNumber),
    aliasArn: aliasName === undefined ? undefined : qualifiedArn(machineArn, aliasName),
    redriveCount: redrive?.count ?? 0,
    redrivenAt: redrive?.at,
    lastEventId: record.lastEventId,
    isQuarantined: quarantined.has(record.id),
  };
}
