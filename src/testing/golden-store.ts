// A golden store: a file that the server of one build left behind, with executions in every way of standing still. It is
// opened by the runtime on simulated time, told out, and lived on to the end of all that is in it.
import { allEvents } from "../store/contract-fixtures.ts";
import assert from "node:assert/strict";
import type { Json } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import type { PerformTask, TaskOutcome } from "../engine/effect.ts";
import { executionArn } from "../aws/arn.ts";
import { publicHistory } from "../engine/journal/history.ts";
import { createRuntime } from "../runtime/create-runtime.ts";
import type { ExecutionDescription, Runtime } from "../runtime/runtime.ts";
import { startChild } from "../runtime/starts/start-child.ts";
import { findStartTarget } from "../runtime/starts/start-target.ts";
import { type MasterKey, masterKeyOf } from "../store/envelope.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { StateMachineRecord } from "../store/catalogue.ts";
import type { ExecutionRecord } from "../store/journal.ts";
import type { Store } from "../store/store.ts";
import { childOutcome, startExecutionConnector } from "../tasks/states.ts";
import { SimulatedClock } from "./simulated-clock.ts";
import { testMapRunner } from "./test-map-runner.ts";

/** The record beside a golden file. */
export interface GoldenRecord {
  /** When the file was closed, epoch milliseconds. */
  readonly now: number;
  /** The secret that seals page tokens. */
  readonly secret: string;
  readonly held: Json;
  readonly tokens: GoldenTokens;
  /** ARN of an execution that fails, and is there to be redriven. */
  readonly redrivable: string;
  /** How every execution ends, by its ARN. */
  readonly ends: Json;
}

/** The tokens that the writer's clients were given, and come back with. */
export interface GoldenTokens {
  readonly callback: string;
  /** The token of the activity's task that a worker has. */
  readonly taken: string;
}

export interface GoldenWorld {
  readonly store: Store;
  readonly runtime: Runtime;
  readonly clock: SimulatedClock;
  close(): Promise<void>;
}

export interface GoldenWorldOptions {
  readonly now: number;
  readonly masterKeys?: readonly MasterKey[] | undefined;
  /** Every call that is made succeeds when absent; a callback waits for its token. */
  readonly perform?: ((task: PerformTask, start: () => Promise<TaskOutcome>) => Promise<TaskOutcome>) | undefined;
}

export const goldenKey = masterKeyOf(new Uint8Array(32).fill(42));
export const goldenArns = { partition: "aws", region: "us-east-1", account: "123456789012" };
export const goldenActivity = "arn:aws:states:us-east-1:123456789012:activity:packing";

export async function openGoldenWorld(file: string, options: GoldenWorldOptions): Promise<GoldenWorld> {
  const { now, masterKeys, perform = succeed } = options;
  const clock = new SimulatedClock(now);
  const store = await openSqliteStore(file, { masterKeys });
  const runtime: Runtime = createRuntime({
    elapsed: () => 0,
    store,
    clock,
    arns: goldenArns,
    isKnownActivity: () => true,
    childOutcome,
    createMapRunner: testMapRunner,
    perform(task, signal) {
      return perform(task, () => connector.perform(task, signal));
    },
    log(message, error) {
      throw new Error(message, { cause: error });
    },
  });
  const connector = startExecutionConnector({
    startChild: (request) => startChild({ runtime, store, arns: goldenArns }, request),
    now: () => clock.now(),
  });
  return {
    store,
    runtime,
    clock,
    async close() {
      await runtime.close();
      await store.close();
    },
  };
}

async function succeed({ resource, parameters }: PerformTask, start: () => Promise<TaskOutcome>): Promise<TaskOutcome> {
  if (resource.kind === "service" && resource.service === "states") return start();
  if (resource.pattern !== "requestResponse") return { kind: "submitted", output: Payload.ofText("{}") };
  return { kind: "succeeded", output: parameters };
}

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  for (let rounds = 0; rounds < 100; rounds++) await new Promise((resolve) => setImmediate(resolve));
}

type Held = Pick<GoldenWorld, "store" | "runtime">;

const page = { limit: 1_000 };

/** Everything that the API shows of the store, and what a restart asks of it. */
export async function heldBy({ store, runtime }: GoldenWorld): Promise<Json> {
  const machines = await store.catalogue.listStateMachines(page);
  return plain({
    nextExecutionId: store.journal.newExecutionId(),
    countOpen: await store.journal.countOpen(),
    machines: await Promise.all(machines.map((machine) => heldOf({ store, runtime }, machine))),
    activities: await store.catalogue.listActivities(page),
    due: (await store.journal.dueRecords(Number.MAX_SAFE_INTEGER, page.limit)).map(({ id }) => id),
    inFlight: (await store.journal.inFlightRecords(page)).map(({ id }) => id),
    signals: await store.signals.list(page),
  });
}

