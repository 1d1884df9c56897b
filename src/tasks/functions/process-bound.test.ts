import assert from "node:assert/strict";
import { test } from "node:test";
import { boundOf, type Machine } from "./process-bound.ts";

const gigabyte = 1024 ** 3;

const machines: readonly (readonly [what: string, machine: Machine, processes: number, parallelStarts: number])[] = [
  ["processors", { processors: 2, memoryBytes: 24 * gigabyte, described: 900 }, 64, 2],
  ["memory", { processors: 8, memoryBytes: 2 * gigabyte, described: 900 }, 16, 8],
  ["file descriptors", { processors: 8, memoryBytes: 64 * gigabyte, described: 10 }, 10, 8],
  ["nothing but the least that is of use", { processors: 1, memoryBytes: gigabyte / 16, described: 2 }, 2, 2],
];
for (const [what, machine, processes, parallelStarts] of machines) {
  test(`the processes of functions may be bounded by ${what}`, () => {
    assert.deepEqual(boundOf(machine), { processes, parallelStarts });
  });
}
