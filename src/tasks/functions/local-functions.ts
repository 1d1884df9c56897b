// The functions that the configuration maps to something on this side of Lambda.
import { descriptorShares } from "../../aws/descriptors.ts";
import { callCommand } from "./command.ts";
import type { FunctionTarget, FunctionTargets, ModuleTarget } from "./config.ts";
import type { Invocation, Reply } from "./invocation.ts";
import { ModulePool } from "./module-pool.ts";
import { Printed } from "./printed.ts";
import { Turnstile } from "./turnstile.ts";
import { callUrl } from "./url.ts";

export interface LocalFunctionsOptions {
  readonly targets: FunctionTargets;
  /** Receives what functions print. */
  readonly log: (text: string) => void;
}

export class LocalFunctions {
  readonly #options: LocalFunctionsOptions;
  readonly #pools = new Map<ModuleTarget, ModulePool>();
  readonly #printed = new WeakMap<FunctionTarget, Printed>();
  readonly #closing = new AbortController();
  /** Processes of commands at a time; further calls wait, and their time limits with them. */
  readonly #commands = new Turnstile(descriptorShares.commands);

  constructor(options: LocalFunctionsOptions) {
    this.#options = options;
  }

  /** The target mapped to the first of the names that is mapped. */
  find(names: readonly string[]): FunctionTarget | undefined {
    for (const name of names) {
      const target = this.#options.targets.get(name);
      if (target !== undefined) return target;
    }
    return undefined;
  }

  call(target: FunctionTarget, invocation: Invocation, signal: AbortSignal): Promise<Reply> {
    switch (target.kind) {
      case "module":
        return this.#pool(target, invocation.functionName).call(invocation, signal);
      case "command":
        return this.#commands.pass(() => callCommand(invocation, { target, printed: this.#printedBy(target), signal }));
      case "url":
        return callUrl(invocation, { target, signal });
    }
  }

  /** Calls a function without waiting for it, as Lambda does for asynchronous invocations; a failure is only logged. */
  callInBackground(target: FunctionTarget, invocation: Invocation): void {
    void this.call(target, invocation, this.#closing.signal).then((reply) => {
      if (reply.kind === "returned" || this.#closing.signal.aborted) return;
      this.#options.log(`${invocation.functionName} failed after an asynchronous invocation: ${reply.payload}\n`);
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

  #printedBy(target: FunctionTarget): Printed {
    const printed = this.#printed.get(target) ?? new Printed(this.#options.log);
    this.#printed.set(target, printed);
    return printed;
  }

  #pool(target: ModuleTarget, functionName: string): ModulePool {
    const existing = this.#pools.get(target);
    if (existing !== undefined) return existing;
    const pool = new ModulePool({ functionName, target, printed: this.#printedBy(target) });
    this.#pools.set(target, pool);
    return pool;
  }
}
