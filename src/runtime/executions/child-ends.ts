// The ends of child executions, on their way to the task attempts that wait for them: durable signals, each consumed by the
// commit of what it brings about.
import type { IntegrationPattern } from "../../asl/resource.ts";
import type { TaskOutcome } from "../../engine/effect.ts";
import type { ExecutionChange } from "../../store/journal.ts";
import type { Store } from "../../store/store.ts";
import type { Signal } from "../../store/signals.ts";
import { CommitError } from "./committer.ts";
import type { ExecutionListener } from "./listener.ts";
import type { LiveExecution } from "./live-execution.ts";
import type { LiveExecutions } from "./live-executions.ts";
import type { ExecutionDescription } from "../runtime.ts";
import type { Describe } from "./describe-execution.ts";
import type { Partition } from "../partition.ts";
import type { Loop } from "./loop.ts";
import { mayPass } from "./passing.ts";

export interface ChildEndsOptions {
  readonly store: Pick<Store, "journal" | "signals">;
  readonly liveExecutions: LiveExecutions;
  readonly loop: Loop;
  readonly describe: Describe;
  /** The outcome that the end of a child has for the task that waited for it. */
  readonly outcomeOf: (child: ExecutionDescription, pattern: IntegrationPattern) => TaskOutcome;
  /** Signals to executions of other partitions are delivered there. */
  readonly partition?: Pick<Partition, "owns"> | undefined;
  readonly log: (message: string, error: unknown) => void;
}

/** Signals that are read at a time. */
const pageSize = 200;
/** Executions that are told at a time of what came in from elsewhere. */
const mostTold = 2_000;

export class ChildEnds implements ExecutionListener {
  readonly #options: ChildEndsOptions;
  /** Executions that are being told of signals which came in from elsewhere. */
  readonly #told = new Set<number>();
  #isStopped = false;

  constructor(options: ChildEndsOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#isStopped = true;
  }

  committed({ record, execution }: LiveExecution, { events, signals }: ExecutionChange): void {
    for (const { executionId } of signals) void this.deliver(executionId);
    // A child may have ended before its parent knew that it had started.
    const hasSubmitted = record.status === "RUNNING" && events.some((event) => event.kind === "TaskSubmitted");
    if (hasSubmitted && execution.tasks.size > 0) void this.deliver(record.id);
  }

  /** Tells an execution of the children that have ended. */
  async deliver(executionId: number): Promise<void> {
    const { partition } = this.#options;
    if (partition !== undefined && !partition.owns(executionId)) return;
    let isTold = false;
    while (!this.#isStopped) {
      try {
        for (const signal of await this.#options.store.signals.of(executionId)) await this.#deliverSurely(signal);
        return;
      } catch (error) {
        if (this.#isStopped) return;
        const isOver = this.#options.loop.isQuarantined(executionId) || !mayPass(error);
        const prospect = isOver ? "it will be at the next start" : "it is tried again";
        if (isOver || !isTold)
          this.#options.log(`The end of a child execution could not be delivered; ${prospect}.`, error);
        if (isOver) return;
        isTold = true;
        await this.#options.loop.pause();
      }
    }
  }

  /** Delivers what the last process left behind. */
  async deliverAll(): Promise<void> {
    const seen = new Set<number>();
    for (let after = 0; !this.#isStopped;) {
      const signals = await this.#options.store.signals.list({ limit: pageSize, after });
      for (const { executionId } of signals) {
        if (!seen.has(executionId)) await this.deliver(executionId);
        seen.add(executionId);
      }
      const last = signals.at(-1);
      if (last === undefined || signals.length < pageSize) return;
      after = last.id;
    }
  }

  /** Delivers signals that were written elsewhere; one that cannot be delivered for now keeps no other from it. */
  async deliverNew(): Promise<void> {
    for (let after = 0; !this.#isStopped && this.#told.size < mostTold;) {
      const signals = await this.#options.store.signals.list({ limit: pageSize, after });
      for (const { executionId } of signals) {
        if (this.#told.has(executionId)) continue;
        this.#told.add(executionId);
        void this.deliver(executionId).finally(() => this.#told.delete(executionId));
      }
      const last = signals.at(-1);
      if (last === undefined || signals.length < pageSize) return;
      after = last.id;
    }
  }

  async #deliverSurely(signal: Signal): Promise<void> {
    const child = await this.#options.store.journal.readRecord(signal.childExecutionId);
    if (child === undefined) throw new Error(`Execution ${signal.childExecutionId} has a signal and no record.`);
    // Redriven before this end of it was heard of: its next one brings another signal, and this one goes with that.
    if (child.status === "RUNNING") return;
    const description = await this.#options.describe(child);
    while (!this.#isStopped) {
      try {
        return await this.#take(signal, description);
      } catch (error) {
        if (!(error instanceof CommitError)) throw error;
        await this.#options.loop.pause();
      }
    }
  }

  async #take(signal: Signal, child: ExecutionDescription): Promise<void> {
    const { liveExecutions, loop, outcomeOf } = this.#options;
    const { executionId, scheduledEventId } = signal;
    for (;;) {
      // A parent that has ended takes it too: nobody waits, and a redrive that is under way is not overwritten.
      const live = await liveExecutions.getEnded(executionId);
      if (live === undefined) throw new Error(`Execution ${executionId} has a signal and no record.`);
      const turned = await loop.inTurn(live, () => {
        const work = live.execution.tasks.get(scheduledEventId)?.state?.work;
        // The parent does not know yet that the child has started. It is told when it does.
        if (work?.kind === "task" && work.phase !== "submitted") {
          liveExecutions.release(live);
          return "tooEarly";
        }
        const outcome = outcomeOf(child, work?.kind === "task" ? work.resource.pattern : "sync");
        return loop.turn(live, { kind: "TaskOutcome", scheduledEventId, outcome }, [signal.id]);
      });
      if (turned === "tooEarly") return;
      if (turned !== undefined) return turned.committed;
    }
  }
}
