// A function that is a command: the event on its standard input, the result on its standard output, both as JSON.
import { type ChildProcess, spawn } from "node:child_process";
import { BoundedText, TextEnd } from "./bounded-text.ts";
import type { CommandTarget } from "./config.ts";
import { abandonedReply, excerpt, failedReply, type Invocation, isErrorPayload, isJson } from "./invocation.ts";
import { killGroup } from "./kill-group.ts";
import type { Printed } from "./printed.ts";
import { watchdog } from "./watchdog.ts";
import { maxReplyBytes, type Reply, timedOutReply, tooLargeReply } from "./invocation.ts";

export interface CommandOptions {
  readonly target: CommandTarget;
  /** Takes what the command prints on its standard error. */
  readonly printed: Printed;
  readonly signal: AbortSignal;
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
export function callCommand(invocation: Invocation, { target, printed, signal }: CommandOptions): Promise<Reply> {
  if (signal.aborted) return Promise.resolve(abandonedReply());
  return new Promise((resolve) => {
    const output = new BoundedText(maxReplyBytes);
    const errorText = new TextEnd(maxErrorBytes);
    const child = start(target, invocation);
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

function start({ command, cwd, env }: CommandTarget, invocation: Invocation): ChildProcess {
  const [file = "", ...args] = typeof command === "string" ? [command] : command;
  return spawn(file, args, {
    cwd,
    shell: typeof command === "string",
    // A process group of its own: a time limit ends what the command started too.
    detached: process.platform !== "win32",
    windowsHide: true,
    env: {
      ...process.env,
      AWS_LAMBDA_FUNCTION_NAME: invocation.functionName,
      PAWL_REQUEST_ID: invocation.requestId,
      PAWL_IDEMPOTENCY_KEY: invocation.idempotencyKey,
      ...env,
    },
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
  if (text === "") return { kind: "returned", payload: "null" };
  if (isJson(text)) return { kind: "returned", payload: text };
  const message = `The command printed something that is not JSON on its standard output: ${excerpt(text, 200)}`;
  return failedReply("CommandOutputInvalid", message);
}

/** The end of what was printed: that is where an error is told. */
function tail(text: string): string {
  const trimmed = text.trim();
  return trimmed.length <= maxErrorLength ? trimmed : `…${trimmed.slice(-maxErrorLength)}`;
}
