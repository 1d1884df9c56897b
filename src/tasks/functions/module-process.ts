// The process of a function module: forked, and given its calls over IPC. A process of its own because a thread that runs
// out of memory takes the whole process with it, limits or not (tried on Node 24).
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ModuleTarget } from "./config.ts";
import { functionEnvironment, type ServerFacts } from "./environment.ts";
import { exitReason, type LinkEvents, type ProcessLink } from "./function-process.ts";
import { handlerName } from "./handler-name.ts";
import { killGroup } from "./kill-group.ts";
import type { PooledCall } from "./process-pool.ts";
import { fromProcess, type FromProcess, type ProcessData, type ToProcess } from "./process-protocol.ts";
import { watchdog } from "./watchdog.ts";

export interface ModuleProcessOptions {
  readonly functionName: string;
  readonly target: ModuleTarget;
  readonly server?: ServerFacts | undefined;
  /** Whether the process only loads the module, says whether it could, and ends. */
  readonly isCheck?: boolean;
}

// The compiled file has another extension than the source; the compiler does not rewrite a URL.
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const processMain = fileURLToPath(new URL(`./node-runtime/main.${extension}`, import.meta.url));

/** @param print takes what the module prints. */
export function linkModule(
  options: ModuleProcessOptions & { readonly print: (child: ChildProcess) => void },
  events: LinkEvents,
): ProcessLink {
  const { timeoutSeconds } = options.target;
  const child = startProcess(options);
  options.print(child);
  let callId = 0;
  child.on("message", (received) => {
    const message = fromProcess(received);
    if (message !== undefined) receive(message, callId, events);
  });
  const exited = untilExit(child, options.target).then((reason) => {
    // Anything that the module left running ends with it.
    killGroup(child);
    events.exited(reason);
  });
  return {
    perform({ invocation }: PooledCall) {
      callId += 1;
      const { payload, requestId, functionArn, clientContext, traceHeader } = invocation;
      const deadlineMs = Date.now() + timeoutSeconds * 1000;
      const call: ToProcess = {
        kind: "call",
        id: callId,
        payload,
        requestId,
        functionArn,
        clientContext,
        deadlineMs,
        traceHeader,
      };
      // A message to a process that is ending is lost: its end moves the call on.
      child.send(call, () => undefined);
    },
    async close() {
      killGroup(child);
      await exited;
    },
  };
}

function receive(message: FromProcess, callId: number, events: LinkEvents): void {
  if (message.kind === "crashed") events.crashed(message.reply);
  else if (message.kind === "started" && message.id === callId) events.started();
  else if (message.kind === "ended" && message.id === callId) events.ended(message.reply, message.isBroken !== true);
}

export function startProcess({ functionName, target, server, isCheck = false }: ModuleProcessOptions): ChildProcess {
  const data: ProcessData = {
    isCheck,
    modulePath: target.path,
    exportName: target.exportName,
    runtime: target.runtime,
    cwd: target.cwd,
  };
  const child = fork(processMain, [JSON.stringify(data)], {
    cwd: target.cwd,
    execArgv: [`--max-old-space-size=${target.memoryMb}`],
    env: functionEnvironment({ ...target, functionName, server, handler: handlerName(target) }),
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // A process group of its own: Ctrl-C in the terminal reaches the engine alone, which ends its calls in order.
    detached: process.platform !== "win32",
  });
  watchdog.watch(child);
  return child;
}

async function untilExit(child: ChildProcess, { cwd }: ModuleTarget): Promise<string> {
  const exit = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(exitReason(code, signal)));
    // A folder that is not there looks as if the program were not.
    child.once("error", ({ message }) => resolve(`Error: Its process could not be started in ${cwd}: ${message}`));
  });
  // Answers that are still on their way are read before the channel ends.
  const disconnected = new Promise<void>((resolve) => {
    if (child.connected) child.once("disconnect", resolve);
    else resolve();
  });
  const [reason] = await Promise.all([exit, disconnected]);
  return reason;
}
