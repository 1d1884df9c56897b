// The running engine, put together: a list of parts around one loop, each of which registers for what it acts on.
import type { IntegrationPattern } from "../asl/resource.ts";
import { type ArnSpace, parseStatesArn } from "../aws/arn.ts";
import type { JobService, TaskOutcome } from "../engine/effect.ts";
import { awsLimits, type Environment, jsonataBudgetOf, type Limits } from "../engine/turn.ts";
import type { ExecutionRecord } from "../store/journal.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import { Deletions } from "./deletions.ts";
import { Alarm } from "./executions/alarm.ts";
import { ChildEnds } from "./executions/child-ends.ts";
import { CommitHints } from "./executions/commit-hints.ts";
import { Committer } from "./executions/committer.ts";
import { type Describe, describeExecution } from "./executions/describe-execution.ts";
import { Effects, type EffectsOptions, type Perform } from "./executions/effects.ts";
import { findRecord } from "./executions/find-record.ts";
import type { ExecutionListener } from "./executions/listener.ts";
import { LiveExecutions } from "./executions/live-executions.ts";
import { Loop } from "./executions/loop.ts";
import { RecentRecords } from "./executions/recent-records.ts";
import { Recovery } from "./executions/recovery.ts";
import { Stops } from "./executions/stops.ts";
import { TurnQueue } from "./executions/turn-queue.ts";
import { Quarantine } from "./executions/quarantine.ts";
import type { Watch } from "./executions/watch.ts";
import { JobPoller } from "./jobs/job-poller.ts";
import { ChildStarts } from "./map-runs/child-starts.ts";
import type { CreateMapRunner, MapRunner } from "./map-runs/map-runner.ts";
import { mapRunQueries } from "./map-runs/map-run-queries.ts";
import { Redrives } from "./redrive/redrives.ts";
import type { ExecutionDescription, OwningRuntime } from "./runtime.ts";
import type { MemoryUse } from "./memory-budget.ts";
import type { Partition } from "./partition.ts";
import { createSharedParts, type SharedParts } from "./shared-parts.ts";
import { OpenExecutions } from "./starts/open-executions.ts";
import { newUuid } from "../store/new-uuid.ts";
import { awsQuotas, type Quotas } from "./starts/quotas.ts";
import { Starts } from "./starts/starts.ts";
import { WorkerTasks } from "./workers/worker-tasks.ts";

export interface RuntimeOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly arns: ArnSpace;
  readonly limits?: Partial<Limits & Quotas> | undefined;
  readonly perform: Perform;
  /** Waits until calls may be made. Rejects when none will be made any more. */
  readonly admit?: EffectsOptions["admit"];
  /** Looks at the jobs of other services, and stops them; needed where `perform` submits any. */
  readonly jobs?: JobService | undefined;
  /** The outcome that the end of a child has for the task that waited for it. */
  readonly childOutcome: (child: ExecutionDescription, pattern: IntegrationPattern) => TaskOutcome;
  readonly isKnownActivity: (activityArn: string) => boolean;
  /** The reason why a task's parameters are no request to its service; without the function every request is one. */
  readonly parameterProblem?: Environment["parameterProblem"] | undefined;
  /** The fate of a call that was in flight when the process died: performed again, or failed. */
  readonly unknownOutcome?: "perform" | "fail" | undefined;
  /** The version of Pawl: executions that a bug of another one has stopped are taken up again. */
  readonly version?: string | undefined;
  /** Milliseconds of a clock that only goes forward: how long turns last. */
  readonly elapsed?: (() => number) | undefined;
  /** The memory of the process; that of the platform's heap by default. */
  readonly memoryUse?: (() => MemoryUse) | undefined;
  /** The feed that tells what executions do. */
  readonly watch?: Watch | undefined;
  readonly createMapRunner: CreateMapRunner;
  /** The partition that the store shows, where others own the rest of it. */
  readonly partition?: Partition | undefined;
  /** Shared with other runtimes of the process; parts of its own by default. */
  readonly shared?: SharedParts | undefined;
  readonly log: (message: string, error?: unknown) => void;
}

