// The side of a bench process that answers the one that makes the load; process.ts asks.
import { setTimeout as sleep } from "node:timers/promises";
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
  const reply = async (question: Question): Promise<void> => {
    if (question === "settle") await settle();
    if (question !== "stop") {
      process.send?.(usage());
      return;
    }
    await close();
    process.exit();
  };
  process.on("message", (question: Question) => void reply(question));
  process.on("disconnect", () => process.exit());
  process.send?.(url);
}

/** The collector gives pages back to the system some time after it has emptied them. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    globalThis.gc?.();
    await sleep(200);
  }
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
