// How many children of a Map Run there are, by how they stand: asked of the store once, and kept from then on by what is
// begun and what has ended.
import type { ExecutionStatus } from "../store/journal.ts";
import type { MapRunChild } from "../store/map-run-row.ts";
import type { ChildCount, MapRunProgress } from "../store/map-runs.ts";

/** A child that has ended, or stands still to be redriven. */
export interface EndedChild {
  readonly id: number;
  readonly status: ExecutionStatus;
  readonly mapRun: MapRunChild;
}

interface Count {
  children: number;
  items: number;
}

export class ChildTally {
  /** Children that run, with their places. */
  readonly #running = new Map<number, Pick<MapRunChild, "itemCount" | "redrive">>();
  readonly #ended = new Map<string, Count & Pick<ChildCount, "status" | "redrive">>();
  #runningItems = 0;
  #notRedrivable: Count = { children: 0, items: 0 };

  reset({ counts, running }: MapRunProgress): void {
    this.#running.clear();
    this.#ended.clear();
    this.#runningItems = 0;
    this.#notRedrivable = { children: 0, items: 0 };
    for (const { executionId, ...place } of running) this.begin(executionId, place);
    for (const { status, redrive, children, items } of counts) {
      if (status !== "RUNNING") this.#add({ status, redrive }, { children, items });
    }
  }

  get running(): number {
    return this.#running.size;
  }

  get runningIds(): readonly number[] {
    return [...this.#running.keys()];
  }

  begin(executionId: number, place: Pick<MapRunChild, "itemCount" | "redrive">): void {
    this.#running.set(executionId, place);
    this.#runningItems += place.itemCount;
  }

  /** A child that was begun has not happened. */
  undo(executionId: number): void {
    this.#stopped(executionId);
  }

  /** @returns whether it was known to run: one that was not is counted already. */
  end({ id, status, mapRun }: EndedChild): boolean {
    if (!this.#stopped(id)) return false;
    this.#add({ status, redrive: mapRun.redrive }, { children: 1, items: mapRun.itemCount });
    return true;
  }

  /** A child that had ended runs again, or another one runs in its place. */
  redriven({ status, mapRun }: Omit<EndedChild, "id">): void {
    this.#add({ status, redrive: mapRun.redrive }, { children: -1, items: -mapRun.itemCount });
  }

  /** A child cannot be redriven: it counts as one that failed. */
  cannotBeRedriven({ itemCount }: MapRunChild): void {
    this.#notRedrivable.children += 1;
    this.#notRedrivable.items += itemCount;
  }

  /** Items of children that failed or timed out, and are not to be redriven. */
  failedItems(redrive: number): number {
    let items = this.#notRedrivable.items;
    for (const count of this.#ended.values()) {
      const isFailure = count.status === "FAILED" || count.status === "TIMED_OUT";
      if (isFailure && count.redrive === redrive) items += count.items;
    }
    return items;
  }

  /** Items of all children that there are. */
  get items(): number {
    let items = this.#runningItems;
    for (const count of this.#ended.values()) items += count.items;
    return items;
  }

  get counts(): readonly ChildCount[] {
    const running = new Map<number, ChildCount>();
    for (const { itemCount, redrive } of this.#running.values()) {
      const before = running.get(redrive) ?? { status: "RUNNING", redrive, children: 0, items: 0 };
      running.set(redrive, { ...before, children: before.children + 1, items: before.items + itemCount });
    }
    return [...running.values(), ...[...this.#ended.values()].filter(({ children }) => children > 0)];
  }

  #stopped(executionId: number): boolean {
    const place = this.#running.get(executionId);
    if (place === undefined) return false;
    this.#running.delete(executionId);
    this.#runningItems -= place.itemCount;
    return true;
  }

  #add({ status, redrive }: Pick<ChildCount, "status" | "redrive">, { children, items }: Count): void {
    const key = `${status}/${redrive}`;
    const before = this.#ended.get(key) ?? { status, redrive, children: 0, items: 0 };
    this.#ended.set(key, { status, redrive, children: before.children + children, items: before.items + items });
  }
}
