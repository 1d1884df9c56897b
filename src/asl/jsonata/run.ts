// One evaluation's state: what it may use, what is left of its budget, and its own clock and chance. Every loop whose
// length the data decides pays here, in proportion to the work of a turn, so no expression outlives its budget.
import type { Json } from "../json.ts";
import { seededRandom } from "../random.ts";
import { fail } from "./failures.ts";
import type { TailCall, Value } from "./values.ts";

/** Bounds of one evaluation; a step is about one node of the expression or one element moved (tens of nanoseconds). */
export type JsonataBudget = {
  readonly steps: number;
  /** Function calls within function calls. */
  readonly depth: number;
  readonly sequenceLength: number;
  /** In UTF-16 units. */
  readonly stringLength: number;
};

export type JsonataContext = {
  /** What `$now()` and `$millis()` give. */
  readonly nowMs: number;
  /** Seeds `$random()`, `$uuid()` and `$shuffle()`: the same seed gives the same sequence. */
  readonly seed: string;
  readonly budget?: Partial<JsonataBudget>;
};

const defaultBudget: JsonataBudget = {
  steps: 5_000_000,
  depth: 500,
  sequenceLength: 1_000_000,
  stringLength: 4_000_000,
};

export class Run {
  readonly root: Value;
  readonly bindings: ReadonlyMap<string, Json>;
  readonly nowMs: number;
  readonly budget: JsonataBudget;
  stepsLeft: number;
  depthLeft: number;
  /** Something was made that may not be plain JSON: a marked array, a function, a number out of range. */
  hasMade = false;
  /** The call that ended a lambda's body, until `apply` makes it. */
  tailCall: TailCall | undefined;
  readonly #seed: string;
  #random: (() => number) | undefined;

  constructor(root: Value, bindings: ReadonlyMap<string, Json>, context: JsonataContext) {
    this.root = root;
    this.bindings = bindings;
    this.nowMs = context.nowMs;
    this.budget = context.budget === undefined ? defaultBudget : { ...defaultBudget, ...context.budget };
    this.stepsLeft = this.budget.steps;
    this.depthLeft = this.budget.depth;
    this.#seed = context.seed;
  }

  pay(steps: number): void {
    if ((this.stepsLeft -= steps) < 0) fail("D1012", { value: this.budget.steps });
  }

  /** Pays for a sequence of this length, made or copied. */
  paySequence(length: number): void {
    if (length > this.budget.sequenceLength) fail("D2015", { value: this.budget.sequenceLength });
    this.pay(length);
  }

  /** Pays for members about to be added to a sequence. */
  paySequenceGrowth(length: number, added: number): void {
    if (length + added > this.budget.sequenceLength) fail("D2015", { value: this.budget.sequenceLength });
    this.pay(added);
  }

  /** Joined strings share their parts, so that joining costs nothing but the bound on its result. */
  checkString(length: number): void {
    if (length > this.budget.stringLength) fail("D1014", { value: this.budget.stringLength });
  }

  /** Pays for a string of this length, copied or scanned. */
  payString(length: number): void {
    this.checkString(length);
    if (length > 64) this.pay(length >> 4);
  }

  random(): number {
    return (this.#random ??= seededRandom(this.#seed))();
  }
}
