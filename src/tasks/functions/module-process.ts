// One warm process of a function module, seen from the engine: its calls, their time limits and its end. A process of
// its own because a thread that runs out of memory takes the whole process with it, limits or not (tried on Node 24).
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ModuleTarget } from "./config.ts";
import { failedReply, type Invocation, type Reply, timedOutReply } from "./invocation.ts";
import type { FunctionLogs } from "./function-logs.ts";
import { killGroup } from "./kill-group.ts";
import type { Printed } from "./printed.ts";
import { watchdog } from "./watchdog.ts";
import { fromProcess, type FromProcess, type ProcessData, type ToProcess } from "./process-protocol.ts";

/** One call on its way through processes: it moves to another one when its process ends before it started. */
export interface ModuleCall {
  readonly id: number;
  readonly invocation: Invocation;
  readonly signal: AbortSignal;
  readonly settle: (reply: Reply) => void;
  isStarted: boolean;
  performances: number;
}

export interface ModuleProcessOptions {
  readonly functionName: string;
  readonly target: ModuleTarget;
  /** Take what the module prints. */
  readonly logs: FunctionLogs;
  /** The process takes no more calls. */
  readonly onRetired: (process: ModuleProcess) => void;
  readonly onExited: (process: ModuleProcess) => void;
  /** The call outlived the process through no fault of its own; `reply` says what became of the process. */
  readonly onSurvivor: (call: ModuleCall, reply: Reply) => void;
}

/** Time for a process to load its module and start a call; Lambda's own limit is 10 seconds on a machine of its own. */
const startTimeoutSeconds = 30;
/** How long a process may stay silent after a call timed out before it counts as blocked. */
const silenceMs = 1000;

// The compiled file has another extension than the source; the compiler does not rewrite a URL.
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const processMain = fileURLToPath(new URL(`./process-main.${extension}`, import.meta.url));

export class ModuleProcess {
  readonly #options: ModuleProcessOptions;
  readonly #child: ChildProcess;
  readonly #printed: Printed;
  readonly #calls = new Map<number, ModuleCall>();
  readonly #timers = new Map<number, NodeJS.Timeout>();
  readonly #ended: Promise<void>;
  #startTimer: NodeJS.Timeout | undefined;
  #silenceTimer: NodeJS.Timeout | undefined;
  #isLoaded = false;
  #isRetired = false;
  #crash: Reply | undefined;

