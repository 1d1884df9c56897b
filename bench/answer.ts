// The side of a bench process that answers the one that makes the load; process.ts asks.
import type { Question, Usage } from "./process.ts";

export interface Listening {
  readonly url: string;
  close(): Promise<void> | void;
}

/** The options that this process was started with. */
export function optionsOfProcess<Options>(): Options {
  return JSON.parse(process.argv[2] ?? "null") as Options;
}

/** Says where it listens, then answers questions until it is told to stop. */
export function answer({ url, close }: Listening): void {
  process.on("message", (question: Question) => {
    if (question === "stop") {
      void Promise.resolve(close()).then(() => process.exit());
      return;
    }
    if (question === "settle") for (let i = 0; i < 3; i++) globalThis.gc?.();
    process.send?.(usage());
  });
  process.on("disconnect", () => process.exit());
  process.send?.(url);
}

function usage(): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return {
    cpuMs: (userCPUTime + systemCPUTime) / 1000,
    residentBytes: rss,
    peakResidentBytes: maxRSS * 1024,
    heapUsedBytes: heapUsed,
  };
}
