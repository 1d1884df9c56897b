// One load on a server of its own: what others saw of it, what memory it took, and how its executions ended.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { machineArn, roleArn } from "../kill/machines.ts";
import { Lives } from "../lives.ts";
import { randomOf } from "../random.ts";
import { Client } from "./client.ts";
import type { Load } from "./loads.ts";
import { type Observed, Observer } from "./observer.ts";

export interface MeasureOptions {
  readonly seed: number;
  /** So long goes on what does not end by itself. */
  readonly seconds: number;
  /** What has not ended after it does not end. */
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

export async function measure(load: Load, options: MeasureOptions): Promise<Measure> {
  const directory = mkdtempSync(join(tmpdir(), "pawl-fairness-"));
  const { keys = [], machines } = load;
  const [key] = keys;
  const random = randomOf(options.seed);
  const auth = { keys };
  const lives = new Lives({
    directory,
    random,
    configurationOf: () => (key === undefined ? {} : { auth }),
    endSignal: "SIGKILL",
    key,
  });
  const client = new Client(lives);
  const observer = new Observer(machineArn(asked), key);
  const over = new AbortController();
  let longestStartMs = 0;
  try {
    const server = await lives.begin();
    const all = { ...machines, [asked]: { StartAt: "A", States: { A: { Type: "Pass", End: true } } } };
    for (const [name, definition] of Object.entries(all))
      await client.call("CreateStateMachine", { name, roleArn, definition: JSON.stringify(definition) });
    observer.begin(server);
    const began = performance.now();
    await load.begin(client, over.signal);
    for (let kill = 0; kill < (load.kills ?? 0); kill++) {
      await pass(random.below(mostLifeMs));
      await observer.end();
      const killedAt = performance.now();
      await lives.end();
      observer.begin(await lives.begin());
      longestStartMs = Math.max(longestStartMs, performance.now() - killedAt);
    }
    const faults: string[] = [];
    await (load.ends === undefined ? pass(options.seconds * 1000) : untilRest(client, load, options.patienceSeconds));
    const tookMs = performance.now() - began;
    await observer.end();
    const observed = observer.observed();
    over.abort();
    for (const name of Object.keys(machines)) await client.stopAll(name);
    await untilRest(client, load, stopSeconds);
    const ends = await client.ends(Object.keys(machines));
    await lives.finish();
    return {
      ...observed,
      kills: lives.kills,
      longestStartMs,
      tookMs,
      ends,
      faults: [...faults, ...faultsOf(load, observed, ends), ...lives.bugs],
    };
  } finally {
    over.abort();
    await lives.finish();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function untilRest(client: Client, { machines }: Load, seconds: number): Promise<void> {
  const giveUpAt = Date.now() + seconds * 1000;
  while (Date.now() < giveUpAt && !(await client.isAtRest(Object.keys(machines)))) await pass(pollMs);
}

function faultsOf({ mostMs, ends: expected }: Load, { ownMs, peakBytes }: Observed, ends: string): string[] {
  const faults: string[] = [];
  if (ownMs.p99 > mostMs) faults.push(`one answer in a hundred took ${Math.round(ownMs.p99)} ms, more than ${mostMs}`);
  if (peakBytes > mostBytes) faults.push(`the server took ${Math.round(peakBytes / 2 ** 20)} MiB`);
  if (expected !== undefined && ends !== expected) faults.push(`ended with ${ends}, not ${expected}`);
  if (ends.includes("RUNNING")) faults.push(`could not be stopped: ${ends}`);
  return faults;
}
