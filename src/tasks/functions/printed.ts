// Text that the process of a function prints, on its way to the log: in whole lines that say whose they are, bounded in what is
// passed on, and in what one turn of the event loop reads.
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { TextEnd } from "./bounded-text.ts";

/** The call that a line belongs to, as far as it is known. */
export interface PrintingCall {
  readonly requestId?: string | undefined;
  /** The execution and the state that the call is made for. */
  readonly executionArn?: string | undefined;
  readonly stateName?: string | undefined;
}

/** One line, without its end. */
export interface FunctionLine extends PrintingCall {
  readonly functionName: string;
  readonly text: string;
}

/** A call whose log somebody may have asked for. */
export interface LoggedCall extends PrintingCall {
  readonly tail?: TextEnd | undefined;
}

export interface PrintedBounds {
  /** Characters that may come at once. */
  readonly burst: number;
  /** Characters that are allowed anew with every second. */
  readonly perSecond: number;
}

const usualBounds: PrintedBounds = { burst: 1024 * 1024, perSecond: 128 * 1024 };

/** Counts what all processes of a function print: one that is called often has no more room than one that runs long. */
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

  /** Whether a piece is passed on; one that is not is counted. */
  admits({ length }: string): boolean {
    const { burst, perSecond } = this.#bounds;
    const now = this.#elapsed();
    this.#left = Math.min(burst, this.#left + ((now - this.#countedAt) / 1000) * perSecond);
    this.#countedAt = now;
    const isAdmitted = length <= this.#left;
    if (isAdmitted) this.#left -= length;
    else this.#leftOut += length;
    return isAdmitted;
  }

  /** The line that tells of what was left out and not yet told of. */
  rest(): string | undefined {
    if (this.#leftOut === 0) return undefined;
    const line = `… ${this.#leftOut} characters more were printed, and are left out here: it was too much at once.`;
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

export interface PrintedOptions {
  readonly functionName: string;
  readonly budget: PrintedBudget;
  readonly callOf: (requestId: string) => LoggedCall;
  readonly take: (line: FunctionLine) => void;
}

/** The output of one process. It has one call at a time, and what it prints is that call's, or the last one's. */
export class Printed {
  readonly #options: PrintedOptions;
  readonly #lines = new Set<Lines>();
  #call: LoggedCall | undefined;

  constructor(options: PrintedOptions) {
    this.#options = options;
  }

  /** Says that the process is given a call. */
  begin(requestId: string): void {
    const call = this.#options.callOf(requestId);
    if (this.#call === undefined) this.#call = call;
    // The end of what the call before it printed is in the pipe when its answer is, and is read in the same turn.
    else
      setImmediate(() => {
        this.#flush();
        this.#call = call;
      });
  }

  /** Says that the call was answered: a line that has not ended by then is one. */
  end(): void {
    const call = this.#call;
    setImmediate(() => {
      if (this.#call === call) this.#flush();
    });
  }

  /** Passes on what comes out of the process, piece by piece. */
  passOn(stream: Readable | null, look?: (chunk: Buffer) => void): void {
    const { budget } = this.#options;
    const decoder = new StringDecoder("utf8");
    const lines = new Lines((text) => this.#say(text));
    this.#lines.add(lines);
    readByPiece(stream, (chunk) => {
      look?.(chunk);
      this.#call?.tail?.add(chunk);
      const text = decoder.write(chunk);
      if (!budget.admits(text)) return;
      this.#sayLeftOut(lines);
      lines.add(text);
    });
    stream?.once("close", () => {
      lines.flush();
      this.#sayLeftOut(lines);
      this.#lines.delete(lines);
    });
  }

  #sayLeftOut(lines: Lines): void {
    const rest = this.#options.budget.rest();
    if (rest === undefined) return;
    lines.flush();
    this.#say(rest);
  }

  #flush(): void {
    for (const lines of this.#lines) lines.flush();
  }

  #say(text: string): void {
    const { functionName, take } = this.#options;
    const { requestId, executionArn, stateName } = this.#call ?? {};
    take({ text, functionName, requestId, executionArn, stateName });
  }
}

const longestLine = 32_768;

/** Makes lines of one stream's pieces. */
class Lines {
  readonly #take: (line: string) => void;
  #rest = "";

  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  add(text: string): void {
    const lines = `${this.#rest}${text}`.split(/\r?\n/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#take(line.length > longestLine ? `${line.slice(0, longestLine)}…` : line);
    // A function that never ends its line must not fill the memory.
    if (this.#rest.length > longestLine) this.flush();
  }

  flush(): void {
    const rest = this.#rest;
    this.#rest = "";
    if (rest !== "") this.#take(rest);
  }
}
