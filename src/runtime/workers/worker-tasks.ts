// Tasks that others work on: activities, which workers take out of their queue, and everything that is answered by a token.
import type { Payload } from "../../asl/payload.ts";
import type { Failure } from "../../engine/journal/event.ts";
import type { Command } from "../../engine/turn.ts";
import type { ExecutionChange } from "../../store/journal.ts";
import type { Store } from "../../store/store.ts";
import { ActivityWaiters } from "./activity-waiters.ts";
import type { ActivityOffer } from "../../store/offers.ts";
import type { Clock } from "../clock.ts";
import { mayPass } from "../executions/passing.ts";
import { CommitError } from "../executions/committer.ts";
import type { LimitExceeded } from "../starts/quotas.ts";
import type { ExecutionListener } from "../executions/listener.ts";
import type { LiveExecution } from "../executions/live-execution.ts";
import type { LiveExecutions } from "../executions/live-executions.ts";
import type { ActivityTask, TokenOutcome } from "../runtime.ts";
import { readTaskToken, type TokenAddress } from "./task-token.ts";
import type { Loop } from "../executions/loop.ts";

export interface WorkerTasksOptions {
  readonly store: Pick<Store, "journal" | "offers">;
  readonly liveExecutions: LiveExecutions;
  readonly loop: Loop;
  readonly clock: Clock;
  readonly log: (message: string, error: unknown) => void;
  /** Workers that wait for a task of one activity at a time. */
  readonly maxWorkers: number;
}

/** How long offers that are done with wait for others. */
const settlingDelayMs = 200;

export class WorkerTasks implements ExecutionListener {
  readonly #options: WorkerTasksOptions;
  readonly #waiters = new ActivityWaiters();
  /** Offers of tasks that are on their way to a worker, by their addresses. */
  readonly #underWay = new Set<string>();
  /** Offers that are done with, and not yet noted as such in the store. */
  readonly #settled: ActivityOffer[] = [];
  #callOffSettling: (() => void) | undefined;
  #isStopped = false;

  constructor(options: WorkerTasksOptions) {
    this.#options = options;
  }

  /** Workers that wait hear at once that there is nothing. */
  stop(): void {
    this.#isStopped = true;
    this.#waiters.wakeAll();
  }

  /** Notes what workers have. */
  close(): Promise<void> {
    return this.#writeSettled();
  }

  committed(_live: LiveExecution, { offers }: ExecutionChange): void {
    for (const { activityArn } of offers) this.#waiters.offer(activityArn);
  }

  countWorkers(activityArn: string): number {
    return this.#waiters.count(activityArn);
  }

  /** Waits for a task of the activity until `signal` aborts. */
  async take(
    activityArn: string,
    workerName: string | undefined,
    signal: AbortSignal,
  ): Promise<ActivityTask | LimitExceeded | undefined> {
    const { maxWorkers: limit } = this.#options;
    const leave = this.#waiters.enter(activityArn, limit);
    if (leave === undefined) return { kind: "limitExceeded", limit };
    return this.#wait(activityArn, workerName, signal).finally(leave);
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
      while (!signal.aborted && !this.#isStopped) {
        const waiter = this.#waiters.wait(activityArn);
        try {
          const task = await this.#takeOffer(activityArn, workerName, signal);
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

  /** Begins the task of an offer that was taken elsewhere; one that is over is settled. */
  async begin(
    offer: ActivityOffer,
    workerName: string | undefined,
    signal: AbortSignal,
  ): Promise<ActivityTask | "over" | "workerGone"> {
    const begun = await this.#begin(offer, workerName, signal);
    if (begun === "over") this.#settle(offer);
    return begun;
  }

  /** A task that was begun here, or by an earlier owner, has reached its worker or has not. */
  noteHandOver(offer: ActivityOffer, isDelivered: boolean): void {
    const isKnown = this.#underWay.has(addressOf(offer));
    if (isKnown) this.#handedOver(offer, isDelivered);
    else if (isDelivered) this.#settle(offer);
  }

  succeed(taskToken: string, output: Payload): Promise<TokenOutcome> {
    return this.#sendForToken(taskToken, (scheduledEventId) => ({
      kind: "TaskOutcome",
      scheduledEventId,
      outcome: { kind: "succeeded", output },
    }));
  }

