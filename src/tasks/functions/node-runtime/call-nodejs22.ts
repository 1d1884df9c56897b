// A call as the runtimes up to nodejs22.x make it: with a callback, whatever the number of parameters, and with a context that
// can end the call too. A result counts only when it is a promise.
import type { Call } from "../process-protocol.ts";
import { callMembers, environmentMembers } from "./context.ts";
import { endCall } from "./current-call.ts";
import { failure } from "./describe-error.ts";
import type { Handler } from "./load-handler.ts";
import { onIdle } from "./process-end.ts";
import { returned } from "./returned.ts";

/** An error that is thrown out of it belongs to nobody: it is an uncaught exception. */
export function callNodejs22(handler: Handler, call: Call): void {
  const { callback, context } = endingsOf(call);
  onIdle(() => endCall(call, { kind: "returned", payload: "null" }));
  try {
    const complete = Object.assign(context, environmentMembers(), callMembers(call));
    const result = handler.run(JSON.parse(call.payload), complete, callback);
    if (isThenable(result)) result.then(context.succeed, context.fail).catch(context.fail);
  } catch (error) {
    callback(error);
  }
}

type Ending = (...values: unknown[]) => void;

interface Endings {
  readonly callback: Ending;
  readonly context: { callbackWaitsForEmptyEventLoop: boolean; succeed: Ending; fail: Ending; done: Ending };
}

function endingsOf(call: Call): Endings {
  let isEnded = false;
  let waitsForEmptyEventLoop = true;
  /** The first one counts; one that throws, as for a result without a text, has not ended anything. */
  const once =
    (ending: Ending): Ending =>
    (...values) => {
      if (isEnded) return;
      ending(...values);
      isEnded = true;
    };
  const complete = (result: unknown): void => endCall(call, returned(result, "nodejs22.x"));
  const done = (error: unknown, result: unknown): void => {
    onIdle();
    if (error === undefined || error === null) complete(result);
    else endCall(call, failure(error, "nodejs22.x"));
  };
  const callback = (error: unknown, result: unknown): void => {
    const isFailed = error !== undefined && error !== null;
    if (isFailed || !waitsForEmptyEventLoop) done(error, result);
    else onIdle(() => void setImmediate(complete, result));
  };
  const context = {
    get callbackWaitsForEmptyEventLoop(): boolean {
      return waitsForEmptyEventLoop;
    },
    set callbackWaitsForEmptyEventLoop(waits: boolean) {
      waitsForEmptyEventLoop = waits;
    },
    succeed: once((result) => done(null, result)),
    fail: once((error) => done(error ?? "handled", null)),
    done: once(done),
  };
  return { callback: once(callback), context };
}

interface Thenable {
  then: (onFulfilled: Ending, onRejected: Ending) => { catch: (onRejected: Ending) => void };
}

function isThenable(result: unknown): result is Thenable {
  return Boolean(result) && typeof (result as Partial<Thenable>).then === "function";
}
