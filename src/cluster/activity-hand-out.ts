// Hands tasks of activities to the workers that wait at this node, whichever node owns their executions: an offer is taken out
// of the queue that all share, and its owner begins the task. A task whose owner cannot be asked comes back by itself.
import { CommitError } from "../runtime/executions/committer.ts";
import { createKeyedQueue } from "../runtime/keyed-queue.ts";
import type { ActivityTask } from "../runtime/runtime.ts";
import type { LimitExceeded } from "../runtime/starts/quotas.ts";
import { ActivityWaiters } from "../runtime/workers/activity-waiters.ts";
import type { ActivityOffer, Offers } from "../store/offers.ts";
import type { BegunTask } from "./peers.ts";
import { NoOwnerError } from "./router.ts";

export interface ActivityHandOutOptions {
  readonly offers: Pick<Offers, "take" | "putBack" | "count">;
  /** Workers that wait for a task of one activity at a time. */
  readonly maxWorkers: number;
  /** Has the owner of the execution begin a task. */
  readonly begin: (offer: ActivityOffer, workerName: string | undefined, signal: AbortSignal) => Promise<BegunTask>;
  /** Tells the owner what became of it. */
  readonly handedOver: (offer: ActivityOffer, isDelivered: boolean) => Promise<void>;
  readonly log: (message: string, error?: unknown) => void;
}

export class ActivityHandOut {
  readonly #options: ActivityHandOutOptions;
  readonly #waiters = new ActivityWaiters();
  readonly #queue = createKeyedQueue();
  /** Activities that had no offer when they were looked at last. */
  readonly #empty = new Set<string>();
  readonly #waiting = new Map<string, number>();
  #isStopped = false;

  constructor(options: ActivityHandOutOptions) {
    this.#options = options;
  }

  countWorkers(activityArn: string): number {
    return this.#waiters.count(activityArn);
  }

  /** Something may be in the queue of an activity. */
  offered(activityArn: string): void {
    this.#empty.delete(activityArn);
    this.#waiters.offer(activityArn);
  }

  /** Looks into the queues of all activities for which workers wait here. */
  async poll(): Promise<void> {
    const { offers } = this.#options;
    const waiting = [...this.#waiting.keys()];
    const counts = await Promise.all(waiting.map((activityArn) => offers.count(activityArn, 1)));
    for (const [i, activityArn] of waiting.entries()) if ((counts[i] ?? 0) > 0) this.offered(activityArn);
  }

  /** Workers that wait hear at once that there is nothing. */
  stop(): void {
    this.#isStopped = true;
    this.#waiters.wakeAll();
  }

  async take(
    activityArn: string,
    workerName: string | undefined,
    signal: AbortSignal,
  ): Promise<ActivityTask | LimitExceeded | undefined> {
    const { maxWorkers: limit } = this.#options;
    const leave = this.#waiters.enter(activityArn, limit);
    if (leave === undefined) return { kind: "limitExceeded", limit };
    this.#waiting.set(activityArn, (this.#waiting.get(activityArn) ?? 0) + 1);
    try {
      return await this.#wait(activityArn, workerName, signal);
    } finally {
      leave();
      const others = (this.#waiting.get(activityArn) ?? 1) - 1;
      if (others > 0) this.#waiting.set(activityArn, others);
      else this.#waiting.delete(activityArn);
    }
  }

  async #wait(
    activityArn: string,
    workerName: string | undefined,
    signal: AbortSignal,
  ): Promise<ActivityTask | undefined> {
    const { promise: aborted, resolve } = Promise.withResolvers<void>();
    const giveUp = (): void => resolve();
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      // One that comes anew looks for itself.
      this.#empty.delete(activityArn);
      while (!signal.aborted && !this.#isStopped) {
        const waiter = this.#waiters.wait(activityArn);
        try {
          const task = await this.#takeTask(activityArn, workerName, signal);
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

  async #takeTask(
    activityArn: string,
    workerName: string | undefined,
    signal: AbortSignal,
  ): Promise<ActivityTask | undefined> {
    const { begin, offers } = this.#options;
    while (!signal.aborted && !this.#isStopped) {
      const offer = await this.#takeOffer(activityArn);
      if (offer === undefined) return undefined;
      try {
        const begun = await begin(offer, workerName, signal);
        if (begun.kind === "task") return { ...begun, handedOver: (isDelivered) => this.#tell(offer, isDelivered) };
        if (begun.kind === "workerGone") await offers.putBack(offer);
      } catch (error) {
        // One whose owner cannot be asked, or did not answer, comes back by itself, and not before others.
        if (!(error instanceof CommitError) || error instanceof NoOwnerError) continue;
        await offers.putBack(offer);
        throw error;
      }
    }
    return undefined;
  }

  /** One after the other: when one finds nothing, those behind it need not look. */
  #takeOffer(activityArn: string): Promise<ActivityOffer | undefined> {
    return this.#queue(activityArn, async () => {
      if (this.#empty.has(activityArn)) return undefined;
      this.#empty.add(activityArn);
      let isEmpty = false;
      try {
        const offer = await this.#options.offers.take(activityArn);
        isEmpty = offer === undefined;
        return offer;
      } finally {
        if (!isEmpty) this.#empty.delete(activityArn);
      }
    });
  }

  #tell(offer: ActivityOffer, isDelivered: boolean): void {
    const { handedOver, log } = this.#options;
    handedOver(offer, isDelivered).then(
      () => !isDelivered && this.offered(offer.activityArn),
      (error: unknown) => log("What became of a task on its way to a worker could not be told to its owner.", error),
    );
  }
}
