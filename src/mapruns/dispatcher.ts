// One Map Run on its way: it begins children as there is room, hears of their ends, and tells the execution that waits how it
// came out. All that it knows follows from the store: after a crash, or a commit that failed, it asks anew and goes on.
import { mayPass } from "../runtime/executions/passing.ts";
import { CommitError } from "../runtime/executions/committer.ts";
import type { MapRunUpdate } from "../runtime/map-runs/map-run-description.ts";
import type { MapRunnerParts } from "../runtime/map-runs/map-runner.ts";
import { dataLimitFailure, type StateFailure } from "../engine/data-flow.ts";
import type { MapRunOutcome } from "../engine/effect.ts";
import { isExceeded, thresholdExceeded } from "../engine/map/tolerance.ts";
import type { ExecutionRecord } from "../store/journal.ts";
import {
  changedRun,
  type MapRunChange,
  type MapRunRecord,
  type MapRunState,
  type ResultFile,
} from "../store/map-run-row.ts";
import type { ChildCount } from "../store/map-runs.ts";
import { beginChildren } from "./begin-children.ts";
import { ChildTally, type EndedChild } from "./child-tally.ts";
import { MapRunFailure } from "./map-run-failure.ts";
import type { MapRunData, WriterRun } from "./ports.ts";
import { prepareRun, type PreparedRun } from "./prepare-run.ts";
import { arnOfRun, childrenOf, resultOf, writerRun, writtenResult } from "./results.ts";

/** AWS's bound on the children of a run that run at the same time. */
const mostConcurrent = 10_000;
/** Children that are being stopped at a time. */
const stopsAtOnce = 200;

export class Dispatcher {
  readonly #parts: MapRunnerParts;
  readonly #data: MapRunData;
  readonly #tally = new ChildTally();
  #run: MapRunRecord;
  #isStopped = false;
  /** The store could not write: what was handed over has perhaps not happened. */
  #isUndone = false;
  #failure: StateFailure | undefined;
  /** Children that ended while the store was being asked. */
  #missed: EndedChild[] | undefined;
  /** Settles when something has changed. */
  #changed = Promise.withResolvers<void>();
  /** Children that are handed over and not durable yet. */
  readonly #handedOver = new Set<Promise<unknown>>();
  #abort = new AbortController();
  #updates: Promise<unknown> = Promise.resolve();

  constructor(parts: MapRunnerParts, data: MapRunData, run: MapRunRecord) {
    this.#parts = parts;
    this.#data = data;
    this.#run = run;
  }

  get run(): MapRunRecord {
    return this.#run;
  }

