// The functions that the configuration maps to something on this side of Lambda.
import type { ChildProcess } from "node:child_process";
import { TextEnd } from "./bounded-text.ts";
import { commandProcess } from "./command.ts";
import { FunctionLogs } from "./function-logs.ts";
import type { CommandTarget, FunctionTarget, FunctionTargets, ModuleTarget, RuntimeTarget } from "./config.ts";
import type { ServerFacts } from "./environment.ts";
import { FunctionProcess } from "./function-process.ts";
import type { Invocation, Reply } from "./invocation.ts";
import { linkModule } from "./module-process.ts";
import type { FunctionLine } from "./printed.ts";
import { processBound } from "./process-bound.ts";
import { Lane, type PooledProcess, type ProcessEvents, ProcessPool } from "./process-pool.ts";
import { linkRuntime } from "./runtimes/runtime-process.ts";
import { callUrl } from "./url.ts";

export interface LocalFunctionsOptions {
  readonly targets: FunctionTargets;
  /** Receives what functions print. */
  readonly log: (line: FunctionLine) => void;
  readonly server?: ServerFacts | undefined;
  /** Processes of functions at a time; by default as many as the machine has room for. */
  readonly maxProcesses?: number | undefined;
}

type ProcessTarget = ModuleTarget | RuntimeTarget | CommandTarget;

export interface LoggedReply {
  readonly reply: Reply;
  /** The end of what the call printed. */
  readonly log: Buffer;
}

/** Bytes: as much of its log as Lambda gives with the answer of a call. */
export const maxLogBytes = 4096;

export class LocalFunctions {
  readonly #options: LocalFunctionsOptions;
  readonly #lanes = new WeakMap<FunctionTarget, Lane>();
  readonly #logs: FunctionLogs;
  readonly #pool: ProcessPool;
  readonly #closing = new AbortController();

  constructor(options: LocalFunctionsOptions) {
    this.#options = options;
    this.#logs = new FunctionLogs({ take: options.log });
    const { maxProcesses = processBound.processes } = options;
    const { parallelStarts } = processBound;
    this.#pool = new ProcessPool({ maxProcesses, parallelStarts, say: (line) => this.#logs.say(line) });
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
    if (target.kind === "url") return callUrl(invocation, { target, signal });
    return this.#pool.call(this.#lane(target, invocation.functionName), invocation, signal);
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

  /** Later calls run fresh code. */
  reload(): void {
    this.#pool.reload();
  }

  /** Ends all processes and what runs in the background. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#pool.close();
  }

  #lane(target: ProcessTarget, functionName: string): Lane {
    const existing = this.#lanes.get(target);
    if (existing !== undefined) return existing;
    const isReused = target.kind !== "command";
    const concurrency = isReused ? target.concurrency : undefined;
    const start = (events: ProcessEvents): PooledProcess => this.#start({ target, functionName, events });
    const lane = new Lane({ functionName, concurrency, isReused, start });
    this.#lanes.set(target, lane);
    return lane;
  }

  #start({ target, functionName, events }: Start): PooledProcess {
    const { server } = this.#options;
    const marks = this.#logs.of({ functionName });
    if (target.kind === "command") return commandProcess({ target, printed: marks, server }, events);
    const print = ({ stdout, stderr }: ChildProcess): void => {
      marks.passOn(stdout);
      marks.passOn(stderr);
    };
    const { timeoutSeconds } = target;
    return new FunctionProcess({
      timeoutSeconds,
      marks,
      events,
      link: (linkEvents) =>
        target.kind === "module"
          ? linkModule({ functionName, target, server, print }, linkEvents)
          : linkRuntime({ functionName, target, server, print, say: (line) => this.#logs.say(line) }, linkEvents),
    });
  }
}

interface Start {
  readonly target: ProcessTarget;
  readonly functionName: string;
  readonly events: ProcessEvents;
}
