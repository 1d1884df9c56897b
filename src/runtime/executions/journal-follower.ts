// Follows the journal for a reader that must not lose anything: rows in the order of their commits, each page again until it
// was taken. Hints make it quick and may be lost; what it reads at its intervals is the truth.
import type { Journal, JournalRow } from "../../store/journal.ts";
import type { Clock } from "../clock.ts";

export interface JournalFollowerOptions {
  readonly journal: Pick<Journal, "readRows">;
  readonly clock: Clock;
  /** The id of the row that was taken last, as the reader has kept it; rows behind it follow. */
  readonly after: number;
  /**
   * Takes rows, the last of which has the id `cursor`: a reader that keeps the cursor with what it makes of the rows takes
   * none twice. When it rejects, it is given the rows behind its last cursor again after a while.
   */
  readonly take: (rows: readonly JournalRow[], cursor: number) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Rows that are read at a time, and how long it rests when there are none or when one page could not be taken. */
const pageSize = 200;
const intervalMs = 1_000;

export class JournalFollower {
  readonly #options: JournalFollowerOptions;
  #cursor: number;
  #state: "resting" | "reading" | "failed" | "stopped" = "resting";
  #isHinted = false;
  #callOff: (() => void) | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(options: JournalFollowerOptions) {
    this.#options = options;
    this.#cursor = options.after;
  }

  /** Something may have been committed; the first hint sets the follower going. */
  hint(): void {
    if (this.#state === "reading") this.#isHinted = true;
    if (this.#state === "resting") this.#begin();
  }

  /** Settles when nothing is being taken any more. */
  stop(): Promise<void> {
    this.#state = "stopped";
    this.#callOff?.();
    return this.#reading;
  }

  #begin(): void {
    this.#callOff?.();
    this.#state = "reading";
    this.#reading = this.#read();
  }

  async #read(): Promise<void> {
    let hasFailed = false;
    try {
      do {
        this.#isHinted = false;
        while (this.#isReading && (await this.#takePage()));
      } while (this.#isReading && this.#isHinted);
    } catch (error) {
      hasFailed = true;
      if (this.#isReading) this.#options.onError(error);
    }
    if (!this.#isReading) return;
    this.#state = hasFailed ? "failed" : "resting";
    const { clock } = this.#options;
    this.#callOff = clock.callAfter(intervalMs, () => this.#begin());
  }

  get #isReading(): boolean {
    return this.#state === "reading";
  }

  /** Answers whether there was anything to take. */
  async #takePage(): Promise<boolean> {
    const { journal, take } = this.#options;
    const rows = await journal.readRows({ limit: pageSize, after: this.#cursor });
    const last = rows.at(-1);
    if (last === undefined || !this.#isReading) return false;
    await take(rows, last.id);
    this.#cursor = last.id;
    return true;
  }
}
