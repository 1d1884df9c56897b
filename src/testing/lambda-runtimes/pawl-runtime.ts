// Pawl's runtime of function modules, in a process, without the pool that owns it otherwise.
import { fork } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Call, fromProcess, type ProcessData } from "../../tasks/functions/process-protocol.ts";
import { call, environmentOf, type FunctionSetting, type RuntimeProcess, Waiting } from "./runtime-process.ts";

const main = fileURLToPath(new URL("../../tasks/functions/node-runtime/main.ts", import.meta.url));

export function startPawlRuntime(setting: FunctionSetting): RuntimeProcess {
  const { runtime, folder, file, exportName } = setting;
  const data: ProcessData = { modulePath: join(folder, file), exportName, runtime, cwd: folder };
  const child = fork(main, [JSON.stringify(data)], {
    cwd: folder,
    env: environmentOf(setting),
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const asked = new Waiting(child);
  child.on("message", (received) => {
    const message = fromProcess(received);
    if (message?.kind === "crashed") asked.end(message.reply);
    if (message?.kind !== "ended") return;
    if (message.isBroken === true) asked.end(message.reply);
    else asked.settle(message.reply);
  });
  let id = 0;
  return {
    isAlive: () => !asked.isOver,
    close: () => void child.kill("SIGKILL"),
    call(payload) {
      id += 1;
      const message: Call = { kind: "call", id, payload, deadlineMs: Date.now() + 60_000, ...call };
      child.send(message, () => undefined);
      return asked.outcome();
    },
  };
}
