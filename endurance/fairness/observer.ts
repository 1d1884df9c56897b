// The answers that others get while a load is on, and the memory that the server takes for it, over all its lives.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type Key, peakBytesOf, type Server, type Timed } from "../server.ts";
import type { AskerData } from "./asker.ts";

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

export class Observer {
  readonly #stateMachineArn: string;
  readonly #key: Key | undefined;
  readonly #asked: Timed[] = [];
  #peakBytes = 0;
  #life: { readonly asker: Worker; readonly pid: number } | undefined;

  constructor(stateMachineArn: string, key: Key | undefined) {
    this.#stateMachineArn = stateMachineArn;
    this.#key = key;
  }

  begin({ url, pid }: Server): void {
    const workerData: AskerData = { url, pid, stateMachineArn: this.#stateMachineArn, key: this.#key };
    this.#life = { asker: new Worker(new URL("./asker.ts", import.meta.url), { workerData }), pid };
  }

  /** Takes the figures of a life before it ends. Rejects when the asker found no server, or was refused. */
  async end(): Promise<void> {
    if (this.#life === undefined) return;
    const { asker, pid } = this.#life;
    this.#life = undefined;
    const told = once(asker, "message");
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
    asker.postMessage("tell");
    const [asked] = (await told) as [readonly Timed[]];
    this.#asked.push(...asked);
    this.#peakBytes = Math.max(this.#peakBytes, peakBytesOf(pid));
    await asker.terminate();
  }

  observed(): Observed {
    const own = this.#asked.map(({ ownMs }) => ownMs);
    const at = (took: readonly number[], share: number): number =>
      took.toSorted((a, b) => a - b)[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Infinity;
    const seen = this.#asked.map(({ tookMs }) => tookMs);
    return {
      answers: own.length,
      ownMs: { p50: at(own, 0.5), p99: at(own, 0.99), longest: at(own, 1) },
      seenP99Ms: at(seen, 0.99),
      longestStallMs: at(
        this.#asked.map(({ ranMs }) => ranMs),
        1,
      ),
      peakBytes: this.#peakBytes,
    };
  }
}
