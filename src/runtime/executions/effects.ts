// Effects, once they are durable: tasks are performed and called off, long decisions go on.
import type { Effect, PerformTask, TaskAttempt, TaskOutcome } from "../../engine/effect.ts";
import type { Command } from "../../engine/turn.ts";
import type { TaskResource } from "../../asl/resource.ts";
import type { Payload } from "../../asl/payload.ts";
import type { ExecutionRecord } from "../../store/journal.ts";
import { CommitError } from "./committer.ts";
import type { Delivery } from "./loop.ts";

/** Performs a task; never rejects for what the called thing does. */
export type Perform = (task: PerformTask, signal: AbortSignal) => Promise<TaskOutcome>;

export interface EffectsOptions {
  readonly perform: Perform;
  /** What becomes of a call that was in flight when the process died: performed again, or failed. */
  readonly unknownOutcome: "perform" | "fail";
  readonly deliver: (executionId: number, command: Command) => Promise<Delivery>;
  /** Lets some time pass before something is tried again. */
  readonly pause: () => Promise<void>;
  /** Stops the child execution of a `.sync` task that nobody waits for any more. */
  readonly stopChild: (executionArn: string) => Promise<unknown>;
  /** Delivers the ends of children that lie there for an execution. */
  readonly deliverEnds: (executionId: number) => Promise<void>;
  readonly log: (message: string, error: unknown) => void;
}

export class Effects {
  readonly #options: EffectsOptions;
  /** Calls in flight, by execution and attempt, until their outcomes are durable. */
  readonly #calls = new Map<string, AbortController>();
  #isStopped = false;

  constructor(options: EffectsOptions) {
    this.#options = options;
  }

  performAll({ id }: Pick<ExecutionRecord, "id">, effects: readonly Effect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case "PerformTask":
          void this.#performTask(id, effect);
          break;
        case "CancelTask":
          this.#cancel(id, effect);
          break;
        case "ContinueExecution":
          // Others get their turn first.
          setImmediate(() => void this.#options.deliver(id, { kind: "Continue" }));
          break;
        case "OfferActivityTask":
          // Was written with the commit; who waits for it is told there.
          break;
      }
    }
  }

  /**
   * Takes up what is outstanding in an execution that was read from its journal. A call that this process made itself,
   * before a commit failed, is still in flight.
   */
  takeUp(record: Pick<ExecutionRecord, "id">, effects: readonly Effect[]): void {
    for (const effect of effects) {
      const isUnknown = effect.kind === "PerformTask" && !this.#calls.has(callKey(record.id, effect));
      if (isUnknown && this.#options.unknownOutcome === "fail") this.#failUnknown(record.id, effect);
      else this.performAll(record, [effect]);
    }
  }

  /** Calls off everything that is in flight and begins nothing more; the outcomes are no longer of interest. */
  stop(): void {
    this.#isStopped = true;
    for (const call of this.#calls.values()) call.abort();
  }

  async #performTask(id: number, task: PerformTask): Promise<void> {
    const key = callKey(id, task);
    if (this.#isStopped || this.#calls.has(key)) return;
    const call = new AbortController();
    this.#calls.set(key, call);
    const outcome = await this.#outcomeOf(task, call.signal);
    const { scheduledEventId } = task.attempt;
    const delivery = call.signal.aborted
      ? "tooLate"
      : await this.#options.deliver(id, { kind: "TaskOutcome", scheduledEventId, outcome });
    this.#calls.delete(key);
    const isOrphan = outcome.kind === "submitted" && delivery === "tooLate" && !this.#isStopped;
    if (isOrphan) this.#stopChild(task.resource, outcome.output);
  }

  #failUnknown(id: number, { attempt: { scheduledEventId } }: PerformTask): void {
    const cause = "Pawl stopped while the call was in flight, so its outcome is unknown.";
    const outcome = { kind: "failed", error: "States.TaskFailed", cause } as const;
    void this.#options.deliver(id, { kind: "TaskOutcome", scheduledEventId, outcome });
  }

  async #outcomeOf(task: PerformTask, signal: AbortSignal): Promise<TaskOutcome> {
    const { perform, pause, log } = this.#options;
    try {
      return await perform(task, signal);
    } catch (error) {
      if (error instanceof CommitError) {
        // A child whose start could not be written has not started. That is no failure of the workflow.
        await pause();
        if (!signal.aborted) return this.#outcomeOf(task, signal);
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
    this.#calls.get(callKey(id, task))?.abort();
    this.#stopChild(task.resource, task.submission);
    // The end of one that an earlier process started may lie there for an attempt that knew of no start.
    if (isAwaitedChild(task.resource)) void this.#options.deliverEnds(id);
  }

  /** @param submission what starting the child answered; one whose start is still in flight is stopped when it is known. */
  #stopChild(resource: TaskResource, submission: Payload | undefined): void {
    const answer = submission?.value;
    if (!isAwaitedChild(resource) || typeof answer !== "object" || answer === null || !("ExecutionArn" in answer))
      return;
    void this.#stopSurely(String(answer.ExecutionArn));
  }

  async #stopSurely(executionArn: string): Promise<void> {
    const { stopChild, pause, log } = this.#options;
    while (!this.#isStopped) {
      try {
        await stopChild(executionArn);
        return;
      } catch (error) {
        if (!(error instanceof CommitError))
          return log(`The child execution ${executionArn} could not be stopped.`, error);
        await pause();
      }
    }
  }
}

function isAwaitedChild(resource: TaskResource): boolean {
  return resource.kind === "service" && resource.service === "states" && resource.pattern.startsWith("sync");
}

function callKey(executionId: number, { attempt }: { readonly attempt: TaskAttempt }): string {
  return `${executionId}/${attempt.scheduledEventId}`;
}
