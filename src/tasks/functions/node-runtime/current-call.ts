// The line to the engine, and the call that the process is at: there is one at a time, and it is answered once.
import type { Reply } from "../invocation.ts";
import type { Call, FromProcess } from "../process-protocol.ts";

let current: Call | undefined;

export function send(message: FromProcess, onSent: () => void = () => undefined): void {
  process.send?.(message, onSent);
}

/** The process stays for further calls, though nothing is left to do. */
export function holdLine(): void {
  process.channel?.ref();
}

/** Node.js comes to its end when nothing is left to do, as on Lambda while an event is handled. */
export function releaseLine(): void {
  process.channel?.unref();
}

export function beginCall(call: Call): void {
  current = call;
}

/** A second answer of a call is dropped. `isBroken`: the process takes no further calls. */
export function endCall(call: Call, reply: Reply, { isBroken = false } = {}): void {
  if (current !== call) return;
  current = undefined;
  holdLine();
  send({ kind: "ended", id: call.id, reply, isBroken });
}

/** Answers the call that is going on, if there is one, and ends the process. */
export function endProcess(reply: Reply, exitStatus: number): void {
  const end = (): void => process.exit(exitStatus);
  const call = current;
  current = undefined;
  if (call === undefined) send({ kind: "crashed", reply }, end);
  else send({ kind: "ended", id: call.id, reply, isBroken: true }, end);
}
