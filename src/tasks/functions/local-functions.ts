// The functions that the configuration maps to something on this side of Lambda.
import { descriptorShares } from "../../aws/descriptors.ts";
import { TextEnd } from "./bounded-text.ts";
import { callCommand } from "./command.ts";
import { FunctionLogs } from "./function-logs.ts";
import type { FunctionTarget, FunctionTargets, ModuleTarget } from "./config.ts";
import { failedReply, type Invocation, type Reply } from "./invocation.ts";
import { ModulePool } from "./module-pool.ts";
import type { FunctionLine } from "./printed.ts";
import { Turnstile } from "./turnstile.ts";
import { callUrl } from "./url.ts";

export interface LocalFunctionsOptions {
  readonly targets: FunctionTargets;
  /** Receives what functions print. */
  readonly log: (line: FunctionLine) => void;
}

export interface LoggedReply {
  readonly reply: Reply;
  /** The end of what the call printed. */
  readonly log: Buffer;
}

/** Bytes: as much of its log as Lambda gives with the answer of a call. */
export const maxLogBytes = 4096;

export class LocalFunctions {
  readonly #options: LocalFunctionsOptions;
  readonly #pools = new Map<ModuleTarget, ModulePool>();
  readonly #logs: FunctionLogs;
  readonly #closing = new AbortController();
  /** Processes of commands at a time; further calls wait, and their time limits with them. */
  readonly #commands = new Turnstile(descriptorShares.commands);

  constructor(options: LocalFunctionsOptions) {
    this.#options = options;
    this.#logs = new FunctionLogs({ take: options.log });
  }

  /** The target mapped to the first of the names that is mapped. */
  find(names: readonly string[]): FunctionTarget | undefined {
    for (const name of names) {
      const target = this.#options.targets.get(name);
      if (target !== undefined) return target;
    }
    return undefined;
  }

  get names(): readonly string[] {
    return [...this.#options.targets.keys()];
  }

  async call(target: FunctionTarget, invocation: Invocation, signal: AbortSignal): Promise<Reply> {
    const close = this.#logs.open(invocation);
    try {
      return await this.#perform(target, invocation, signal);
    } finally {
      close();
    }
  }

  async callForLog(target: FunctionTarget, invocation: Invocation, signal: AbortSignal): Promise<LoggedReply> {
    const tail = new TextEnd(maxLogBytes);
    const close = this.#logs.open({ ...invocation, tail });
    try {
      const reply = await this.#perform(target, invocation, signal);
      // The answer may be read before what was printed ahead of it.
      for (let turns = 0; turns < 2; turns++) await new Promise((resolve) => setImmediate(resolve));
      return { reply, log: tail.toBuffer() };
    } finally {
      close();
    }
  }

  #perform(target: FunctionTarget, invocation: Invocation, signal: AbortSignal): Promise<Reply> {
    switch (target.kind) {
      case "module":
        return this.#pool(target, invocation.functionName).call(invocation, signal);
      case "runtime":
        return Promise.resolve(failedReply("Runtime.NotSupported", `${target.runtime} cannot be run here yet.`));
      case "command":
        return this.#commands.pass(() =>
          callCommand(invocation, { target, printed: this.#logs.of(invocation), signal }),
        );
      case "url":
        return callUrl(invocation, { target, signal });
    }
  }

  /** Calls a function without waiting for it, as Lambda does for asynchronous invocations; a failure is only logged. */
  callInBackground(target: FunctionTarget, invocation: Invocation): void {
    void this.call(target, invocation, this.#closing.signal).then((reply) => {
      if (reply.kind === "returned" || this.#closing.signal.aborted) return;
      const { functionName, requestId, executionArn, stateName } = invocation;
      const text = `${functionName} failed after an asynchronous invocation: ${reply.payload}`;
      this.#logs.say({ text, functionName, requestId, executionArn, stateName });
    });
  }

  /** Later calls of modules run fresh code. */
  reload(): void {
    for (const pool of this.#pools.values()) pool.reload();
  }

  /** Ends all processes and what runs in the background. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }

  #pool(target: ModuleTarget, functionName: string): ModulePool {
    const existing = this.#pools.get(target);
    if (existing !== undefined) return existing;
    const pool = new ModulePool({ functionName, target, logs: this.#logs });
    this.#pools.set(target, pool);
    return pool;
  }
}
