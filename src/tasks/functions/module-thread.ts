// One warm worker thread of a function module, seen from the engine's thread: its calls, their time limits and its end.
import { Worker } from "node:worker_threads";
import type { ModuleTarget } from "./config.ts";
import { failedReply, type Invocation, type Reply, timedOutReply } from "./invocation.ts";
import type { FromThread, ThreadData, ToThread } from "./thread-protocol.ts";

/** One call on its way through threads: it moves to another one when its thread ends before it started. */
export interface ModuleCall {
  readonly id: number;
  readonly invocation: Invocation;
  readonly signal: AbortSignal;
  readonly settle: (reply: Reply) => void;
  isStarted: boolean;
  performances: number;
}

export interface ModuleThreadOptions {
  readonly functionName: string;
  readonly target: ModuleTarget;
  /** Receives what the module prints. */
  readonly log: (text: string) => void;
  /** The thread takes no more calls. */
  readonly onRetired: (thread: ModuleThread) => void;
  readonly onExited: (thread: ModuleThread) => void;
  /** These calls outlived the thread through no fault of their own. */
  readonly onSurvivors: (calls: readonly ModuleCall[]) => void;
}

/** Time for a thread to load its module and start a call; Lambda's own limit is 10 seconds on a machine of its own. */
const startTimeoutSeconds = 30;
/** How long a thread may stay silent after a call timed out before it counts as blocked. */
const silenceMs = 1000;

// The compiled file has another extension than the source; a URL is not rewritten by the compiler.
const threadMain = new URL(import.meta.url.endsWith(".ts") ? "./thread-main.ts" : "./thread-main.js", import.meta.url);

export class ModuleThread {
  readonly #options: ModuleThreadOptions;
  readonly #worker: Worker;
  readonly #calls = new Map<number, ModuleCall>();
  readonly #timers = new Map<number, NodeJS.Timeout>();
  readonly #exited: Promise<void>;
  #startTimer: NodeJS.Timeout | undefined;
  #silenceTimer: NodeJS.Timeout | undefined;
  #isLoaded = false;
  #isRetired = false;
  #crash: Reply | undefined;

