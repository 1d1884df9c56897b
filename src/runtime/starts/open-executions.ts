// How many Standard executions run: asked of the store once, before the first start, and kept from then on by what is
// handed over to be committed.
import type { ExecutionChange, Journal } from "../../store/journal.ts";
import type { Committer } from "../executions/committer.ts";
import type { ExecutionListener } from "../executions/listener.ts";
import type { Partition } from "../partition.ts";
import type { LimitExceeded } from "./quotas.ts";

export interface OpenExecutionsOptions {
  readonly journal: Pick<Journal, "countOpen">;
  readonly committer: Pick<Committer, "betweenBatches">;
  readonly limit: number;
  readonly partition?: Pick<Partition, "openElsewhere"> | undefined;
}

export class OpenExecutions implements ExecutionListener {
  readonly #options: OpenExecutionsOptions;
  #count: number | undefined;
  /** As it was known last. */
  #known = 0;

  constructor(options: OpenExecutionsOptions) {
    this.#options = options;
  }

  get isKnown(): boolean {
    return this.#count !== undefined;
  }

  /** The refusal of one more; there is none while the number is unknown. */
  get refusal(): LimitExceeded | undefined {
    const { limit, partition } = this.#options;
    if (this.#count === undefined) return undefined;
    const open = this.#count + (partition?.openElsewhere() ?? 0);
    return open >= limit ? { kind: "limitExceeded", limit } : undefined;
  }

  /** As far as it is known. */
  get count(): number {
    return this.#count ?? this.#known;
  }

  /** Makes the number known. The store and the changes that wait to be written are together all that was decided. */
  ask(): Promise<void> {
    const { journal, committer } = this.#options;
    return committer.betweenBatches(async (waiting) => {
      if (this.isKnown) return;
      const stored = await journal.countOpen();
      this.#count = waiting().reduce((sum, change) => sum + openedBy(change), stored);
    });
  }

  handedOver(change: ExecutionChange): void {
    if (this.#count !== undefined) this.#count += openedBy(change);
  }

  undone(): void {
    this.#known = this.count;
    this.#count = undefined;
  }
}

/** By how many executions that run a change makes more or less. */
function openedBy({ record, isNew, events }: ExecutionChange): -1 | 0 | 1 {
  const [first] = events;
  // Children of Map Runs do not count.
  if (record.type !== "STANDARD" || record.mapRun !== undefined || first === undefined) return 0;
  const wasOpen = !isNew && first.kind !== "ExecutionRedriven";
  const isOpen = record.status === "RUNNING";
  if (wasOpen === isOpen) return 0;
  return isOpen ? 1 : -1;
}
