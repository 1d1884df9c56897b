// Workers that wait for a task of an activity. The queue itself is in the store; here is only who looks at it again when
// something is put in.

export interface Waiter {
  /** Settles when a task of the activity may be there. */
  readonly offered: Promise<void>;
  leave(): void;
}

export class ActivityWaiters {
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #workers = new Map<string, number>();

  /** One more worker wants a task; answers with what it is to call when it goes, or not at all when there are too many. */
  enter(activityArn: string, maxWorkers: number): (() => void) | undefined {
    const workers = this.#workers.get(activityArn) ?? 0;
    if (workers >= maxWorkers) return undefined;
    this.#workers.set(activityArn, workers + 1);
    return () => {
      const others = (this.#workers.get(activityArn) ?? 1) - 1;
      if (others > 0) this.#workers.set(activityArn, others);
      else this.#workers.delete(activityArn);
    };
  }

  count(activityArn: string): number {
    return this.#workers.get(activityArn) ?? 0;
  }

  wait(activityArn: string): Waiter {
    const { promise: offered, resolve } = Promise.withResolvers<void>();
    const waiters = this.#waiting.get(activityArn) ?? new Set();
    this.#waiting.set(activityArn, waiters.add(resolve));
    const leave = (): void => {
      waiters.delete(resolve);
      if (waiters.size === 0 && this.#waiting.get(activityArn) === waiters) this.#waiting.delete(activityArn);
    };
    return { offered, leave };
  }

  /** All of all activities look again. */
  wakeAll(): void {
    for (const activityArn of this.#waiting.keys()) this.offer(activityArn);
  }

  /** All look again: one of them finds the task. */
  offer(activityArn: string): void {
    for (const resolve of this.#waiting.get(activityArn) ?? []) resolve();
  }
}
