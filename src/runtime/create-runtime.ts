// The running engine, put together: what its callers ask for, and what must happen after each commit.
import { type ArnSpace, parseStatesArn } from "../aws/arn.ts";
import type { Effect, TaskOutcome } from "../engine/effect.ts";
import type { Failure } from "../engine/journal/event.ts";
import { pending } from "../engine/pending.ts";
import { awsLimits, type Environment, type Limits } from "../engine/turn.ts";
import type { Payload } from "../asl/payload.ts";
import type { IntegrationPattern } from "../asl/resource.ts";
import type { StateMachineRecord } from "../store/catalogue.ts";
import { LeaseLostError } from "../store/errors.ts";
import type { ExecutionChange, ExecutionFilter, ExecutionRecord, ListingCursor } from "../store/journal.ts";
import type { Page } from "../store/page.ts";
import type { Store } from "../store/store.ts";
import { Alarm } from "./executions/alarm.ts";
import { ChildEnds } from "./executions/child-ends.ts";
import type { Clock } from "./clock.ts";
import { Committer } from "./executions/committer.ts";
import { Deletions } from "./deletions.ts";
import { describeExecution } from "./executions/describe-execution.ts";
import { Effects, type Perform } from "./executions/effects.ts";
import { OpenExecutions } from "./starts/open-executions.ts";
import { Programs } from "./executions/programs.ts";
import { awsQuotas, type Quotas } from "./starts/quotas.ts";
import { Redrives } from "./redrive/redrives.ts";
import { type LiveExecution, LiveExecutions } from "./executions/live-executions.ts";
import type {
  ExecutionDescription,
  ExecutionHistory,
  RedriveOutcome,
  Runtime,
  StartOutcome,
  StartRequest,
  TokenOutcome,
} from "./runtime.ts";
import { Starts } from "./starts/starts.ts";
import { Loop } from "./executions/loop.ts";
import type { Watch } from "./executions/watch.ts";
import { WorkerTasks } from "./workers/worker-tasks.ts";

export interface RuntimeOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly arns: ArnSpace;
  readonly limits?: Partial<Limits & Quotas> | undefined;
  readonly perform: Perform;
  /** The outcome that the end of a child has for the task that waited for it. */
  readonly childOutcome: (child: ExecutionDescription, pattern: IntegrationPattern) => TaskOutcome;
  readonly isKnownActivity: (activityArn: string) => boolean;
  /** What keeps a task's parameters from being a request to its service; nothing does when absent. */
  readonly parameterProblem?: Environment["parameterProblem"] | undefined;
  /** What becomes of a call that was in flight when the process died: performed again, or failed. */
  readonly unknownOutcome?: "perform" | "fail" | undefined;
  /** Another process has taken the data over: this one can do nothing more for them. */
  readonly onLeaseLost?: (() => void) | undefined;
  /** Who is told what executions do. */
  readonly watch?: Watch | undefined;
  readonly log: (message: string, error?: unknown) => void;
}

/** Executions recovered before others get their turn. */
const recoveryBatch = 200;

export function createRuntime(options: RuntimeOptions): Runtime {
  return new RunningRuntime(options);
}

class RunningRuntime implements Runtime {
  readonly maxHistoryEvents: number;
  readonly #options: RuntimeOptions;
  readonly #store: Store;
  readonly #liveExecutions: LiveExecutions;
  readonly #committer: Committer;
  readonly #openExecutions: OpenExecutions;
  readonly #loop: Loop;
  readonly #effects: Effects;
  readonly #alarm: Alarm;
  readonly #childEnds: ChildEnds;
  readonly #deletions: Deletions;
  readonly #redrives: Redrives;
  readonly #starts: Starts;
  readonly #workerTasks: WorkerTasks;
  #isClosed = false;

