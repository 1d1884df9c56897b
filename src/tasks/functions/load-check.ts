// Whether function modules can be loaded, before anybody calls them: each is loaded once in a process of its own, and what
// is wrong is found with its file and line.
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { TextEnd } from "./bounded-text.ts";
import type { FunctionTargets, ModuleTarget } from "./config.ts";
import type { ServerFacts } from "./environment.ts";
import { parseJsonObject, type Reply } from "./invocation.ts";
import { killGroup } from "./kill-group.ts";
import { startProcess } from "./module-process.ts";
import { readByPiece } from "./printed.ts";
import { loadAdvice } from "./load-advice.ts";
import { fromProcess, type LoadClues } from "./process-protocol.ts";
import { Turnstile } from "./turnstile.ts";

export interface LoadProblem {
  readonly functionName: string;
  /** The module, or the file that it brings along where the problem is. */
  readonly path: string;
  /** From 1; absent where none is to blame. */
  readonly line?: number | undefined;
  readonly message: string;
}

const loadTimeoutSeconds = 10;

export interface LoadCheckOptions {
  /** Aborts when nobody wants to know any more. */
  readonly signal: AbortSignal;
  /** The server that the functions are of: a check sees what a call does. */
  readonly server?: ServerFacts | undefined;
}

export async function loadProblems(
  targets: FunctionTargets,
  options: LoadCheckOptions,
): Promise<readonly LoadProblem[]> {
  const turnstile = new Turnstile(availableParallelism());
  const modules = [...targets].flatMap(([functionName, target]) =>
    target.kind === "module" ? [{ functionName, target }] : [],
  );
  const found = await Promise.all(modules.map((module) => turnstile.pass(() => problemOf(module, options))));
  return found.filter((problem) => problem !== undefined);
}

interface Module {
  readonly functionName: string;
  readonly target: ModuleTarget;
}

async function problemOf(
  { functionName, target }: Module,
  options: LoadCheckOptions,
): Promise<LoadProblem | undefined> {
  if (options.signal.aborted) return undefined;
  const { path } = target;
  if (!existsSync(path)) return { functionName, path, message: "There is no such file." };
  const { failure, printed, clues } = await check({ functionName, target }, options);
  if (failure === undefined) return undefined;
  const place = placeIn(printed);
  const advice = loadAdvice(place?.path ?? path, failure, clues);
  return { functionName, path, ...place, message: advice === undefined ? failure : `${failure}. ${advice}` };
}

interface Checked {
  readonly failure?: string | undefined;
  readonly clues?: LoadClues | undefined;
  /** The text that the process wrote to its standard error. */
  readonly printed: string;
}

function check(module: Module, { signal, server }: LoadCheckOptions): Promise<Checked> {
  return new Promise((resolve) => {
    const child = startProcess({ ...module, server, isCheck: true });
    const printed = new TextEnd(mostPrinted);
    let clues: LoadClues | undefined;
    let failure: string | undefined = "It ended the process while it was loaded.";
    const end = (): void => killGroup(child);
    const timer = setTimeout(() => {
      failure = `It was not loaded after ${loadTimeoutSeconds} seconds.`;
      end();
    }, loadTimeoutSeconds * 1000);
    signal.addEventListener("abort", end, { once: true });
    child.stdout?.resume();
    readByPiece(child.stderr, (chunk) => printed.add(chunk));
    child.on("message", (received) => {
      const message = fromProcess(received);
      if (message?.kind !== "checked") return;
      failure = message.failure && messageOf(message.failure);
      ({ clues } = message);
    });
    child.once("error", (error) => (failure = error.message));
    child.once("close", () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      // Anything that it left running in the background would stay.
      end();
      resolve({ failure: signal.aborted ? undefined : failure, clues, printed: printed.toString() });
    });
  });
}

/** Bytes; the report of Node.js comes last, and is shorter. */
const mostPrinted = 100_000;

function messageOf({ payload }: Reply): string {
  const { errorType = "Error", errorMessage = "" } = parseJsonObject(payload) ?? {};
  if (typeof errorType !== "string" || typeof errorMessage !== "string") return "It cannot be loaded.";
  return errorType.startsWith("Runtime.") ? errorMessage : `${errorType}: ${errorMessage}`;
}

/** Node.js begins its report with the place in a line of its own; where that is our own, the trace has the module's. */
function placeIn(printed: string): { readonly path: string; readonly line: number } | undefined {
  const own = fileURLToPath(new URL(".", import.meta.url));
  for (const pattern of [
    /^(file:\/\/\/.+|\/.+|[A-Za-z]:\\.+):(\d+)$/gm,
    /(?:\(|\bat |\basync )(file:\/\/\/.+|\/.+|[A-Za-z]:\\.+?):(\d+):\d+\)?(?: \{)?$/gm,
  ]) {
    for (const [, file = "", line] of printed.matchAll(pattern)) {
      const path = pathOf(file);
      if (path !== undefined && !path.startsWith(own)) return { path, line: Number(line) };
    }
  }
  return undefined;
}

function pathOf(file: string): string | undefined {
  if (!file.startsWith("file:")) return file;
  // A module can write what it likes before it fails.
  return URL.canParse(file) ? fileURLToPath(file) : undefined;
}
