// The log of all functions: what their processes print, and which call each of them prints for.
import { type FunctionLine, type LoggedCall, Printed, PrintedBudget } from "./printed.ts";

export interface FunctionLogsOptions {
  readonly take: (line: FunctionLine) => void;
  /** Milliseconds of a clock that only goes forward; the process's own by default. */
  readonly elapsed?: (() => number) | undefined;
}

export class FunctionLogs {
  readonly #options: FunctionLogsOptions;
  readonly #budgets = new Map<string, PrintedBudget>();
  readonly #calls = new Map<string, LoggedCall>();

  constructor(options: FunctionLogsOptions) {
    this.#options = options;
  }

  /** For one process. */
  of({ functionName }: Pick<FunctionLine, "functionName">): Printed {
    const budget = this.#budgets.get(functionName) ?? new PrintedBudget(this.#options.elapsed ?? elapsed);
    this.#budgets.set(functionName, budget);
    return new Printed({
      functionName,
      budget,
      callOf: (requestId) => this.#calls.get(requestId) ?? { requestId },
      take: this.#options.take,
    });
  }

  /**
   * Makes the facts of a call known to the process that it is given to.
   * @returns ends it.
   */
  open({ requestId, executionArn, stateName, tail }: LoggedCall & { readonly requestId: string }): () => void {
    const call = { requestId, executionArn, stateName, tail };
    this.#calls.set(requestId, call);
    return () => {
      if (this.#calls.get(requestId) === call) this.#calls.delete(requestId);
    };
  }

  /** Passes on a line that is told about a function. */
  say(line: FunctionLine): void {
    this.#options.take(line);
  }
}

const elapsed = (): number => performance.now();
