// Attention to what other nodes bring about: at their hints, and from time to time, because hints may be lost.
import type { Clock } from "../runtime/clock.ts";
import type { CommitHints } from "../runtime/executions/commit-hints.ts";
import type { HintKind, Hints, SharedStore } from "../store/cluster-store.ts";
import type { ActivityHandOut } from "./activity-hand-out.ts";
import type { Membership } from "./membership.ts";
import type { OwnedPartitions } from "./owned-partitions.ts";
import type { SignalDelivery } from "./signal-delivery.ts";

export interface AttentionOptions {
  readonly store: { readonly hints: Hints; readonly shared: Pick<SharedStore, "signals"> };
  readonly clock: Clock;
  readonly membership: Pick<Membership, "wake">;
  readonly owned: Pick<OwnedPartitions, "owners">;
  readonly handOut: Pick<ActivityHandOut, "offered" | "poll">;
  readonly signals: Pick<SignalDelivery, "look">;
  readonly commits: Pick<CommitHints, "committed">;
  readonly log: (message: string, error?: unknown) => void;
}

const everyMs = 1_000;

export class Attention {
  readonly #options: AttentionOptions;
  #endHints: (() => void) | undefined;
  #callOff: (() => void) | undefined;
  #isEnded = false;
  #isTold = false;

  constructor(options: AttentionOptions) {
    this.#options = options;
  }

  begin(): void {
    this.#endHints = this.#options.store.hints.subscribe((kind, key) => this.#hear(kind, key));
    void this.#look();
  }

  end(): void {
    this.#isEnded = true;
    this.#callOff?.();
    this.#endHints?.();
  }

  #hear(kind: HintKind, key: string): void {
    const { membership, handOut, signals, commits } = this.#options;
    switch (kind) {
      case "signals":
        void signals.look(Number(key));
        break;
      case "offers":
        handOut.offered(key);
        break;
      case "journal":
        commits.committed();
        break;
      case "catalogue":
      case "partitions":
        membership.wake();
        break;
    }
  }

  async #look(): Promise<void> {
    const { store, clock, owned, handOut, signals, log } = this.#options;
    try {
      const partitions = [...owned.owners].map(({ lease }) => lease.partition);
      for (const partition of await store.shared.signals.partitionsAmong(partitions)) await signals.look(partition);
      await handOut.poll();
      this.#isTold = false;
    } catch (error) {
      if (!this.#isTold && !this.#isEnded) log("What waits for this node could not be read; it is tried again.", error);
      this.#isTold = true;
    }
    if (!this.#isEnded) this.#callOff = clock.callAfter(everyMs, () => void this.#look());
  }
}