export function createRuntime(options: RuntimeOptions): OwningRuntime {
  const { store } = options;
  const hints = new CommitHints();
  const parts = createParts(options, hints);
  const { alarm, childEnds, committer, deletions, effects, liveExecutions, loop, recovery, redrives, starts } = parts;
  const { describe, find, jobPoller, openExecutions, quarantine, recent, stops, workerTasks, mapRunner } = parts;
  return {
    maxHistoryEvents: limitsOf(options).maxHistoryEvents,
    startExecution: (request) => starts.start(request),
    startSyncExecution: (request) => starts.runToEnd(request),
    stopExecution: (arn, failure) => stops.stop(arn, failure),
    async redriveExecution(arn, clientToken) {
      const record = await findRecord(store.journal, arn);
      return record === undefined ? undefined : redrives.redrive(record.id, clientToken);
    },
    async describeExecution(arn) {
      const record = await find(arn);
      return record === undefined ? undefined : describe(record);
    },
    async readHistory(arn) {
      const record = await find(arn);
      if (record === undefined) return undefined;
      const { id, lastEventId } = record;
      return { lastEventId, read: (range) => store.journal.readEvents(id, range) };
    },
    listExecutions: (filter, page) => store.journal.listRecords(filter, page),
    mapRuns: mapRunQueries({ ...options, mapRunner }),
    takeActivityTask: (activityArn, workerName, signal) => workerTasks.take(activityArn, workerName, signal),
    sendTaskSuccess: (taskToken, output) => workerTasks.succeed(taskToken, output),
    sendTaskFailure: (taskToken, failure) => workerTasks.fail(taskToken, failure),
    sendTaskHeartbeat: (taskToken) => workerTasks.heartbeat(taskToken),
    get quarantined() {
      return quarantine.size;
    },
    countWorkers: async (activityArns) => activityArns.map((activityArn) => workerTasks.countWorkers(activityArn)),
    whenCommitted: (hint) => hints.add(hint),
    async recover() {
      await quarantine.load();
      await alarm.setFromStore();
      await jobPoller.setFromStore();
      await recovery.run();
      await childEnds.deliverAll();
      await mapRunner.recover();
      await deletions.recover();
      // The others ask how many run here.
      if (options.partition !== undefined) await openExecutions.ask();
    },
    deleteStateMachine: ({ id }) => deletions.begin(id),
    recentRecord: (stateMachineId, key) => recent.recordOf(stateMachineId, key),
    beginActivityTask: (offer, workerName, signal) => workerTasks.begin(offer, workerName, signal),
    activityTaskHandedOver: (offer, isDelivered) => workerTasks.noteHandOver(offer, isDelivered),
    deliverSignals: () => childEnds.deliverNew(),
    noteDeletion: (stateMachineId) => deletions.note(stateMachineId),
    get openExecutions() {
      return openExecutions.count;
    },
    async drain() {
      for (const part of [recovery, alarm, jobPoller, mapRunner]) part.stop();
      await effects.drain();
    },
    async close() {
      for (const part of [recovery, alarm, jobPoller, loop, mapRunner, childEnds, workerTasks, effects, deletions])
        part.stop();
      await committer.close();
      await workerTasks.close();
      liveExecutions.callOffTimers();
      starts.stop();
    },
  };
}

/** Each part is made of those before it, and hears of what becomes of executions as a listener. */
function createParts(options: RuntimeOptions, hints: CommitHints) {
  const core = createCore(options);
  const { listeners, liveExecutions } = core;
  const actors = createActors(options, core);
  const { ends, ...acting } = actors;
  const recent = new RecentRecords({ mostEntries: options.partition === undefined ? 1_000 : 250 });
  // Counts and executions in memory follow the store before anything leaves the process.
  listeners.push(undoneWrites(options), acting.openExecutions, liveExecutions, ends);
  listeners.push({ committed: (_live, { record }) => recent.note(record) });
  const { effects, alarm, jobPoller, workerTasks, childEnds, mapRunner, deletions, starts } = acting;
  listeners.push(effects, alarm, jobPoller, workerTasks, childEnds, mapRunner, deletions, starts, hints);
  if (options.partition !== undefined) listeners.push(options.partition.listener);
  return { ...core, ...acting, recent, find: finderOf(options.store, recent) };
}

/** Finds the row of an execution in memory, or in the store. */
function finderOf({ catalogue, journal }: Store, recent: RecentRecords) {
  return async (arn: string): Promise<ExecutionRecord | undefined> => {
    const parts = parseStatesArn(arn);
    if (parts?.kind !== "execution") return findRecord(journal, arn);
    const machine = await catalogue.findStateMachine(parts.stateMachineName);
    const kept = machine === undefined ? undefined : recent.recordOf(machine.id, parts.key);
    return kept ?? journal.findRecord(parts.stateMachineName, parts.key);
  };
}

