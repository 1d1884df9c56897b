// What the engine's thread and the thread of a function module say to each other.
import type { Reply } from "./invocation.ts";

export interface ThreadData {
  readonly modulePath: string;
  readonly exportName?: string | undefined;
  readonly functionName: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
}

export type ToThread =
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

export type FromThread =
  /** The module is loaded and the handler is about to be called: its time runs from here. */
  | { readonly kind: "started"; readonly id: number }
  /** `isBroken`: the thread should take no further calls (its module did not load, or something escaped a handler). */
  | { readonly kind: "ended"; readonly id: number; readonly reply: Reply; readonly isBroken?: boolean }
  /** Something failed outside every call; the thread ends itself. */
  | { readonly kind: "crashed"; readonly reply: Reply }
  | { readonly kind: "pong" };
