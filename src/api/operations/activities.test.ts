// The answer that brings a task to its worker: whether it has got there is told.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { Payload } from "../../asl/payload.ts";
import type { ActivityTask } from "../../runtime/runtime.ts";
import { startFakeServer } from "../../testing/fake-server.ts";

interface Poll {
  readonly socket: Socket;
  /** Settles with what the runtime is told of the delivery. */
  readonly told: Promise<boolean>;
  /** Has the runtime answer with a task. */
  hand(): void;
}

const activityArn = "arn:aws:states:us-east-1:000000000000:activity:a";

function requestOf(action: string, input: object): string {
  const body = JSON.stringify(input);
  return `POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSStepFunctions.${action}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** A worker whose poll has reached the runtime. */
async function poll(t: TestContext): Promise<Poll> {
  const taking = Promise.withResolvers<void>();
  const task = Promise.withResolvers<ActivityTask>();
  const takeActivityTask = (): Promise<ActivityTask> => {
    taking.resolve();
    return task.promise;
  };
  const server = await startFakeServer(t, { change: (runtime) => ({ ...runtime, takeActivityTask }) });
  await server.send("CreateActivity", { name: "a" });
  const socket = connect(server.port, "127.0.0.1");
  t.after(() => socket.destroy());
  socket.write(requestOf("GetActivityTask", { activityArn }));
  await taking.promise;
  const told = Promise.withResolvers<boolean>();
  const handedOver = told.resolve;
  const found: ActivityTask = { kind: "task", taskToken: "t", input: Payload.ofText("{}"), handedOver };
  return { socket, told: told.promise, hand: () => task.resolve(found) };
}

async function read(socket: Socket): Promise<void> {
  assert.match(String((await once(socket, "data"))[0]), /"taskToken":"t"/);
}

void test("a task whose worker had gone before its answer was written is lost", async (t) => {
  const { socket, told, hand } = await poll(t);
  socket.resetAndDestroy();
  await once(socket, "close");
  hand();
  assert.equal(await told, false);
});

/** The acts of a worker behind an answer that was written, and whether it has the task by them. */
const endings: readonly (readonly [sentence: string, isDelivered: boolean, act: (socket: Socket) => unknown])[] = [
  ["resets its connection has not got it", false, (socket) => socket.resetAndDestroy()],
  ["closes its connection in good order has it", true, (socket) => socket.end()],
  [
    "asks for something else on its connection has it",
    true,
    (socket) => socket.write(requestOf("DescribeActivity", { activityArn })),
  ],
  ["keeps its connection and is silent has it", true, () => undefined],
];
for (const [sentence, isDelivered, act] of endings) {
  void test(`a worker that is sent a task and ${sentence}`, async (t) => {
    const { socket, told, hand } = await poll(t);
    hand();
    await read(socket);
    act(socket);
    assert.equal(await told, isDelivered);
  });
}
