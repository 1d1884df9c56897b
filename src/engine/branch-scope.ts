// The numbers of the scopes of branches: below zero, so that they never meet those of iterations, which are event ids, and
// unique for branch and event. They are stored, so that a formula is for ever (journal/event-versions.ts).
import { assert } from "../asl/assert.ts";
import type { JournalEvent } from "./journal/event.ts";

/** By version of ParallelStateStarted. Numbers of the first stay below the second's as long as event ids are below 2 ** 28. */
const numberings = [
  { from: 0, branches: 4096 },
  { from: 2 ** 40, branches: 2 ** 20 },
] as const;

/** The scope of a branch of the Parallel that an event started; `index` counts from 0. */
export function branchScope({ id, version = 1 }: Pick<JournalEvent, "id" | "version">, index: number): number {
  const numbering = numberings[version - 1];
  assert(numbering !== undefined, `ParallelStateStarted has a version ${version}`);
  return -(numbering.from + id * numbering.branches + index + 1);
}
