// One evaluation's state: what it may use, what is left of its budget, and its own clock and chance. Every loop whose
// length the data decides pays here, in proportion to the work of a turn, so no expression outlives its budget.
import type { Json } from "../json.ts";
import { seededRandom } from "../random.ts";
import { exceed } from "./failures.ts";
import { awsBudget, type JsonataBudget, type JsonataContext } from "./budget.ts";
import { type Work, WorkExceeded } from "../work.ts";
import type { Run, TailCall, Value } from "./values.ts";

/** Function calls within function calls that the platform's own stack has room for, whatever the budget says. */
const maxCalls = 500;

/** A longer text is hashed by its length alone, and compared with all others that are as long. */
const maxHashedLength = 16_000;

/** Steps between two looks at the allowance that is shared. */
const stepsPerLook = 250_000;

function payTo(work: Work, steps: number): void {
  try {
    work.pay(steps);
  } catch (error) {
    if (error instanceof WorkExceeded) exceed("time");
    throw error;
  }
}

export class Evaluation implements Run {
  readonly root: Value;
  readonly bindings: ReadonlyMap<string, Json>;
  readonly nowMs: number;
  readonly budget: JsonataBudget;
  /** Steps until the next look at the allowance: what is paid comes off here, as that must be quick. */
  stepsLeft = 0;
  /** Nodes within nodes that may follow below the body that is evaluated. */
  levelsLeft: number;
  callsLeft = maxCalls;
  /** The call that ended a lambda's body, until `apply` makes it. */
  tailCall: TailCall | undefined;
  readonly #seed: string;
  readonly #work: Work | undefined;
  /** Steps of the budget, less those paid before the last look. */
  #budgetLeft: number;
  /** The value of `stepsLeft` at the last look. */
  #granted = 0;
  #longKeys = 0;
  #random: (() => number) | undefined;

  constructor(root: Value, bindings: ReadonlyMap<string, Json>, context: JsonataContext) {
    this.root = root;
    this.bindings = bindings;
    this.nowMs = context.nowMs;
    this.budget = context.budget === undefined ? awsBudget : { ...awsBudget, ...context.budget };
    this.levelsLeft = this.budget.depth;
    this.#seed = context.seed;
    this.#work = context.work;
    this.#budgetLeft = this.budget.steps;
    this.#grant();
  }

  pay(steps: number): void {
    if ((this.stepsLeft -= steps) < 0) this.settle();
  }

  /**
   * Pays what was used to the allowance that is shared, which ends an evaluation as its own budget does.
   * @throws LimitExceeded
   */
  settle(): void {
    const used = this.#granted - this.stepsLeft;
    this.#budgetLeft -= used;
    this.#granted = this.stepsLeft;
    if (this.#work !== undefined) payTo(this.#work, used);
    if (this.#budgetLeft < 0) exceed("time");
    this.#grant();
  }

  #grant(): void {
    const left = this.#work === undefined ? Infinity : Math.min(this.#work.left, stepsPerLook);
    this.stepsLeft = Math.min(this.#budgetLeft, left);
    this.#granted = this.stepsLeft;
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

  /** Pays for looking a text up, in a set or among the members of an object. */
  payKey(key: string): void {
    const { length } = key;
    if (length > 64) this.pay(length >> 4);
    if (length > maxHashedLength) this.pay((length >> 4) * this.#longKeys++);
  }

  random(): number {
    return (this.#random ??= seededRandom(this.#seed))();
  }
}
