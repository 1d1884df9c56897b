// The world around simulated processes: the time and the chance, all drawn from a seed, and what was found wrong in it.
import assert from "node:assert/strict";
import { seededRandom } from "../asl/random.ts";
import type { PerformTask, TaskOutcome } from "../engine/effect.ts";
import { SimulatedClock } from "./simulated-clock.ts";
import { JobsOutside } from "./jobs-outside.ts";

export interface WorldOptions {
  readonly seed: string;
  /** How a call comes out; follows from the task alone, so that every run comes to the same end. */
  readonly outcomeOf: (task: Pick<PerformTask, "parameters">) => TaskOutcome;
}

export const simulatedArns = { partition: "aws", region: "us-east-1", account: "123456789012" };

/** Turns of the event loop without a sign of life after which the runtime rests: it passes work on through `setImmediate`. */
const quietRounds = 4;
const maxRounds = 20_000;

export class SimulatedWorld {
  readonly clock = new SimulatedClock();
  readonly jobs: JobsOutside;
  readonly outcomeOf: WorldOptions["outcomeOf"];
  /** Everything that was found wrong. */
  readonly failures: unknown[] = [];
  readonly #random: () => number;
  #signsOfLife = 0;

  constructor({ seed, outcomeOf }: WorldOptions) {
    this.outcomeOf = outcomeOf;
    this.#random = seededRandom(seed);
    this.jobs = new JobsOutside({ now: () => this.clock.now(), random: () => this.random() });
  }

  /** From 0 up to 1. */
  random(): number {
    return this.#random();
  }

  /** Something happened: the runtime does not rest yet. */
  stir(): void {
    this.#signsOfLife += 1;
  }

  /** Some milliseconds, at most so many. */
  pause(mostMs: number): Promise<void> {
    const at = this.clock.now() + Math.floor(this.#random() * mostMs);
    return new Promise((resolve) => {
      this.clock.callAt(at, () => {
        this.stir();
        resolve();
      });
    });
  }

  /** Waits for some time, or until nobody is interested any more. */
  async patience(signal: AbortSignal): Promise<void> {
    const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    await Promise.race([this.pause(1_500), aborted]);
  }

  /** Lets everything that is ready happen. */
  async rest(): Promise<void> {
    let quiet = 0;
    for (let rounds = 0; quiet < quietRounds; rounds++) {
      const before = this.#signsOfLife;
      await new Promise((resolve) => setImmediate(resolve));
      quiet = before === this.#signsOfLife ? quiet + 1 : 0;
      assert.ok(rounds < maxRounds, "the runtime does not come to rest");
    }
  }
}
