// A function that is a command: the event on its standard input, the result on its standard output, both as JSON.
import { type ChildProcess, spawn } from "node:child_process";
import { BoundedText, TextEnd } from "./bounded-text.ts";
import type { CommandTarget } from "./config.ts";
import { abandonedReply, excerpt, failedReply, type Invocation, isErrorPayload, isJson } from "./invocation.ts";
import { killGroup } from "./kill-group.ts";
import { functionEnvironment, type ServerFacts } from "./environment.ts";
import type { Printed } from "./printed.ts";
import type { PooledProcess, ProcessEvents } from "./process-pool.ts";
import { watchdog } from "./watchdog.ts";
import { maxReplyBytes, type Reply, timedOutReply, tooLargeReply } from "./invocation.ts";

export interface CommandOptions {
  readonly target: CommandTarget;
  /** Takes what the command prints on its standard error. */
  readonly printed: Printed;
  readonly server?: ServerFacts | undefined;
  readonly signal: AbortSignal;
}

/** A process for one call: a command ends with it. */
export function commandProcess(options: Omit<CommandOptions, "signal">, events: ProcessEvents): PooledProcess {
  const closing = new AbortController();
  let ended = Promise.resolve();
  return {
    perform({ invocation, signal, settle }) {
      events.began();
      const call = callCommand(invocation, { ...options, signal: AbortSignal.any([signal, closing.signal]) });
      ended = call.then((reply) => {
        settle(reply);
        events.exited();
      });
    },
    close() {
      closing.abort();
      return ended;
    },
  };
}

interface Ended {
  readonly code: number | null;
  readonly signalName: NodeJS.Signals | null;
  readonly output: string;
  readonly errorText: string;
}

const maxErrorLength = 4096;
/** Enough for as many characters of any kind. */
const maxErrorBytes = 4 * maxErrorLength + 4;

/**
 * A list is started directly; a text goes to the system's shell, so that pipes and variables work. Neither holds
 * anything of the event: that comes on standard input only.
 *
 * A failing command names its error by printing `{"errorType": …, "errorMessage": …}` on standard output; otherwise the
 * type is `CommandFailed` and the message what it printed on standard error.
 */
export function callCommand(
  invocation: Invocation,
  { target, printed, server, signal }: CommandOptions,
): Promise<Reply> {
  if (signal.aborted) return Promise.resolve(abandonedReply());
  return new Promise((resolve) => {
    const output = new BoundedText(maxReplyBytes);
    const errorText = new TextEnd(maxErrorBytes);
    const child = start(target, invocation, server);
    watchdog.watch(child);
    const finish = (reply: Reply): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abandon);
      resolve(reply);
    };
    const stopWith = (reply: Reply): void => {
      killGroup(child);
      // A process that has left the group lives on, and may write for ever.
      child.stdout?.destroy();
      child.stderr?.destroy();
      finish(reply);
    };
    const abandon = (): void => stopWith(abandonedReply());
    const timeout = (): void => stopWith(timedOutReply(invocation.requestId, target.timeoutSeconds));
    const timer = setTimeout(timeout, target.timeoutSeconds * 1000);
    signal.addEventListener("abort", abandon, { once: true });

    child.stdout?.on("data", (chunk: Buffer) => {
      output.add(chunk);
      if (output.isOverfull) stopWith(tooLargeReply());
    });
    printed.begin(invocation.requestId);
    printed.passOn(child.stderr, (chunk) => errorText.add(chunk));
    child.on("error", (error) => finish(notStarted(target, error)));
    child.on("close", (code, signalName) =>
      finish(replyOf({ code, signalName, output: output.toString(), errorText: errorText.toString() })),
    );
    // A command may end without reading its input; how it ended says what that means.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(invocation.payload);
  });
}

function start(target: CommandTarget, invocation: Invocation, server: ServerFacts | undefined): ChildProcess {
  const { command, cwd, env } = target;
  const { functionName, requestId, idempotencyKey } = invocation;
  const [file = "", ...args] = typeof command === "string" ? [command] : command;
  // The configuration has the last word.
  const ofCall = { PAWL_REQUEST_ID: requestId, PAWL_IDEMPOTENCY_KEY: idempotencyKey, ...env };
  return spawn(file, args, {
    cwd,
    shell: typeof command === "string",
    // A process group of its own: a time limit ends what the command started too.
    detached: process.platform !== "win32",
    windowsHide: true,
    env: functionEnvironment({ functionName, cwd, env: ofCall, server, traceHeader: invocation.traceHeader }),
  });
}

/** A line for the shell is not shown: it may hold secrets. */
function notStarted({ command, cwd }: CommandTarget, error: Error): Reply {
  const program = typeof command === "string" ? "The shell" : `The command ${JSON.stringify(command[0] ?? "")}`;
  return failedReply("CommandNotStarted", `${program} could not be started in ${cwd}: ${error.message}`);
}

function replyOf({ code, signalName, output, errorText }: Ended): Reply {
  const text = output.trim();
  if (code !== 0) {
    if (isErrorPayload(text)) return { kind: "failed", payload: text };
    const ending = code === null ? `was ended by ${signalName ?? "a signal"}` : `ended with exit code ${code}`;
    return failedReply("CommandFailed", tail(errorText) || `The command ${ending} and printed no error.`);
  }
  if (text === "") {
    const message =
      "The command printed nothing on its standard output, where its result belongs, as JSON. " +
      `One that has no result prints null. (A handler of Python is named by its function: "./app.py#lambda_handler".)`;
    return failedReply("CommandOutputInvalid", message);
  }
  if (isJson(text)) return { kind: "returned", payload: text };
  const message = `The command printed something that is not JSON on its standard output: ${excerpt(text, 200)}`;
  return failedReply("CommandOutputInvalid", message);
}

/** The end of what was printed: that is where an error is told. */
function tail(text: string): string {
  const trimmed = text.trim();
  return trimmed.length <= maxErrorLength ? trimmed : `…${trimmed.slice(-maxErrorLength)}`;
}
