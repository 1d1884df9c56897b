// The inbox: the tasks of running executions that somebody outside is to answer, machine by machine, and their answers. No
// token leaves the server: an answer names the execution and the event, and is the AWS action under the viewer's key.
import { isJsonObject, type Json, memberOf } from "../../asl/json.ts";
import { resourceName } from "../../asl/resource.ts";
import { stateMachineArn } from "../../aws/arn.ts";
import { executionName } from "../../runtime/executions/identity.ts";
import { mayPass } from "../../runtime/executions/passing.ts";
import type { WaitingTask as FoldedTask } from "../../runtime/workers/waiting-tasks.ts";
import type { StateMachineRecord } from "../../store/catalogue.ts";
import { listedAt, type ListingCursor } from "../../store/journal.ts";
import type { MapRunRecord } from "../../store/map-run-row.ts";
import { nothingInConsole } from "../errors.ts";
import type { Action } from "../model.ts";
import {
  arnOf,
  type ConsoleCall,
  type ConsoleContext,
  type FoundExecution,
  pause,
  requireExecution,
} from "./context.ts";
import type { WaitingPage, WaitingTask } from "./contract.ts";
import { eventIdOf } from "./journal.ts";
import { textIn, unusable } from "./query.ts";
import { blankTokens, shortCharacters } from "./shown-events.ts";
import type { Viewer } from "./viewer.ts";

/** A page ends where it has so many tasks, or where it has looked at so much. */
const mostTasks = 100;
const mostExecutions = 200;
const mostEvents = 20_000;
const machinesAtATime = 50;
const executionsAtATime = 50;

/** A place among the executions of the machines, which come first, or among the child executions of the Map Runs. */
type Position = {
  readonly cursor: ListingCursor | undefined;
} & ({ readonly stateMachineId: number } | { readonly mapRunId: number });

export async function listWaiting({ query, viewer }: ConsoleCall, context: ConsoleContext): Promise<WaitingPage> {
  const { pageTokens } = context.api;
  const key = pageTokens.read(listing, textIn(query, "after"));
  const after = typeof key === "string" ? (JSON.parse(key) as Position) : undefined;
  const { tasks, position } = await waitingBehind(after, viewer, context);
  return { tasks, next: position && pageTokens.issue(listing, JSON.stringify(position)) };
}

const listing = "console waiting";

interface Found {
  readonly tasks: readonly WaitingTask[];
  /** The place where the search goes on; `undefined` at the end. */
  readonly position: Position | undefined;
}

export async function waitingBehind(
  after: Position | undefined,
  viewer: Viewer,
  context: ConsoleContext,
): Promise<Found> {
  const tasks: WaitingTask[] = [];
  let executions = 0;
  let events = 0;
  for await (const { found, position } of runningBehind(after, context)) {
    executions += 1;
    events += found.record.lastEventId;
    if (viewer.may("DescribeExecution", arnOf(found, context))) tasks.push(...(await tasksOf(found, viewer, context)));
    if (tasks.length >= mostTasks || executions >= mostExecutions || events >= mostEvents) return { tasks, position };
    if (executions % 20 === 0) await pause();
  }
  return { tasks, position: undefined };
}

interface Running {
  readonly found: FoundExecution;
  readonly position: Position;
}

/** Standard executions that run: machine by machine, then Map Run by Map Run, the newest of each first. */
async function* runningBehind(after: Position | undefined, context: ConsoleContext): AsyncIterable<Running> {
  if (after === undefined || "stateMachineId" in after) {
    yield* runningOfMachines(after, context);
    yield* runningChildren(undefined, context);
  } else yield* runningChildren(after, context);
}

async function* runningOfMachines(
  after: (Position & { readonly stateMachineId: number }) | undefined,
  context: ConsoleContext,
): AsyncIterable<Running> {
  const { catalogue } = context.api;
  const first = after && (await catalogue.readStateMachine(after.stateMachineId));
  if (first !== undefined) yield* runningOf(first, after?.cursor, context);
  for (let behind = after?.stateMachineId; ;) {
    const machines = await catalogue.listStateMachines({ limit: machinesAtATime, after: behind });
    for (const machine of machines) if (machine.type === "STANDARD") yield* runningOf(machine, undefined, context);
    behind = machines.at(-1)?.id;
    if (machines.length < machinesAtATime) return;
  }
}

