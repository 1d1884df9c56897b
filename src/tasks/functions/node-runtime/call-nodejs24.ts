// A call as nodejs24.x makes it: the handler has no callback, and what it returns is awaited.
import { setImmediate } from "node:timers/promises";
import type { Call } from "../process-protocol.ts";
import { callMembers, environmentMembers } from "./context.ts";
import { endCall } from "./current-call.ts";
import { failure } from "./describe-error.ts";
import type { Handler } from "./load-handler.ts";
import { returned } from "./returned.ts";

const runtime = "nodejs24.x";

/** It rejects for an error that cannot be told of, and the process ends of it. */
export async function callNodejs24(handler: Handler, call: Call): Promise<void> {
  try {
    const result = await handler.run(JSON.parse(call.payload), contextNodejs24(call));
    await setImmediate();
    endCall(call, returned(result, runtime));
  } catch (error) {
    await setImmediate();
    endCall(call, failure(error, runtime));
  }
}

export function contextNodejs24(call: Call): object {
  const { getRemainingTimeInMillis, ...members } = callMembers(call);
  return { ...members, xRayTraceId: call.traceHeader, getRemainingTimeInMillis, ...environmentMembers() };
}
