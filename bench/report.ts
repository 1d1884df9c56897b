// The report of a workload: lines for people, figures against their aims.

export interface Figure {
  readonly what: string;
  readonly value: string;
  readonly aim?: { readonly text: string; readonly isMet: boolean } | undefined;
}

export interface Report {
  /** Such as `W1`. */
  readonly id: string;
  readonly title: string;
  /** How it is measured. */
  readonly method: string;
  /** Where the time, the memory or the bytes go. */
  readonly profile: string;
  readonly figures: readonly Figure[];
}

/** A workload that cannot be done on this machine, and why. */
export class Skipped extends Error {
  override readonly name = "Skipped";
}

export function atLeast(goal: number, value: number, digits = 0): NonNullable<Figure["aim"]> {
  return { text: `at least ${rounded(goal, digits)}`, isMet: value >= goal };
}

export function atMost(goal: number, value: number, digits = 0): NonNullable<Figure["aim"]> {
  return { text: `at most ${rounded(goal, digits)}`, isMet: value <= goal };
}

export function printReport({ id, title, figures }: Report): void {
  console.log(`\n${id}  ${title}`);
  const width = Math.max(...figures.map(({ what }) => what.length));
  for (const { what, value, aim: goal } of figures) {
    const verdict = goal === undefined ? "" : `   ${goal.text}: ${goal.isMet ? "met" : "MISSED"}`;
    console.log(`  ${what.padEnd(width)}  ${value.padStart(16)}${verdict}`);
  }
}

export function rounded(value: number, digits = 0): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
