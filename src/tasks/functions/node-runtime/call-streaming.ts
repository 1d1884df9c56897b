// A call of a handler that `awslambda.streamifyResponse` marked: it writes its answer to a stream. A caller that does not read
// streams, as Step Functions, gets the whole when it has ended.
import type { Call } from "../process-protocol.ts";
import { contextNodejs24 } from "./call-nodejs24.ts";
import { callMembers, environmentMembers } from "./context.ts";
import { endCall, holdLine } from "./current-call.ts";
import { failure } from "./describe-error.ts";
import type { Handler } from "./load-handler.ts";
import type { NodeRuntime } from "./node-runtime.ts";
import { onIdle } from "./process-end.ts";
import { ResponseStream } from "./response-stream.ts";
import { boundedReply } from "./returned.ts";

export function callStreaming(handler: Handler, call: Call, runtime: NodeRuntime): void {
  const isOld = runtime === "nodejs22.x";
  const stream = new ResponseStream();
  const fail = (error: unknown): void => endCall(call, failure(error, runtime));
  stream.once("finish", () => endCall(call, boundedReply(stream.text())));
  // A stream that is destroyed breaks the connection to Lambda.
  stream.once("error", fail);
  // On Lambda the connection that the stream is written to keeps the process going until the time is up.
  holdLine();
  onIdle();
  try {
    const context = isOld ? contextNodejs22(call) : contextNodejs24(call);
    const result = handler.run(JSON.parse(call.payload), stream, context);
    if (isPromise(result)) result.then(undefined, fail);
    else fail(isOld ? notAsync : new Error(notAsync));
  } catch (error) {
    fail(error);
  }
}

const notAsync = "Streaming does not support non-async handlers.";

function contextNodejs22(call: Call): object {
  return { callbackWaitsForEmptyEventLoop: true, ...environmentMembers(), ...callMembers(call) };
}

function isPromise(result: unknown): result is PromiseLike<unknown> {
  return typeof result === "object" && result !== null && "then" in result && typeof result.then === "function";
}
