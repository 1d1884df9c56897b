// The memory of the process: before it ends, nothing more is begun, while everything under way goes on and gives memory back.
import { getHeapStatistics } from "node:v8";

/** Thrown by what is not begun; nothing of it has happened. */
export class MemorySpentError extends Error {
  override readonly name = "MemorySpentError";

  constructor() {
    super("The memory of the server is used up by the executions that it runs.");
  }
}

/** Bytes in use and bytes that there are. */
export interface MemoryUse {
  readonly used: number;
  readonly limit: number;
}

export interface MemoryBudgetOptions {
  readonly use?: (() => MemoryUse) | undefined;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsed: () => number;
  readonly log: (message: string) => void;
}

/** The part of the memory beyond which nothing more is begun; the rest is for what is under way, and for garbage. */
const mostUse = 0.7;
const lookEveryMs = 20;
const sayEveryMs = 60_000;

export class MemoryBudget {
  readonly #use: () => MemoryUse;
  readonly #elapsed: () => number;
  readonly #log: (message: string) => void;
  #lookedAt = -Infinity;
  #saidAt = -Infinity;
  #isSpent = false;

  constructor({ use = heapUse, elapsed, log }: MemoryBudgetOptions) {
    this.#use = use;
    this.#elapsed = elapsed;
    this.#log = log;
  }

  get isSpent(): boolean {
    const now = this.#elapsed();
    if (now - this.#lookedAt < lookEveryMs) return this.#isSpent;
    this.#lookedAt = now;
    const { used, limit } = this.#use();
    this.#isSpent = used > mostUse * limit;
    if (this.#isSpent && now - this.#saidAt >= sayEveryMs) {
      this.#saidAt = now;
      this.#log(
        `${inMegabytes(used)} of ${inMegabytes(limit)} of memory are in use: nothing more is begun until there is less. ` +
          "Give the server more with NODE_OPTIONS=--max-old-space-size=<megabytes>.",
      );
    }
    return this.#isSpent;
  }
}

const inMegabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;

function heapUse(): MemoryUse {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  return { used, limit };
}
