// What the engine and the process of a function module say to each other.
import type { Reply } from "./invocation.ts";

/** The argument of the process, as JSON; the environment of the function is the process's own. */
export interface ProcessData {
  readonly modulePath: string;
  readonly exportName?: string | undefined;
  readonly functionName: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** The module is only loaded, to see whether it can be. */
  readonly isCheck?: boolean;
}

export type ToProcess =
  | {
      readonly kind: "call";
      readonly id: number;
      readonly payload: string;
      readonly requestId: string;
      readonly functionArn: string;
      readonly clientContext?: string | undefined;
    }
  /** Asks for a sign of life. */
  | { readonly kind: "ping" };

export type FromProcess =
  /** The module is loaded and the handler is about to be called: its time runs from here. */
  | { readonly kind: "started"; readonly id: number }
  /** `isBroken`: the process should take no further calls (its module did not load, or something escaped a handler). */
  | { readonly kind: "ended"; readonly id: number; readonly reply: Reply; readonly isBroken?: boolean }
  /** Something failed outside every call; the process ends itself. */
  | { readonly kind: "crashed"; readonly reply: Reply }
  /** The answer of a check; `failure` says why the module has no handler. The process ends after it. */
  | { readonly kind: "checked"; readonly failure?: Reply | undefined }
  | { readonly kind: "pong" };
