// A process of a runtime of Lambda, AWS's own or Pawl's, that handles one event after the other.
import type { ChildProcess } from "node:child_process";
import type { NodeRuntime } from "../../tasks/functions/node-runtime/node-runtime.ts";

export interface FunctionSetting {
  readonly runtime: NodeRuntime;
  /** The function's folder. */
  readonly folder: string;
  /** Name of the module in the folder. */
  readonly file: string;
  readonly exportName: string;
  readonly env?: Readonly<Record<string, string>>;
}

export type Outcome =
  | { readonly kind: "returned" | "failed"; readonly payload: string }
  /** An exit status, or the name of a signal. */
  | { readonly kind: "exited"; readonly reason: number | string }
  /** The handler says of itself that it goes on for ever. */
  | { readonly kind: "endless" };

export interface RuntimeProcess {
  /** @param event JSON text. */
  readonly call: (event: string) => Promise<Outcome>;
  /** Whether it takes another event. */
  readonly isAlive: () => boolean;
  readonly close: () => void;
}

export const call = {
  requestId: "00000000-0000-8000-8000-000000000001",
  functionArn: "arn:aws:lambda:us-east-1:123456789012:function:fn",
  clientContext: `{"custom":{"shop":"north"}}`,
  traceHeader: "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
};

/** A handler prints it when nothing more will come of it. */
export const endlessSign = "This goes on for ever.";

export function environmentOf({ runtime, folder, file, exportName, env }: FunctionSetting): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["HOME"] ?? "",
    AWS_LAMBDA_FUNCTION_NAME: "fn",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/fn",
    AWS_LAMBDA_LOG_STREAM_NAME: "2026/01/01/[$LATEST]0123456789abcdef",
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    LAMBDA_TASK_ROOT: folder,
    _HANDLER: handlerName(file, exportName),
    ...env,
  };
}

export function handlerName(file: string, exportName: string): string {
  return `${file.replace(/\.[^.]+$/, "")}.${exportName}`;
}

/** Settles what is asked of a process, with its answer or with its end. */
export class Waiting {
  #settle: ((outcome: Outcome) => void) | undefined;
  #end: Outcome | undefined;

  constructor(child: ChildProcess) {
    let printed = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      if (printed.includes(endlessSign)) child.kill("SIGKILL");
    });
    child.stderr?.resume();
    const closed = new Promise<Outcome>((resolve) => {
      child.once("close", (status, signal) => {
        const isEndless = printed.includes(endlessSign);
        resolve(isEndless ? { kind: "endless" } : { kind: "exited", reason: signal ?? status ?? "unknown" });
      });
    });
    const disconnected = new Promise<void>((resolve) => {
      if (child.connected) child.once("disconnect", resolve);
      else resolve();
    });
    // Everything that it said has been read by then.
    void Promise.all([closed, disconnected]).then(([outcome]) => this.end(outcome));
  }

  get isOver(): boolean {
    return this.#end !== undefined;
  }

  outcome(): Promise<Outcome> {
    if (this.#end !== undefined) return Promise.resolve(this.#end);
    return new Promise((resolve) => (this.#settle = resolve));
  }

  settle(outcome: Outcome): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(outcome);
  }

  /** It takes no further events, and this is why. */
  end(outcome: Outcome): void {
    this.#end ??= outcome;
    this.settle(outcome);
  }
}
