// The executions that are in memory. One that only waits leaves it and is folded again from its journal when something
// arrives for it, so parked executions cost no memory.
import type { JsonataBudget } from "../../asl/jsonata/budget.ts";
import type { ArnSpace } from "../../aws/arn.ts";
import { applyLean } from "../../engine/apply-lean.ts";
import { newExecution } from "../../engine/execution.ts";
import { awaitedJobs } from "../../engine/pending.ts";
import type { RevisionRecord, StateMachineRecord } from "../../store/catalogue.ts";
import { StoreDamagedError } from "../../store/errors.ts";
import type { ExecutionRecord } from "../../store/journal.ts";
import type { Store } from "../../store/store.ts";
import { ExpressHistory } from "./express-history.ts";
import { identityOf } from "./identity.ts";
import type { ExecutionListener } from "./listener.ts";
import type { LiveExecution } from "./live-execution.ts";
import type { Programs } from "./programs.ts";
import type { Quarantine } from "./quarantine.ts";
import type { TurnQueue } from "./turn-queue.ts";
import type { Watch } from "./watch.ts";

export interface NewLiveExecution {
  readonly stateMachine: StateMachineRecord;
  readonly revision: RevisionRecord;
  readonly record: ExecutionRecord;
  readonly isSynchronous: boolean;
  /** The Map state whose item processor it runs, for a child of a Map Run. */
  readonly mapStateName?: string | undefined;
  readonly replacedChildId?: number | undefined;
}

export interface LiveExecutionsOptions {
  readonly store: Pick<Store, "journal" | "catalogue" | "mapRuns">;
  readonly programs: Programs;
  readonly arns: ArnSpace;
  readonly now: () => number;
  readonly jsonataBudget: JsonataBudget;
  readonly watch?: Watch | undefined;
  readonly turns: Pick<TurnQueue, "pause">;
  readonly quarantine: Pick<Quarantine, "has">;
  /** Told of every execution that has been read from its journal. */
  readonly listeners: readonly ExecutionListener[];
}

export class LiveExecutions implements ExecutionListener {
  readonly #options: LiveExecutionsOptions;
  readonly #byId = new Map<number, LiveExecution>();
  readonly #loading = new Map<number, Promise<LiveExecution | undefined>>();

