// Effects, once they are durable: tasks are performed and called off, long decisions go on.
import type { Effect, JobService, PerformTask, TaskAttempt, TaskOutcome } from "../../engine/effect.ts";
import type { Execution } from "../../engine/execution.ts";
import { awaitedJobs, awaitsChild, pending } from "../../engine/pending.ts";
import { isJsonObject, memberOf } from "../../asl/json.ts";
import { isJob, type TaskResource } from "../../asl/resource.ts";
import type { Payload } from "../../asl/payload.ts";
import type { Inspect } from "../../tasks/ports.ts";
import type { ExecutionRecord } from "../../store/journal.ts";
import type { Clock } from "../clock.ts";
import { stopOrphanedJob } from "../jobs/orphans.ts";
import { MemorySpentError } from "../memory-budget.ts";
import type { ChildEnds } from "./child-ends.ts";
import type { ExecutionListener } from "./listener.ts";
import type { LiveExecution } from "./live-execution.ts";
import type { LiveExecutions } from "./live-executions.ts";
import type { Loop } from "./loop.ts";
import { isOfStore } from "./passing.ts";

/** Performs a task; never rejects for what the called thing does. */
export type Perform = (task: PerformTask, signal: AbortSignal, inspect?: Inspect) => Promise<TaskOutcome>;

export interface EffectsOptions {
  readonly perform: Perform;
  /** Waits until calls may be made, where something may forbid them for a while. Rejects when none will be made any more. */
  readonly admit?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** The fate of a call that was in flight when the process died: performed again, or failed. */
  readonly unknownOutcome: "perform" | "fail";
  readonly clock: Clock;
  readonly loop: Loop;
  readonly liveExecutions: Pick<LiveExecutions, "get" | "peek" | "release" | "hasExpress">;
  readonly childEnds: Pick<ChildEnds, "deliver">;
  /** Stops the child execution of a `.sync` task that nobody waits for any more. */
  readonly stopChild: (executionArn: string) => Promise<unknown>;
  readonly jobs: JobService;
  readonly log: (message: string, error?: unknown) => void;
}

/** Time for the answer to a submission that nobody waits for any more. */
const submissionPatienceMs = 60_000;

/** Comes too late for any attempt. */
const overBeforehand: TaskOutcome = {
  kind: "failed",
  error: "States.TaskFailed",
  cause: "The task had ended before its call was made.",
};

export class Effects implements ExecutionListener {
  readonly #options: EffectsOptions;
  /** Calls in flight, by execution and attempt, until their outcomes are durable. */
  readonly #calls = new Map<string, AbortController>();
  /** Executions that a Continue is on its way to. */
  readonly #continuing = new Set<number>();
  readonly #stopped = new AbortController();
  /** Settles when nothing is left that only this process can go on with. */
  #drained: PromiseWithResolvers<void> | undefined;

  constructor(options: EffectsOptions) {
    this.#options = options;
  }

  released({ record }: LiveExecution, effects: readonly Effect[]): void {
    for (const effect of effects) this.#perform(record, effect);
  }

  /**
   * Takes up what is outstanding in an execution that was read from its journal. A call that this process made itself,
   * before a commit failed, is still in flight.
   */
  loaded({ record, execution }: LiveExecution): void {
    const { loop, clock, unknownOutcome } = this.#options;
    const { id } = record;
    if (loop.isQuarantined(id) || this.#isLeft(record)) return;
    const now = clock.now();
    for (const effect of pending(execution)) {
      const isCall = effect.kind === "PerformTask";
      // A call whose time is over is not made again: the alarm is about to say so.
      if (isCall && (effect.deadline ?? Infinity) <= now) continue;
      const isUnknown = isCall && !this.#calls.has(callKey(id, effect));
      if (isUnknown && unknownOutcome === "fail") this.#failUnknown(id, effect);
      else this.#perform(record, isUnknown ? { ...effect, isRepetition: true } : effect);
    }
  }

  ended(): void {
    this.#lookWhetherDrained();
  }

  /** Leaves new calls to the next owner, but for Express executions, with which it cannot go on. */
  drain(): Promise<void> {
    this.#drained ??= Promise.withResolvers();
    this.#lookWhetherDrained();
    return this.#drained.promise;
  }

  #isLeft({ type }: ExecutionRecord): boolean {
    return this.#drained !== undefined && type === "STANDARD";
  }

