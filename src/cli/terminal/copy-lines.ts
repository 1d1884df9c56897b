// Lines that say how far a copy has come: one a second.
import type { CopyProgress } from "../../store/copy-store.ts";
import { grouped, workText } from "./progress.ts";
import type { Paint } from "./terminal.ts";

export interface CopyLinesOptions {
  readonly paint: Paint;
  readonly say: (line: string) => void;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsed?: () => number;
}

const everyMs = 1_000;

export class CopyLines {
  readonly #options: Required<CopyLinesOptions>;
  #step: CopyProgress["step"] | undefined;
  #before = 0;
  #began = 0;
  #saidAt = 0;

  constructor(options: CopyLinesOptions) {
    this.#options = { elapsed: () => performance.now(), ...options };
  }

  begin({ from, to }: { readonly from: string; readonly to: string }): void {
    this.#options.say(`Copying ${from} to ${to}. If this is interrupted, the same command goes on with it.`);
  }

  readonly resumed = (rows: number): void => {
    this.#before = rows;
    this.#options.say(`Going on behind ${grouped(rows)} rows, which an earlier one has copied.`);
  };

  readonly progress = ({ step, says, rows, ofRows }: CopyProgress): void => {
    const { elapsed, paint, say } = this.#options;
    const now = elapsed();
    if (step !== this.#step) {
      if (step === "comparing") this.#before = 0;
      this.#step = step;
      this.#began = now;
      this.#saidAt = now;
      return;
    }
    if (now - this.#saidAt < everyMs) return;
    this.#saidAt = now;
    const total = Math.max(rows, ofRows);
    const text = workText({ done: rows, total, before: this.#before, noun: "rows" }, now - this.#began);
    say(`  ${paint("cyan", "…")} ${step} ${says}  ${text}`);
  };
}