async function* runningOf(
  stateMachine: StateMachineRecord,
  after: ListingCursor | undefined,
  { store }: ConsoleContext,
): AsyncIterable<Running> {
  const filter = { stateMachineId: stateMachine.id, status: "RUNNING" } as const;
  for (let behind = after; ;) {
    const records = await store.journal.listRecords(filter, { limit: executionsAtATime, after: behind });
    for (const record of records) {
      behind = { at: listedAt(record), id: record.id };
      yield { found: { record, stateMachine }, position: { stateMachineId: stateMachine.id, cursor: behind } };
    }
    if (records.length < executionsAtATime) return;
  }
}

async function* runningChildren(
  after: (Position & { readonly mapRunId: number }) | undefined,
  context: ConsoleContext,
): AsyncIterable<Running> {
  const { mapRuns } = context.store;
  const first = after && (await mapRuns.readMapRun(after.mapRunId));
  if (first !== undefined) yield* childrenOf(first, after?.cursor, context);
  for (let behind = after?.mapRunId; ;) {
    const runs = await mapRuns.openMapRuns({ limit: machinesAtATime, after: behind });
    for (const run of runs) yield* childrenOf(run, undefined, context);
    behind = runs.at(-1)?.id;
    if (runs.length < machinesAtATime) return;
  }
}

async function* childrenOf(
  { id: mapRunId, stateMachineId, state }: MapRunRecord,
  after: ListingCursor | undefined,
  { api, store }: ConsoleContext,
): AsyncIterable<Running> {
  const stateMachine = await api.catalogue.readStateMachine(stateMachineId);
  if (stateMachine === undefined || state.childType !== "STANDARD") return;
  for (let behind = after; ;) {
    const page = { limit: executionsAtATime, after: behind };
    const records = await store.mapRuns.listChildren({ mapRunId, status: "RUNNING" }, page);
    for (const record of records) {
      behind = { at: listedAt(record), id: record.id };
      yield { found: { record, stateMachine }, position: { mapRunId, cursor: behind } };
    }
    if (records.length < executionsAtATime) return;
  }
}

async function tasksOf(
  found: FoundExecution,
  viewer: Viewer,
  context: ConsoleContext,
): Promise<readonly WaitingTask[]> {
  const { record, stateMachine } = found;
  const executionArn = arnOf(found, context);
  const mayData = viewer.may("GetExecutionHistory", executionArn);
  const tasks = await readTasks(found, context);
  return tasks.map((task) => ({
    executionArn,
    stateMachineArn: stateMachineArn(context.api.arnSpace, stateMachine.name),
    executionName: executionName(record),
    eventId: task.scheduledEventId,
    state: task.state,
    resource: resourceName(task.resource),
    kind: task.resource.kind === "activity" ? "activity" : "callback",
    isTaken: task.isTaken,
    since: task.since,
    deadline: task.deadline,
    heartbeatDeadline: task.heartbeatDeadline,
    parameters: mayData ? shownParameters(task) : undefined,
  }));
}

/** The tasks of an execution; none of one whose journal is broken, which must not hide those of all others. */
async function readTasks(
  { record, stateMachine }: FoundExecution,
  { waitingTasks }: ConsoleContext,
): Promise<readonly FoldedTask[]> {
  try {
    return await waitingTasks.of(record, stateMachine);
  } catch (error) {
    if (mayPass(error)) throw error;
    return [];
  }
}

function shownParameters({ parameters: { text } }: FoldedTask): string | undefined {
  return text.length > shortCharacters ? undefined : blankTokens(text);
}

/** The AWS action that an answer stands for, with its input. */
export interface WaitingAction {
  readonly action: Action;
  readonly input: Json;
}

/** @throws ValidationException, ConsoleResourceNotFound where the event gave no token. */
export async function actionForAnswer(call: ConsoleCall, context: ConsoleContext): Promise<WaitingAction> {
  const { path, body, viewer } = call;
  const [arn = "", text = ""] = path;
  const eventId = eventIdOf(text);
  const { record } = await requireExecution(arn, viewer, context);
  const events = await context.store.journal.readEvents(record.id, { from: eventId, to: eventId });
  const scheduled = events.find((event) => event.kind === "TaskScheduled");
  if (scheduled?.token === undefined) {
    throw nothingInConsole(`The event ${eventId} of ${arn} is no task that waits for an answer.`);
  }
  const { token: taskToken } = scheduled;
  const member = (name: string): Json | undefined => (isJsonObject(body) ? memberOf(body, name) : undefined);
  switch (member("outcome")) {
    case "success":
      return { action: "SendTaskSuccess", input: { taskToken, output: member("output") ?? null } };
    case "failure":
      return {
        action: "SendTaskFailure",
        input: { taskToken, ...given({ error: member("error"), cause: member("cause") }) },
      };
    default:
      throw unusable("outcome", "it is none of success, failure");
  }
}

function given(members: Readonly<Record<string, Json | undefined>>): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(members).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}
