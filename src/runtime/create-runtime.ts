// The running engine, put together: what its callers ask for, and what must happen after each commit.
import { randomUUID } from "node:crypto";
import { type ArnSpace, executionArn, parseStatesArn } from "../engine/arn.ts";
import type { PerformTask, TaskAttempt, TaskOutcome } from "../engine/effect.ts";
import type { Failure, JournalEvent } from "../engine/event.ts";
import { pending } from "../engine/pending.ts";
import { awsLimits, type Command, type Limits } from "../engine/turn.ts";
import type { Payload } from "../asl/payload.ts";
import type { IntegrationPattern } from "../asl/resource.ts";
import type {
  ExecutionChange,
  ExecutionFilter,
  ExecutionRecord,
  Page,
  StateMachineRecord,
  Store,
} from "../store/store.ts";
import { ActivityWaiters } from "./activity-waiters.ts";
import { Alarm } from "./alarm.ts";
import type { Clock } from "./clock.ts";
import { Committer } from "./committer.ts";
import { Effects, type Perform } from "./effects.ts";
import { Programs } from "./programs.ts";
import { executionName, type Resident, Residents } from "./residents.ts";
import type {
  ActivityTask,
  ExecutionDescription,
  Runtime,
  StartOutcome,
  StartRequest,
  TokenOutcome,
} from "./runtime.ts";
import { readTaskToken } from "./task-token.ts";
import { Turns } from "./turns.ts";

export interface RuntimeOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly arns: ArnSpace;
  readonly limits?: Partial<Limits> | undefined;
  readonly perform: Perform;
  /** The outcome that the end of a child has for the task that waited for it. */
  readonly childOutcome: (child: ExecutionDescription, pattern: IntegrationPattern) => TaskOutcome;
  readonly isKnownActivity: (activityArn: string) => boolean;
  /** What becomes of a call that was in flight when the process died: performed again, or failed. */
  readonly unknownOutcome?: "perform" | "fail" | undefined;
  readonly log: (message: string, error?: unknown) => void;
}

/** Executions recovered before others get their turn. */
const recoveryBatch = 200;

export function createRuntime(options: RuntimeOptions): Runtime {
  return new RunningRuntime(options);
}

class RunningRuntime implements Runtime {
  readonly #options: RuntimeOptions;
  readonly #store: Store;
  readonly #residents: Residents;
  readonly #committer: Committer;
  readonly #turns: Turns;
  readonly #effects: Effects;
  readonly #alarm: Alarm;
  readonly #waiters = new ActivityWaiters();
  /** Starts under way of executions whose name was given: a second one of the same name waits for the first. */
  readonly #starting = new Map<string, Promise<unknown>>();
  /** Synchronous executions whose caller waits. */
  readonly #synchronous = new Map<number, (resident: Resident) => void>();
  #nextExecutionId: number;
  #isClosed = false;

