import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { play } from "./play.ts";
import { hangUp, type WireRequest } from "./requests.ts";

interface Canned {
  readonly status: number;
  readonly body: object;
}

/** A server that answers each action in one way; nothing of the sort is Pawl's. */
async function startServer(t: TestContext, answers: Readonly<Record<string, Canned>>): Promise<string> {
  const server = createServer((request, response) => {
    const action = String(request.headers["x-amz-target"]).replace("AWSStepFunctions.", "");
    const { status, body } = answers[action] ?? { status: 200, body: {} };
    request.resume().once("end", () => response.writeHead(status).end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    hangUp();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const request = (action: string): WireRequest => ({ action, body: "{}" });

test("a 5xx, a 503 without a name and an error without one are faults; a 503 that says why and a named error are none", async (t) => {
  const url = await startServer(t, {
    Broken: { status: 500, body: { __type: "InternalFailure" } },
    Busy: { status: 503, body: { __type: "ServiceUnavailable", message: "stopping" } },
    Overrun: { status: 503, body: {} },
    Refused: { status: 400, body: { __type: "ValidationException" } },
    Nameless: { status: 400, body: { message: "no" } },
  });
  const requests = ["Broken", "Busy", "Overrun", "Refused", "Nameless", "Fine"].map(request);
  const { faults } = await play({ url, pid: process.pid }, "0", { kind: "wire", what: "wire", requests });
  assert.deepEqual(
    faults.map(({ kind, request }) => [kind, request?.action]),
    [
      ["5xx", "Broken"],
      ["5xx", "Overrun"],
      ["answer", "Nameless"],
    ],
  );
});

test("an ended execution is asked for its history, and one with a gap is a fault", async (t) => {
  const event = { timestamp: 1, type: "ExecutionStarted" };
  const events = [
    { ...event, id: 1, previousEventId: 0 },
    { ...event, id: 3, previousEventId: 1, type: "ExecutionSucceeded" },
  ];
  const url = await startServer(t, {
    DescribeExecution: { status: 200, body: { status: "SUCCEEDED" } },
    GetExecutionHistory: { status: 200, body: { events } },
  });
  const creation = { type: "STANDARD", definition: "{}" } as const;
  const rest = { what: "loop", inputs: ["{}"], isSynchronous: false };
  const { faults, executions } = await play({ url, pid: process.pid }, "0", { kind: "definitions", creation, ...rest });
  assert.equal(executions, 1);
  assert.deepEqual(faults, [{ kind: "history", detail: "event 2 has the id 3" }]);
});