  fail(taskToken: string, { error, cause }: Failure): Promise<TokenOutcome> {
    return this.#sendForToken(taskToken, (scheduledEventId) => ({
      kind: "TaskOutcome",
      scheduledEventId,
      outcome: { kind: "failed", error, cause },
    }));
  }

  heartbeat(taskToken: string): Promise<TokenOutcome> {
    return this.#sendForToken(taskToken, (scheduledEventId) => ({ kind: "TaskHeartbeat", scheduledEventId }));
  }

  async #takeOffer(
    activityArn: string,
    workerName: string | undefined,
    signal: AbortSignal,
  ): Promise<ActivityTask | undefined> {
    const { store, loop } = this.#options;
    while (!signal.aborted) {
      const offer = await store.offers.take(activityArn);
      if (offer === undefined) return undefined;
      try {
        const begun = await this.#begin(offer, workerName, signal);
        if (begun === "over") this.#settle(offer);
        else if (begun === "workerGone") await this.#giveBack(offer);
        else return begun;
      } catch (error) {
        // The task of an execution that a bug has stopped stands still with it, and not before others.
        const isOver = loop.isQuarantined(offer.executionId) || !(error instanceof CommitError || mayPass(error));
        if (isOver) continue;
        await store.offers.putBack(offer);
        throw error;
      }
    }
    return undefined;
  }

  /** The task of an offer, as started; "over" when nobody waits for it any more. */
  async #begin(
    offer: ActivityOffer,
    workerName: string | undefined,
    signal: AbortSignal,
  ): Promise<ActivityTask | "over" | "workerGone"> {
    const { liveExecutions, loop } = this.#options;
    const { executionId, scheduledEventId } = offer;
    for (;;) {
      const live = await liveExecutions.get(executionId);
      if (live === undefined) return "over";
      const begun = await loop.inTurn(live, () => {
        // The time of a task counts from its start: none starts for a worker that has gone.
        if (signal.aborted) return "workerGone" as const;
        const work = live.execution.tasks.get(scheduledEventId)?.state?.work;
        const isStarted = work?.kind === "task" && work.phase === "started";
        // One that was started before has reached no worker: its answer was lost, or the process that wrote it. The time
        // within which its worker must show life begins with the worker that gets it.
        const command: Command = isStarted
          ? { kind: "TaskHeartbeat", scheduledEventId }
          : { kind: "ActivityTaskTaken", scheduledEventId, workerName };
        return { work, ...loop.turn(live, command) };
      });
      if (begun === undefined) continue;
      if (begun === "workerGone") {
        liveExecutions.release(live);
        return begun;
      }
      await begun.committed;
      const { work } = begun;
      if (work?.kind !== "task" || work.phase !== "started" || work.token === undefined) return "over";
      this.#underWay.add(addressOf(offer));
      const handedOver = (isDelivered: boolean): void => this.#handedOver(offer, isDelivered);
      return { kind: "task", taskToken: work.token, input: work.parameters, handedOver };
    }
  }

  #handedOver(offer: ActivityOffer, isDelivered: boolean): void {
    // Its worker may have shown meanwhile that it has the task.
    if (!this.#underWay.delete(addressOf(offer))) return;
    if (isDelivered) this.#settle(offer);
    else void this.#giveBack(offer);
  }

  /** A worker that has the token of a task has the task. */
  #noteHolder(offer: ActivityOffer, { kind }: Command): void {
    if (this.#underWay.delete(addressOf(offer)) || kind === "TaskHeartbeat") this.#settle(offer);
  }

  /** The offer is done with. That is written soon, and for many at once: a crash before it offers the task again. */
  #settle(offer: ActivityOffer): void {
    const { clock } = this.#options;
    this.#settled.push(offer);
    // Nobody waits for a server that stops.
    if (this.#isStopped) void this.#writeSettled();
    else this.#callOffSettling ??= clock.callAfter(settlingDelayMs, () => void this.#writeSettled());
  }

  async #writeSettled(): Promise<void> {
    this.#callOffSettling?.();
    this.#callOffSettling = undefined;
    const settled = this.#settled.splice(0);
    try {
      if (settled.length > 0) await this.#options.store.offers.settle(settled);
    } catch (error) {
      this.#options.log(
        "Tasks that workers have could not be noted; they may be offered again after a restart.",
        error,
      );
      this.#settled.push(...settled);
    }
  }

  async #giveBack(offer: ActivityOffer): Promise<void> {
    const { store, loop, log } = this.#options;
    while (!this.#isStopped) {
      try {
        await store.offers.putBack(offer);
        return this.#waiters.offer(offer.activityArn);
      } catch (error) {
        log("A task that reached no worker could not be put back into its queue; it is tried again.", error);
        await loop.pause();
      }
    }
  }

  async #sendForToken(taskToken: string, command: (scheduledEventId: number) => Command): Promise<TokenOutcome> {
    const address = readTaskToken(taskToken);
    if (address === undefined) return "invalidToken";
    const { executionId, scheduledEventId } = address;
    const { loop, liveExecutions } = this.#options;
    for (;;) {
      // A forged token costs the look at one event, and tells nothing of what there is.
      if (liveExecutions.peek(executionId) === undefined && !(await this.#isGenuine(taskToken, address)))
        return "invalidToken";
      const live = await liveExecutions.get(executionId);
      if (live === undefined) return "timedOut";
      const told = await loop.inTurn(live, () => {
        const work = live.execution.tasks.get(scheduledEventId)?.state?.work;
        if (work?.kind !== "task") return { outcome: "unknown", settled: live.committed } as const;
        if (work.token !== taskToken) return { outcome: "invalidToken", settled: live.committed } as const;
        // The task is awaited: what it is told counts, also a heartbeat that changes nothing.
        const { resource } = work;
        const message = command(scheduledEventId);
        const settled = loop.turn(live, message).committed;
        if (resource.kind === "activity")
          this.#noteHolder({ activityArn: resource.arn, executionId, scheduledEventId }, message);
        return { outcome: "accepted", settled } as const;
      });
      if (told === undefined) continue;
      // A worker that hears that its token is no good gives up: what made the task end must be durable by then.
      await told.settled;
      if (told.outcome !== "accepted") liveExecutions.release(live);
      if (told.outcome !== "unknown") return told.outcome;
      return (await this.#isGenuine(taskToken, address)) ? "timedOut" : "invalidToken";
    }
  }

  /** Whether the token was ever given for the attempt that it names. */
  async #isGenuine(taskToken: string, { executionId, scheduledEventId }: TokenAddress): Promise<boolean> {
    const range = { from: scheduledEventId, to: scheduledEventId };
    const events = await this.#options.store.journal.readEvents(executionId, range);
    return events.some((event) => event.kind === "TaskScheduled" && event.token === taskToken);
  }
}

function addressOf({ executionId, scheduledEventId }: ActivityOffer): string {
  return `${executionId}/${scheduledEventId}`;
}
