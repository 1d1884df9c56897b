// One run of a cluster: several nodes on one PostgreSQL, clients of all kinds at work, one trouble after the other, and the
// verdict when all has ended.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { audit, type Verdict } from "../kill/audit.ts";
import { type AttemptEvent, Ledger, type Repeated } from "../kill/ledger.ts";
import { keepOn } from "../kill/keep-on.ts";
import { prepare, scenarios } from "../kill/scenarios.ts";
import { configuration, followCalls, startFunction, World } from "../kill/world.ts";
import { type Random, randomOf } from "../random.ts";
import { type Database, openDatabase } from "./database.ts";
import { explainedBy, resumedBy } from "./explanation.ts";
import { Nodes, type Trouble } from "./nodes.ts";
import { Takeovers } from "./takeovers.ts";

export interface ClusterRunOptions {
  /** The folder of PostgreSQL's programs. */
  readonly binaries: string;
  readonly seed: number;
  readonly nodes: number;
  /** As many of each scenario. */
  readonly clients: number;
  readonly leaseMs: number;
  /** The troubles, one after the other. */
  readonly rounds: readonly Round[];
  /** After the last trouble: what runs on then is stuck. */
  readonly drainSeconds: number;
}

/** Something that happens to the cluster while clients are at work. */
export type Round = (parts: Parts) => Promise<void>;

export interface Parts {
  readonly nodes: Nodes;
  readonly database: Database;
  readonly random: Random;
  readonly leaseMs: number;
}

export interface ClusterRunReport {
  readonly acknowledged: number;
  readonly executions: number;
  readonly attempts: number;
  readonly repeated: Repeated;
  /** From each kill to the first effect that was taken up, milliseconds; a kill that hit nothing in flight is left out. */
  readonly resumedMs: readonly number[];
  /** The same of kills with another trouble on top before that: whoever was to take over may itself have been dead. */
  readonly resumedThroughTroubleMs: readonly number[];
  /** The kill after which it took longest, and what the database showed meanwhile. */
  readonly slowest: string | undefined;
  readonly kills: number;
  readonly verdict: Verdict;
  /** Lines of the logs about faults of nodes. */
  readonly bugs: readonly string[];
  /** True when nothing is wrong. */
  readonly isGood: boolean;
}

const workers = 3;

