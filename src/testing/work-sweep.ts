// Measures what a step of work takes, row by row, against one that is known: a row that takes far more is one that does not
// pay for what it costs. Ratios, because machines differ and tests run beside each other.
import { unlimitedWork, type Work } from "../asl/work.ts";

export interface WorkRow {
  readonly name: string;
  /** Does the work once, and pays for it. */
  readonly run: (work: Work) => void;
}

export interface WorkMeasure {
  readonly name: string;
  /** Steps that are paid each time. */
  readonly steps: number;
  /** The time of a paid step in those of a step of the reference, at its best. */
  readonly ratio: number;
}

type Look = { readonly rounds: number; readonly roundMs: number };

/** Long enough for the clock, short enough to find the machine at rest. */
const glance: Look = { rounds: 3, roundMs: 0.4 };
/** A row that seems dear is looked at again, in case that it was not compiled yet, or the machine busy. */
const carefully: Look = { rounds: 3, roundMs: 2 };
const looks = 30;

/** @param most the ratio from which on a row is measured again, and longer */
export function measureRow(row: WorkRow, most: number): WorkMeasure {
  let best = measured(row, glance);
  for (let look = 1; look < looks && best.ratio > most; look++) {
    const again = measured(row, carefully);
    if (again.ratio < best.ratio) best = again;
  }
  return best;
}

function measured(row: WorkRow, { rounds, roundMs }: Look): WorkMeasure {
  let [own, known, steps] = [Infinity, Infinity, 0];
  for (let round = 0; round < rounds; round++) {
    known = Math.min(known, msPerStep(reference, roundMs).ms);
    const taken = msPerStep(row, roundMs);
    own = Math.min(own, taken.ms);
    ({ steps } = taken);
  }
  return { name: row.name, steps, ratio: own / known };
}

function msPerStep({ run }: WorkRow, roundMs: number): { readonly ms: number; readonly steps: number } {
  const work = unlimitedWork();
  let times = 0;
  const start = performance.now();
  let now = start;
  do {
    run(work);
    times++;
    now = performance.now();
  } while (now - start < roundMs);
  return { ms: (now - start) / work.spent, steps: Math.round(work.spent / times) };
}

/** An object made, named by a number and kept in a list is one step: twenty nanoseconds or somewhat more. */
const reference: WorkRow = {
  name: "the reference",
  run: (work) => {
    const made: unknown[] = [];
    for (let i = 0; i < 1_000; i++) made.push({ name: `${i}` });
    work.pay(made.length);
  },
};