  constructor(options: LiveExecutionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Whether an Express execution runs in memory. */
  get hasExpress(): boolean {
    for (const { express, execution } of this.#byId.values())
      if (express !== undefined && execution.status === "RUNNING") return true;
    return false;
  }

  /** The execution, if it is in memory. */
  peek(id: number): LiveExecution | undefined {
    return this.#byId.get(id);
  }

  /**
   * The execution, from its journal if need be; `undefined` when there is none that runs. One that has ended may still be
   * in memory.
   */
  get(id: number): Promise<LiveExecution | undefined> {
    return this.#find(id, false);
  }

  /** The execution as its journal leaves it, whether it runs or has ended. */
  getEnded(id: number): Promise<LiveExecution | undefined> {
    return this.#find(id, true);
  }

  add(start: NewLiveExecution): LiveExecution {
    const live = this.#newLive(start);
    this.#byId.set(start.record.id, live);
    return live;
  }

  /** Lets an execution go: it is parked, or what is known of it is not to be relied on. */
  evict(live: LiveExecution): void {
    const { id } = live.record;
    live.callOffTimer?.();
    if (this.#byId.get(id) === live) this.#byId.delete(id);
  }

  /** Lets an execution go that has ended, waits for a timer or a token or stands still, once that is durable. */
  release(live: LiveExecution): void {
    const { record, express, uncommitted } = live;
    const isParked = record.status !== "RUNNING" || (express === undefined && !record.isInFlight);
    // One that a bug has stopped stands still: nothing that it waits for comes.
    const isStill = this.#options.quarantine.has(record.id);
    if (uncommitted === 0 && (isParked || isStill)) this.evict(live);
  }

  /** Lets go what is ahead of what is durable. The end of an Express execution stands by itself and stays. */
  undone(): void {
    for (const live of this.#byId.values()) {
      const isEnd = live.express !== undefined && live.execution.status !== "RUNNING";
      if (live.uncommitted > 0 && !isEnd) this.evict(live);
    }
  }

  /** The timers of Express executions would keep a process alive whose runtime has closed. */
  callOffTimers(): void {
    for (const { callOffTimer } of this.#byId.values()) callOffTimer?.();
  }

  /** Settles when every change of the machine's executions that is handed over is durable, or cannot be made so. */
  async settled(stateMachineId: number): Promise<void> {
    const liveExecutions = [...this.#byId.values()].filter(({ record }) => record.stateMachineId === stateMachineId);
    await Promise.allSettled(liveExecutions.map(({ committed }) => committed));
  }

  /** Readers of an execution that is being read get what the first one gets: there are never two of one execution. */
  async #find(id: number, isEndedWanted: boolean): Promise<LiveExecution | undefined> {
    for (;;) {
      const live = this.#byId.get(id);
      if (live !== undefined) return live;
      const underWay = this.#loading.get(id);
      const loading = underWay ?? this.#load(id, isEndedWanted).finally(() => this.#loading.delete(id));
      this.#loading.set(id, loading);
      const loaded = await loading;
      // The first reader may have passed over one that has ended.
      if (loaded !== undefined || underWay === undefined || !isEndedWanted) return loaded;
    }
  }

  async #load(id: number, isEndedWanted: boolean): Promise<LiveExecution | undefined> {
    const { store, now, listeners, turns } = this.#options;
    const record = await store.journal.readRecord(id);
    if (record === undefined || (record.status !== "RUNNING" && !isEndedWanted)) return undefined;
    const stateMachine = await store.catalogue.readStateMachine(record.stateMachineId);
    const revision = await store.catalogue.readRevision(record.revisionId);
    if (stateMachine === undefined || revision === undefined) {
      throw new StoreDamagedError(
        `Execution ${id} is of a state machine or a revision of it that is not in the store.`,
      );
    }
    const mapStateName = await this.#mapStateNameOf(record);
    const live = this.#newLive({ stateMachine, revision, record, isSynchronous: false, mapStateName });
    live.isStored = true;
    // An Express execution has only its start stored: it runs again, and its time with it.
    const restartedAt = live.express === undefined ? undefined : now();
    for await (const row of store.journal.eachRow(id)) {
      for (const event of row) applyLean(live.execution, { ...event, at: restartedAt ?? event.at });
      const pause = turns.pause();
      if (pause !== undefined) await pause;
    }
    live.jobs = awaitedJobs(live.execution);
    this.#byId.set(id, live);
    try {
      for (const listener of listeners) listener.loaded?.(live);
    } catch (error) {
      // The work that is outstanding in it is not taken up: it counts as one that cannot be read.
      this.evict(live);
      throw error;
    }
    return live;
  }

  async #mapStateNameOf({ id, mapRun }: ExecutionRecord): Promise<string | undefined> {
    if (mapRun === undefined) return undefined;
    const run = await this.#options.store.mapRuns.readMapRun(mapRun.id);
    if (run === undefined) throw new StoreDamagedError(`Execution ${id} is of a Map Run that is not in the store.`);
    return run.state.stateName;
  }

  #newLive(start: NewLiveExecution): LiveExecution {
    const { stateMachine, revision, record, isSynchronous, mapStateName, replacedChildId } = start;
    const { arns, programs, jsonataBudget, watch } = this.#options;
    const program = mapStateName === undefined ? programs.of(revision) : programs.ofChildren(revision, mapStateName);
    const isExpress = record.type === "EXPRESS";
    const execution = newExecution(identityOf({ record, stateMachine, program, isSynchronous, jsonataBudget }, arns));
    return {
      execution,
      stateMachine,
      record,
      isStored: false,
      uncommitted: 0,
      committed: Promise.resolve(),
      jobs: awaitedJobs(execution),
      express: isExpress ? new ExpressHistory() : undefined,
      replacedChildId,
      watcher: watch?.({ execution, record, stateMachine, revision }),
      afterCommit: [],
      callOffTimer: undefined,
    };
  }
}