  constructor(options: ModuleThreadOptions) {
    this.#options = options;
    const { functionName, target, log } = options;
    const workerData: ThreadData = {
      modulePath: target.path,
      exportName: target.exportName,
      functionName,
      memoryMb: target.memoryMb,
      timeoutMs: target.timeoutSeconds * 1000,
    };
    this.#worker = new Worker(threadMain, {
      name: functionName.slice(0, 64),
      workerData,
      env: { ...process.env, AWS_LAMBDA_FUNCTION_NAME: functionName, ...target.env },
      resourceLimits: { maxOldGenerationSizeMb: target.memoryMb },
      stdout: true,
      stderr: true,
    });
    this.#worker.unref();
    this.#worker.stdout.setEncoding("utf8").on("data", log);
    this.#worker.stderr.setEncoding("utf8").on("data", log);
    this.#worker.on("message", (message: FromThread) => this.#receive(message));
    this.#worker.on("error", (error: unknown) => (this.#crash ??= crashReply(error)));
    this.#exited = new Promise((resolve) => {
      this.#worker.on("exit", (code) => {
        this.#finish(code);
        options.onExited(this);
        resolve();
      });
    });
  }

  /** Calls in progress. */
  get load(): number {
    return this.#calls.size;
  }

  perform(call: ModuleCall): void {
    call.isStarted = false;
    call.performances += 1;
    this.#calls.set(call.id, call);
    this.#worker.ref();
    const { payload, requestId, functionArn, clientContext } = call.invocation;
    this.#send({ kind: "call", id: call.id, payload, requestId, functionArn, clientContext });
    this.#watchStart();
  }

  /** Takes no more calls, and ends when those in progress have ended. */
  retire(): void {
    if (!this.#isRetired) {
      this.#isRetired = true;
      this.#options.onRetired(this);
    }
    if (this.#calls.size === 0) void this.#worker.terminate();
  }

  /** Ends at once; calls in progress are not answered. */
  async close(): Promise<void> {
    this.#isRetired = true;
    this.#takeCalls();
    await this.#worker.terminate();
    await this.#exited;
  }

  #send(message: ToThread): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#worker.postMessage(message);
  }

  #receive(message: FromThread): void {
    clearTimeout(this.#silenceTimer);
    if (message.kind === "started") {
      this.#isLoaded = true;
      const call = this.#calls.get(message.id);
      if (call !== undefined) this.#start(call);
    } else if (message.kind === "ended") {
      this.#end(message.id, message.reply);
      if (message.isBroken === true) this.retire();
    } else if (message.kind === "crashed") {
      this.#crash = message.reply;
    }
    this.#watchStart();
  }

  #start(call: ModuleCall): void {
    call.isStarted = true;
    const timer = setTimeout(() => this.#timedOut(call), this.#options.target.timeoutSeconds * 1000);
    this.#timers.set(call.id, timer);
  }

  /** While calls wait and none runs, no call's own time limit would notice a thread that is stuck. */
  #watchStart(): void {
    clearTimeout(this.#startTimer);
    this.#startTimer = undefined;
    if (this.#calls.size === 0 || this.#timers.size > 0) return;
    this.#startTimer = setTimeout(() => this.#startTimedOut(), startTimeoutSeconds * 1000);
  }

  #end(id: number, reply: Reply): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (this.#calls.size === 0) {
      this.#worker.unref();
      if (this.#isRetired) void this.#worker.terminate();
    }
    call?.settle(reply);
  }

  /** The handler goes on running, so the thread is given up: when its other calls have ended, or at once when it is blocked. */
  #timedOut(call: ModuleCall): void {
    this.#end(call.id, timedOutReply(call.invocation.requestId, this.#options.target.timeoutSeconds));
    this.retire();
    if (this.#calls.size === 0) return;
    this.#send({ kind: "ping" });
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => {
      // An answer may have arrived while the engine's thread was busy: it is read before the immediate runs.
      let isSilent = true;
      const onMessage = (): void => void (isSilent = false);
      this.#worker.once("message", onMessage);
      setImmediate(() => {
        this.#worker.off("message", onMessage);
        if (isSilent) this.#abandonBlocked();
      });
    }, silenceMs);
  }

  /** One handler holds the thread. Which one is not known, so the others are performed again, under the same request ids. */
  #abandonBlocked(): void {
    const survivors = this.#takeCalls();
    void this.#worker.terminate();
    this.#options.onSurvivors(survivors);
  }

  #startTimedOut(): void {
    this.retire();
    const calls = this.#takeCalls();
    void this.#worker.terminate();
    if (this.#isLoaded) this.#options.onSurvivors(calls);
    else for (const call of calls) call.settle(timedOutReply(call.invocation.requestId, startTimeoutSeconds));
  }

  /** The thread is gone. Calls that had started fail with the reason; the others never ran and move on. */
  #finish(exitCode: number): void {
    if (!this.#isRetired) this.retire();
    const calls = this.#takeCalls();
    for (const call of calls) {
      if (call.isStarted) call.settle(this.#crash ?? exitReply(call.invocation.requestId, exitCode));
    }
    this.#options.onSurvivors(calls.filter((call) => !call.isStarted));
  }

  #takeCalls(): readonly ModuleCall[] {
    clearTimeout(this.#startTimer);
    clearTimeout(this.#silenceTimer);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    return calls;
  }
}

function exitReply(requestId: string, exitCode: number): Reply {
  const reason =
    exitCode === 0 ? "Runtime exited without providing a reason" : `Runtime exited with error: exit status ${exitCode}`;
  return failedReply("Runtime.ExitError", `RequestId: ${requestId} Error: ${reason}`);
}

function crashReply(error: unknown): Reply {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ERR_WORKER_OUT_OF_MEMORY")
    return failedReply("Runtime.OutOfMemory", "Error: Runtime exited with error: signal: killed");
  return failedReply("Runtime.ExitError", `Error: ${error instanceof Error ? error.message : String(error)}`);
}