  constructor(options: RuntimeOptions) {
    const { store, clock, arns, log } = options;
    const limits = { ...awsLimits, ...awsQuotas, ...options.limits };
    this.maxHistoryEvents = limits.maxHistoryEvents;
    this.#options = options;
    this.#store = store;
    this.#liveExecutions = new LiveExecutions({
      store,
      arns,
      programs: new Programs(),
      now: () => clock.now(),
      watch: options.watch,
      onLoaded: (live) => this.#takeUp(live),
    });
    this.#committer = new Committer({
      journal: store.journal,
      clock,
      onTaken: (change) => this.#openExecutions.add(change),
      onFailure: (error) => this.#forgetUncommitted(error),
    });
    this.#openExecutions = new OpenExecutions({
      journal: store.journal,
      committer: this.#committer,
      limit: limits.maxOpenExecutions,
    });
    this.#effects = new Effects({
      perform: options.perform,
      unknownOutcome: options.unknownOutcome ?? "perform",
      deliver: (id, command) => this.#loop.deliverSurely(id, command),
      pause: () => this.#loop.pause(),
      stopChild: (arn) => this.stopExecution(arn, {}),
      deliverEnds: (id) => this.#childEnds.deliver(id),
      log,
    });
    this.#loop = this.#createTurns(limits);
    this.#workerTasks = new WorkerTasks({
      store,
      liveExecutions: this.#liveExecutions,
      loop: this.#loop,
      maxWorkers: limits.maxActivityWorkers,
    });
    this.#childEnds = new ChildEnds({
      store,
      liveExecutions: this.#liveExecutions,
      loop: this.#loop,
      describe: (record) => this.#describe(record),
      outcomeOf: options.childOutcome,
      log,
    });
    this.#deletions = new Deletions({ store, liveExecutions: this.#liveExecutions });
    const begins = {
      store,
      clock,
      liveExecutions: this.#liveExecutions,
      loop: this.#loop,
      deletions: this.#deletions,
      openExecutions: this.#openExecutions,
    };
    this.#redrives = new Redrives({ ...begins, maxHistoryEvents: limits.maxHistoryEvents });
    this.#starts = new Starts({ ...begins, arns, recordOf: (arn) => this.#recordOf(arn) });
    this.#alarm = new Alarm({
      journal: store.journal,
      clock,
      wake: ({ id }) => this.#loop.deliverSurely(id, { kind: "Wake" }),
      onError: (error) => log("Timers could not be read; trying again.", error),
    });
  }

  /** Of the parts that are there already, and of others once it is used. */
  #createTurns(limits: Limits): Loop {
    const options = this.#options;
    return new Loop({
      clock: options.clock,
      limits,
      committer: this.#committer,
      liveExecutions: this.#liveExecutions,
      isKnownActivity: options.isKnownActivity,
      parameterProblem: options.parameterProblem ?? (() => undefined),
      perform: (live, effects) => this.#effects.performAll(live.record, effects),
      onCommitted: (live, change) => this.#afterCommit(live, change),
      onEnded: (live) => this.#starts.ended(live),
      onQuarantined: (live, bug) => this.#starts.failed(live, bug),
      log: options.log,
    });
  }

  startExecution(request: StartRequest): Promise<StartOutcome> {
    return this.#starts.start(request);
  }

  startSyncExecution(request: StartRequest): Promise<ExecutionDescription> {
    return this.#starts.runToEnd(request);
  }

  async stopExecution(arn: string, failure: Failure): Promise<number | undefined> {
    const record = await this.#recordOf(arn);
    if (record === undefined) return undefined;
    const turned = await this.#loop.deliver(record.id, { kind: "Stop", error: failure.error, cause: failure.cause });
    await turned?.committed;
    return (await this.#store.journal.readRecord(record.id))?.stoppedAt;
  }

  async redriveExecution(arn: string, clientToken: string | undefined): Promise<RedriveOutcome | undefined> {
    const found = await this.#recordOf(arn);
    return found === undefined ? undefined : this.#redrives.redrive(found.id, clientToken);
  }

  async describeExecution(arn: string): Promise<ExecutionDescription | undefined> {
    const record = await this.#recordOf(arn);
    return record === undefined ? undefined : this.#describe(record);
  }

  async readHistory(arn: string): Promise<ExecutionHistory | undefined> {
    const record = await this.#recordOf(arn);
    if (record === undefined) return undefined;
    const { id, lastEventId } = record;
    return { lastEventId, read: (range) => this.#store.journal.readEvents(id, range) };
  }

  listExecutions(filter: ExecutionFilter, page: Page<ListingCursor>): Promise<readonly ExecutionRecord[]> {
    return this.#store.journal.listRecords(filter, page);
  }

  takeActivityTask(activityArn: string, workerName: string | undefined, signal: AbortSignal) {
    return this.#workerTasks.take(activityArn, workerName, signal);
  }

  sendTaskSuccess(taskToken: string, output: Payload): Promise<TokenOutcome> {
    return this.#workerTasks.succeed(taskToken, output);
  }

  sendTaskFailure(taskToken: string, failure: Failure): Promise<TokenOutcome> {
    return this.#workerTasks.fail(taskToken, failure);
  }

  sendTaskHeartbeat(taskToken: string): Promise<TokenOutcome> {
    return this.#workerTasks.heartbeat(taskToken);
  }

  async recover(): Promise<void> {
    await this.#alarm.setFromStore();
    for (let after = 0; !this.#isClosed;) {
      const records = await this.#store.journal.inFlightRecords({ limit: recoveryBatch, after });
      for (const record of records) await this.#recoverExecution(record);
      const last = records.at(-1);
      if (last === undefined || records.length < recoveryBatch) break;
      after = last.id;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await this.#childEnds.deliverAll();
    await this.#deletions.recover(() => this.#isClosed);
  }

  deleteStateMachine({ id }: StateMachineRecord): Promise<void> {
    return this.#deletions.begin(id);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#alarm.stop();
    this.#loop.stop();
    this.#childEnds.stop();
    this.#workerTasks.stop();
    this.#effects.stop();
    await this.#committer.close();
    this.#liveExecutions.callOffTimers();
    this.#starts.stop();
  }

  async #recordOf(arn: string): Promise<ExecutionRecord | undefined> {
    const parts = parseStatesArn(arn);
    if (parts?.kind !== "execution" && parts?.kind !== "express") return undefined;
    return this.#store.journal.findRecord(parts.stateMachineName, parts.key);
  }

  #describe(record: ExecutionRecord): Promise<ExecutionDescription> {
    return describeExecution(this.#store, this.#options.arns, record);
  }

  #afterCommit({ record, execution }: LiveExecution, change: ExecutionChange): void {
    if (change.record.wakeAt !== undefined) this.#alarm.consider(change.record.wakeAt);
    for (const offer of change.offers) this.#workerTasks.offered(offer.activityArn);
    for (const signal of change.signals) void this.#childEnds.deliver(signal.executionId);
    const hasSubmitted = record.status === "RUNNING" && change.events.some((event) => event.kind === "TaskSubmitted");
    if (hasSubmitted && execution.tasks.size > 0) void this.#childEnds.deliver(record.id);
    if (change.record.status !== "RUNNING") void this.#afterEnd(change.record);
  }

  async #afterEnd(record: ExecutionRecord): Promise<void> {
    try {
      const machine = await this.#store.catalogue.readStateMachine(record.stateMachineId);
      if (machine?.status === "DELETING") await this.#deletions.finish(machine.id);
    } catch (error) {
      if (this.#isClosed) return;
      this.#options.log("The deletion of a state machine could not be ended; it will be at the next start.", error);
    }
  }

  /** Loading it is enough: what is outstanding in an execution is taken up when it comes into memory, whoever needs it first. */
  async #recoverExecution({ id }: ExecutionRecord): Promise<void> {
    try {
      await this.#liveExecutions.get(id);
    } catch (error) {
      this.#options.log(`Execution ${id} cannot be taken up again.`, error);
    }
  }

  #takeUp({ record, execution }: LiveExecution): void {
    if (this.#loop.isQuarantined(record.id)) return;
    const now = this.#options.clock.now();
    // A call whose time is over is not made again: the alarm is about to say so.
    const isDue = (effect: Effect): boolean => effect.kind === "PerformTask" && (effect.deadline ?? Infinity) <= now;
    this.#effects.takeUp(
      record,
      pending(execution).filter((effect) => !isDue(effect)),
    );
  }

  /** A batch could not be written: what is in memory is ahead of what is durable, and goes. */
  #forgetUncommitted(error: unknown): void {
    this.#options.log("The store could not write; what was not yet acknowledged is undone.", error);
    this.#openExecutions.forget();
    this.#liveExecutions.evictUncommitted();
    if (error instanceof LeaseLostError) this.#options.onLeaseLost?.();
  }
}
