// Hints that something was committed, for readers that follow the journal: they say when to look, and nothing else.
import type { ExecutionListener } from "./listener.ts";

export class CommitHints implements ExecutionListener {
  readonly #hints = new Set<() => void>();

  /** @returns what ends it. */
  add(hint: () => void): () => void {
    this.#hints.add(hint);
    return () => this.#hints.delete(hint);
  }

  committed(): void {
    for (const hint of this.#hints) hint();
  }
}
