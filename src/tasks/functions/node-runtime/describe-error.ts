// Errors as Lambda's Node.js runtimes describe them in the answer of a function.
import { types } from "node:util";
import type { Reply } from "../invocation.ts";
import type { NodeRuntime } from "./node-runtime.ts";

interface ErrorBody {
  readonly errorType: unknown;
  readonly errorMessage: unknown;
  readonly trace?: readonly string[];
}

/** @throws where Lambda's runtime fails at the error itself. */
export function failure(error: unknown, runtime: NodeRuntime): Reply {
  assertLoggable(error, runtime);
  return { kind: "failed", payload: JSON.stringify(describe(error, runtime)) };
}

/** Lambda logs an error before it answers with it, as one made of it where it is none: some values cannot be. */
function assertLoggable(error: unknown, runtime: NodeRuntime): void {
  if (error instanceof Error) return;
  if (runtime === "nodejs22.x") textOf(error);
  else String(error);
}

function describe(error: unknown, runtime: NodeRuntime): ErrorBody {
  const isOld = runtime === "nodejs22.x";
  try {
    if (!(isOld ? isErrorLike(error) : error instanceof Error)) {
      const errorMessage = isOld ? (error as object).toString() : String(error);
      return { errorType: typeof error, errorMessage, trace: [] };
    }
    const { name, message, stack } = error as Error;
    const escapedStack = escaped(stack);
    if (escapedStack === undefined && isOld) throw new TypeError("There is no stack.");
    return { errorType: escaped(name), errorMessage: escaped(message), trace: escapedStack?.split("\n") ?? [] };
  } catch {
    const errorMessage =
      "callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack";
    return { errorType: "handled", errorMessage, ...(isOld ? {} : { trace: [] }) };
  }
}

/** As the language does it for the message of an error, which refuses a symbol. */
function textOf(value: unknown): string {
  return new Error(value as string).message;
}

/** An error of the language, of another realm as well, or what has the looks of one: classes of old inherit from an instance. */
function isErrorLike(error: unknown): boolean {
  if (types.isNativeError(error)) return true;
  const { name, message, stack } = error as {
    readonly name?: unknown;
    readonly message?: unknown;
    readonly stack?: unknown;
  };
  return [name, message, stack].every((text) => typeof text === "string" && text !== "");
}

/** Lambda's log takes the character for a sign of its own. */
function escaped(text: unknown): string | undefined {
  if (text === undefined || text === null) return undefined;
  if (typeof text !== "string") throw new TypeError("It is not a text.");
  return text.replaceAll("\u{7F}", "%7F");
}

export type RuntimeErrorName =
  | "CallbackHandlerDeprecated"
  | "HandlerNotFound"
  | "ImportModuleError"
  | "JSONStringifyError"
  | "MalformedStreamingHandler"
  | "InvalidStreamingOperation"
  | "UnhandledPromiseRejection"
  | "UserCodeSyntaxError";

/** An error of the runtime itself. Its stack leads to the place of its cause. */
export function runtimeError(name: RuntimeErrorName, message: string, cause?: unknown): Error {
  const error = new Error(message, { cause });
  const frames = framesOf(types.isNativeError(cause) ? cause : error);
  error.name = `Runtime.${name}`;
  error.stack = [String(error), ...frames].join("\n");
  return error;
}

/** The lines after the message, or the whole where the stack begins with a place, as that of a SyntaxError does. */
function framesOf(error: Error): readonly string[] {
  const { stack = "" } = error;
  const head = String(error);
  return stack.startsWith(head) ? stack.slice(head.length).split("\n").slice(1) : stack.split("\n");
}

export function unhandledRejection(reason: unknown): Error {
  return runtimeError("UnhandledPromiseRejection", textOf(reason), reason);
}
