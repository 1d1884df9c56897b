// One load on a server of its own: what others saw of it, what memory it took, and how its executions ended.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { machineArn, roleArn } from "../kill/machines.ts";
import { Lives } from "../lives.ts";
import { type Observer, startObserver } from "../observer.ts";
import { type Random, randomOf } from "../random.ts";
import { peakBytesOf, type Timed } from "../server.ts";
import { Client } from "./client.ts";
import type { Load } from "./loads.ts";
import { type Observed, observedIn } from "./observed.ts";

export interface MeasureOptions {
  readonly seed: number;
  /** So long goes on what does not end by itself. */
  readonly seconds: number;
  /** The longest that a load may take: one that has not ended then does not end. */
  readonly patienceSeconds: number;
}

export interface Measure extends Observed {
  readonly kills: number;
  /** From the kill to a server that listens, the longest. */
  readonly longestStartMs: number;
  readonly tookMs: number;
  readonly ends: string;
  readonly faults: readonly string[];
}

const mostBytes = 2 ** 30;
const mostLifeMs = 5_000;
const stopSeconds = 30;
const pollMs = 500;
const asked = "asked-for";
const quick = { StartAt: "A", States: { A: { Type: "Pass", End: true } } };

export async function measure(load: Load, options: MeasureOptions): Promise<Measure> {
  const directory = mkdtempSync(join(tmpdir(), "pawl-fairness-"));
  const random = randomOf(options.seed);
  const [key] = load.keys ?? [];
  const configuration = key === undefined ? {} : { auth: { keys: load.keys } };
  const lives = new Lives({ directory, random, configurationOf: () => configuration, endSignal: "SIGKILL", key });
  const question = { action: "DescribeStateMachine", input: { stateMachineArn: machineArn(asked) }, key };
  const observer = startObserver(question);
  try {
    return await measureIn({ load, options, lives, observer, random });
  } finally {
    await lives.finish();
    await observer.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Setting {
  readonly load: Load;
  readonly options: MeasureOptions;
  readonly lives: Lives;
  readonly observer: Observer;
  readonly random: Random;
}

async function measureIn({ load, options, lives, observer, random }: Setting): Promise<Measure> {
  const client = new Client(lives);
  const machines = Object.keys(load.machines);
  const over = new AbortController();
  const answers: Timed[] = [];
  let [peakBytes, longestStartMs] = [0, 0];
  const takeFigures = async (): Promise<void> => {
    answers.push(...(await observer.look()).answers);
    peakBytes = Math.max(peakBytes, peakBytesOf(lives.server?.pid ?? 0));
  };
  const server = await lives.begin();
  for (const [name, definition] of Object.entries({ ...load.machines, [asked]: quick }))
    await client.call("CreateStateMachine", { name, roleArn, definition: JSON.stringify(definition) });
  observer.watch(server);
  const began = performance.now();
  await load.begin(client, over.signal);
  for (let kill = 0; kill < (load.kills ?? 0); kill++) {
    await pass(random.below(mostLifeMs));
    await takeFigures();
    const killedAt = performance.now();
    await lives.end();
    observer.watch(await lives.begin());
    longestStartMs = Math.max(longestStartMs, performance.now() - killedAt);
  }
  await (load.ends === undefined ? pass(options.seconds * 1000) : untilRest(client, machines, options.patienceSeconds));
  const tookMs = performance.now() - began;
  await takeFigures();
  over.abort();
  for (const machine of machines) await client.stopAll(machine);
  await untilRest(client, machines, stopSeconds);
  const ends = await client.ends(machines);
  const observed = observedIn(answers, peakBytes);
  const faults = [...faultsOf(load, observed, ends), ...lives.bugs];
  return { ...observed, kills: lives.kills, longestStartMs, tookMs, ends, faults };
}

async function untilRest(client: Client, machines: readonly string[], seconds: number): Promise<void> {
  const giveUpAt = Date.now() + seconds * 1000;
  while (Date.now() < giveUpAt && !(await client.isAtRest(machines))) await pass(pollMs);
}

function faultsOf({ mostMs, ends: expected }: Load, { ownMs, peakBytes }: Observed, ends: string): string[] {
  const faults: string[] = [];
  if (ownMs.p99 > mostMs) faults.push(`one answer in a hundred took ${Math.round(ownMs.p99)} ms, more than ${mostMs}`);
  if (peakBytes > mostBytes) faults.push(`the server took ${Math.round(peakBytes / 2 ** 20)} MiB`);
  if (expected !== undefined && ends !== expected) faults.push(`ended with ${ends}, not ${expected}`);
  if (ends.includes("RUNNING")) faults.push(`could not be stopped: ${ends}`);
  return faults;
}
