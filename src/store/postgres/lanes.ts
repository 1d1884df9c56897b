// The lanes of a node, and what waits for them: all that arrives while a transaction is under way, of whichever partition, joins
// the next one. Few large transactions cost less than many small ones, so that a second lane begins only where much waits, or
// the first takes long.
import { performance } from "node:perf_hooks";
import { NotOwnerError } from "../errors.ts";
import type { Durability, EncodedChange } from "../journal.ts";
import type { Owner } from "./batch.ts";
import type { Entry, Lane } from "./lane.ts";

type Committing = Pick<Lane, "commit" | "close">;

interface Waiting extends Entry {
  readonly length: number;
}

/** The rows of one transaction end when they are longer. */
const batchLength = 4 * 1024 * 1024;
/** So many changes, or rows of such a length, do not wait for a lane that is under way. */
const muchChanges = 32;
const muchLength = 256 * 1024;
/** Nor does anything for one that has been under way for so long: its connection may be lost, or the disk slow. */
const longMs = 50;

export class Lanes {
  readonly #free: Committing[];
  readonly #lanes: readonly Committing[];
  #waiting: Waiting[] = [];
  #newestAt = 0;
  /** Partitions of which something is under way: what they append next is behind it. */
  readonly #busy = new Set<number>();
  /** Appends that are not settled, by partition. */
  readonly #pending = new Map<number, Set<Promise<void>>>();
  #isScheduled = false;
  #later: NodeJS.Timeout | undefined;

  /** @param lanes at least one. */
  constructor(lanes: readonly Committing[]) {
    this.#lanes = lanes;
    this.#free = lanes.toReversed();
  }

  /** @throws NotOwnerError, OutcomeUnknownError, StoreAwayError; what is wrong with the changes. */
  append(owner: Owner, changes: readonly EncodedChange[], durability: Durability): Promise<void> {
    const { partition } = owner.lease;
    const ofPartition = this.#pending.get(partition) ?? new Set();
    this.#pending.set(partition, ofPartition);
    const appended = new Promise<void>((resolve, reject) => {
      const length = changes.reduce((sum, change) => sum + change.length, 0);
      this.#waiting.push({ owner, changes, length, durability, resolve, reject });
      this.#schedule();
    }).finally(() => ofPartition.delete(appended));
    ofPartition.add(appended);
    return appended;
  }

  /** Settles when nothing is under way that an earlier owner of the partition appended here. */
  async settled(partition: number): Promise<void> {
    await Promise.allSettled(this.#pending.get(partition) ?? []);
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    for (const ofPartition of this.#pending.values()) await Promise.allSettled(ofPartition);
    clearTimeout(this.#later);
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }

  /** All that this turn of the event loop brings in goes into one batch, and what clients have sent meanwhile. */
  #schedule(): void {
    if (this.#isScheduled || this.#free.length === 0) return;
    this.#isScheduled = true;
    const fill = (): void => {
      this.#isScheduled = false;
      this.#fill();
    };
    setImmediate(() => setImmediate(fill));
  }

  #fill(): void {
    clearTimeout(this.#later);
    while (this.#waiting.length > 0) {
      const lane = this.#free.at(-1);
      if (lane === undefined) return;
      const isFirst = this.#free.length === this.#lanes.length;
      const restMs = isFirst || this.#isMuch() ? 0 : this.#newestAt + longMs - performance.now();
      if (restMs > 0) {
        this.#later = setTimeout(() => this.#fill(), restMs).unref();
        return;
      }
      const batch = this.#nextBatch();
      if (batch.length === 0) return;
      this.#begin(lane, batch);
    }
  }

  #begin(lane: Committing, batch: readonly Waiting[]): void {
    this.#free.pop();
    this.#newestAt = performance.now();
    const partitions = new Set(batch.map(({ owner }) => owner.lease.partition));
    for (const partition of partitions) this.#busy.add(partition);
    void lane.commit(refuseClosed(batch)).finally(() => {
      for (const partition of partitions) this.#busy.delete(partition);
      this.#free.push(lane);
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #isMuch(): boolean {
    let changes = 0;
    let rows = 0;
    for (const entry of this.#waiting) {
      if (this.#busy.has(entry.owner.lease.partition)) continue;
      changes += entry.changes.length;
      rows += entry.length;
    }
    return changes >= muchChanges || rows >= muchLength;
  }

  #nextBatch(): readonly Waiting[] {
    const batch: Waiting[] = [];
    const left: Waiting[] = [];
    let length = 0;
    let isFull = false;
    for (const entry of this.#waiting) {
      const isBusy = this.#busy.has(entry.owner.lease.partition);
      isFull ||= !isBusy && batch.length > 0 && length + entry.length > batchLength;
      if (isBusy || isFull) {
        left.push(entry);
        continue;
      }
      batch.push(entry);
      length += entry.length;
    }
    this.#waiting = left;
    return batch;
  }
}

/** Leaves out what an owner appended that was closed meanwhile. */
function refuseClosed(entries: readonly Entry[]): readonly Entry[] {
  for (const { owner, reject } of entries) {
    const { partition } = owner.lease;
    if (owner.isClosed) reject(new NotOwnerError(`Partition ${partition} was given up here: nothing was written`));
  }
  return entries.filter(({ owner }) => !owner.isClosed);
}