  #lookWhetherDrained(): void {
    if (this.#calls.size === 0 && this.#drained !== undefined && !this.#options.liveExecutions.hasExpress)
      this.#drained.resolve();
  }

  /** Calls off everything that is in flight and begins nothing more; the outcomes are no longer of interest. */
  stop(): void {
    this.#stopped.abort();
    for (const call of this.#calls.values()) call.abort();
  }

  #perform(record: ExecutionRecord, effect: Effect): void {
    const { id, traceHeader } = record;
    switch (effect.kind) {
      case "PerformTask":
        if (this.#isLeft(record)) break;
        void this.#performTask(id, traceHeader === undefined ? effect : { ...effect, traceHeader });
        break;
      case "CancelTask":
        this.#cancel(id, effect);
        break;
      case "ContinueExecution":
        void this.#continue(id);
        break;
      case "OfferActivityTask":
      case "StartMapRun":
      case "EndMapRun":
      case "RedriveMapRun":
        // Written with the commit; who waits for it hears of that.
        break;
    }
  }

  /**
   * One Continue is on its way to an execution at a time, until it is decided: one that is read again after a commit failed
   * asks for another beside the one that is repeated.
   */
  async #continue(id: number): Promise<void> {
    const { loop } = this.#options;
    if (this.#continuing.has(id)) return;
    this.#continuing.add(id);
    // Others get their turn first.
    await new Promise((resolve) => setImmediate(resolve));
    await loop.deliverSurely(id, { kind: "Continue" }, () => this.#continuing.delete(id));
    this.#continuing.delete(id);
  }

  async #performTask(id: number, task: PerformTask): Promise<void> {
    const key = callKey(id, task);
    if (this.#stopped.signal.aborted || this.#calls.has(key)) return;
    const call = new AbortController();
    this.#calls.set(key, call);
    const outcome = await this.#outcomeOf(id, task, call.signal);
    const { scheduledEventId } = task.attempt;
    const delivery = call.signal.aborted
      ? "tooLate"
      : await this.#options.loop.deliverSurely(id, { kind: "TaskOutcome", scheduledEventId, outcome });
    this.#calls.delete(key);
    this.#lookWhetherDrained();
    if (outcome.kind === "submitted" && delivery === "tooLate") await this.#stopOrphan(id, task, outcome.output);
  }

  /**
   * A child or a job that was started for nobody. The attempt that asks again, after its first answer was lost, does await
   * it.
   */
  async #stopOrphan(id: number, task: PerformTask, submission: Payload): Promise<void> {
    const child = awaitedChild(task.resource, submission);
    const isOrphanable = child !== undefined || isJob(task.resource);
    const { signal } = this.#stopped;
    if (!isOrphanable || signal.aborted) return;
    const { liveExecutions, jobs, loop, clock, log } = this.#options;
    try {
      const live = await liveExecutions.get(id);
      const isAwaited = live !== undefined && isAwaitedBy(live.execution, task, child);
      if (live !== undefined) liveExecutions.release(live);
      if (isAwaited) return;
      if (child !== undefined) return await this.#stopSurely(child);
      await stopOrphanedJob(task, submission, { jobs, pause: () => loop.pause(), signal, now: clock.now(), log });
    } catch (error) {
      if (isOfStore(error)) {
        await loop.pause();
        return this.#stopOrphan(id, task, submission);
      }
      log(
        `Whether anybody waits for ${child ?? `a job of ${task.resource.arn}`} could not be read; it goes on.`,
        error,
      );
    }
  }

  /** A call may have been answered by its token while it waited: that is durable by then, or has not happened. */
  async #isOver(id: number, { attempt: { scheduledEventId } }: PerformTask): Promise<boolean> {
    const { liveExecutions } = this.#options;
    for (;;) {
      const live = await liveExecutions.get(id);
      if (live === undefined) return true;
      if (live.execution.tasks.has(scheduledEventId)) return false;
      const isDurable = await live.committed.then(
        () => true,
        () => false,
      );
      liveExecutions.release(live);
      if (isDurable) return true;
    }
  }

