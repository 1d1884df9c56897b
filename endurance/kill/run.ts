// One kill run: clients of all kinds at work, a server that dies again and again, and the verdict when all has ended.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { randomOf } from "../random.ts";
import type { EndSignal } from "../server.ts";
import { audit, type Verdict } from "./audit.ts";
import { type AttemptEvent, Ledger } from "./ledger.ts";
import { Lives } from "../lives.ts";
import { keepOn } from "./keep-on.ts";
import { prepare, scenarios } from "./scenarios.ts";
import { configuration, followCalls, startFunction, World } from "./world.ts";

export interface KillRunOptions {
  readonly kills: number;
  readonly seed: number;
  /** After them no server is killed any more. */
  readonly seconds?: number;
  readonly endSignal: EndSignal;
  /** As many of each scenario. */
  readonly clients: number;
  /** The longest life of a server that has come up. */
  readonly mostLifeMs: number;
  /** After the last kill: what runs on then is stuck. */
  readonly drainSeconds: number;
}

export interface KillRunReport {
  readonly kills: number;
  readonly acknowledged: number;
  readonly executions: number;
  readonly attempts: number;
  readonly repeated: { readonly all: number; readonly unexplained: readonly string[] };
  readonly verdict: Verdict;
  /** Lines of the log about faults of the server. */
  readonly bugs: readonly string[];
  /** True when nothing is wrong. */
  readonly isGood: boolean;
}

const workers = 3;

export async function killRun(options: KillRunOptions, say: (text: string) => void): Promise<KillRunReport> {
  const directory = mkdtempSync(join(tmpdir(), "pawl-kill-"));
  const random = randomOf(options.seed);
  const ledger = new Ledger();
  const over = new AbortController();
  const named: { world?: World } = {};
  const called = (life: number, event: AttemptEvent): void => named.world?.called(life, event);
  const callsFile = join(directory, "calls.jsonl");
  const functionServer = await startFunction(random, called);
  const following = followCalls(callsFile, called, over.signal);
  const lives = new Lives({
    directory,
    random,
    configurationOf: configuration(callsFile, functionServer.url),
    endSignal: options.endSignal,
  });
  const world = new World(ledger, lives, random);
  named.world = world;
  try {
    await lives.begin();
    await prepare(world);
    const working = Array.from({ length: workers }, (_, index) => world.work(`worker-${index}`, over.signal));
    const draining = new AbortController();
    const clients = scenarios.flatMap((scenario) =>
      Array.from({ length: options.clients }, (_, client) => keepOn(world, { scenario, client }, draining.signal)),
    );
    await Promise.race([dieOften(lives, random.below(options.mostLifeMs), options, say), ...clients, ...working]);
    draining.abort();
    await Promise.race([Promise.all(clients), pass(options.drainSeconds * 1000, undefined, { ref: false })]);
    say("all has ended; the last kill, and the audit");
    await lives.end();
    await lives.begin();
    const verdict = await audit(world);
    over.abort();
    await lives.finish();
    await Promise.all([following, ...working]);
    return reportOf(lives, ledger, verdict);
  } finally {
    over.abort();
    await lives.finish();
    functionServer.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function dieOften(
  lives: Lives,
  firstLifeMs: number,
  { kills, seconds = Infinity, mostLifeMs }: KillRunOptions,
  say: (text: string) => void,
): Promise<void> {
  const until = Date.now() + seconds * 1000;
  await pass(firstLifeMs);
  await lives.end();
  while (lives.kills < kills - 1 && Date.now() < until) {
    await lives.liveAndDie(mostLifeMs);
    if (lives.kills % 10 === 0) say(`${lives.kills} kills`);
  }
  await lives.begin();
}

function reportOf(lives: Lives, ledger: Ledger, verdict: Verdict): KillRunReport {
  const repeated = ledger.repeated();
  const faults = [verdict.lost, verdict.stuck, verdict.wrong, verdict.gaps, repeated.unexplained, lives.bugs];
  return {
    kills: lives.kills,
    acknowledged: ledger.acknowledged,
    executions: ledger.executions.size,
    attempts: ledger.attempts.size,
    repeated,
    verdict,
    bugs: lives.bugs,
    isGood: faults.every(({ length }) => length === 0),
  };
}
