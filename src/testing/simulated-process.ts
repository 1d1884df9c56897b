// One life of a simulated process: the real runtime over a store and a clock that may die between any two things it does.
// Everything that it holds is gone with it, and nothing that it still does reaches the world.
import type { PerformTask, TaskOutcome } from "../engine/effect.ts";
import { Payload } from "../asl/payload.ts";
import { isJob } from "../asl/resource.ts";
import type { Clock } from "../runtime/clock.ts";
import { createRuntime } from "../runtime/create-runtime.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { startChild } from "../runtime/starts/start-child.ts";
import type { Journal } from "../store/journal.ts";
import type { Store } from "../store/store.ts";
import { childOutcome, startExecutionConnector } from "../tasks/states.ts";
import { drawnTrouble, simulatedJobs } from "./simulated-jobs.ts";
import type { SimulatedDisk } from "./simulated-disk.ts";
import type { SimulatedObserver } from "./simulated-observer.ts";
import { testMapRunner } from "./test-map-runner.ts";
import { simulatedArns, type SimulatedWorld } from "./simulated-world.ts";

export interface SimulatedProcess {
  readonly runtime: Runtime;
  readonly died: Promise<"died">;
  /** Settles when another process has taken its place. */
  readonly replaced: PromiseWithResolvers<void>;
  readonly isDead: boolean;
}

/** Chances that something goes wrong. */
export interface ProcessFaults {
  /** Deaths of the process, at most. */
  readonly maxCrashes: number;
  /** The chance of a death at each point where one can happen. */
  readonly crashChance: number;
  /** The chance of an append to begin a time in which the store refuses to write. */
  readonly refusalChance: number;
}

export interface SimulatedProcessOptions {
  readonly world: SimulatedWorld;
  readonly disk: SimulatedDisk;
  readonly faults: ProcessFaults;
  readonly observer: SimulatedObserver;
  /** Counted from 1: as many have died before it, less one. */
  readonly number: number;
  /** Answers a callback after some time. */
  readonly answerToken: (token: string, outcome: Exclude<TaskOutcome, { kind: "submitted" }>) => void;
}

/** Opens the process, which takes up what the one before left. */
export function openSimulatedProcess(options: SimulatedProcessOptions): SimulatedProcess {
  const { world, number, faults } = options;
  const { promise: died, resolve } = Promise.withResolvers<"died">();
  let isDead = false;
  const mayDie = (): boolean => {
    world.stir();
    if (isDead) return true;
    const { maxCrashes, crashChance } = faults;
    if (number > maxCrashes || world.random() >= crashChance) return false;
    isDead = true;
    resolve("died");
    return true;
  };
  const store = mortalStore(options, mayDie);
  const clock = mortalClock(world.clock, mayDie);
  const runtime = createRuntime({
    elapsed: () => 0,
    store,
    clock,
    arns: simulatedArns,
    isKnownActivity: () => true,
    childOutcome,
    createMapRunner: testMapRunner,
    jobs: simulatedJobs(world, mayDie),
    perform: (task, signal) => (mayDie() ? never() : perform({ ...options, task, signal, mayDie, connector })),
    log: (message, error) => {
      const isDrawn = (error instanceof Error && error.message === refusal) || message.endsWith(drawnTrouble);
      if (!isDrawn) {
        world.failures.push(new Error(message, { cause: error }));
      }
    },
  });
  const connector = startExecutionConnector({
    startChild: (request) => startChild({ runtime, store, arns: simulatedArns }, request),
    now: () => world.clock.now(),
  });
  void runtime.recover().catch((error: unknown) => world.failures.push(error));
  return {
    runtime,
    died,
    replaced: Promise.withResolvers<void>(),
    get isDead() {
      return isDead;
    },
  };
}

