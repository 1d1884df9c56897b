// Errors that nobody caught, and the time when nothing is left to do: what the runtime does about them.
import { failure, unhandledRejection } from "./describe-error.ts";
import { endProcess } from "./current-call.ts";
import type { NodeRuntime } from "./node-runtime.ts";

type Listener = () => void;

const nothing: Listener = () => undefined;
let whenIdle = nothing;

/** From nodejs24.x on it is Node.js itself that prints such an error and ends the process. */
export function watchEnd(runtime: NodeRuntime): void {
  if (runtime !== "nodejs22.x") return;
  process.on("uncaughtException", (error: unknown) => endProcess(failure(error, runtime), 129));
  process.on("unhandledRejection", (reason: unknown) => endProcess(failure(unhandledRejection(reason), runtime), 128));
  process.on("beforeExit", () => whenIdle());
}

/** Replaces what happens when nothing is left to do but to end; nodejs22.x only. */
export function onIdle(listener: Listener = nothing): void {
  whenIdle = listener;
}
