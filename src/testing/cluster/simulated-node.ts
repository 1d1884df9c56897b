// A simulated node: the real runtime of a cluster in one life, with the calls that it makes.
import { type ClusterRuntime, createClusterRuntime } from "../../cluster/cluster-runtime.ts";
import { PeerAnswerLostError, PeerRefusedError } from "../../cluster/peer-errors.ts";
import type { Peers } from "../../cluster/peers.ts";
import type { PerformTask, TaskOutcome } from "../../engine/effect.ts";
import { isJob } from "../../asl/resource.ts";
import { Payload } from "../../asl/payload.ts";
import type { Clock } from "../../runtime/clock.ts";
import { CommitError } from "../../runtime/executions/committer.ts";
import { startChild } from "../../runtime/starts/start-child.ts";
import { NotOwnerError, OutcomeUnknownError } from "../../store/errors.ts";
import { childOutcome, startExecutionConnector } from "../../tasks/states.ts";
import { drawnTrouble, simulatedJobs } from "../simulated-jobs.ts";
import { simulatedArns } from "../simulated-world.ts";
import { testMapRunner } from "../test-map-runner.ts";
import type { ClusterObserver } from "./cluster-observer.ts";
import { DrawnRefusal, lifeStore, type LifeStoreOptions } from "./life-store.ts";
import { NodeClock } from "./node-clock.ts";

export interface SimulatedNodeOptions extends LifeStoreOptions {
  readonly observer: ClusterObserver;
  readonly peers: Peers;
  /** Answers a callback after some time. */
  readonly answerToken: (token: string, outcome: Exclude<TaskOutcome, { kind: "submitted" }>) => void;
}

export interface SimulatedNode {
  readonly life: LifeStoreOptions["life"];
  readonly runtime: ClusterRuntime;
  readonly clock: NodeClock;
}

export function openSimulatedNode(options: SimulatedNodeOptions): SimulatedNode {
  const { world, life, peers } = options;
  const clock = new NodeClock(lifeClock(world.clock, options));
  const store = lifeStore(options);
  const runtime = createClusterRuntime({
    store,
    node: { id: life.id, url: `http://${life.id}`, version: "1" },
    peers,
    clock,
    elapsed: () => world.clock.now(),
    memoryUse: () => ({ used: 0, limit: 1 }),
    arns: simulatedArns,
    isKnownActivity: () => true,
    childOutcome,
    createMapRunner: testMapRunner,
    jobs: simulatedJobs(world, () => life.isDead),
    perform: (task, signal) => perform(options, connector, task, signal),
    log: (message, error) => {
      if (!isExpected(message, error)) world.failures.push(new Error(message, { cause: error }));
    },
  });
  const connector = startExecutionConnector({
    startChild: (request) =>
      startChild({ runtime, store: store.shared, arns: simulatedArns, random: () => world.random() }, request),
    now: () => world.clock.now(),
  });
  void runtime.recover().catch((error: unknown) => world.failures.push(error));
  return { life, runtime, clock };
}

/** Timers of a node do not fire while it stands still. */
function lifeClock(clock: Clock, { life }: SimulatedNodeOptions): Clock {
  return {
    now: () => clock.now(),
    callAt: (at, callback) => clock.callAt(at, life.hears(callback)),
    callAfter: (ms, callback) => clock.callAfter(ms, life.hears(callback)),
  };
}

const drawn = [DrawnRefusal, NotOwnerError, OutcomeUnknownError, CommitError, PeerAnswerLostError, PeerRefusedError];

function isExpected(message: string, error: unknown): boolean {
  if (message.endsWith(drawnTrouble) || /^The database hears|^The database is silent/.test(message)) return true;
  if (error instanceof Error && error.message === "The database is silent.") return true;
  return drawn.some((kind) => error instanceof kind) || (error instanceof Error && isExpected("", error.cause));
}

async function perform(
  { world, life, observer, answerToken }: SimulatedNodeOptions,
  connector: ReturnType<typeof startExecutionConnector>,
  task: PerformTask,
  signal: AbortSignal,
): Promise<TaskOutcome> {
  const { pauses, isPaused } = life;
  await life.pass();
  try {
    observer.sees(task, life, isPaused || life.pauses > pauses);
  } catch (error) {
    world.failures.push(error);
  }
  await world.patience(signal);
  await life.pass();
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
  const { token } = JSON.parse(task.parameters.text) as { token: string };
  answerToken(token, outcome);
  await world.patience(signal);
  await life.pass();
  return { kind: "submitted", output: Payload.ofValue({}) };
}