  constructor(options: RuntimeOptions) {
    const { store, clock, arns, log } = options;
    this.#options = options;
    this.#store = store;
    this.#nextExecutionId = store.nextExecutionId;
    this.#residents = new Residents({ store, arns, programs: new Programs() });
    this.#committer = new Committer(store, (error) => this.#forgetUncommitted(error));
    this.#effects = new Effects({
      perform: options.perform,
      deliver: (id, command) => this.#turns.deliverSurely(id, command),
      stopChild: (arn) => this.stopExecution(arn, {}),
      log,
    });
    this.#turns = new Turns({
      clock,
      limits: { ...awsLimits, ...options.limits },
      committer: this.#committer,
      residents: this.#residents,
      isKnownActivity: options.isKnownActivity,
      perform: (resident, effects) => this.#effects.performAll(resident.record, effects),
      onCommitted: (resident, change) => this.#afterCommit(resident, change),
      onEnded: (resident) => this.#synchronous.get(resident.record.id)?.(resident),
      log,
    });
    this.#alarm = new Alarm({
      journal: store,
      clock,
      wake: ({ id }) => this.#turns.deliverSurely(id, { kind: "Wake" }),
      onError: (error) => log("Timers could not be read; trying again.", error),
    });
  }

  async startExecution(request: StartRequest): Promise<StartOutcome> {
    const { stateMachine, name } = request;
    if (stateMachine.type === "EXPRESS") return this.#start(request, `${name ?? randomUUID()}:${randomUUID()}`);
    if (name === undefined) return this.#start(request, randomUUID());
    return this.#oneAtATime(`${stateMachine.id}/${name}`, async () => {
      const existing = await this.#store.findRecord(stateMachine.name, name);
      if (existing === undefined || existing.stateMachineId !== stateMachine.id) return this.#start(request, name);
      return this.#repeatedStart(request, existing);
    });
  }

  async startSyncExecution(request: StartRequest): Promise<ExecutionDescription> {
    const key = `${request.name ?? randomUUID()}:${randomUUID()}`;
    const resident = this.#newResident(request, key, true);
    const ended = new Promise<Resident>((resolve) => this.#synchronous.set(resident.record.id, resolve));
    this.#turns.turn(resident, startCommand(request, this.#options.arns));
    await ended;
    this.#synchronous.delete(resident.record.id);
    const { execution, record, stateMachineName } = resident;
    return {
      record,
      executionArn: execution.identity.arn,
      stateMachineName,
      name: execution.identity.name,
      input: request.input,
      output: execution.output,
      failure: execution.status === "SUCCEEDED" ? undefined : { error: execution.error, cause: execution.cause },
    };
  }

  async stopExecution(arn: string, failure: Failure): Promise<number | undefined> {
    const record = await this.#recordOf(arn);
    if (record === undefined) return undefined;
    const turned = await this.#turns.deliver(record.id, { kind: "Stop", error: failure.error, cause: failure.cause });
    await turned?.committed;
    return (await this.#store.readRecord(record.id))?.stoppedAt;
  }

  async describeExecution(arn: string): Promise<ExecutionDescription | undefined> {
    const record = await this.#recordOf(arn);
    return record === undefined ? undefined : this.#describe(record);
  }

  async readHistory(arn: string): Promise<readonly JournalEvent[] | undefined> {
    const record = await this.#recordOf(arn);
    return record === undefined ? undefined : this.#store.readEvents(record.id, "all");
  }

  listExecutions(filter: ExecutionFilter, page: Page<number>): Promise<readonly ExecutionRecord[]> {
    return this.#store.listRecords(filter, page);
  }

  async takeActivityTask(
    activityArn: string,
    workerName: string | undefined,
    signal: AbortSignal,
  ): Promise<ActivityTask | undefined> {
    const { promise: aborted, resolve } = Promise.withResolvers<void>();
    const giveUp = (): void => resolve();
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      while (!signal.aborted && !this.#isClosed) {
        const waiter = this.#waiters.wait(activityArn);
        try {
          const task = await this.#takeOffer(activityArn, workerName);
          if (task !== undefined) return task;
          await Promise.race([waiter.offered, aborted]);
        } finally {
          waiter.leave();
        }
      }
      return undefined;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  sendTaskSuccess(taskToken: string, output: Payload): Promise<TokenOutcome> {
    return this.#sendForToken(taskToken, (scheduledEventId) => ({
      kind: "TaskOutcome",
      scheduledEventId,
      outcome: { kind: "succeeded", output },
    }));
  }

  sendTaskFailure(taskToken: string, { error, cause }: Failure): Promise<TokenOutcome> {
    return this.#sendForToken(taskToken, (scheduledEventId) => ({
      kind: "TaskOutcome",
      scheduledEventId,
      outcome: { kind: "failed", error, cause },
    }));
  }

  sendTaskHeartbeat(taskToken: string): Promise<TokenOutcome> {
    return this.#sendForToken(taskToken, (scheduledEventId) => ({ kind: "TaskHeartbeat", scheduledEventId }));
  }

  async recover(): Promise<void> {
    await this.#alarm.setFromStore();
    for (let after = 0; !this.#isClosed;) {
      const records = await this.#store.inFlightRecords({ limit: recoveryBatch, after });
      for (const record of records) await this.#recoverExecution(record);
      const last = records.at(-1);
      if (last === undefined || records.length < recoveryBatch) break;
      after = last.id;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await this.#recoverSignals();
  }

  async finishDeletion({ id }: StateMachineRecord): Promise<void> {
    const machine = await this.#store.readStateMachine(id);
    if (machine?.status !== "DELETING" || (await this.#store.countRunning(id)) > 0) return;
    await this.#store.updateStateMachine(id, { status: "DELETED" });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#alarm.stop();
    this.#turns.stop();
    this.#effects.abortAll();
    await this.#committer.drain();
  }

  async #start(request: StartRequest, key: string): Promise<StartOutcome> {
    const parent = request.parent === undefined ? undefined : await this.#addressOf(request.parent);
    const resident = this.#newResident(request, key, false, parent);
    await this.#turns.turn(resident, startCommand(request, this.#options.arns)).committed;
    const { arn } = resident.execution.identity;
    return { kind: "started", executionArn: arn, startedAt: resident.record.startedAt };
  }

  #newResident(
    request: StartRequest,
    key: string,
    isSynchronous: boolean,
    parent?: ExecutionRecord["parent"],
  ): Resident {
    const { stateMachine, revision } = request;
    const record: ExecutionRecord = {
      id: this.#nextExecutionId++,
      stateMachineId: stateMachine.id,
      revisionId: revision.id,
      key,
      type: stateMachine.type,
      status: "RUNNING",
      startedAt: this.#options.clock.now(),
      versionNumber: request.versionNumber,
      aliasName: request.aliasName,
      traceHeader: request.traceHeader,
      isInFlight: false,
      lastEventId: 0,
      parent,
    };
    return this.#residents.add({ stateMachine, revision, record, isSynchronous });
  }

  /** Same name and input while it runs is the same start; so is a start that the waiting attempt makes again. */
  async #repeatedStart(request: StartRequest, existing: ExecutionRecord): Promise<StartOutcome> {
    const arn = executionArn(this.#options.arns, existing.type, request.stateMachine.name, existing.key);
    const parent = request.parent === undefined ? undefined : await this.#addressOf(request.parent);
    const isSameAttempt =
      parent !== undefined &&
      existing.parent?.executionId === parent.executionId &&
      existing.parent.scheduledEventId === parent.scheduledEventId;
    const { input } = await this.#describe(existing);
    if (isSameAttempt || (existing.status === "RUNNING" && input.text === request.input.text)) {
      return { kind: "started", executionArn: arn, startedAt: existing.startedAt };
    }
    return { kind: "alreadyExists", executionArn: arn };
  }

  async #oneAtATime<Result>(key: string, act: () => Promise<Result>): Promise<Result> {
    const before = this.#starting.get(key);
    const result = (before ?? Promise.resolve()).then(act, act);
    this.#starting.set(key, result);
    try {
      return await result;
    } finally {
      if (this.#starting.get(key) === result) this.#starting.delete(key);
    }
  }

  async #addressOf({ executionArn: arn, scheduledEventId }: TaskAttempt): Promise<ExecutionRecord["parent"]> {
    const record = await this.#recordOf(arn);
    return record === undefined ? undefined : { executionId: record.id, scheduledEventId };
  }

  async #recordOf(arn: string): Promise<ExecutionRecord | undefined> {
    const parts = parseStatesArn(arn);
    if (parts?.kind !== "execution" && parts?.kind !== "express") return undefined;
    return this.#store.findRecord(parts.stateMachineName, parts.key);
  }

  async #describe(record: ExecutionRecord): Promise<ExecutionDescription> {
    const machine = await this.#store.readStateMachine(record.stateMachineId);
    const stateMachineName = machine?.name ?? "";
    const [first] = await this.#store.readEvents(record.id, "first");
    const last = record.status === "RUNNING" ? undefined : (await this.#store.readEvents(record.id, "last")).at(-1);
    if (first?.kind !== "ExecutionStarted") throw new Error(`The journal of execution ${record.id} has no beginning.`);
    const isFailure =
      last?.kind === "ExecutionFailed" || last?.kind === "ExecutionTimedOut" || last?.kind === "ExecutionAborted";
    return {
      record,
      executionArn: executionArn(this.#options.arns, record.type, stateMachineName, record.key),
      stateMachineName,
      name: executionName(record),
      input: first.input,
      output: last?.kind === "ExecutionSucceeded" ? last.output : undefined,
      failure: isFailure ? { error: last.error, cause: last.cause } : undefined,
    };
  }

  async #takeOffer(activityArn: string, workerName: string | undefined): Promise<ActivityTask | undefined> {
    for (;;) {
      const offer = await this.#store.takeOffer(activityArn);
      if (offer === undefined) return undefined;
      const { executionId, scheduledEventId } = offer;
      try {
        const turned = await this.#turns.deliver(executionId, {
          kind: "ActivityTaskTaken",
          scheduledEventId,
          workerName,
        });
        const work = this.#residents.peek(executionId)?.execution.tasks.get(scheduledEventId)?.state?.work;
        if (turned?.isAccepted !== true || work?.kind !== "task" || work.token === undefined) continue;
        const task = { taskToken: work.token, input: work.parameters };
        await turned.committed;
        return task;
      } catch (error) {
        await this.#store.returnOffer(offer);
        throw error;
      }
    }
  }

  async #sendForToken(taskToken: string, command: (scheduledEventId: number) => Command): Promise<TokenOutcome> {
    const address = readTaskToken(taskToken);
    if (address === undefined) return "invalidToken";
    const { executionId, scheduledEventId } = address;
    for (;;) {
      const resident = await this.#residents.get(executionId);
      if (resident === undefined) {
        return (await this.#store.readRecord(executionId)) === undefined ? "invalidToken" : "timedOut";
      }
      if (this.#residents.peek(executionId) !== resident) continue;
      const work = resident.execution.tasks.get(scheduledEventId)?.state?.work;
      if (work?.kind !== "task") return "timedOut";
      if (work.token !== taskToken) return "invalidToken";
      const { isAccepted, committed } = this.#turns.turn(resident, command(scheduledEventId));
      await committed;
      return isAccepted ? "accepted" : "timedOut";
    }
  }

  #afterCommit({ record, execution }: Resident, change: ExecutionChange): void {
    if (change.record.wakeAt !== undefined) this.#alarm.consider(change.record.wakeAt);
    for (const offer of change.offers) this.#waiters.offer(offer.activityArn);
    for (const signal of change.signals) void this.#deliverSignals(signal.executionId);
    const hasSubmitted = record.status === "RUNNING" && change.events.some((event) => event.kind === "TaskSubmitted");
    if (hasSubmitted && execution.tasks.size > 0) void this.#deliverSignals(record.id);
    if (change.record.status !== "RUNNING") void this.#afterEnd(change.record);
  }

  async #afterEnd(record: ExecutionRecord): Promise<void> {
    const machine = await this.#store.readStateMachine(record.stateMachineId);
    if (machine?.status === "DELETING") await this.finishDeletion(machine);
  }

  /** Tells an execution of the children that have ended; those whose start it does not know yet have to wait. */
  async #deliverSignals(executionId: number): Promise<void> {
    try {
      for (const signal of await this.#store.signalsOf(executionId)) {
        const resident = await this.#residents.get(executionId);
        const work = resident?.execution.tasks.get(signal.scheduledEventId)?.state?.work;
        const child = await this.#store.readRecord(signal.childExecutionId);
        if (work?.kind === "task" && work.phase !== "submitted") continue;
        if (child === undefined || work?.kind !== "task") continue;
        const outcome = this.#options.childOutcome(await this.#describe(child), work.resource.pattern);
        const { scheduledEventId } = signal;
        await this.#turns.deliverSurely(executionId, { kind: "TaskOutcome", scheduledEventId, outcome }, [signal.id]);
      }
    } catch (error) {
      this.#options.log("The end of a child execution could not be delivered; it will be at the next start.", error);
    }
  }

  async #recoverExecution(record: ExecutionRecord): Promise<void> {
    const resident = await this.#residents.get(record.id);
    if (resident === undefined) return;
    const { unknownOutcome = "perform" } = this.#options;
    const effects = pending(resident.execution);
    if (effects.length === 0) void this.#turns.deliverSurely(record.id, { kind: "Continue" });
    for (const effect of effects) {
      if (effect.kind === "PerformTask" && unknownOutcome === "fail") this.#failUnknown(record.id, effect);
      else this.#effects.performAll(record, [effect]);
    }
  }

  #failUnknown(executionId: number, { attempt: { scheduledEventId } }: PerformTask): void {
    const cause = "Pawl stopped while the call was in flight, so its outcome is unknown.";
    const outcome = { kind: "failed", error: "States.TaskFailed", cause } as const;
    void this.#turns.deliverSurely(executionId, { kind: "TaskOutcome", scheduledEventId, outcome });
  }

  async #recoverSignals(): Promise<void> {
    const seen = new Set<number>();
    for (let after = 0; !this.#isClosed;) {
      const signals = await this.#store.signals({ limit: recoveryBatch, after });
      for (const { executionId } of signals) {
        if (!seen.has(executionId)) await this.#deliverSignals(executionId);
        seen.add(executionId);
      }
      const last = signals.at(-1);
      if (last === undefined || signals.length < recoveryBatch) return;
      after = last.id;
    }
  }

  /** A batch could not be written: what is in memory is ahead of what is durable, and goes. */
  #forgetUncommitted(error: unknown): void {
    this.#options.log("The store could not write; what was not yet acknowledged is undone.", error);
    this.#residents.evictUncommitted();
  }
}

function startCommand(
  { input, revision, stateMachine, versionNumber, aliasName }: StartRequest,
  arns: ArnSpace,
): Command {
  const machineArn = `arn:${arns.partition}:states:${arns.region}:${arns.account}:stateMachine:${stateMachine.name}`;
  return {
    kind: "Start",
    input,
    roleArn: revision.roleArn,
    stateMachineVersionArn: versionNumber === undefined ? undefined : `${machineArn}:${versionNumber}`,
    stateMachineAliasArn: aliasName === undefined ? undefined : `${machineArn}:${aliasName}`,
  };
}