  /** It is not gone through in this process any more, whatever becomes of it. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  get counts(): readonly ChildCount[] {
    return this.#tally.counts;
  }

  /** Goes through the run until it is over, or the process stops. */
  async work(): Promise<void> {
    let isTold = false;
    while (!this.#isStopped) {
      try {
        if (this.#run.status === "RUNNING") await this.#goThrough();
        else if (await this.#clear()) return;
      } catch (error) {
        if (this.#isStopped) return;
        const { log, loop } = this.#parts;
        const isOver = !mayPass(error);
        if (isOver || (!isTold && !(error instanceof CommitError)))
          log(`The Map Run ${this.#run.uuid} cannot go on${isOver ? "" : " yet; it is tried again"}.`, error);
        if (isOver) return this.stop();
        isTold = true;
        await loop.pause();
      }
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#abort.abort();
    this.#poke();
  }

  /** The execution that waits has moved the run. */
  moved(change: Exclude<MapRunChange, { kind: "begin" }>): void {
    this.#run = changedRun(this.#run, change);
    this.#abort.abort();
    this.#poke();
  }

  childEnded(child: EndedChild): void {
    if (this.#missed !== undefined) this.#missed.push(child);
    else this.#count(child);
  }

  undone(): void {
    this.#isUndone = true;
    this.#poke();
  }

  /** Changes the part of the run that moves by itself, one change after the other. */
  async update(change: Partial<MapRunState>): Promise<void> {
    const update = this.#updates.then(async () => {
      const state = { ...this.#run.state, ...change };
      await this.#parts.store.mapRuns.updateMapRun(this.#run.id, state);
      this.#run = { ...this.#run, state };
      this.#look();
      this.#poke();
    });
    this.#updates = update.catch(() => undefined);
    await update;
  }

  /** As `update`, for what a client asks for. @returns whether the run goes on. */
  async updateByClient(change: MapRunUpdate): Promise<boolean> {
    if (this.#run.status !== "RUNNING") return false;
    await this.update(change);
    return true;
  }

  async #goThrough(): Promise<void> {
    this.#abort = new AbortController();
    await this.#sync();
    const prepared = await this.#failing(() => prepareRun(this.#parts, this.#run));
    // The execution that waits has ended: it is about to say what becomes of the run.
    if (prepared === undefined && this.#failure === undefined) {
      return this.#until(() => this.#run.status !== "RUNNING");
    }
    if (prepared !== undefined) await this.#failing(() => this.#dispatch(prepared));
    await this.#until(() => this.#tally.running === 0 || !this.#isOpen || this.#failure !== undefined);
    if (this.#failure !== undefined && this.#isOpen) {
      await this.#stopChildren();
      await this.#until(() => this.#tally.running === 0 || !this.#isOpen);
    }
    if (!this.#isOpen) return;
    if (this.#parts.deletions.hasBegun(this.#run.stateMachineId)) return this.#abortForDeletion();
    await this.#end(prepared);
  }

  /** Does something that may turn out to fail the run. */
  async #failing<Result>(act: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await act();
    } catch (error) {
      const { aborted, reason } = this.#abort.signal;
      if (error instanceof MapRunFailure) this.#failure ??= error.failure;
      else if (!aborted || error !== reason) throw error;
      return undefined;
    }
  }

  /** Asks the store how far the run has come. */
  async #sync(): Promise<void> {
    await Promise.allSettled(this.#handedOver);
    this.#isUndone = false;
    this.#failure = undefined;
    const missed: EndedChild[] = [];
    this.#missed = missed;
    try {
      const progress = await this.#parts.store.mapRuns.progressOf(this.#run.id);
      this.#tally.reset(progress);
      const children = progress.counts.reduce((sum, count) => sum + count.children, 0);
      if (children !== progress.nextIndex) {
        const cause = `The Map Run has ${children} children, and the next one would have the index ${progress.nextIndex}.`;
        this.#failure = { error: "States.Runtime", cause };
      }
    } finally {
      this.#missed = undefined;
    }
    for (const child of missed) this.#count(child);
    this.#look();
  }

  #count(child: EndedChild): void {
    if (!this.#tally.end(child)) return;
    this.#look();
    this.#poke();
  }

  /** Looks whether more has failed than is tolerated. */
  #look(): void {
    const { state, redrive } = this.#run;
    const { toleratedCount, toleratedPercentage: percentage, total } = state;
    const count = toleratedCount ?? (percentage === undefined ? 0 : undefined);
    // A share of all items is known once all of them are.
    const tolerance = { count, percentage: total === undefined ? undefined : percentage };
    const failed = this.#tally.failedItems(redrive?.count ?? 0);
    const { error = "", cause = "" } = thresholdExceeded;
    if (isExceeded(tolerance, failed, total ?? 0)) this.#failure ??= { error, cause };
  }

  /** Begins children until there are no more to begin. @throws MapRunFailure */
  async #dispatch(prepared: PreparedRun): Promise<void> {
    await beginChildren({
      parts: this.#parts,
      data: this.#data,
      run: () => this.#run,
      prepared,
      tally: this.#tally,
      signal: this.#abort.signal,
      mayGoOn: () => this.#mayBegin,
      room: () => this.#room(),
      handOver: (committed, undo) => this.#handOver(committed, undo),
      cannotBeRedriven: (place) => {
        this.#tally.cannotBeRedriven(place);
        this.#look();
      },
      update: (change) => this.update(change),
    });
  }

  get #mayBegin(): boolean {
    const isDeleted = this.#parts.deletions.hasBegun(this.#run.stateMachineId);
    return this.#isOpen && this.#failure === undefined && !isDeleted;
  }

  /** Whether the run goes on in this process as it was. */
  get #isOpen(): boolean {
    if (this.#isUndone) throw new CommitError("The store could not write.");
    return this.#run.status === "RUNNING" && !this.#isStopped && !this.#abort.signal.aborted;
  }

  /** Waits until another child may run. @returns whether one may be begun at all. */
  async #room(): Promise<boolean> {
    const { memory, loop } = this.#parts;
    while (this.#mayBegin) {
      const most = Math.min(this.#run.state.maxConcurrency ?? mostConcurrent, mostConcurrent);
      if (memory.isSpent) await loop.pause();
      else if (this.#tally.running < most) return true;
      else await this.#changed.promise;
    }
    return false;
  }

  #handOver(committed: Promise<void>, undo: () => void): Promise<unknown> {
    const settled = committed.catch((error: unknown) => {
      undo();
      if (error instanceof CommitError) return this.undone();
      const cause = "A bug of Pawl stopped a child of the Map Run. Its log has the details.";
      this.#failure ??= { error: "States.Runtime", cause };
      this.#poke();
    });
    this.#handedOver.add(settled);
    void settled.finally(() => this.#handedOver.delete(settled));
    return settled;
  }

  async #stopChildren(): Promise<void> {
    const ids = this.#tally.runningIds;
    const { store, arns } = this.#parts;
    const machine = await store.catalogue.readStateMachine(this.#run.stateMachineId);
    const arn = arnOfRun(arns, machine?.name ?? "", this.#run);
    // AWS's words, recorded.
    const cause = `The map run execution [${arn}] which was managing this resource was aborted`;
    for (let from = 0; from < ids.length && !this.#isStopped; from += stopsAtOnce) {
      await Promise.all(ids.slice(from, from + stopsAtOnce).map((id) => this.#stopSurely(id, cause)));
    }
  }

  async #stopSurely(executionId: number, cause: string): Promise<void> {
    const { stops, loop } = this.#parts;
    while (!this.#isStopped) {
      try {
        await stops.stopById(executionId, { cause });
        return;
      } catch (error) {
        if (!mayPass(error)) throw error;
        await loop.pause();
      }
    }
  }

  /** Its machine is being deleted: the run is the transition at which the execution that waits is aborted. */
  async #abortForDeletion(): Promise<void> {
    await this.#parts.loop.deliverSurely(this.#run.executionId, { kind: "Stop" });
    await this.#until(() => this.#run.status !== "RUNNING");
  }

  async #end(prepared: PreparedRun | undefined): Promise<void> {
    const outcome = await this.#outcome(prepared);
    if (!this.#isOpen) return;
    const { executionId, startedEventId, redrive } = this.#run;
    const command = { kind: "MapRunEnded", startedEventId, redriveCount: redrive?.count ?? 0, outcome } as const;
    const delivery = await this.#parts.loop.deliverSurely(executionId, command);
    if (delivery === "undelivered") this.stop();
    else await this.#until(() => this.#run.status !== "RUNNING");
  }

  async #outcome(prepared: PreparedRun | undefined): Promise<MapRunOutcome> {
    if (prepared === undefined) return { kind: "failed", ...(this.#failure ?? unprepared) };
    const { store, describe, arns, turns, limits } = this.#parts;
    const { family, plan } = prepared;
    const machineName = family.stateMachine.name;
    const pending = () => prepared.pending(this.#tally.items, this.#abort.signal);
    const pause = () => turns.pause();
    const options = {
      mapRuns: store.mapRuns,
      describe,
      run: this.#run,
      arns,
      machineName,
      pause,
      pending,
      maxHistoryEvents: limits.maxHistoryEvents,
    };
    const failure = this.#failure;
    const writing = writerRun(options, plan.writer);
    if (writing === undefined) {
      if (failure !== undefined) return { kind: "failed", ...failure };
      const result = await resultOf(options, plan.writer);
      return "value" in result ? { kind: "succeeded", output: result.value } : { kind: "failed", ...result.failure };
    }
    const written = await this.#data.writeResults(writing, childrenOf(options), this.#abort.signal);
    if (failure !== undefined) {
      // A redrive may go on with them.
      if ("succeeded" in written) await this.#keepFiles(writing, written.succeeded);
      return { kind: "failed", ...failure };
    }
    if ("failure" in written) return { kind: "failed", ...written.failure };
    const output = writtenResult(writing, written.key);
    return output.isTooLarge ? { kind: "failed", ...dataLimitFailure(plan.state.name) } : { kind: "succeeded", output };
  }

  async #keepFiles({ earlier, redrive }: WriterRun, files: readonly ResultFile[]): Promise<void> {
    await this.update({ succeededFiles: [...earlier, { redrive, files }] });
  }

  /** Stops what is left of a run that has ended. @returns whether it is over, and not redriven meanwhile. */
  async #clear(): Promise<boolean> {
    if (this.#run.isOpen) {
      await this.#sync();
      await this.#stopChildren();
      await this.#until(() => this.#tally.running === 0 || this.#run.status === "RUNNING");
      if (this.#run.status === "RUNNING" || this.#isStopped) return false;
      await this.#parts.store.mapRuns.closeMapRun(this.#run.id);
    }
    if (this.#hasBegunAgain) return false;
    await this.#parts.deletions.mayBeOver(this.#run.stateMachineId);
    return !this.#hasBegunAgain;
  }

  get #hasBegunAgain(): boolean {
    return this.#run.status === "RUNNING";
  }

  async #until(isTrue: () => boolean): Promise<void> {
    while (!isTrue() && !this.#isStopped) await this.#changed.promise;
  }

  #poke(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

const unprepared: StateFailure = { error: "States.Runtime", cause: "The Map Run could not be prepared." };

/** `undefined` for a child that runs, and for no child of a Map Run. */
export function endedChild({ id, status, mapRun }: ExecutionRecord): EndedChild | undefined {
  return mapRun === undefined || status === "RUNNING" ? undefined : { id, status, mapRun };
}
