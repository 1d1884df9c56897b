// The text that answers a call, of what its handler returned.
import { maxReplyBytes, type Reply, tooLargeReply } from "../invocation.ts";
import { runtimeError } from "./describe-error.ts";
import type { NodeRuntime } from "./node-runtime.ts";

/** @throws what Lambda answers with when there is no text for the result. */
export function returned(result: unknown, runtime: NodeRuntime): Reply {
  const payload = stringify(result === undefined ? null : result, runtime);
  // Lambda's client has these words for the text of a function or a symbol, which is none.
  if (payload === undefined) throw new TypeError("Wrong arguments");
  return boundedReply(payload);
}

function stringify(result: unknown, runtime: NodeRuntime): string | undefined {
  try {
    return JSON.stringify(result);
  } catch {
    const message = "Unable to stringify response body";
    throw runtime === "nodejs22.x" ? new Error(message) : runtimeError("JSONStringifyError", message);
  }
}

export function boundedReply(payload: string): Reply {
  return Buffer.byteLength(payload) > maxReplyBytes ? tooLargeReply() : { kind: "returned", payload };
}
