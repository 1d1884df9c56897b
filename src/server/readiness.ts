// Whether the server can do its work, as GET /ready tells it: GET /health tells that the process answers, and what was found
// last.
import { DiskFailedError, LeaseLostError } from "../store/errors.ts";
import type { Store } from "../store/store.ts";

export type Phase = "starting" | "open" | "stopping" | "lost";

export interface ReadinessOptions {
  readonly store: Pick<Store, "verifyWritable">;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsed: () => number;
  /** Says why the server cannot do its work though its store can be written; `undefined` when it can. */
  readonly obstacle?: (() => string | undefined) | undefined;
  /** Told once why the store cannot be written, and once that it can be again. */
  readonly log: (message: string, error?: unknown) => void;
}

/** So long the answer of the store is told again: whoever asks for it costs no more than one write a second. */
const freshMs = 1_000;

/** Anybody may read them: they tell nothing of the machine. */
const reasons = {
  starting: "The server is taking up what was under way when it last stopped.",
  stopping: "The server is stopping.",
  lost: "Another process has taken the data over, or they are gone, or their disk has failed: this server stops.",
  unwritable: "The server cannot write to its store; its log says why.",
} as const;

export class Readiness {
  readonly #options: ReadinessOptions;
  #phase: Phase = "starting";
  #lookedAt = -Infinity;
  #look: Promise<string | undefined> | undefined;
  #isWritable = true;

  constructor(options: ReadinessOptions) {
    this.#options = options;
  }

  /** A server that has come to an end does not open again. */
  enter(phase: Phase): void {
    if (this.#phase !== "lost" && (this.#phase !== "stopping" || phase === "lost")) this.#phase = phase;
  }

  /** The same without a look at the store: by the last one. */
  get known(): string | undefined {
    if (this.#phase !== "open") return reasons[this.#phase];
    return this.#options.obstacle?.() ?? (this.#isWritable ? undefined : reasons.unwritable);
  }

  /** @returns why it cannot do its work; `undefined` when it can. */
  async problem(): Promise<string | undefined> {
    const obstacle = this.#phase === "open" ? this.#options.obstacle?.() : reasons[this.#phase];
    if (obstacle !== undefined) return obstacle;
    const now = this.#options.elapsed();
    if (this.#look === undefined || now - this.#lookedAt >= freshMs) {
      this.#lookedAt = now;
      this.#look = this.#lookAtStore();
    }
    return this.#look;
  }

  async #lookAtStore(): Promise<string | undefined> {
    const { store, log } = this.#options;
    try {
      await store.verifyWritable();
      if (!this.#isWritable) log("The store can be written again.");
      this.#isWritable = true;
      return undefined;
    } catch (error) {
      if (error instanceof LeaseLostError || error instanceof DiskFailedError) return reasons.lost;
      if (this.#isWritable) log("The store cannot be written, so this server is not ready.", error);
      this.#isWritable = false;
      return reasons.unwritable;
    }
  }
}
