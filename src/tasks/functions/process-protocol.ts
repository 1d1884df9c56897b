// The messages between the engine and the process of a function module.
import type { ModuleTarget } from "./config.ts";
import type { Reply } from "./invocation.ts";

/** The argument of the process, as JSON; the environment of the function is the process's own. */
export interface ProcessData {
  readonly modulePath: string;
  readonly exportName?: string | undefined;
  readonly runtime: ModuleTarget["runtime"];
  /** The function's folder: names of handlers begin there. */
  readonly cwd: string;
  /** The module is only loaded, to see whether it can be. */
  readonly isCheck?: boolean;
}

/** One event; the process has one at a time. */
export interface Call {
  readonly kind: "call";
  readonly id: number;
  /** JSON text of the event. */
  readonly payload: string;
  readonly requestId: string;
  readonly functionArn: string;
  /** JSON text. */
  readonly clientContext?: string | undefined;
  /** When the time of the call is up, in epoch milliseconds. */
  readonly deadlineMs: number;
  /** For `_X_AMZN_TRACE_ID`. */
  readonly traceHeader?: string | undefined;
}

export type ToProcess = Call;

export type FromProcess =
  /** The module is loaded and the handler is about to be called: its time runs from here. */
  | { readonly kind: "started"; readonly id: number }
  /** `isBroken`: the process should take no further calls (its module did not load, or something escaped a handler). */
  | { readonly kind: "ended"; readonly id: number; readonly reply: Reply; readonly isBroken?: boolean }
  /** Something failed outside every call; the process ends itself. */
  | { readonly kind: "crashed"; readonly reply: Reply }
  /** The answer of a check; `failure` says why the module has no handler. The process ends after it. */
  | { readonly kind: "checked"; readonly failure?: Reply | undefined; readonly clues?: LoadClues | undefined };

/** Facts about a module that has no handler, beside the failure. */
export interface LoadClues {
  /** Names of the functions that it exports, where it could be loaded. */
  readonly exported?: readonly string[] | undefined;
  /** The address of a file that it brings along, which is not there. */
  readonly missing?: string | undefined;
}

/** @returns `undefined` for a message that is none of these: a module may send its parent whatever it likes. */
export function fromProcess(message: unknown): FromProcess | undefined {
  if (!isMembers(message)) return undefined;
  const { kind, id, reply, failure, clues } = message;
  const isKnown =
    (kind === "started" && typeof id === "number") ||
    (kind === "ended" && typeof id === "number" && isReply(reply)) ||
    (kind === "crashed" && isReply(reply)) ||
    (kind === "checked" && (failure === undefined || isReply(failure)) && areClues(clues));
  return isKnown ? (message as FromProcess) : undefined;
}

function areClues(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isMembers(value)) return false;
  const { exported = [], missing = "" } = value;
  return Array.isArray(exported) && exported.every((name) => typeof name === "string") && typeof missing === "string";
}

function isReply(value: unknown): boolean {
  return isMembers(value) && typeof value["payload"] === "string" && /^(returned|failed)$/.test(String(value["kind"]));
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