async function heldOf({ store, runtime }: Held, machine: StateMachineRecord): Promise<object> {
  const { id: stateMachineId } = machine;
  const described = await describedOf({ store, runtime }, machine);
  const versions = await store.versions.listVersions(stateMachineId, page);
  const revisionIds = [machine, ...versions, ...described.map(({ record }) => record)].map(
    ({ revisionId }) => revisionId,
  );
  return {
    machine,
    revisions: await Promise.all([...new Set(revisionIds)].map((id) => store.catalogue.readRevision(id))),
    versions,
    aliases: await store.versions.listAliases({ stateMachineId }, page),
    running: (await store.journal.listRecords({ stateMachineId, status: "RUNNING" }, page)).map(({ id }) => id),
    redriven: (await store.journal.listRecords({ stateMachineId, isRedriven: true }, page)).map(({ id }) => id),
    executions: await Promise.all(
      described.map(async (description) => {
        const events = await allEvents(store.journal, description.record.id);
        return { ...description, history: publicHistory(events, { region: goldenArns.region, isDataIncluded: true }) };
      }),
    ),
  };
}

/** The executions of a machine, newest first. */
async function describedOf(
  { store, runtime }: Held,
  { id, name }: StateMachineRecord,
): Promise<readonly ExecutionDescription[]> {
  const records = await store.journal.listRecords({ stateMachineId: id }, page);
  const described = records.map(({ type, key }) =>
    runtime.describeExecution(executionArn(goldenArns, type, name, key)),
  );
  return (await Promise.all(described)).filter((description) => description !== undefined);
}

/** Payloads as their text; members that are absent are not there. */
export function plain(value: unknown): Json {
  return JSON.parse(
    JSON.stringify(value, (_name, member: unknown) => (member instanceof Payload ? member.text : member)),
  ) as Json;
}

/** Goes on from what was recorded: clients come back, time passes. Answers with the ends of all executions, by ARN. */
export async function liveOn(world: GoldenWorld, { tokens, redrivable }: GoldenRecord): Promise<Json> {
  const { store, runtime, clock } = world;
  const machines = await store.catalogue.listStateMachines(page);
  await runtime.recover();
  await settle();
  assert.equal(await runtime.sendTaskHeartbeat(tokens.taken), "accepted");
  assert.equal(await runtime.sendTaskSuccess(tokens.taken, Payload.ofText('"packed"')), "accepted");
  assert.equal(await runtime.sendTaskSuccess(tokens.callback, Payload.ofText('"called back"')), "accepted");
  assert.equal(await runtime.sendTaskSuccess(tokens.callback, Payload.ofText('"twice"')), "timedOut");
  assert.equal((await runtime.redriveExecution(redrivable, undefined))?.kind, "redriven");
  await takeTheOneOffer(runtime);
  await startAnother(world);
  for (;;) {
    await settle();
    if ((await runningOf(store, machines)).length === 0) break;
    assert.ok(clock.advanceToNext(), "what runs waits for nothing");
  }
  return endsOf(world, machines);
}

async function takeTheOneOffer(runtime: Runtime): Promise<void> {
  const leaving = new AbortController();
  const task = await runtime.takeActivityTask(goldenActivity, "worker of today", leaving.signal);
  assert.ok(task?.kind === "task");
  assert.equal(await runtime.sendTaskSuccess(task.taskToken, task.input), "accepted");
  const nothing = runtime.takeActivityTask(goldenActivity, undefined, leaving.signal);
  await settle();
  leaving.abort();
  assert.equal(await nothing, undefined);
}

/** By an alias that leads to the older of two versions. */
async function startAnother({ store, runtime }: GoldenWorld): Promise<void> {
  const target = await findStartTarget(store, { kind: "stateMachine", name: "versioned", qualifier: "PROD" }, () => 0);
  assert.ok(target !== undefined);
  const input = Payload.ofText('{"new":true}');
  assert.equal((await runtime.startExecution({ ...target, name: "afterwards", input })).kind, "started");
}

async function runningOf(store: Store, machines: readonly StateMachineRecord[]): Promise<readonly ExecutionRecord[]> {
  const running = machines.map(({ id }) => store.journal.listRecords({ stateMachineId: id, status: "RUNNING" }, page));
  return (await Promise.all(running)).flat();
}

async function endsOf({ store, runtime }: GoldenWorld, machines: readonly StateMachineRecord[]): Promise<Json> {
  const ends: Record<string, unknown> = {};
  for (const machine of machines) {
    ends[machine.name] = (await store.catalogue.readStateMachine(machine.id))?.status;
    for (const { executionArn: arn, record, output, failure } of await describedOf({ store, runtime }, machine))
      ends[arn] = { status: record.status, redriven: record.redrive?.count, output, ...failure };
  }
  assert.deepEqual(await store.signals.list(page), [], "the end of every child was heard of");
  return plain(ends);
}
