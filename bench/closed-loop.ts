// A closed loop: every client does the same thing again as soon as it is done. A warm-up is not counted.
import { performance } from "node:perf_hooks";

export interface LoopOptions {
  readonly clients: number;
  readonly warmUpMs?: number;
  readonly measureMs: number;
  readonly task: () => Promise<unknown>;
  /** Read when counting begins and ends: the CPU time of the server. */
  readonly cpuMs?: (() => Promise<number>) | undefined;
}

export interface LoopResult {
  readonly count: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly meanMs: number;
  /** The server's CPU time for each. */
  readonly cpuMsEach: number;
}

export async function closedLoop(options: LoopOptions): Promise<LoopResult> {
  const { clients, warmUpMs = 0, measureMs, task, cpuMs = () => Promise.resolve(0) } = options;
  if (warmUpMs > 0) await runFor({ clients, forMs: warmUpMs, task });
  const cpuBefore = await cpuMs();
  const startedAt = performance.now();
  const latencies = await runFor({ clients, forMs: measureMs, task });
  const elapsedMs = performance.now() - startedAt;
  const cpu = (await cpuMs()) - cpuBefore;
  const count = latencies.length;
  const sorted = latencies.toSorted((a, b) => a - b);
  return {
    count,
    perSecond: (count / elapsedMs) * 1000,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    meanMs: sorted.reduce((sum, latency) => sum + latency, 0) / count,
    cpuMsEach: cpu / count,
  };
}

async function runFor({
  clients,
  forMs,
  task,
}: {
  readonly clients: number;
  readonly forMs: number;
  readonly task: () => Promise<unknown>;
}): Promise<readonly number[]> {
  const latencies: number[] = [];
  const end = performance.now() + forMs;
  const client = async (): Promise<void> => {
    for (let began = performance.now(); began < end;) {
      await task();
      const now = performance.now();
      latencies.push(now - began);
      began = now;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return latencies;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

/** The median of one figure of several results. */
export function medianOf(results: readonly LoopResult[], figure: keyof LoopResult): number {
  return median(results.map((result) => result[figure]));
}
