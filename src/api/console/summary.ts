// The summary that the console begins with: what there is of everything, up to numbers that cost little to find out.
import { activityArn, stateMachineArn } from "../../aws/arn.ts";
import type { StateMachineRecord } from "../../store/catalogue.ts";
import { arnOf, type ConsoleCall, type ConsoleContext, type FoundExecution, pause } from "./context.ts";
import type {
  ActivityCount,
  MachineCounts,
  MachinesPage,
  QuarantinedExecution,
  Summary,
  WaitingCount,
} from "./contract.ts";
import { executionRow } from "./executions.ts";
import { textIn } from "./query.ts";
import type { Viewer } from "./viewer.ts";
import { waitingBehind } from "./waiting.ts";

const machinesAtATime = 50;
const mostActivities = 50;
const mostQuarantined = 20;
/** Executions of one status, and tasks of an activity, that are counted. */
const mostCounted = 1_000;

export async function readSummary({ viewer, session }: ConsoleCall, context: ConsoleContext): Promise<Summary> {
  const { api, store } = context;
  const { region, account } = api.arnSpace;
  const page = await machinesBehind(undefined, viewer, context);
  return {
    version: context.version,
    region,
    account,
    now: api.now(),
    session,
    ...page,
    quarantined: await quarantinedOf(viewer, context),
    quarantinedCount: await store.quarantines.count(mostCounted),
    activities: await activitiesOf(viewer, context),
    waiting: await countWaiting(viewer, context),
    firstRun: {
      hasMachine: (await api.catalogue.countStateMachines()) > 0,
      hasExecution: (await store.journal.newestRowId()) > 0,
      hasSuccess: page.machines.some(({ counts }) => counts.SUCCEEDED > 0),
    },
  };
}

export async function listMachines({ query, viewer }: ConsoleCall, context: ConsoleContext): Promise<MachinesPage> {
  const after = context.api.pageTokens.read(listing, textIn(query, "after"));
  return machinesBehind(typeof after === "number" ? after : undefined, viewer, context);
}

const listing = "console machines";

async function machinesBehind(
  after: number | undefined,
  viewer: Viewer,
  context: ConsoleContext,
): Promise<MachinesPage> {
  const { catalogue, pageTokens, arnSpace } = context.api;
  const found = await catalogue.listStateMachines({ limit: machinesAtATime + 1, after });
  const page = found.slice(0, machinesAtATime);
  const machines: MachineCounts[] = [];
  for (const machine of page) {
    if (!viewer.may("ListExecutions", stateMachineArn(arnSpace, machine.name))) continue;
    machines.push(await countsOf(machine, context));
    if (machines.length % 10 === 0) await pause();
  }
  const last = page.at(-1);
  const isMore = found.length > page.length && last !== undefined;
  return { machines, next: isMore ? pageTokens.issue(listing, last.id) : undefined };
}

async function countsOf(stateMachine: StateMachineRecord, context: ConsoleContext): Promise<MachineCounts> {
  const { journal } = context.store;
  const { id, name, type, status, createdAt } = stateMachine;
  const [record] = await journal.listRecords({ stateMachineId: id }, { limit: 1 });
  return {
    stateMachineArn: stateMachineArn(context.api.arnSpace, name),
    name,
    type,
    status,
    createdAt,
    counts: await journal.countByStatus(id, mostCounted),
    mostCounted,
    newest: record && (await executionRow({ record, stateMachine }, context)),
  };
}

async function quarantinedOf(viewer: Viewer, context: ConsoleContext): Promise<readonly QuarantinedExecution[]> {
  const { store, api } = context;
  const shown: QuarantinedExecution[] = [];
  for (const { executionId, since, version } of await store.quarantines.list({ limit: mostQuarantined })) {
    const record = await store.journal.readRecord(executionId);
    const stateMachine = record && (await api.catalogue.readStateMachine(record.stateMachineId));
    if (record === undefined || stateMachine === undefined) continue;
    const found: FoundExecution = { record, stateMachine };
    const executionArn = arnOf(found, context);
    if (viewer.may("DescribeExecution", executionArn)) shown.push({ executionArn, since, version });
  }
  return shown;
}

async function activitiesOf(viewer: Viewer, { api, store }: ConsoleContext): Promise<readonly ActivityCount[]> {
  const found = await api.catalogue.listActivities({ limit: mostActivities });
  const activities = found.map(({ name }) => ({ activityArn: activityArn(api.arnSpace, name), name }));
  const shown = activities.filter((activity) => viewer.may("DescribeActivity", activity.activityArn));
  const workers = await api.runtime.countWorkers(shown.map((activity) => activity.activityArn));
  const counts: ActivityCount[] = [];
  for (const [i, activity] of shown.entries()) {
    const queued = await store.offers.count(activity.activityArn, mostCounted);
    counts.push({ ...activity, queued, workers: workers[i] ?? 0 });
  }
  return counts;
}

async function countWaiting(viewer: Viewer, context: ConsoleContext): Promise<WaitingCount> {
  const { tasks, position } = await waitingBehind(undefined, viewer, context);
  return { count: tasks.length, isMore: position !== undefined };
}
