// A server that may open few files, whose clients take all that they can have: tasks still get theirs.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { eventually, startAnsweredFunction, startServerProcess } from "../testing/server-process.ts";

const isPosix = process.platform !== "win32";
const roleArn = "arn:aws:iam::123456789012:role/any";

const call = (name: string, next: object): object => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: name, Payload: { step: name } },
  ...next,
});

test(
  "commands, modules and calls are performed while clients hold every connection that there may be",
  {
    skip: isPosix ? false : "there is no limit of open files",
  },
  async (t) => {
    const directory = mkdtempSync(join(tmpdir(), "pawl-descriptors-"));
    t.after(() => rmSync(directory, { recursive: true, force: true }));
    const answered = await startAnsweredFunction(t);
    const functions = { command: "echo 1", module: "./module.mjs", url: answered.url };
    writeFileSync(join(directory, "module.mjs"), "export const handler = () => 1;");
    writeFileSync(join(directory, "pawl.config.json"), JSON.stringify({ functions }));
    const server = await startServerProcess(t, directory, { openFiles: 128 });
    const { hostname, port } = new URL(server.url);
    const head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1";
    const clients = Array.from({ length: 300 }, (_, i) => {
      const socket = connect(Number(port), hostname).on("error", () => undefined);
      if (i % 2 === 0) socket.write(head);
      return socket;
    });
    t.after(() => clients.forEach((socket) => socket.destroy()));
    const closed = (): number => clients.filter((socket) => socket.closed).length;
    await eventually("most have given way", () => closed() > 200 || undefined);

    const definition = JSON.stringify({
      StartAt: "All",
      States: {
        All: {
          Type: "Map",
          ItemsPath: "$.items",
          ItemProcessor: {
            StartAt: "Command",
            States: {
              Command: call("command", { Next: "Module" }),
              Module: call("module", { Next: "Url" }),
              Url: call("url", { End: true }),
            },
          },
          End: true,
        },
      },
    });
    const { stateMachineArn } = await server.call("CreateStateMachine", { name: "m", roleArn, definition });
    const input = JSON.stringify({ items: Array.from({ length: 40 }, (_, i) => i) });
    const { executionArn } = await server.call("StartExecution", { stateMachineArn, input });
    let answers = 0;
    await eventually("the execution ends", async () => {
      for (const each of answered.callsOf("url").slice(answers)) {
        each.answer(1);
        answers++;
      }
      const { status, cause } = await server.call("DescribeExecution", { executionArn });
      if (status === "RUNNING") return undefined;
      assert.equal(status, "SUCCEEDED", String(cause));
      return true;
    });
    assert.equal((await server.stop()).code, 0);
  },
);
