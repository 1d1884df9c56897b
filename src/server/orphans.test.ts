// Functions of a server that is killed: none lives on.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isAlive, pidIn } from "../testing/live-process.ts";
import { eventually, startServerProcess } from "../testing/server-process.ts";

const isWindows = process.platform === "win32";

test(
  "commands, modules and programs of runtimes end with a server that is killed, whatever they do",
  { skip: isWindows },
  async (t) => {
    const directory = mkdtempSync(join(tmpdir(), "pawl-orphans-"));
    t.after(() => rmSync(directory, { recursive: true }));
    const files = ["command", "grandchild", "left", "module", "runtime"].map((name) => join(directory, `${name}.pid`));
    const [command = "", grandchild = "", left = "", module = "", runtime = ""] = files;
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
      waiting: { command: ["sh", "-c", `echo $$ > '${runtime}'; exec sleep 271`], runtime: "provided.al2023" },
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
      States: {
        Both: {
          Type: "Parallel",
          Branches: [call("sleeping"), call("leaving"), call("busy"), call("waiting")],
          End: true,
        },
      },
    });
    const roleArn = "arn:aws:iam::123456789012:role/r";
    const { stateMachineArn } = await server.call("CreateStateMachine", { name: "m", definition, roleArn });
    await server.call("StartExecution", { stateMachineArn });
    const pids = await Promise.all(files.map(pidIn));
    t.after(() => {
      for (const pid of pids.filter(isAlive)) process.kill(pid, "SIGKILL");
    });
    await server.kill();
    await eventually("all functions have ended", () => (pids.some(isAlive) ? undefined : true));
  },
);
