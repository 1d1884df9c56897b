// Looks for signals that other owners have written to executions of this node's partitions: at a hint, and from time to time.
import type { OwningRuntime } from "../runtime/runtime.ts";

export interface SignalDeliveryOptions {
  readonly runtime: (partition: number) => OwningRuntime | undefined;
  readonly log: (message: string, error?: unknown) => void;
}

export class SignalDelivery {
  readonly #options: SignalDeliveryOptions;
  /** Partitions that are being looked at, and whether they are to be looked at again. */
  readonly #looks = new Map<number, "once" | "again">();

  constructor(options: SignalDeliveryOptions) {
    this.#options = options;
  }

  async look(partition: number): Promise<void> {
    const isLooking = this.#looks.has(partition);
    this.#looks.set(partition, isLooking ? "again" : "once");
    if (isLooking) return;
    const { runtime, log } = this.#options;
    try {
      do {
        this.#looks.set(partition, "once");
        await runtime(partition)?.deliverSignals();
      } while (this.#looks.get(partition) === "again");
    } catch (error) {
      log(`The signals of partition ${partition} could not be read; they are looked for again.`, error);
    } finally {
      this.#looks.delete(partition);
    }
  }
}
