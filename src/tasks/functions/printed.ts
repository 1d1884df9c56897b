// Text that functions print, on its way to the log: bounded in what is passed on, and in what one turn of the event loop reads.
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

export interface PrintedBounds {
  /** Bytes that may come at once. */
  readonly burst: number;
  /** Bytes that are allowed anew with every second. */
  readonly perSecond: number;
}

const usualBounds: PrintedBounds = { burst: 1024 * 1024, perSecond: 128 * 1024 };

/** Counts what is printed, and says where something is left out. */
export class PrintedBudget {
  readonly #bounds: PrintedBounds;
  readonly #elapsed: () => number;
  #left: number;
  #countedAt: number;
  #leftOut = 0;

  /** @param elapsed milliseconds of a clock that only goes forward. */
  constructor(elapsed: () => number, bounds = usualBounds) {
    this.#bounds = bounds;
    this.#elapsed = elapsed;
    this.#left = bounds.burst;
    this.#countedAt = elapsed();
  }

  /** The text to be passed on for a piece; `undefined` when it is too much. */
  admit(text: string): string | undefined {
    const { burst, perSecond } = this.#bounds;
    const now = this.#elapsed();
    this.#left = Math.min(burst, this.#left + ((now - this.#countedAt) / 1000) * perSecond);
    this.#countedAt = now;
    if (text.length > this.#left) {
      this.#leftOut += text.length;
      return undefined;
    }
    this.#left -= text.length;
    return `${this.rest() ?? ""}${text}`;
  }

  /** The line that tells of what was left out and not yet told of. */
  rest(): string | undefined {
    if (this.#leftOut === 0) return undefined;
    const line = `\n… ${this.#leftOut} characters more were printed, and are left out here: it was too much at once.\n`;
    this.#leftOut = 0;
    return line;
  }
}

/** Reads one piece in a turn of the event loop, so that a flood keeps nobody waiting. */
export function readByPiece(stream: Readable | null, take: (chunk: Buffer) => void): void {
  stream?.on("data", (chunk: Buffer) => {
    stream.pause();
    setImmediate(() => stream.resume());
    take(chunk);
  });
}

/** Passes on what one function prints, in all of its processes: one that is called often has no more room than one that runs long. */
export class Printed {
  readonly #take: (text: string) => void;
  readonly #budget: PrintedBudget;

  constructor(take: (text: string) => void, budget = new PrintedBudget(() => performance.now())) {
    this.#take = take;
    this.#budget = budget;
  }

  /** Passes on what a process prints, piece by piece. */
  passOn(stream: Readable | null, look?: (chunk: Buffer) => void): void {
    const decoder = new StringDecoder("utf8");
    readByPiece(stream, (chunk) => {
      look?.(chunk);
      const text = this.#budget.admit(decoder.write(chunk));
      if (text !== undefined) this.#take(text);
    });
    stream?.once("close", () => {
      const rest = this.#budget.rest();
      if (rest !== undefined) this.#take(rest);
    });
  }
}
