// The process of a function that asks the Lambda Runtime API for its events: any official runtime client, or a `bootstrap`.
import { type ChildProcess, spawn } from "node:child_process";
import type { RuntimeTarget } from "../config.ts";
import { functionEnvironment, type ServerFacts } from "../environment.ts";
import { exitReason, type LinkEvents, type ProcessLink } from "../function-process.ts";
import { failedReply, type Invocation } from "../invocation.ts";
import { killGroup } from "../kill-group.ts";
import { watchdog } from "../watchdog.ts";
import { watchMemory } from "./memory-limit.ts";
import { RuntimeApi } from "./runtime-api.ts";

export interface RuntimeProcessOptions {
  readonly functionName: string;
  readonly target: RuntimeTarget;
  readonly server?: ServerFacts | undefined;
  /** Takes what the process prints. */
  readonly print: (child: ChildProcess) => void;
  /** Takes a line about the process. */
  readonly say: (line: { readonly functionName: string; readonly text: string }) => void;
}

export function linkRuntime(options: RuntimeProcessOptions, events: LinkEvents): ProcessLink {
  const { timeoutSeconds } = options.target;
  const api = new RuntimeApi({ timeoutSeconds, events });
  let isClosed = false;
  let child: ChildProcess | undefined;
  const run = async (): Promise<string> => {
    const address = await api.listen();
    if (isClosed) return "Error: It was ended before it was started.";
    child = start(options, address);
    return untilExit(child, options, events);
  };
  const ended = run()
    .catch((error: unknown) => {
      const reason = `There is no port for its Runtime API: ${error instanceof Error ? error.message : String(error)}`;
      events.ended(failedReply("Runtime.InvalidEntrypoint", reason), false);
      return `Error: ${reason}`;
    })
    .then(async (reason) => {
      // An answer that the process sent as the last thing is still read.
      await api.close();
      events.exited(reason);
    });
  return {
    perform: ({ invocation }: { readonly invocation: Invocation }) => api.offer(invocation),
    async close() {
      isClosed = true;
      if (child !== undefined) killGroup(child);
      await ended;
    },
  };
}

function start({ functionName, target, server, print }: RuntimeProcessOptions, address: string): ChildProcess {
  const [file = "", ...args] = target.command;
  const child = spawn(file, args, {
    cwd: target.cwd,
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
    windowsHide: true,
    env: { ...functionEnvironment({ ...target, functionName, server }), AWS_LAMBDA_RUNTIME_API: address },
  });
  watchdog.watch(child);
  print(child);
  return child;
}

/** Settles when the process is gone, with the reason. */
async function untilExit(
  child: ChildProcess,
  { functionName, target, say }: RuntimeProcessOptions,
  events: LinkEvents,
): Promise<string> {
  const callOff = watchMemory(child, target.memoryMb, (usedMb) => {
    const text = `A process was ended: it used ${usedMb} MB of memory, and its "memorySize" is ${target.memoryMb}.`;
    say({ functionName, text });
    killGroup(child);
  });
  const reason = await new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(exitReason(code, signal)));
    child.once("error", (error) => {
      const message = `The command ${JSON.stringify(target.command[0] ?? "")} could not be started in ${target.cwd}: ${error.message}`;
      events.ended(failedReply("Runtime.InvalidEntrypoint", message), false);
      resolve(`Error: ${message}`);
    });
  });
  callOff();
  // Anything that it left running ends with it.
  killGroup(child);
  return reason;
}
