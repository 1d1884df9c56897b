// The processes of the bench, seen from where the load is made: each answers on its own port and tells what it uses.
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Usage {
  /** User and system time since the process began. */
  readonly cpuMs: number;
  readonly residentBytes: number;
  readonly peakResidentBytes: number;
  readonly heapUsedBytes: number;
}

/** A question to a process; "settle" collects garbage first. */
export type Question = "usage" | "settle" | "stop";

export interface BenchProcess {
  readonly url: string;
  readonly pid: number;
  usage(): Promise<Usage>;
  /** As `usage`, after all garbage was collected. */
  settledUsage(): Promise<Usage>;
  /** Ends it in order. */
  stop(): Promise<void>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
}

export interface ProcessOptions {
  /** A module beside this one that calls `answer` of answer.ts. */
  readonly module: string;
  /** Handed to the module as JSON. */
  readonly options: unknown;
  /** Where a CPU profile is written when the process ends. */
  readonly profileDirectory?: string | undefined;
}

/** Settles when the process listens. */
export async function startProcess({ module, options, profileDirectory }: ProcessOptions): Promise<BenchProcess> {
  const profiling = profileDirectory === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileDirectory}`];
  const path = fileURLToPath(new URL(module, import.meta.url));
  const child = fork(path, [JSON.stringify(options)], {
    execArgv: ["--expose-gc", "--max-semi-space-size=16", ...profiling],
  });
  const { next, exited } = listenTo(child);
  const url = (await next()) as string;
  const ask = (question: Question): Promise<Usage> => {
    const answer = next() as Promise<Usage>;
    child.send(question);
    return answer;
  };
  return {
    url,
    pid: child.pid ?? 0,
    usage: () => ask("usage"),
    settledUsage: () => ask("settle"),
    async stop() {
      if (child.connected) child.send("stop" satisfies Question);
      await exited;
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** Messages are answers to questions, one at a time. */
function listenTo(child: ChildProcess): {
  readonly next: () => Promise<unknown>;
  readonly exited: Promise<void>;
} {
  let awaited: PromiseWithResolvers<unknown> | undefined;
  const { promise: exited, resolve } = Promise.withResolvers<void>();
  child.on("message", (message) => awaited?.resolve(message));
  child.on("exit", (code) => {
    awaited?.reject(new Error(`A process of the bench ended with ${String(code)} before it answered.`));
    resolve();
  });
  return {
    next() {
      awaited = Promise.withResolvers<unknown>();
      return awaited.promise;
    },
    exited,
  };
}
