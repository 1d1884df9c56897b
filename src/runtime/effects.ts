// Effects, once they are durable: tasks are performed and called off, long decisions go on.
import type { Effect, PerformTask, TaskOutcome } from "../engine/effect.ts";
import type { Command } from "../engine/turn.ts";
import type { ExecutionRecord } from "../store/store.ts";

/** Performs a task; never rejects for what the called thing does. */
export type Perform = (task: PerformTask, signal: AbortSignal) => Promise<TaskOutcome>;

export interface EffectsOptions {
  readonly perform: Perform;
  readonly deliver: (executionId: number, command: Command) => Promise<void>;
  /** Stops the child execution of a `.sync` task that nobody waits for any more. */
  readonly stopChild: (executionArn: string) => Promise<unknown>;
  readonly log: (message: string, error: unknown) => void;
}

export class Effects {
  readonly #options: EffectsOptions;
  /** Calls in flight, by execution and attempt. */
  readonly #calls = new Map<string, AbortController>();

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

  /** Calls off everything that is in flight; the outcomes are no longer of interest. */
  abortAll(): void {
    for (const call of this.#calls.values()) call.abort();
  }

  async #performTask(id: number, task: PerformTask): Promise<void> {
    const { scheduledEventId } = task.attempt;
    const call = new AbortController();
    const key = `${id}/${scheduledEventId}`;
    this.#calls.set(key, call);
    const outcome = await this.#outcomeOf(task, call.signal);
    this.#calls.delete(key);
    if (!call.signal.aborted) await this.#options.deliver(id, { kind: "TaskOutcome", scheduledEventId, outcome });
  }

  async #outcomeOf(task: PerformTask, signal: AbortSignal): Promise<TaskOutcome> {
    const { perform, log } = this.#options;
    try {
      return await perform(task, signal);
    } catch (error) {
      // A connector that throws is a bug of Pawl; to the workflow it is a task that failed.
      log(`The connector of ${task.resource.arn} failed.`, error);
      return {
        kind: "failed",
        error: "States.TaskFailed",
        cause: `Pawl could not perform ${task.resource.arn}. Its log has the details.`,
      };
    }
  }

  #cancel(id: number, { attempt, resource, submission }: Extract<Effect, { kind: "CancelTask" }>): void {
    this.#calls.get(`${id}/${attempt.scheduledEventId}`)?.abort();
    const isChild = resource.kind === "service" && resource.service === "states" && resource.pattern.startsWith("sync");
    const answer = submission?.value;
    if (!isChild || typeof answer !== "object" || answer === null || !("ExecutionArn" in answer)) return;
    void this.#options.stopChild(String(answer.ExecutionArn)).catch((error: unknown) => {
      this.#options.log(`The child execution ${String(answer.ExecutionArn)} could not be stopped.`, error);
    });
  }
}
