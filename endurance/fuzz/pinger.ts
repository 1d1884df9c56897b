// A thread that asks the server for its health every 10 ms, and looks how long the answer takes and what the process took of
// the processor meanwhile: a busy machine delays an answer too, and is no stall.
import { Agent, get } from "node:http";
import { setTimeout as pass } from "node:timers/promises";
import { workerData } from "node:worker_threads";
import { type Timed, timed, usageOf } from "../server.ts";

export interface PingerData {
  readonly url: string;
  readonly pid: number;
  /** Members by the numbers below. */
  readonly shared: Float64Array;
}

/** Where the figures are: the longest stall in ms, the bytes of memory at most and now, pings that were answered. */
export const place = { stallMs: 0, peakBytes: 1, bytes: 2, pings: 3, isOver: 4 } as const;

const intervalMs = 10;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function ping(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(`${url}/health`, { agent }, (response) => response.resume().once("end", resolve)).once("error", reject);
  });
}

async function watch({ url, pid, shared }: PingerData): Promise<void> {
  while (shared[place.isOver] === 0) {
    const before = usageOf(pid);
    let answer: Timed;
    try {
      answer = await timed(pid, () => ping(url));
    } catch {
      // The run notices by itself that the server is gone.
      return;
    }
    const after = usageOf(pid);
    const { tookMs, ownMs } = answer;
    const cpuMs = before && after ? after.cpuMs - before.cpuMs : ownMs;
    shared[place.stallMs] = Math.max(shared[place.stallMs] ?? 0, Math.min(ownMs, cpuMs));
    shared[place.bytes] = after?.residentBytes ?? 0;
    shared[place.peakBytes] = Math.max(shared[place.peakBytes] ?? 0, after?.residentBytes ?? 0);
    shared[place.pings] = (shared[place.pings] ?? 0) + 1;
    if (tookMs < intervalMs) await pass(intervalMs - tookMs);
  }
}

if (workerData !== null) {
  await watch(workerData as PingerData);
  agent.destroy();
}
