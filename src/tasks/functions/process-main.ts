// Entry of a process that runs the handler of one function module, called as Lambda's Node.js runtime calls it.
import { AsyncLocalStorage } from "node:async_hooks";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import { failedReply, maxReplyBytes, type Reply, tooLargeReply } from "./invocation.ts";
import type { FromProcess, ProcessData, ToProcess } from "./process-protocol.ts";

type Call = ToProcess;
type Handler = (event: unknown, context: unknown, callback: (error: unknown, result?: unknown) => void) => unknown;
type Loaded = { readonly handler: Handler } | { readonly reply: Reply; readonly error?: unknown };

const data = JSON.parse(process.argv[2] ?? "{}") as ProcessData;
const currentCall = new AsyncLocalStorage<Call>();
const endedCalls = new WeakSet<Call>();
let loading: Promise<Loaded> | undefined;

process.on("message", (message: ToProcess) => void currentCall.run(message, () => perform(message)));

// The engine is gone, in whatever way: nobody would read an answer.
process.on("disconnect", () => process.exit());

// An error that escapes a handler is charged to the call that it came from; Lambda would end the environment of that call
// only.
process.on("uncaughtException", (error: unknown, origin) => {
  const reply = origin === "unhandledRejection" ? unhandledRejection(error) : thrown(error);
  const call = currentCall.getStore();
  if (call !== undefined) end(call, reply, { isBroken: true });
  else {
    process.send?.({ kind: "crashed", reply } satisfies FromProcess, () => process.exit(1));
  }
});

if (data.isCheck === true) await check();

/**
 * The text that Node.js prints when it ends of an error names the place of a SyntaxError, which the error itself does not.
 */
async function check(): Promise<void> {
  const loaded = await load();
  const failure = "reply" in loaded ? loaded.reply : undefined;
  process.send?.({ kind: "checked", failure } satisfies FromProcess, () => {
    process.removeAllListeners("uncaughtException");
    if ("error" in loaded) throw loaded.error;
    process.exit();
  });
}

async function perform(call: Call): Promise<void> {
  const loaded = await (loading ??= load());
  if ("reply" in loaded) {
    end(call, loaded.reply, { isBroken: true });
    return;
  }
  send({ kind: "started", id: call.id });
  try {
    const event: unknown = JSON.parse(call.payload);
    end(call, returned(await invoke(loaded.handler, event, contextOf(call))));
  } catch (error) {
    end(call, thrown(error));
  }
}

/** A handler with fewer than three parameters returns its result or a promise of it; one with three may call back. */
function invoke(handler: Handler, event: unknown, context: unknown): unknown {
  if (handler.length < 3) return handler(event, context, () => undefined);
  return new Promise((resolve, reject) => {
    const result = handler(event, context, (error, value) => {
      if (error === undefined || error === null) resolve(value);
      else reject(error);
    });
    if (types.isPromise(result)) result.then(resolve, reject);
  });
}

function contextOf(call: Call): unknown {
  const deadline = Date.now() + data.timeoutMs;
  const clientContext: unknown = call.clientContext === undefined ? undefined : JSON.parse(call.clientContext);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: data.functionName,
    functionVersion: "$LATEST",
    memoryLimitInMB: String(data.memoryMb),
    logGroupName: `/aws/lambda/${data.functionName}`,
    logStreamName: `pawl/[$LATEST]${call.requestId}`,
    ...(clientContext === undefined ? {} : { clientContext }),
    invokedFunctionArn: call.functionArn,
    awsRequestId: call.requestId,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

async function load(): Promise<Loaded> {
  let exports: unknown;
  try {
    exports = await import(pathToFileURL(data.modulePath).href);
  } catch (error) {
    return { reply: loadFailed(error), error };
  }
  const names = data.exportName === undefined ? ["handler", "default"] : [data.exportName];
  const holders = [exports, ownMember(exports, "default")];
  for (const name of names) {
    for (const holder of holders) {
      const found = ownMember(holder, name);
      if (typeof found === "function") return { handler: found as Handler };
    }
  }
  const message = `${data.modulePath}#${data.exportName ?? "handler"} is undefined or not exported`;
  return { reply: failedReply("Runtime.HandlerNotFound", message) };
}

function ownMember(holder: unknown, name: string): unknown {
  if ((typeof holder !== "object" && typeof holder !== "function") || holder === null) return undefined;
  return Object.hasOwn(holder, name) ? (holder as Record<string, unknown>)[name] : undefined;
}

function loadFailed(error: unknown): Reply {
  const code = ownMember(error, "code");
  if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") {
    return thrown(error, { errorType: "Runtime.ImportModuleError" });
  }
  const isSyntaxError = types.isNativeError(error) && error.name === "SyntaxError";
  return isSyntaxError ? thrown(error, { errorType: "Runtime.UserCodeSyntaxError" }) : thrown(error);
}

function returned(result: unknown): Reply {
  let payload: string | undefined;
  try {
    payload = JSON.stringify(result === undefined ? null : result);
  } catch {
    return thrown(new Error("Unable to stringify response body"));
  }
  if (payload === undefined) return { kind: "returned", payload: "null" };
  return Buffer.byteLength(payload) > maxReplyBytes ? tooLargeReply() : { kind: "returned", payload };
}

/** As the Node.js runtime of Lambda describes what a handler threw; a named type keeps the error's name in the message. */
function thrown(error: unknown, named?: { readonly errorType: string }): Reply {
  try {
    return { kind: "failed", payload: JSON.stringify(describe(error, named)) };
  } catch {
    const message =
      "callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack";
    return { kind: "failed", payload: JSON.stringify({ errorType: "handled", errorMessage: message, trace: [] }) };
  }
}

function describe(error: unknown, named?: { readonly errorType: string }): unknown {
  if (!types.isNativeError(error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  const { name, message, stack = "" } = error;
  const trace = stack.split("\n");
  if (named === undefined) return { errorType: name, errorMessage: message, trace };
  return { errorType: named.errorType, errorMessage: `${name}: ${message}`, trace };
}

function unhandledRejection(reason: unknown): Reply {
  const isError = types.isNativeError(reason);
  const errorMessage = isError ? `${reason.name}: ${reason.message}` : String(reason);
  const errorType = "Runtime.UnhandledPromiseRejection";
  const trace = [`${errorType}: ${errorMessage}`, ...(isError ? (reason.stack ?? "").split("\n").slice(1) : [])];
  return { kind: "failed", payload: JSON.stringify({ errorType, errorMessage, trace }) };
}

function end(call: Call, reply: Reply, { isBroken = false } = {}): void {
  if (endedCalls.has(call)) return;
  endedCalls.add(call);
  send({ kind: "ended", id: call.id, reply, isBroken });
}

function send(message: FromProcess): void {
  process.send?.(message);
}
