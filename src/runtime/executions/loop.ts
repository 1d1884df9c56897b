// The only loop: a command for an execution is decided at once, what it brings about joins the next commit, and its
// effects are performed when that commit is durable.
import type { ArnSpace } from "../../aws/arn.ts";
import { decide } from "../../engine/decide.ts";
import { pending } from "../../engine/pending.ts";
import type { Effect } from "../../engine/effect.ts";
import type { Command, Decision, Environment, Limits } from "../../engine/turn.ts";
import { wakeAt } from "../../engine/wake.ts";
import type { ExecutionChange, ExecutionRecord, ExecutionStatus } from "../../store/journal.ts";
import type { ActivityOffer } from "../../store/offers.ts";
import type { Clock } from "../clock.ts";
import type { MemoryBudget } from "../memory-budget.ts";
import { CommitError, type Committer } from "./committer.ts";
import type { ExpressHistory } from "./express-history.ts";
import { type ExecutionListener, tellEach, tellListeners } from "./listener.ts";
import type { LiveExecution } from "./live-execution.ts";
import type { LiveExecutions } from "./live-executions.ts";
import { jobChanges } from "../jobs/job-changes.ts";
import { newMapRunArn } from "../map-runs/map-run-arn.ts";
import { mapRunChanges } from "../map-runs/map-run-changes.ts";
import { makeTaskToken } from "../workers/task-token.ts";
import type { Quarantine } from "./quarantine.ts";
import { mayPass } from "./passing.ts";
import type { TurnQueue } from "./turn-queue.ts";

export interface LoopOptions {
  readonly clock: Clock;
  readonly arns: ArnSpace;
  readonly limits: Limits;
  readonly committer: Committer;
  readonly liveExecutions: LiveExecutions;
  readonly turns: TurnQueue;
  readonly memory: Pick<MemoryBudget, "isSpent">;
  readonly quarantine: Quarantine;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsed: () => number;
  readonly isKnownActivity: Environment["isKnownActivity"];
  readonly parameterProblem: Environment["parameterProblem"];
  readonly newMapRunId: () => number;
  /** Machines whose executions are aborted at their next state transition. */
  readonly deletingMachines: ReadonlySet<number>;
  /** The parts that act on what the loop brings about. */
  readonly listeners: readonly ExecutionListener[];
  readonly log: (message: string, error: unknown) => void;
}

export interface Turned {
  /** Whether the command came in time and meant something. */
  readonly isAccepted: boolean;
  /** Settles when it is durable, and with it all that it is based on. */
  readonly committed: Promise<void>;
  /** When the execution ended, epoch milliseconds; `undefined` while it runs. */
  readonly stoppedAt?: number | undefined;
}

/** The fate of a command that was delivered surely; undelivered when the process stops or a bug of Pawl is met. */
export type Delivery = "taken" | "tooLate" | "undelivered";

/** How long a command that must not be lost waits before it is tried again, when the store cannot write. */
const retryDelayMs = 500;

export class Loop {
  readonly #options: LoopOptions;
  readonly #endPauses = new Set<() => void>();
  #isStopped = false;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#isStopped = true;
    for (const end of this.#endPauses) end();
  }

  isQuarantined(executionId: number): boolean {
    return this.#options.quarantine.has(executionId);
  }

  /** Hands a command to an execution that runs; `undefined` when there is none. @param before called just before the turn. */
  async deliver(executionId: number, command: Command, before?: () => void): Promise<Turned | undefined> {
    const { liveExecutions } = this.#options;
    for (;;) {
      const live = await liveExecutions.get(executionId);
      if (live === undefined) return undefined;
      const turned = await this.inTurn(live, () => {
        before?.();
        return this.turn(live, command);
      });
      if (turned !== undefined) return turned;
    }
  }

  /**
   * Acts on an execution that is in memory when its turn has come, with nothing between the looks of the act and its turn;
   * `undefined` when the execution has left memory by then.
   */
  inTurn<Result>(live: LiveExecution, act: () => Result): Promise<Result | undefined> {
    const { turns, liveExecutions } = this.#options;
    return turns.run(() => (liveExecutions.peek(live.record.id) === live ? act() : undefined));
  }

  /** As `deliver`, for commands that nobody can send again: it keeps trying while the store cannot write or read. */
  async deliverSurely(executionId: number, command: Command, before?: () => void): Promise<Delivery> {
    const { memory, liveExecutions } = this.#options;
    let isTold = false;
    while (!this.#isStopped) {
      if (this.isQuarantined(executionId)) break;
      // One that waits in the store can wait a little longer.
      if (memory.isSpent && liveExecutions.peek(executionId) === undefined) {
        await this.pause();
        continue;
      }
      try {
        const turned = await this.deliver(executionId, command, before);
        await turned?.committed;
        return turned?.isAccepted === true ? "taken" : "tooLate";
      } catch (error) {
        if (!(error instanceof CommitError) && !isTold) {
          const isOver = this.#isOver(executionId, error);
          const prospect = isOver ? "" : "; it is tried again";
          this.#options.log(`Execution ${executionId} could not go on${prospect}.`, error);
          if (isOver) break;
          isTold = true;
        } else if (this.#isOver(executionId, error)) break;
        await this.pause();
      }
    }
    return "undelivered";
  }

  #isOver(executionId: number, error: unknown): boolean {
    return this.isQuarantined(executionId) || !mayPass(error);
  }

