// The role that knows the executions which a bug of Pawl has stopped: they stand still until another version takes them up,
// or somebody ends them.
import type { Page } from "./page.ts";

export interface QuarantineRecord {
  readonly executionId: number;
  /** Epoch milliseconds. */
  readonly since: number;
  /** The version of Pawl that has the bug. */
  readonly version: string;
}

export interface QuarantineReader {
  /** By ascending id of the execution. */
  list(page: Page<number>): Promise<readonly QuarantineRecord[]>;
  /** Those of some executions that stand still. */
  among(executionIds: readonly number[]): Promise<readonly number[]>;
  /** Those there are, none counted beyond `most`. */
  count(most: number): Promise<number>;
}

export interface Quarantines extends QuarantineReader {
  /** One that is there already stays as it is. */
  add(quarantine: QuarantineRecord): Promise<void>;
  remove(executionId: number): Promise<void>;
}