export async function clusterRun(options: ClusterRunOptions, say: (text: string) => void): Promise<ClusterRunReport> {
  const directory = mkdtempSync(join(tmpdir(), "pawl-cluster-"));
  // PostgreSQL may be another user's.
  chmodSync(directory, 0o755);
  const database = await openDatabase(options.binaries, directory);
  try {
    return await runOn({ database, directory }, options, say);
  } finally {
    await database.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function runOn(
  { database, directory }: { readonly database: Database; readonly directory: string },
  options: ClusterRunOptions,
  say: (text: string) => void,
): Promise<ClusterRunReport> {
  const { leaseMs, nodes: count, seed } = options;
  const random = randomOf(seed);
  const ledger = new Ledger();
  const over = new AbortController();
  const named: { world?: World } = {};
  const called = (life: number, event: AttemptEvent): void => named.world?.called(life, event);
  const callsFile = join(directory, "calls.jsonl");
  const functionServer = await startFunction(random, called);
  const following = followCalls(callsFile, called, over.signal);
  const configurationOf = configuration(callsFile, functionServer.url);
  const nodes = new Nodes({ directory, random, db: database.url, count, leaseMs, configurationOf });
  const world = new World(ledger, nodes, random);
  named.world = world;
  const takeovers = new Takeovers(database.url);
  const parts: Parts = { nodes, database, random, leaseMs };
  try {
    for (let index = 0; index < count; index++) await nodes.start(index);
    await prepare(world);
    const working = Array.from({ length: workers }, (_, index) => world.work(`worker-${index}`, over.signal));
    const draining = new AbortController();
    const clients = scenarios.flatMap((scenario) =>
      Array.from({ length: options.clients }, (_, client) => keepOn(world, { scenario, client }, draining.signal)),
    );
    await Promise.race([trouble(parts, options.rounds, say), ...clients, ...working]);
    draining.abort();
    await Promise.race([Promise.all(clients), pass(options.drainSeconds * 1000, undefined, { ref: false })]);
    say("all has ended; the audit");
    const verdict = await audit(world);
    over.abort();
    await nodes.finish();
    await Promise.all([following, ...working]);
    return reportOf({ nodes, ledger, verdict, takeovers, leaseMs });
  } finally {
    over.abort();
    await takeovers.end();
    await nodes.finish();
    functionServer.close();
  }
}

async function trouble(parts: Parts, rounds: readonly Round[], say: (text: string) => void): Promise<void> {
  const { nodes, random } = parts;
  for (const [index, round] of rounds.entries()) {
    await pass(2_000 + random.below(3_000));
    const told = nodes.troubles.length;
    await round(parts);
    const kinds = nodes.troubles
      .slice(told)
      .map(({ kind, life }) => `${kind}${life === undefined ? "" : ` of life ${life}`}`);
    say(`round ${index + 1} of ${rounds.length}: ${kinds.join(", ")}`);
  }
  await pass(2_000);
}

/** `kill -9`, and a new life of the node after a while: before the others have noticed, or long after. */
export const killNode: Round = async ({ nodes, random, leaseMs }) => {
  const index = random.below(nodes.count);
  await nodes.kill(index);
  await pass(random.below(2 * leaseMs));
  await nodes.start(index);
};

/** A node stands still for longer than its lease, and goes on as if nothing had been. */
export const pauseNode: Round = ({ nodes, random, leaseMs }) =>
  nodes.pause(random.below(nodes.count), leaseMs + random.below(leaseMs));

/** A node is asked to end, as in an upgrade, and started again. */
export const renewNode: Round = async ({ nodes, random }) => {
  const index = random.below(nodes.count);
  await nodes.end(index);
  await nodes.start(index);
};

/** PostgreSQL crashes, and is started again after a while. */
export const crashDatabase: Round = (parts) =>
  withoutDatabase(parts, () => parts.database.crashAndRestart(parts.random.below(1.5 * parts.leaseMs)));

/** PostgreSQL is killed, and its standby takes its place. */
export const failOver: Round = async (parts) => {
  await parts.database.addStandby();
  await pass(3_000);
  await withoutDatabase(parts, () => parts.database.failOver());
};

async function withoutDatabase({ nodes, leaseMs }: Parts, act: () => Promise<void>): Promise<void> {
  const from = Date.now();
  const outage: Trouble = { kind: "database", life: undefined, from, to: Infinity };
  nodes.troubles.push(outage);
  await act();
  // Nodes have lost their leases meanwhile, and begin anew.
  await pass(leaseMs);
  outage.to = Date.now();
}

/** Those that began, or went on, between a kill and a time. A node that comes is none. */
function troublesBetween(troubles: readonly Trouble[], kill: Trouble, until: number): readonly Trouble[] {
  return troubles.filter(
    (other) => other !== kill && other.kind !== "join" && other.from < until && other.to > kill.from,
  );
}

const lifeOf = ({ life }: Trouble): string => (life === undefined ? "all" : `life ${life}`);

interface Found {
  readonly nodes: Nodes;
  readonly ledger: Ledger;
  readonly verdict: Verdict;
  readonly takeovers: Takeovers;
  readonly leaseMs: number;
}

function reportOf({ nodes, ledger, verdict, takeovers, leaseMs }: Found): ClusterRunReport {
  const repeated = ledger.repeated(explainedBy(nodes.troubles));
  const faults = [verdict.lost, verdict.stuck, verdict.wrong, verdict.gaps, repeated.unexplained, nodes.bugs];
  const kills = nodes.troubles.filter(({ kind }) => kind === "kill");
  const resumed = kills.flatMap((kill) => {
    const made = resumedBy(kill, ledger.attempts);
    if (made === undefined) return [];
    return [{ kill, made, ms: made.at - kill.from, others: troublesBetween(nodes.troubles, kill, made.at) }];
  });
  const [slowest] = resumed.toSorted((a, b) => b.ms - a.ms);
  return {
    acknowledged: ledger.acknowledged,
    executions: ledger.executions.size,
    attempts: ledger.attempts.size,
    repeated,
    kills: kills.length,
    resumedMs: resumed.filter(({ others }) => others.length === 0).map(({ ms }) => ms),
    resumedThroughTroubleMs: resumed.filter(({ others }) => others.length > 0).map(({ ms }) => ms),
    slowest:
      slowest &&
      [
        `${slowest.ms} ms from the kill of life ${slowest.kill.life} to a call for ${slowest.made.execution}`,
        takeovers.stepsAfter(slowest.kill.from, leaseMs),
        ...slowest.others.map(
          (other) => `${other.kind} of ${lifeOf(other)} after ${other.from - slowest.kill.from} ms`,
        ),
      ].join("; "),
    verdict,
    bugs: nodes.bugs,
    isGood: faults.every(({ length }) => length === 0),
  };
}