  /** Lets some time pass before something is tried again; none when the process stops. */
  pause(): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        callOff();
        this.#endPauses.delete(end);
        resolve();
      };
      const callOff = this.#options.clock.callAfter(retryDelayMs, end);
      this.#endPauses.add(end);
    });
  }

  /** Decides a command for an execution that is in memory. */
  turn(live: LiveExecution, command: Command, consumedSignalIds: readonly number[] = []): Turned {
    const isDurableStart = live.express !== undefined && !live.isStored && !live.execution.identity.isSynchronous;
    const decision = this.#decide(live, command, isDurableStart);
    if (decision === undefined) {
      this.#options.liveExecutions.evict(live);
      return refused(this.#options.quarantine.bugOf(live.record.id));
    }
    const isAccepted = decision.events.length > 0;
    if (!isAccepted && consumedSignalIds.length === 0) {
      this.#options.liveExecutions.release(live);
      return { isAccepted, committed: live.committed, stoppedAt: live.record.stoppedAt };
    }
    live.record = recordAfter(live);
    if (live.express === undefined || isDurableStart) this.#commitTurn(live, command, decision, consumedSignalIds);
    else this.#goOnInMemory(live, live.express, decision);
    return { isAccepted, committed: live.committed, stoppedAt: live.record.stoppedAt };
  }

  /** @param isStartOnly for an asynchronous Express execution, whose start is durable before anything of it runs. */
  #decide(live: LiveExecution, command: Command, isStartOnly: boolean): Decision | undefined {
    const { clock, arns, limits, isKnownActivity, parameterProblem, elapsed } = this.#options;
    const { id, stateMachineId } = live.record;
    // Nothing but the end is open to it.
    if (this.isQuarantined(id) && command.kind !== "Stop") return undefined;
    const { watcher, afterCommit } = live;
    const environment: Environment = {
      now: clock.now(),
      elapsed,
      limits: isStartOnly ? { ...limits, maxDecisionEvents: 1 } : limits,
      isStateMachineDeleted: this.#options.deletingMachines.has(stateMachineId),
      isKnownActivity,
      parameterProblem,
      mapRunArn: (state) => newMapRunArn(arns, { ...state, stateMachine: live.stateMachine }),
      taskToken: ({ scheduledEventId }) => makeTaskToken({ executionId: id, scheduledEventId }),
      onEvent:
        watcher &&
        ((event, before) => {
          const tell = watcher(event, before);
          if (tell !== undefined) afterCommit.push(tell);
        }),
    };
    try {
      return decide(live.execution, command, environment);
    } catch (error) {
      this.#quarantine(live, error);
      return undefined;
    }
  }

  /** A bug of Pawl: what is in memory cannot be trusted. The execution stands still, the process goes on. */
  #quarantine(live: LiveExecution, bug: unknown): void {
    const { liveExecutions, quarantine, log } = this.#options;
    quarantine.put(live.record.id, bug, live.isStored);
    liveExecutions.evict(live);
    log(`A bug in Pawl stopped the execution ${live.execution.identity.arn}.`, bug);
    this.#tell((listener) => listener.quarantined?.(live, bug));
  }

  #commitTurn(
    live: LiveExecution,
    command: Command,
    { events, effects }: Decision,
    consumedSignalIds: readonly number[],
  ): void {
    const jobs = jobChanges(live, command, this.#options.clock.now());
    this.#commit(live, { events, effects, consumedSignalIds, isNew: !live.isStored, jobs });
    live.isStored = true;
  }

  /** The events of an Express execution wait in memory for its end, and are then written without anybody waiting for it. */
  #goOnInMemory(live: LiveExecution, history: ExpressHistory, { events, effects }: Decision): void {
    history.add(events);
    const { execution } = live;
    if (execution.status !== "RUNNING") {
      live.callOffTimer?.();
      this.#commit(live, { events: history.events, effects: [], consumedSignalIds: [], isNew: !live.isStored });
      // Calls are called off whether its history can be written or not.
      this.#tell((listener) => listener.released?.(live, effects));
      this.#tell((listener) => listener.ended?.(live));
      return;
    }
    this.#setTimer(live);
    this.#tell((listener) => listener.released?.(live, effects));
  }

  #setTimer(live: LiveExecution): void {
    live.callOffTimer?.();
    const at = wakeAt(live.execution);
    if (at === undefined) return;
    const wake = (): unknown => this.inTurn(live, () => this.turn(live, { kind: "Wake" }));
    live.callOffTimer = this.#options.clock.callAt(at, () => void wake());
  }

  #commit(
    live: LiveExecution,
    part: Decision &
      Pick<ExecutionChange, "consumedSignalIds" | "isNew"> & { readonly jobs?: ReturnType<typeof jobChanges> },
  ): void {
    const { liveExecutions, quarantine, newMapRunId, log } = this.#options;
    const { record } = live;
    const change: ExecutionChange = {
      record,
      isNew: part.isNew,
      events: part.events,
      ...offersOf(record, part.effects),
      signals: part.events.length === 0 ? [] : signalsOf(record),
      consumedSignalIds: part.consumedSignalIds,
      ...part.jobs,
      mapRuns: mapRunChanges(part.effects, { record, at: live.execution.lastEventAt, newMapRunId }),
      replacedChildId: part.isNew ? live.replacedChildId : undefined,
    };
    const afterCommit = live.afterCommit.splice(0);
    live.uncommitted += 1;
    const watcherFailed = (error: unknown): void =>
      log("What an execution did could not be told to its watchers.", error);
    const afterwards = (): void => {
      live.uncommitted -= 1;
      if (record.status !== "RUNNING") quarantine.lift(record.id);
      this.#tell((listener) => listener.released?.(live, part.effects));
      this.#tell((listener) => listener.committed?.(live, change));
      tellEach(afterCommit, (tell) => tell(), watcherFailed);
      liveExecutions.release(live);
    };
    const undo = (error: unknown): never => {
      if (error instanceof CommitError) liveExecutions.evict(live);
      else this.#quarantine(live, error);
      throw error;
    };
    live.committed = this.#write(live, change).then(afterwards, undo);
    // A failure of the commit is told to those who await it; nobody need do so.
    live.committed.catch(() => undefined);
  }

  #tell(tell: (listener: ExecutionListener) => void): void {
    const { listeners, log } = this.#options;
    tellListeners(listeners, tell, log);
  }

  /**
   * The end of an asynchronous Express execution is in memory only, and its start was acknowledged: it is kept until it is
   * written.
   */
  async #write({ express }: LiveExecution, change: ExecutionChange): Promise<void> {
    const { committer } = this.#options;
    const isOwed = express !== undefined && !change.isNew;
    // The events of an Express execution are, once it has ended, for readers of its history only.
    const { status, mapRun } = change.record;
    const isAwaited = change.signals.length > 0 || mapRun !== undefined;
    const isHistory = express !== undefined && status !== "RUNNING" && !isAwaited;
    for (;;) {
      try {
        return await (isHistory ? committer.commitBehind(change) : committer.commit(change));
      } catch (error) {
        if (!isOwed || this.#isStopped || !(error instanceof CommitError)) throw error;
        await this.pause();
      }
    }
  }
}

