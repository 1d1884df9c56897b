// The figures of the answers that others got while a load was on.
import type { Timed } from "../server.ts";

export interface Observed {
  readonly answers: number;
  /** Milliseconds that the answers took, without time in which a busy machine let nobody run. */
  readonly ownMs: { readonly p50: number; readonly p99: number; readonly longest: number };
  /** As a client saw it, on this machine with all that runs on it. */
  readonly seenP99Ms: number;
  /** The longest that the server's main thread ran while an answer was waited for. */
  readonly longestStallMs: number;
  readonly peakBytes: number;
}

export function observedIn(answers: readonly Timed[], peakBytes: number): Observed {
  const own = ascending(answers.map(({ ownMs }) => ownMs));
  return {
    answers: answers.length,
    ownMs: { p50: at(own, 0.5), p99: at(own, 0.99), longest: at(own, 1) },
    seenP99Ms: at(ascending(answers.map(({ tookMs }) => tookMs)), 0.99),
    longestStallMs: at(ascending(answers.map(({ ranMs }) => ranMs)), 1),
    peakBytes,
  };
}

const ascending = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b);

/** @returns Infinity where there is no answer at all. */
function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Infinity;
}
