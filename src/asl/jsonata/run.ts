// One evaluation's state: what it may use, what is left of its budget, and its own clock and chance. Every loop whose
// length the data decides pays here, in proportion to the work of a turn, so no expression outlives its budget.
import type { Json } from "../json.ts";
import { seededRandom } from "../random.ts";
import { exceed } from "./failures.ts";
import { awsBudget, type JsonataBudget, type JsonataContext } from "./budget.ts";
import type { Run, TailCall, Value } from "./values.ts";

/** Function calls within function calls that the platform's own stack has room for, whatever the budget says. */
const maxCalls = 500;

export class Evaluation implements Run {
  readonly root: Value;
  readonly bindings: ReadonlyMap<string, Json>;
  readonly nowMs: number;
  readonly budget: JsonataBudget;
  stepsLeft: number;
  /** Nodes within nodes that may follow below the body that is evaluated. */
  levelsLeft: number;
  callsLeft = maxCalls;
  /** The call that ended a lambda's body, until `apply` makes it. */
  tailCall: TailCall | undefined;
  readonly #seed: string;
  #random: (() => number) | undefined;

  constructor(root: Value, bindings: ReadonlyMap<string, Json>, context: JsonataContext) {
    this.root = root;
    this.bindings = bindings;
    this.nowMs = context.nowMs;
    this.budget = context.budget === undefined ? awsBudget : { ...awsBudget, ...context.budget };
    this.stepsLeft = this.budget.steps;
    this.levelsLeft = this.budget.depth;
    this.#seed = context.seed;
  }

  pay(steps: number): void {
    if ((this.stepsLeft -= steps) < 0) exceed("time");
  }

  /** Pays for a sequence of this length, made or copied. */
  paySequence(length: number): void {
    if (length > this.budget.sequenceLength) exceed("memory");
    this.pay(length);
  }

  /** Pays for members about to be added to a sequence. */
  paySequenceGrowth(length: number, added: number): void {
    if (length + added > this.budget.sequenceLength) exceed("memory");
    this.pay(added);
  }

  checkLevels(depth: number): void {
    if (depth > this.levelsLeft) exceed("depth");
  }

  /** Joined strings share their parts, so that joining costs nothing but the bound on its result. */
  checkString(length: number): void {
    if (length > this.budget.stringLength) exceed("memory");
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
