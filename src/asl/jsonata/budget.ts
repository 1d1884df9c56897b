// How much one evaluation may use: AWS's bounds, which an operator may raise.
import type { Work } from "../work.ts";

/**
 * Bounds of one evaluation. They are counts, never times, so that an evaluation that is repeated ends as it did. A step is
 * about one node of the expression or one element moved (tens of nanoseconds).
 */
export type JsonataBudget = {
  /** The steps that stand for AWS's one second. */
  readonly steps: number;
  /** Nodes within nodes, the bodies of called functions included. AWS: 100. */
  readonly depth: number;
  /** AWS: 873,782. */
  readonly sequenceLength: number;
  /** The numbers that `$range` gives. AWS: 360,145. */
  readonly rangeLength: number;
  /** In UTF-16 units. AWS: 2^22. */
  readonly stringLength: number;
};

export type JsonataContext = {
  /** The time that `$now()` and `$millis()` give. */
  readonly nowMs: number;
  /** Seeds `$random()`, `$uuid()` and `$shuffle()`: the same seed gives the same sequence. */
  readonly seed: string;
  readonly budget?: Partial<JsonataBudget> | undefined;
  /** The allowance that the evaluation shares with all others of its state; its steps are those of the budget. */
  readonly work?: Work | undefined;
};

export const awsBudget: JsonataBudget = {
  steps: 5_000_000,
  depth: 100,
  sequenceLength: 873_782,
  rangeLength: 360_145,
  stringLength: 4_194_304,
};
