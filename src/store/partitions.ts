// The division of executions into partitions, by the machine and the key that an ARN names. It is stored meaning: an execution
// is looked for where its key says for as long as the database stands.
import type { Partitions } from "./cluster-store.ts";
import { newUuid } from "./new-uuid.ts";

/** Characters at the end of a UUID that are drawn until it falls where it should: as many values as a number of 16 bits. */
const drawnCharacters = 4;
const drawnValues = 0x1_00_00;

export interface PartitionsOptions {
  /** From 1 up; fixed for a database. */
  readonly count: number;
  /** Executions with lower ids were moved in from another store; 0 by default. */
  readonly movedBelow?: number | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * The partition of all executions that were moved in. They keep their ids, which say nothing of a partition, and whatever belongs
 * together must have one owner: a Map Run and its children.
 */
export const movedPartition = 0;

export function createPartitions({ count, movedBelow = 0, now }: PartitionsOptions): Partitions {
  const partitionOf = (hash: number): number => mixed(hash) % count;
  return {
    count,
    of: (stateMachineName, key) => partitionOf(hashed(hashed(start, `${stateMachineName}/`), key)),
    ofExecution: (executionId) => (executionId < movedBelow ? movedPartition : executionId % count),
    drawKey(stateMachineName, prefix, partitions) {
      if (partitions.size === 0) throw new Error("A key falls on one of some partitions; none were given.");
      const beginning = hashed(hashed(start, `${stateMachineName}/`), prefix);
      for (;;) {
        const uuid = newUuid(now());
        const kept = uuid.slice(0, -drawnCharacters);
        const hash = hashed(beginning, kept);
        const first = Number.parseInt(uuid.slice(-drawnCharacters), 16);
        for (let drawn = 0; drawn < drawnValues; drawn++) {
          const end = ((first + drawn) % drawnValues).toString(16).padStart(drawnCharacters, "0");
          if (partitions.has(partitionOf(hashed(hash, end)))) return kept + end;
        }
      }
    },
  };
}

/** FNV-1a over the two bytes of each character, which can be gone on with. */
function hashed(before: number, text: string): number {
  let hash = before;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01_00_01_93);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01_00_01_93);
  }
  return hash;
}

const start = 0x81_1c_9d_c5;

/** A number of 32 bits. */
export function hashOfText(text: string): number {
  return mixed(hashed(start, text));
}

/** The last step of MurmurHash3: every bit of the hash counts in the low ones. */
function mixed(hash: number): number {
  let word = hash ^ (hash >>> 16);
  word = Math.imul(word, 0x85_eb_ca_6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2_b2_ae_35);
  return (word ^ (word >>> 16)) >>> 0;
}