/** An execution that a bug has stopped takes no more commands. */
function refused(bug: unknown): Turned {
  const committed = Promise.reject(bug);
  committed.catch(() => undefined);
  return { isAccepted: false, committed };
}

/** The end of an execution withdraws all of its offers by itself. */
function offersOf(
  { id: executionId, status }: ExecutionRecord,
  effects: readonly Effect[],
): Pick<ExecutionChange, "offers" | "withdrawnOffers"> {
  const offers: ActivityOffer[] = [];
  const withdrawnOffers: ActivityOffer[] = [];
  for (const effect of effects) {
    if (effect.kind === "OfferActivityTask") {
      offers.push({ activityArn: effect.activityArn, executionId, scheduledEventId: effect.attempt.scheduledEventId });
    } else if (effect.kind === "CancelTask" && effect.resource.kind === "activity" && status === "RUNNING") {
      withdrawnOffers.push({
        activityArn: effect.resource.arn,
        executionId,
        scheduledEventId: effect.attempt.scheduledEventId,
      });
    }
  }
  return { offers, withdrawnOffers };
}

/** The end of a child goes to the attempt that waits for it in the commit of the end itself. */
export function signalsOf({ id, parent, status }: ExecutionRecord): ExecutionChange["signals"] {
  if (parent === undefined || status === "RUNNING") return [];
  return [{ ...parent, childExecutionId: id }];
}

function recordAfter({ execution, record, isStored, express }: LiveExecution): ExecutionRecord {
  return {
    ...record,
    status: execution.status as ExecutionStatus,
    startedAt: isStored ? record.startedAt : execution.startedAt,
    stoppedAt: execution.stoppedAt,
    // The timers of an Express execution run in memory, and begin anew with it.
    wakeAt: express === undefined ? wakeAt(execution) : undefined,
    isInFlight: pending(execution).length > 0 || (record.type === "EXPRESS" && execution.status === "RUNNING"),
    lastEventId: execution.lastEventId,
    redrive:
      execution.redrivenAt === undefined ? undefined : { count: execution.redriveCount, at: execution.redrivenAt },
  };
}
