// The server under watch: its stalls and its memory as the pinger sees them, from one look to the next.
import { setTimeout as pass } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { type PingerData, place } from "./pinger.ts";

export interface Look {
  /** The longest time in which the server answered nobody and took the processor. */
  readonly stallMs: number;
  readonly peakBytes: number;
}

export interface Watch {
  /** The figures since the last look. Waits for a ping that begins after now, unless the server is gone. */
  look(): Promise<Look>;
  stop(): Promise<void>;
}

export function watchServer({ url, pid }: { readonly url: string; readonly pid: number }): Watch {
  const shared = new Float64Array(new SharedArrayBuffer(8 * Object.keys(place).length));
  const data: PingerData = { url, pid, shared };
  const worker = new Worker(new URL("pinger.ts", import.meta.url), { workerData: data });
  const state = { isOver: false };
  const over = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  void over.then(() => (state.isOver = true));
  return {
    async look() {
      const enough = (shared[place.pings] ?? 0) + 2;
      while (!state.isOver && (shared[place.pings] ?? 0) < enough) await pass(2);
      const { stallMs = 0, peakBytes = 0 } = { stallMs: shared[place.stallMs], peakBytes: shared[place.peakBytes] };
      shared[place.stallMs] = 0;
      shared[place.peakBytes] = 0;
      return { stallMs, peakBytes };
    },
    async stop() {
      shared[place.isOver] = 1;
      await over;
    },
  };
}
