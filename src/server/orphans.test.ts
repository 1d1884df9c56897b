// Functions of a server that is killed: none lives on.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { eventually, startServerProcess } from "../testing/server-process.ts";

const isWindows = process.platform === "win32";

/** The process that a function has written down, once it has. */
function processIn(file: string): number | undefined {
  try {
    return Number(readFileSync(file, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that nobody has buried is dead.
    return process.platform !== "linux" || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

test("commands and modules end with a server that is killed, whatever they do", { skip: isWindows }, async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-orphans-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const files = ["command", "grandchild", "left", "module"].map((name) => join(directory, `${name}.pid`));
  const [command = "", grandchild = "", left = "", module = ""] = files;
  writeFileSync(
    join(directory, "busy.mjs"),
    `import { writeFileSync } from "node:fs";
     export const handler = () => { writeFileSync(${JSON.stringify(module)}, String(process.pid)); for (;;); };`,
  );
  const sleeping = `echo $$ > '${command}'; sleep 271 & echo $! > '${grandchild}'; wait`;
  const leaving = `sleep 271 & echo $! > '${left}'`;
  const functions = {
    sleeping: { command: sleeping, timeoutSeconds: 600 },
    leaving: { command: leaving, timeoutSeconds: 600 },
    busy: "./busy.mjs#handler",
  };
  writeFileSync(join(directory, "pawl.config.json"), JSON.stringify({ functions, db: "data.db", port: 0 }));
  const server = await startServerProcess(t, directory);
  const call = (name: string): object => ({
    StartAt: name,
    States: { [name]: { Type: "Task", Resource: arnOf(name), End: true } },
  });
  const arnOf = (name: string): string => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
  const definition = JSON.stringify({
    StartAt: "Both",
    States: { Both: { Type: "Parallel", Branches: [call("sleeping"), call("leaving"), call("busy")], End: true } },
  });
  const roleArn = "arn:aws:iam::123456789012:role/r";
  const { stateMachineArn } = await server.call("CreateStateMachine", { name: "m", definition, roleArn });
  await server.call("StartExecution", { stateMachineArn });
  const pids = await eventually("all functions run", () => {
    const found = files.map(processIn);
    return found.every((pid) => pid !== undefined) ? (found as number[]) : undefined;
  });
  t.after(() => {
    for (const pid of pids.filter(isAlive)) process.kill(pid, "SIGKILL");
  });
  await server.kill();
  await eventually("all functions have ended", () => (pids.some(isAlive) ? undefined : true));
});
