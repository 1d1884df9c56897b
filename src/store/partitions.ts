// The parts into which executions are divided: by a hash of what an ARN says, so that anybody finds the owner without a read,
// and by the id, which has the partition in it.
import { randomBytes, randomUUID } from "node:crypto";
import type { Partitions } from "./cluster-store.ts";

/** Digits of a UUID that are tried until it falls on a wanted partition: 65,536 of them, where 64 are tried on average. */
const triedDigits = 4;

/** @param now epoch milliseconds: keys that are drawn one after the other stand side by side in an index. */
export function partitionsOf(count: number, now: () => number): Partitions {
  return {
    count,
    of: (stateMachineName, key) => finished(hashed(hashed(basis, `${stateMachineName}:`), key)) % count,
    ofExecution: (executionId) => executionId % count,
    drawKey(stateMachineName, prefix, partitions) {
      for (;;) {
        const uuid = beginningWithTime(randomUUID(), now());
        const kept = uuid.slice(0, -triedDigits);
        const beginning = hashed(hashed(hashed(basis, `${stateMachineName}:`), prefix), kept);
        const first = randomBytes(2).readUInt16BE();
        for (let i = 0; i < 16 ** triedDigits; i++) {
          const digits = ((first + i) % 16 ** triedDigits).toString(16).padStart(triedDigits, "0");
          if (partitions.has(finished(hashed(beginning, digits)) % count)) return kept + digits;
        }
        if (partitions.size === 0) throw new Error("no partition is held: there is nowhere to draw a key for");
      }
    },
  };
}

/** FNV-1a, 32 bits. What is stored relies on it: it never changes. */
const basis = 0x811c9dc5;

function hashed(hash: number, text: string): number {
  let next = hash;
  for (let i = 0; i < text.length; i++) next = Math.imul(next ^ text.charCodeAt(i), 0x01000193);
  return next;
}

/** Spreads the last characters over all bits (the finalizer of MurmurHash3). */
function finished(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function beginningWithTime(uuid: string, now: number): string {
  const digits = now.toString(16).padStart(12, "0");
  return `${digits.slice(0, 8)}-${digits.slice(8)}${uuid.slice(13)}`;
}
