// The numbers of the scopes of branches: below zero, so that they never meet those of iterations, which are event ids, and
// unique for branch and event. They are stored, so that a formula is for ever (journal/event-versions.ts).
import { assert } from "../asl/assert.ts";
import type { JournalEvent } from "./journal/event.ts";

/** Numbers of version 1 of ParallelStateStarted stay below those of version 2 in the first 2 ** 28 events. */
const first = { from: 0, branches: 4096 };
const second = { from: 2 ** 40, branches: 2 ** 20 };

/** The version of ParallelStateStarted that gives each of its branches a number of its own; `undefined` is the first. */
export function versionForBranches(count: number): 2 | undefined {
  return count > first.branches ? 2 : undefined;
}

/** The scope of a branch of the Parallel that an event started; `index` counts from 0. */
export function branchScope({ id, version = 1 }: Pick<JournalEvent, "id" | "version">, index: number): number {
  assert(version === 1 || version === 2, `ParallelStateStarted has a version ${version}`);
  const { from, branches } = version === 1 ? first : second;
  return -(from + id * branches + index + 1);
}

export interface Branch {
  /** Id of the ParallelStateStarted. */
  readonly startedEventId: number;
  /** Position in `Branches`, from 0. */
  readonly index: number;
}

/**
 * The branch that a scope is; `undefined` for the machine itself and for iterations. A branch of version 1 beyond the
 * 4,096th, which only old journals have, has a number that reads as a branch of one of the next events.
 */
export function branchOf(scopeId: number): Branch | undefined {
  const number = -scopeId - 1;
  const { from, branches } = number >= second.from ? second : first;
  const startedEventId = Math.floor((number - from) / branches);
  return startedEventId < 1 ? undefined : { startedEventId, index: (number - from) % branches };
}

/** Whether a branch is beyond those that have a number of their own: another branch may have the same. */
export function mayMeetAnother({ id, index }: { readonly id: number; readonly index: number }): boolean {
  return id < 0 && id > -second.from && index >= first.branches;
}
