// Owners, epochs and blocks of ids, in memory.
import type { Beat, ClusterNode, Ownership, PartitionLease, Wish } from "../cluster-store.ts";
import { NotOwnerError } from "../errors.ts";

export interface MemoryOwnershipOptions {
  readonly partitions: number;
  readonly leaseMs: number;
  readonly blockSize: number;
  /** No ids are given before this block. */
  readonly firstBlock: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Partitions have become free. */
  readonly released: () => void;
}

interface Row {
  owner: string | undefined;
  epoch: number;
  nextBlock: number;
}

interface Living {
  readonly node: ClusterNode;
  readonly until: number;
  readonly openExecutions: number;
}

export class MemoryOwnership implements Ownership {
  readonly #options: MemoryOwnershipOptions;
  readonly #rows: readonly Row[];
  readonly #nodes = new Map<string, Living>();
  #catalogueChange = 0;

  constructor(options: MemoryOwnershipOptions) {
    this.#options = options;
    const { partitions, firstBlock: nextBlock } = options;
    this.#rows = Array.from({ length: partitions }, () => ({ owner: undefined, epoch: 0, nextBlock }));
  }

  get leaseMs(): number {
    return this.#options.leaseMs;
  }

  catalogueChanged(): void {
    this.#catalogueChange += 1;
  }

  async beat(node: ClusterNode, { take, release, openExecutions }: Wish): Promise<Beat> {
    this.#nodes.set(node.id, { node, until: this.#options.now() + this.leaseMs, openExecutions });
    for (const partition of release) {
      const row = this.#row(partition);
      if (row.owner === node.id) row.owner = undefined;
    }
    for (const partition of take) {
      const row = this.#row(partition);
      if (this.#livingOwner(row) !== undefined) continue;
      row.owner = node.id;
      row.epoch += 1;
    }
    if (release.length > 0) this.#options.released();
    return this.#beatOf(node);
  }

  async leave(node: ClusterNode): Promise<void> {
    this.#nodes.delete(node.id);
    for (const row of this.#rows) if (row.owner === node.id) row.owner = undefined;
    this.#options.released();
  }

  isCurrent({ partition, epoch }: PartitionLease): boolean {
    const row = this.#row(partition);
    return row.owner !== undefined && row.epoch === epoch;
  }

  /** @throws NotOwnerError */
  verify(lease: PartitionLease): void {
    if (this.isCurrent(lease)) return;
    throw new NotOwnerError(`The epoch ${lease.epoch} of partition ${lease.partition} is over.`);
  }

  /** The first of a block of ids within the partition that nobody else is given. */
  takeBlock(partition: number): number {
    const row = this.#row(partition);
    const block = row.nextBlock;
    row.nextBlock += 1;
    return block * this.#options.blockSize;
  }

  get blockSize(): number {
    return this.#options.blockSize;
  }

  #row(partition: number): Row {
    const row = this.#rows[partition];
    if (row === undefined) throw new Error(`There is no partition ${partition}.`);
    return row;
  }

  #livingOwner({ owner }: Row): Living | undefined {
    const living = owner === undefined ? undefined : this.#nodes.get(owner);
    return living !== undefined && living.until > this.#options.now() ? living : undefined;
  }

  #beatOf(node: ClusterNode): Beat {
    const held: PartitionLease[] = [];
    const owners = new Map<number, ClusterNode>();
    for (const [partition, row] of this.#rows.entries()) {
      const living = this.#livingOwner(row);
      if (living !== undefined) owners.set(partition, living.node);
      if (row.owner === node.id) held.push({ partition, epoch: row.epoch });
    }
    const living = [...this.#nodes.values()].filter(({ until }) => until > this.#options.now());
    return {
      nodes: living.map((one) => one.node),
      held,
      owners,
      openElsewhere: living.reduce((sum, one) => (one.node.id === node.id ? sum : sum + one.openExecutions), 0),
      catalogueChange: this.#catalogueChange,
    };
  }
}
