// Writes the golden stores: node scripts/write-golden-stores.ts
// Like the golden journals they are written ONLY where they do not exist yet, and never rewritten or removed: they stand for
// files on disks that no build can change. A later schema gets files with names of their own.
import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { format } from "prettier";
import type { JsonObject } from "../src/asl/json.ts";
import { Payload } from "../src/asl/payload.ts";
import type { TaskOutcome } from "../src/engine/effect.ts";
import type { StartRequest } from "../src/runtime/runtime.ts";
import type { MasterKey } from "../src/store/envelope.ts";
import type { RevisionRecord, StateMachineRecord } from "../src/store/catalogue.ts";
import { type GoldenMapRuns, heldMapRuns, leaveMapRuns, liveOnMapRuns } from "../src/testing/golden-map-runs.ts";
import {
  goldenActivity,
  goldenArns,
  goldenKey,
  type GoldenRecord,
  type GoldenTokens,
  type GoldenWorld,
  heldBy,
  liveOn,
  openGoldenWorld,
  settle,
} from "../src/testing/golden-store.ts";

const folder = new URL("../src/store/sqlite/golden/", import.meta.url);

/** Has a file left behind and told out; nothing happens where it is there already. */
async function writeOnce(
  name: string,
  leaveFile: (file: string) => Promise<(copy: string) => Promise<object>>,
): Promise<void> {
  const target = new URL(`${name}.db.gz`, folder);
  if (existsSync(target)) return;
  const directory = mkdtempSync(join(tmpdir(), "pawl-golden-"));
  try {
    const file = join(directory, "pawl.db");
    const tell = await leaveFile(file);
    const files = readdirSync(directory).filter((name) => name !== "pawl.db-lock");
    assert.deepEqual(files, ["pawl.db"], "a store that was closed is one file, and its lock");
    writeFileSync(target, gzipSync(readFileSync(file), { level: 9 }));
    const copy = join(directory, "copy.db");
    copyFileSync(file, copy);
    const text = await format(JSON.stringify(await tell(copy)), { parser: "json", printWidth: 120 });
    writeFileSync(new URL(`${name}.json`, folder), text);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function writeStore(name: string, masterKeys?: readonly MasterKey[]): Promise<void> {
  return writeOnce(name, async (file) => {
    const { now, ...left } = await leave(file, masterKeys);
    return async (copy) => {
      const world = await openGoldenWorld(copy, { now, masterKeys });
      const { secret } = world.store;
      const record: GoldenRecord = { now, secret, ...left, held: await heldBy(world), ends: null };
      const ends = await liveOn(world, record);
      await world.close();
      return { ...record, ends };
    };
  });
}

function writeMapRuns(name: string, masterKeys?: readonly MasterKey[]): Promise<void> {
  return writeOnce(name, async (file) => {
    const left = await openGoldenWorld(file, { now: Date.UTC(2026, 0, 1), masterKeys });
    await leaveMapRuns(left);
    await left.close();
    const now = left.clock.now();
    return async (copy): Promise<GoldenMapRuns> => {
      const world = await openGoldenWorld(copy, { now, masterKeys });
      const held = await heldMapRuns(world);
      const ends = await liveOnMapRuns(world);
      await world.close();
      return { now, held, ends };
    };
  });
}

const roleArn = "arn:aws:iam::123456789012:role/golden";
const machineArn = (name: string): string => `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;

function only(state: JsonObject): JsonObject {
  return { StartAt: "Only", States: { Only: { ...state, End: true } } };
}

/** A call that comes out as its member `does` says, one word for each time that it is made. */
function call(does: string): JsonObject {
  const Parameters = { does, "input.$": "$" };
  return { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Parameters };
}
const work: JsonObject = { Type: "Task", Resource: goldenActivity, HeartbeatSeconds: 50_000 };
const callback: JsonObject = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
  Parameters: { does: "submit", "token.$": "$$.Task.Token" },
};
function child(machine: string, does: string): JsonObject {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::states:startExecution.sync:2",
    Parameters: { does, StateMachineArn: machineArn(machine), Input: { from: "parent" } },
    ResultSelector: { "output.$": "$.Output" },
  };
}
const wait = (seconds: number): JsonObject => ({ Type: "Wait", Seconds: seconds });

const definitions: Readonly<Record<string, JsonObject>> = {
  wait: only(wait(3_600)),
  retry: only({ ...call("fail"), Retry: [{ ErrorEquals: ["Drawn"], IntervalSeconds: 600 }] }),
  activity: only(work),
  callback: only(callback),
  child: only(wait(1_800)),
  "quick-child": only({ Type: "Pass", Result: "quick" }),
  parent: only(child("child", "start")),
  // The child is started and ends, and the parent does not get to know that it has started.
  "deaf-parent": only(child("quick-child", "start-unheard")),
  "in-flight": only(call("hang")),
  failing: only(call("fail")),
  "redriven-and-running": only({ ...call("fail hang"), ResultPath: "$.result" }),
  "redriven-and-ended": only(call("fail succeed")),
  "timed-out": { ...only(wait(5_000)), TimeoutSeconds: 1 },
  nested: only({
    Type: "Map",
    ItemProcessor: only({
      Type: "Parallel",
      Branches: [only(wait(100)), only(call("succeed")), only({ ...call("hang"), TimeoutSeconds: 90_000 })],
    }),
  }),
  versioned: { StartAt: "First", States: { First: { ...wait(60), Assign: { v: 1 }, End: true } } },
  deleting: only(wait(7_200)),
};

async function leave(
  file: string,
  masterKeys: readonly MasterKey[] | undefined,
): Promise<Omit<GoldenRecord, "secret" | "held" | "ends">> {
  const made = new Map<string, number>();
  const world = await openGoldenWorld(file, {
    now: Date.UTC(2026, 0, 1),
    masterKeys,
    async perform({ attempt: { executionArn }, parameters }, start): Promise<TaskOutcome> {
      const words = String((parameters.value as JsonObject)["does"]).split(" ");
      const times = made.get(executionArn) ?? 0;
      made.set(executionArn, times + 1);
      const word = words.length > 1 ? words[times] : words[0];
      if (word === "fail") return { kind: "failed", error: "Drawn", cause: "as drawn" };
      if (word === "succeed") return { kind: "succeeded", output: parameters };
      if (word === "submit") return { kind: "submitted", output: Payload.ofText('{"StatusCode":200}') };
      if (word === "start") return start();
      if (word === "start-unheard") await start();
      return new Promise(() => undefined);
    },
  });
  await furnish(world);
  const redrivable = await populate(world);
  const tokens: GoldenTokens = {
    callback: await tokenOf(world, "callback"),
    taken: await takeOne(world),
  };
  assert.equal(await world.runtime.sendTaskHeartbeat(tokens.taken), "accepted");
  const deleting = await found(world.store.catalogue.findStateMachine("deleting"));
  await world.runtime.deleteStateMachine(deleting);
  await settle();
  const { store, clock } = world;
  assert.equal((await store.signals.list({ limit: 10 })).length, 1, "the end of a child is not heard of yet");
  await world.close();
  return { now: clock.now(), tokens, redrivable };
}

/** Machines, versions, aliases, tags and an activity. */
async function furnish({ store, clock }: GoldenWorld): Promise<void> {
  for (const [name, definition] of Object.entries(definitions)) await createMachine(store, { name, definition });
  const express = only({ ...call("hang"), ResultPath: null });
  await createMachine(store, { name: "express", definition: express, type: "EXPRESS" });
  const quick = only({ Type: "Pass", Result: { quick: true } });
  await createMachine(store, { name: "quick-express", definition: quick, type: "EXPRESS" });
  const { id: stateMachineId, revisionId } = await found(store.catalogue.findStateMachine("versioned"));
  const createdAt = clock.now() + 1_000;
  await store.versions.publishVersion({ stateMachineId, revisionId, createdAt, description: "the first" });
  const revision = await store.catalogue.addRevision({
    stateMachineId,
    publicId: "0a1b2c3d-0000-4000-8000-000000000000",
    createdAt,
    definition: JSON.stringify(only({ Type: "Pass", Result: "second" })),
    roleArn: `${roleArn}-2`,
    loggingConfiguration: '{"level":"OFF"}',
    tracingConfiguration: '{"enabled":false}',
    encryptionConfiguration: '{"type":"AWS_OWNED_KEY"}',
  });
  await store.versions.publishVersion({ stateMachineId, revisionId: revision.id, createdAt });
  const both = [
    { versionNumber: 1, weight: 90 },
    { versionNumber: 2, weight: 10 },
  ];
  const alias = { stateMachineId, name: "PROD", routes: both, createdAt, updatedAt: createdAt + 1 };
  await store.versions.createAlias({ ...alias, description: "what customers use" });
  await store.versions.createAlias({ ...alias, name: "TEST", routes: [{ versionNumber: 2, weight: 100 }] });
  await store.catalogue.createActivity({ name: "packing", createdAt, tags: { team: "boxes" } });
  const encryptionConfiguration = '{"type":"AWS_OWNED_KEY"}';
  await store.catalogue.createActivity({ name: "idle", createdAt, tags: {}, encryptionConfiguration });
}

interface Machine {
  readonly name: string;
  readonly definition: JsonObject;
  readonly type?: "EXPRESS";
}

async function createMachine(store: GoldenWorld["store"], { name, definition, type }: Machine): Promise<void> {
  const machine = { name, type: type ?? "STANDARD", createdAt: Date.UTC(2025, 11, 31), tags: { of: name } } as const;
  const described = name === "versioned" ? {} : { initialVersionDescription: "" };
  const revision = { createdAt: machine.createdAt, definition: JSON.stringify(definition), roleArn };
  await store.catalogue.createStateMachine({ ...machine, ...described }, revision);
}

/** @returns the ARN of the execution that is there to be redriven. */
async function populate(world: GoldenWorld): Promise<string> {
  const { runtime, clock } = world;
  // Everything that takes time to come about goes first.
  await start(world, "timed-out");
  await settle();
  clock.advance(1_000);
  await settle();
  for (const name of ["wait", "retry", "callback", "parent", "deaf-parent", "in-flight", "deleting"])
    await start(world, name, { traceHeader: "Root=1-67890abc-0123456789abcdef01234567" });
  await start(world, "activity", { name: "taken", input: Payload.ofText('"first in the queue"') });
  await start(world, "activity", { name: "offered", input: Payload.ofText('"second in the queue"') });
  await start(world, "nested", { input: Payload.ofText("[1, 2.0]") });
  await start(world, "quick-child", { name: "of-a-test", testCase: "Happy Path" });
  const redrivable = await start(world, "failing");
  const running = await start(world, "redriven-and-running");
  const ended = await start(world, "redriven-and-ended");
  const aborted = await start(world, "wait", { name: "aborted" });
  await settle();
  await runtime.stopExecution(aborted, { error: "Stopped", cause: "by hand" });
  clock.advance(10_000);
  await runtime.redriveExecution(running, "client-token");
  await runtime.redriveExecution(ended, undefined);
  await start(world, "versioned", { name: "by-alias", versionNumber: 1, aliasName: "PROD" });
  await start(world, "versioned", { name: "by-version", versionNumber: 2 });
  await start(world, "express");
  await start(world, "quick-express");
  await settle();
  return redrivable;
}

async function start(
  { store, runtime }: GoldenWorld,
  machineName: string,
  request: Partial<StartRequest> = {},
): Promise<string> {
  const stateMachine = await found(store.catalogue.findStateMachine(machineName));
  const { versionNumber } = request;
  const version =
    versionNumber === undefined ? undefined : await store.versions.findVersion(stateMachine.id, versionNumber);
  const revision = await found(store.catalogue.readRevision(version?.revisionId ?? stateMachine.revisionId));
  const input = Payload.ofText('{ "n": 12345678901234567890 }');
  const outcome = await runtime.startExecution({ stateMachine, revision, name: "one", input, ...request });
  assert.ok(outcome.kind === "started");
  return outcome.executionArn;
}

async function found<Thing extends StateMachineRecord | RevisionRecord>(
  thing: Promise<Thing | undefined>,
): Promise<Thing> {
  const value = await thing;
  assert.ok(value !== undefined);
  return value;
}

async function takeOne({ runtime }: GoldenWorld): Promise<string> {
  const task = await runtime.takeActivityTask(goldenActivity, "worker of the day", new AbortController().signal);
  assert.ok(task?.kind === "task");
  return task.taskToken;
}

async function tokenOf({ runtime }: GoldenWorld, name: string): Promise<string> {
  const { region, account } = goldenArns;
  const history = await runtime.readHistory(`arn:aws:states:${region}:${account}:execution:${name}:one`);
  const events = await history?.read({ from: 1, to: history.lastEventId });
  const scheduled = events?.find((event) => event.kind === "TaskScheduled");
  assert.ok(scheduled?.kind === "TaskScheduled" && scheduled.token !== undefined);
  return scheduled.token;
}

await writeStore("plain");
await writeStore("encrypted", [goldenKey]);
await writeMapRuns("map-runs");
await writeMapRuns("encrypted-map-runs", [goldenKey]);