/** The store as one process sees it: its calls come to nothing once it is dead. */
function mortalStore(options: SimulatedProcessOptions, mayDie: () => boolean): Store {
  const { disk } = options;
  const { journal, offers, signals, jobs, mapRuns, quarantines, catalogue, versions, ...rest } = disk.store;
  const mortal = async (call: (...given: readonly unknown[]) => unknown, given: readonly unknown[]) => {
    if (mayDie()) return never();
    const answer = await call(...given);
    return mayDie() ? never() : answer;
  };
  const mortalRole = <Role extends object>(role: Role): Role =>
    new Proxy(role, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        // These are no calls that could be cut short: they are answered at once, or row by row.
        if (typeof member !== "function" || uncut.has(name)) return member;
        return (...given: readonly unknown[]) => mortal((...passed) => Reflect.apply(member, target, passed), given);
      },
    });
  return {
    ...rest,
    journal: mortalRole({
      ...journal,
      append: refusingAppend(options, mayDie),
      async *eachRow(executionId) {
        for await (const row of journal.eachRow(executionId)) {
          if (mayDie()) await never();
          yield row;
        }
      },
    }),
    offers: mortalRole({
      ...offers,
      take: (activityArn) => disk.takeOffer(activityArn),
      putBack: (offer) => disk.returnOffer(offer),
      settle: (settled) => disk.settleOffers(settled),
    }),
    signals: mortalRole(signals),
    mapRuns: mortalRole(mapRuns),
    jobs: mortalRole(jobs),
    quarantines: mortalRole(quarantines),
    catalogue: mortalRole(catalogue),
    versions: mortalRole(versions),
  };
}

const uncut: ReadonlySet<string | symbol> = new Set(["newExecutionId", "newMapRunId", "encode", "eachRow"]);

const refusal = "the simulated disk is full";

/** Refuses to write now and then, a few times in a row. */
function refusingAppend(options: SimulatedProcessOptions, mayDie: () => boolean): Journal["append"] {
  const { disk, world, faults } = options;
  let refusalsLeft = 0;
  return async (changes) => {
    // A slow disk: much arrives while one batch is written.
    if (world.random() < 0.3) await world.pause(300);
    if (mayDie()) return never();
    if (refusalsLeft === 0 && world.random() < faults.refusalChance) {
      refusalsLeft = 1 + Math.floor(world.random() * 3);
    }
    if (refusalsLeft > 0) {
      refusalsLeft -= 1;
      throw new Error(refusal);
    }
    try {
      await disk.append(changes);
    } catch (error) {
      world.failures.push(error);
    }
  };
}

function mortalClock(clock: Clock, mayDie: () => boolean): Clock {
  const mortal = (callback: () => void) => () => {
    if (!mayDie()) callback();
  };
  return {
    now: () => clock.now(),
    callAt: (at, callback) => clock.callAt(at, mortal(callback)),
    callAfter: (ms, callback) => clock.callAfter(ms, mortal(callback)),
  };
}

interface Call extends SimulatedProcessOptions {
  readonly task: PerformTask;
  readonly signal: AbortSignal;
  readonly mayDie: () => boolean;
  readonly connector: ReturnType<typeof startExecutionConnector>;
}

async function perform(call: Call): Promise<TaskOutcome> {
  const { world, observer, number, task, signal, mayDie, connector, answerToken } = call;
  try {
    observer.sees(task, number);
  } catch (error) {
    world.failures.push(error);
  }
  await world.patience(signal);
  if (mayDie()) return never();
  const { resource } = task;
  if (resource.kind === "service" && resource.service === "states") {
    return connector.perform(task, signal).catch((error: unknown) => {
      observer.forget(task);
      throw error;
    });
  }
  if (isJob(resource)) return { kind: "submitted", output: world.jobs.submit(task) };
  const outcome = world.outcomeOf(task);
  if (resource.pattern !== "waitForTaskToken" || outcome.kind === "submitted") return outcome;
  answerToken(tokenOf(task), outcome);
  await world.patience(signal);
  return mayDie() ? never() : { kind: "submitted", output: Payload.ofValue({}) };
}

/** The token that a task hands on: its parameters hold it as `token`. */
function tokenOf({ parameters }: PerformTask): string {
  const { token } = JSON.parse(parameters.text) as { token: string };
  return token;
}

function never<Answer>(): Promise<Answer> {
  return new Promise(() => undefined);
}
