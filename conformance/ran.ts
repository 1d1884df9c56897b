// The outcome of playing one case, whichever corpus it is from, and how many are played at once.
import type { Json } from "../src/asl/json.ts";
import { type Comparison, type Difference, differences } from "./compare.ts";

export interface Ran extends Outcome {
  /** Unique in its corpus. */
  readonly name: string;
  /** A row of the table. */
  readonly area: string;
}

export interface Outcome {
  readonly outcome: "passed" | "failed" | "not runnable";
  /** Why it is not runnable, or what went wrong besides differences. */
  readonly reason?: string | undefined;
  readonly differences: readonly Difference[];
  readonly observed?: Json | undefined;
  readonly expected?: Json | undefined;
}

/** Why the failure of a case is known, or `undefined` where it is not. */
export type WhyKnown<R extends Ran> = (ran: R) => string | undefined;

export interface Sides {
  readonly expected: Json;
  readonly observed: Json;
}

/** @param play may throw: then the case failed, too. */
export async function compareSides(play: () => Promise<Sides>, comparison?: Comparison): Promise<Outcome> {
  try {
    const { expected, observed } = await play();
    const found = differences(expected, observed, comparison);
    return { outcome: found.length === 0 ? "passed" : "failed", differences: found, observed, expected };
  } catch (error) {
    return { outcome: "failed", reason: error instanceof Error ? error.message : String(error), differences: [] };
  }
}

const concurrency = 12;

/** @returns what came of each, in the order given. */
export async function playAll<C, R>(cases: readonly C[], play: (one: C) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = [...cases.entries()];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [i, one] = next;
      results[i] = await play(one);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return results;
}