  constructor(options: ModuleProcessOptions) {
    this.#options = options;
    this.#child = startProcess(options);
    this.#printed = options.logs.of(options);
    this.#printed.passOn(this.#child.stdout);
    this.#printed.passOn(this.#child.stderr);
    this.#child.on("message", (received) => {
      const message = fromProcess(received);
      if (message !== undefined) this.#receive(message);
    });
    this.#ended = this.#watchEnd();
  }

  /** Calls in progress. */
  get load(): number {
    return this.#calls.size;
  }

  perform(call: ModuleCall): void {
    call.isStarted = false;
    call.performances += 1;
    this.#calls.set(call.id, call);
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
    if (this.#calls.size === 0) killGroup(this.#child);
  }

  /** Ends at once; calls in progress are not answered. */
  async close(): Promise<void> {
    this.#isRetired = true;
    this.#takeCalls();
    killGroup(this.#child);
    await this.#ended;
  }

  /** A message to a process that is ending is lost: its end moves the call on. */
  #send(message: ToProcess): void {
    this.#child.send(message, () => undefined);
  }

  #receive(message: FromProcess): void {
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
    this.#printed.begin(call.invocation.requestId);
    const timer = setTimeout(() => this.#timedOut(call), this.#options.target.timeoutSeconds * 1000);
    this.#timers.set(call.id, timer);
  }

  /** While calls wait and none runs, no call's own time limit would notice a process that is stuck. */
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
    if (this.#isRetired && this.#calls.size === 0) killGroup(this.#child);
    this.#printed.end();
    call?.settle(reply);
  }

  /** The handler goes on running, so the process is given up: when its other calls have ended, or at once when it is blocked. */
  #timedOut(call: ModuleCall): void {
    this.#end(call.id, this.#timeout(call, this.#options.target.timeoutSeconds));
    this.retire();
    if (this.#calls.size === 0) return;
    this.#send({ kind: "ping" });
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => {
      // An answer may have arrived while the engine was busy: it is read before the immediate runs.
      let isSilent = true;
      const onMessage = (): void => void (isSilent = false);
      this.#child.once("message", onMessage);
      setImmediate(() => {
        this.#child.off("message", onMessage);
        if (isSilent) this.#abandon((survivor) => this.#timeout(survivor, this.#options.target.timeoutSeconds));
      });
    }, silenceMs);
  }

  #startTimedOut(): void {
    this.retire();
    const timeout = (call: ModuleCall): Reply => this.#timeout(call, startTimeoutSeconds);
    if (this.#isLoaded) this.#abandon(timeout);
    else for (const call of this.#takeCalls()) call.settle(timeout(call));
    killGroup(this.#child);
  }

  /** One handler holds the process. Which one is not known, so the others are performed again, under the same request ids. */
  #abandon(replyOf: (call: ModuleCall) => Reply): void {
    const survivors = this.#takeCalls();
    killGroup(this.#child);
    for (const call of survivors) this.#options.onSurvivor(call, replyOf(call));
  }

  async #watchEnd(): Promise<void> {
    const exit = new Promise<string>((resolve) => {
      this.#child.once("exit", (code, signal) => resolve(reasonOf(code, signal)));
      this.#child.once("error", (error) => resolve(`Error: ${error.message}`));
    });
    // Answers that are still on their way are read before the channel ends.
    const disconnected = new Promise<void>((resolve) => {
      if (this.#child.connected) this.#child.once("disconnect", resolve);
      else resolve();
    });
    const [reason] = await Promise.all([exit, disconnected]);
    this.#finish(reason);
    this.#options.onExited(this);
  }

  /** The process is gone. Calls that had started fail with the reason; the others never ran and move on. */
  #finish(reason: string): void {
    const calls = this.#takeCalls();
    this.retire();
    for (const call of calls) {
      const message = `RequestId: ${call.invocation.requestId} ${reason}`;
      const reply = this.#crash ?? failedReply("Runtime.ExitError", message);
      if (call.isStarted) call.settle(reply);
      else this.#options.onSurvivor(call, reply);
    }
  }

  #timeout(call: ModuleCall, seconds: number): Reply {
    return timedOutReply(call.invocation.requestId, seconds);
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

/** @param isCheck whether the process only loads the module, says whether it could, and ends. */
export function startProcess({
  functionName,
  target,
  isCheck = false,
}: Pick<ModuleProcessOptions, "functionName" | "target"> & { readonly isCheck?: boolean }): ChildProcess {
  const data: ProcessData = {
    isCheck,
    modulePath: target.path,
    exportName: target.exportName,
    functionName,
    memoryMb: target.memoryMb,
    timeoutMs: target.timeoutSeconds * 1000,
  };
  const child = fork(processMain, [JSON.stringify(data)], {
    execArgv: [`--max-old-space-size=${target.memoryMb}`],
    env: { ...process.env, AWS_LAMBDA_FUNCTION_NAME: functionName, ...target.env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // A process group of its own: Ctrl-C in the terminal reaches the engine alone, which ends its calls in order.
    detached: process.platform !== "win32",
  });
  watchdog.watch(child);
  return child;
}

/** In Lambda's words. */
function reasonOf(exitCode: number | null, signal: NodeJS.Signals | null): string {
  if (signal === "SIGABRT") return "Error: Runtime exited with error: signal: aborted";
  if (signal !== null) return `Error: Runtime exited with error: signal: ${signal === "SIGKILL" ? "killed" : signal}`;
  if (exitCode === 0) return "Error: Runtime exited without providing a reason";
  return `Error: Runtime exited with error: exit status ${exitCode}`;
}