/** The loop, and what it is made of. */
function createCore(options: RuntimeOptions) {
  const { store, clock, arns, watch, partition, log } = options;
  const { isKnownActivity, parameterProblem = () => undefined, elapsed = () => performance.now() } = options;
  const limits = limitsOf(options);
  const listeners: ExecutionListener[] = [];
  const world = { store, journal: store.journal, clock, arns, partition, log };
  const deletingMachines = new Set<number>();
  const shared = options.shared ?? createSharedParts({ journal: store.journal, use: options.memoryUse, elapsed, log });
  const { memory, programs, ends, slice } = shared;
  const quarantine = new Quarantine({ ...world, quarantines: store.quarantines, version: options.version ?? "" });
  const turns: TurnQueue = new TurnQueue({ slice, isFull: () => committer.isFull });
  const liveExecutions = new LiveExecutions({
    ...world,
    turns,
    quarantine,
    programs,
    now: () => clock.now(),
    jsonataBudget: jsonataBudgetOf(limits),
    watch,
    listeners,
  });
  const committer = new Committer({ ...world, listeners, onRoom: () => turns.release() });
  const loop = new Loop({
    ...world,
    limits,
    committer,
    liveExecutions,
    turns,
    memory,
    quarantine,
    elapsed,
    deletingMachines,
    newMapRunId: () => store.mapRuns.newMapRunId(),
    isKnownActivity,
    parameterProblem,
    listeners,
  });
  const parts = { liveExecutions, loop, turns, memory, quarantine, committer, ends };
  return { ...world, ...parts, limits, deletingMachines, listeners };
}

/** The parts that act on what becomes of executions, and those that begin and end them. */
function createActors(options: RuntimeOptions, core: ReturnType<typeof createCore>) {
  const { perform, admit, jobs = noJobs, unknownOutcome = "perform", childOutcome, createMapRunner } = options;
  const { store, clock, loop, limits, ends, partition } = core;
  const { maxHistoryEvents } = limits;
  const newExecutionId = (): number => store.journal.newExecutionId();
  const newKey =
    partition === undefined
      ? (): string => newUuid(clock.now())
      : (stateMachineName: string, prefix: string): string => partition.drawKey(stateMachineName, prefix);
  const describe: Describe = (record) => describeExecution(core, record);
  const recovery = new Recovery({ ...core, pause: () => loop.pause() });
  const alarm = new Alarm(core);
  const childEnds = new ChildEnds({ ...core, describe, outcomeOf: childOutcome });
  const stops = new Stops({ ...core, childEnds, mapRunsMoved: (...moved) => mapRunner.moved(...moved) });
  const stopChild = (arn: string): Promise<unknown> => partition?.stopExecution(arn) ?? stops.stop(arn, {});
  const effects = new Effects({ ...core, perform, admit, jobs, unknownOutcome, childEnds, stopChild });
  const jobPoller = new JobPoller({ ...core, jobs });
  const workerTasks = new WorkerTasks({ ...core, maxWorkers: limits.maxActivityWorkers });
  const deletions = new Deletions(core);
  const openExecutions = new OpenExecutions({ ...core, limit: limits.maxOpenExecutions });
  const begins = { ...core, deletions, openExecutions, newExecutionId, newKey, maxHistoryEvents };
  const starts = new Starts(begins);
  const redrives = new Redrives(begins);
  const mapRunner: MapRunner = createMapRunner({
    ...core,
    deletions,
    stops,
    describe,
    childStarts: new ChildStarts(begins),
  });
  const acting = {
    alarm,
    childEnds,
    deletions,
    effects,
    jobPoller,
    mapRunner,
    openExecutions,
    recovery,
    redrives,
    starts,
    stops,
    workerTasks,
  };
  return { ...acting, describe, ends };
}

const unlooked = { kind: "unavailable", message: "Nothing here looks at jobs.", isThrottled: false } as const;
const noJobs: JobService = { look: () => Promise.resolve(unlooked), stop: () => Promise.resolve(unlooked) };

function limitsOf({ limits }: RuntimeOptions): Limits & Quotas {
  return { ...awsLimits, ...awsQuotas, ...limits };
}

function undoneWrites({ log }: RuntimeOptions): ExecutionListener {
  return {
    undone(error) {
      log("The store could not write; what was not yet acknowledged is undone.", error);
    },
  };
}
