// The partitions that this node owns, kept in step with what the database says: taken where they should be here, handed over
// where they should be elsewhere, and given up at once where another may have them.
import type { OwningRuntime } from "../runtime/runtime.ts";
import type { Beat, PartitionLease, Wish } from "../store/cluster-store.ts";
import { PartitionOwner, type PartitionOwnerOptions } from "./partition-owner.ts";
import { partitionsFor } from "./rendezvous.ts";

export interface OwnedPartitionsOptions extends Omit<PartitionOwnerOptions, "lease" | "lost"> {
  readonly nodeId: string;
  readonly count: number;
  /** Tells when calls that are in flight are waited for no longer. @returns what calls that off. */
  readonly patience: (isOver: () => void) => () => void;
  /** Something is to be taken or released. */
  readonly wake: () => void;
}

export class OwnedPartitions {
  readonly #options: OwnedPartitionsOptions;
  readonly #owners = new Map<number, PartitionOwner>();
  /** The newest epoch of each partition under which something was begun here: it is not begun again under that one. */
  readonly #usedEpochs = new Map<number, number>();
  readonly #releasing = new Set<number>();
  #wanted: ReadonlySet<number> = new Set();
  #isClosing = false;

  constructor(options: OwnedPartitionsOptions) {
    this.#options = options;
  }

  get owners(): Iterable<PartitionOwner> {
    return this.#owners.values();
  }

  owner(partition: number): PartitionOwner | undefined {
    return this.#owners.get(partition);
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Those that take calls. */
  get runtimes(): readonly OwningRuntime[] {
    return [...this.#owners.values()].map(({ runtime }) => runtime).filter((runtime) => runtime !== undefined);
  }

  /** Standard executions that run here, in other partitions than one. */
  openBeside(partition: number | undefined): number {
    let open = 0;
    for (const { lease, runtime } of this.#owners.values())
      if (lease.partition !== partition) open += runtime?.openExecutions ?? 0;
    return open;
  }

  /** Settles when everything that was taken so far is under way. */
  get recovered(): Promise<unknown> {
    return Promise.all([...this.#owners.values()].map((owner) => owner.recovered));
  }

  wish(): Omit<Wish, "openExecutions"> {
    const take = [...this.#wanted].filter(
      (partition) => !this.#owners.has(partition) && !this.#releasing.has(partition),
    );
    return { take, release: [...this.#releasing] };
  }

  /** @param released the partitions that the beat gave back. */
  follow({ nodes, held, owners }: Beat, released: readonly number[]): void {
    for (const partition of released) this.#releasing.delete(partition);
    if (this.#isClosing) return;
    this.#wanted = partitionsFor(this.#options.nodeId, nodes, this.#options.count);
    const epochs = new Map(held.map(({ partition, epoch }) => [partition, epoch]));
    for (const owner of this.#owners.values())
      if (epochs.get(owner.lease.partition) !== owner.lease.epoch) this.#drop(owner);
    for (const lease of held) this.#hold(lease);
    const isFree = (partition: number): boolean => !owners.has(partition) && !this.#releasing.has(partition);
    if (this.#releasing.size > 0 || [...this.#wanted].some(isFree)) this.#options.wake();
  }

  /** Everything may be another's by now. */
  dropAll(): void {
    for (const owner of this.#owners.values()) this.#drop(owner);
  }

  /** Drains and closes everything, for others to take. */
  async closeAll(): Promise<void> {
    this.#isClosing = true;
    this.#wanted = new Set();
    await this.#patiently(async (patience) => {
      await Promise.all([...this.#owners.values()].map((owner) => owner.handOver(patience)));
    });
    this.#owners.clear();
  }

  async #patiently(handOver: (patience: Promise<void>) => Promise<void>): Promise<void> {
    const { promise: patience, resolve } = Promise.withResolvers<void>();
    const callOff = this.#options.patience(resolve);
    try {
      await handOver(patience);
    } finally {
      callOff();
    }
  }

  #hold(lease: PartitionLease): void {
    const { partition, epoch } = lease;
    const owner = this.#owners.get(partition);
    if (owner !== undefined) {
      if (!this.#wanted.has(partition) && !owner.isDraining) void this.#handOver(owner);
      return;
    }
    const isUsed = epoch <= (this.#usedEpochs.get(partition) ?? 0);
    // A runtime that was begun here under this epoch may still write: the next one has a higher epoch, also where it is here.
    if (isUsed || !this.#wanted.has(partition)) this.#releasing.add(partition);
    else this.#begin(lease);
  }

  #begin(lease: PartitionLease): void {
    this.#usedEpochs.set(lease.partition, lease.epoch);
    const lost = (owner: PartitionOwner): void => {
      if (this.#owners.get(lease.partition) !== owner) return;
      this.#drop(owner);
      this.#options.wake();
    };
    this.#owners.set(lease.partition, new PartitionOwner({ ...this.#options, lease, lost }));
  }

  async #handOver(owner: PartitionOwner): Promise<void> {
    const { log, wake } = this.#options;
    const { partition } = owner.lease;
    try {
      await this.#patiently((patience) => owner.handOver(patience));
    } catch (error) {
      log(`Partition ${partition} could not be closed in order.`, error);
    }
    if (this.#owners.get(partition) !== owner) return;
    this.#owners.delete(partition);
    this.#releasing.add(partition);
    wake();
  }

  #drop(owner: PartitionOwner): void {
    const { partition } = owner.lease;
    this.#owners.delete(partition);
    owner.close().catch((error: unknown) => this.#options.log(`Partition ${partition} could not be closed.`, error));
  }
}