  #failUnknown(id: number, { attempt: { scheduledEventId } }: PerformTask): void {
    const cause = "Pawl stopped while the call was in flight, so its outcome is unknown.";
    const outcome = { kind: "failed", error: "States.TaskFailed", cause } as const;
    void this.#options.loop.deliverSurely(id, { kind: "TaskOutcome", scheduledEventId, outcome });
  }

  async #outcomeOf(id: number, task: PerformTask, signal: AbortSignal): Promise<TaskOutcome> {
    const { perform, admit, liveExecutions, loop, log } = this.#options;
    try {
      for (;;) {
        if (admit === undefined) break;
        await admit(signal);
        // A job that an earlier owner may have submitted is submitted again though it is over: in order to be stopped.
        if (isJob(task.resource)) break;
        // Nothing is waited for between being admitted and the call.
        if (liveExecutions.peek(id)?.execution.tasks.has(task.attempt.scheduledEventId) === true) break;
        if (await this.#isOver(id, task)) return overBeforehand;
      }
      return await perform(task, signal);
    } catch (error) {
      if (isOfStore(error) || error instanceof MemorySpentError) {
        // A child that could not be started has not started. That is no failure of the workflow.
        await loop.pause();
        if (!signal.aborted) return this.#outcomeOf(id, task, signal);
      } else {
        // A connector that throws is a bug of Pawl; to the workflow it is a task that failed.
        log(`The connector of ${task.resource.arn} failed.`, error);
      }
      return {
        kind: "failed",
        error: "States.TaskFailed",
        cause: `Pawl could not perform ${task.resource.arn}. Its log has the details.`,
      };
    }
  }

  #cancel(id: number, task: Extract<Effect, { kind: "CancelTask" }>): void {
    const call = this.#calls.get(callKey(id, task));
    // A job that is being submitted is stopped once it is known whether there is one; a service may never say.
    if (!isJob(task.resource)) call?.abort();
    else if (call !== undefined) this.#options.clock.callAfter(submissionPatienceMs, () => call.abort());
    const child = awaitedChild(task.resource, task.submission);
    if (child !== undefined) void this.#stopSurely(child);
    // The end of one that an earlier process started may lie there for an attempt that knew of no start.
    if (isAwaitedChild(task.resource)) void this.#options.childEnds.deliver(id);
  }

  async #stopSurely(executionArn: string): Promise<void> {
    const { stopChild, loop, log } = this.#options;
    while (!this.#stopped.signal.aborted) {
      try {
        await stopChild(executionArn);
        return;
      } catch (error) {
        if (!isOfStore(error)) return log(`The child execution ${executionArn} could not be stopped.`, error);
        await loop.pause();
      }
    }
  }
}

function isAwaitedBy(execution: Execution, { attempt }: PerformTask, child: string | undefined): boolean {
  return child === undefined ? awaitedJobs(execution).has(attempt.scheduledEventId) : awaitsChild(execution, child);
}

function isAwaitedChild(resource: TaskResource): boolean {
  return resource.kind === "service" && resource.service === "states" && resource.pattern.startsWith("sync");
}

/** The child that a `.sync` task waits for, once it is known: one whose start is still in flight is stopped when it is. */
function awaitedChild(resource: TaskResource, submission: Payload | undefined): string | undefined {
  const answer = isAwaitedChild(resource) ? submission?.value : undefined;
  const arn = answer !== undefined && isJsonObject(answer) ? memberOf(answer, "ExecutionArn") : undefined;
  return typeof arn === "string" ? arn : undefined;
}

function callKey(executionId: number, { attempt }: { readonly attempt: TaskAttempt }): string {
  return `${executionId}/${attempt.scheduledEventId}`;
}
