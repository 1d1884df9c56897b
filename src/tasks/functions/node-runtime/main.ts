// Entry of a process that runs one function module: it takes one event at a time from the engine, and calls the handler as
// Lambda's Node.js runtime does.
import type { Call, LoadClues, ProcessData, ToProcess } from "../process-protocol.ts";
import { installAwslambda } from "./awslambda.ts";
import { callNodejs22 } from "./call-nodejs22.ts";
import { callNodejs24 } from "./call-nodejs24.ts";
import { callStreaming } from "./call-streaming.ts";
import { installConsole } from "./console.ts";
import { beginCall, endCall, holdLine, releaseLine, send } from "./current-call.ts";
import { contextOf, invokeStore } from "./invoke-store.ts";
import { functionNames, type Handler, type Loaded, loadHandler } from "./load-handler.ts";
import { watchEnd } from "./process-end.ts";

const data = JSON.parse(process.argv[2] ?? "{}") as ProcessData;
// A module that reads its arguments finds none, as on Lambda.
process.argv.splice(2);

process.on("message", (call: ToProcess) => void take(call));
// The engine is gone, in whatever way: nobody would read an answer.
process.on("disconnect", () => process.exit());

// A module that waits for nothing would wait for ever: the process ends as soon as nothing is left to do.
releaseLine();
watchEnd(data.runtime);
installAwslambda(data.runtime);
installConsole(data.runtime);
const loading = loadHandler(data);
void loading.then(holdLine);
if (data.isCheck === true) report(await loading);
// The older runtime awaits the module at the top level of its own: Node.js has an exit status for what never settles there.
else if (data.runtime === "nodejs22.x") await loading;

async function take(received: Call): Promise<void> {
  const receivedAt = Date.now();
  beginCall(received);
  const loaded = await loading;
  if (loaded.kind === "failed") {
    endCall(received, loaded.reply, { isBroken: true });
    return;
  }
  // The time of a call counts from here, not from before the module was loaded.
  const call = { ...received, deadlineMs: received.deadlineMs + Date.now() - receivedAt };
  beginCall(call);
  send({ kind: "started", id: call.id });
  // An error that is thrown through the runtime is an uncaught exception, not a rejection of this function.
  setImmediate(() => invokeStore.run(contextOf(call), () => perform(loaded.handler, call)));
}

function perform(handler: Handler, call: Call): void {
  releaseLine();
  if (call.traceHeader === undefined) delete process.env["_X_AMZN_TRACE_ID"];
  else process.env["_X_AMZN_TRACE_ID"] = call.traceHeader;
  if (handler.isStreaming) callStreaming(handler, call, data.runtime);
  else if (data.runtime === "nodejs22.x") callNodejs22(handler, call);
  else void callNodejs24(handler, call);
}

function cluesOf(loaded: Loaded): LoadClues | undefined {
  if (loaded.kind !== "failed") return undefined;
  const { error, exports } = loaded;
  const url = error instanceof Error && "url" in error ? error.url : undefined;
  return {
    exported: exports === undefined ? undefined : functionNames(exports),
    missing: typeof url === "string" ? url : undefined,
  };
}

/** The text that Node.js prints when it ends of an error names the place of a SyntaxError, which the error itself does not. */
function report(loaded: Loaded): void {
  const failure = loaded.kind === "failed" ? loaded.reply : undefined;
  send({ kind: "checked", failure, clues: cluesOf(loaded) }, () => {
    process.removeAllListeners("uncaughtException");
    if (loaded.kind === "failed") throw loaded.error;
    process.exit();
  });
}
