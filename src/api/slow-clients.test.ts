// Clients that take their time: what they hold is bounded, and takes nothing from those that do not.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { signedHeadersOf } from "../aws/sigv4.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type FakeServer, startFakeServer } from "../testing/fake-server.ts";
import { eventually } from "../testing/server-process.ts";

const megabyte = 1024 * 1024;
const roleArn = "arn:aws:iam::000000000000:role/r";
const keys = [
  { accessKeyId: "FLOODED", secretAccessKey: "a-secret-of-the-flooded" },
  { accessKeyId: "OTHER", secretAccessKey: "another-secret-of-the-other" },
];

function signed(server: FakeServer, key: { accessKeyId: string; secretAccessKey: string }, body: string) {
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "AWSStepFunctions.CreateActivity",
  };
  const { url, now: epochMs } = server;
  return signedHeadersOf({ url, headers, body, region: "us-east-1", service: "states", epochMs, ...key });
}

/** A connection for raw requests, with what was answered on it so far. */
function connection(t: TestContext, server: FakeServer): { socket: Socket; answer: () => string } {
  const socket = connect(server.port, "127.0.0.1");
  t.after(() => socket.destroy());
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => (text += chunk));
  socket.on("error", () => undefined);
  return { socket, answer: () => text };
}

test("a flood of bodies that do not end, under somebody's access key, keeps neither that key nor others from calling", async (t) => {
  const server = await startFakeServer(t, { auth: { keys }, limits: { maxRequestBytes: 2 * megabyte } });
  const [flooded, other] = keys as [(typeof keys)[0], (typeof keys)[0]];
  const forged = Object.entries(signed(server, flooded, "{}")).map(([name, value]) => `${name}: ${value}\r\n`);
  const bytes = 400 * 1024;
  const head = `POST / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n${forged.join("")}Content-Length: ${bytes}\r\n\r\n`;
  const flood = Array.from({ length: 20 }, () => connection(t, server));
  for (const { socket } of flood) {
    socket.write(head);
    await new Promise((resolve) => socket.write("x".repeat(bytes - 1), resolve));
  }
  for (const key of [flooded, other]) {
    for (const padding of [1, 1.2 * megabyte]) {
      const name = `${key.accessKeyId}-${padding}`;
      const body = JSON.stringify({ name, padding: "x".repeat(padding) });
      const { status } = await server.send("CreateActivity", body, signed(server, key, body));
      assert.equal(status, 200, name);
    }
  }
  for (const { socket } of flood) socket.write("x");
  await eventually("all of the flood are answered", () => flood.every(({ answer }) => answer() !== "") || undefined);
  const names = flood.map(({ answer }) => /"__type":"(\w+)"/.exec(answer())?.[1]);
  assert.equal(names[0], "ServiceUnavailable", "the oldest gave way");
  assert.ok(names.filter((name) => name === "InvalidSignatureException").length <= 5, "no more than fit were kept");
  assert.match(flood[0]?.answer() ?? "", /^HTTP\/1\.1 503 [^]*limits\.requestBytes[^]*nothing was done/);
});

test("a body comes to its end whatever its pieces are", async (t) => {
  const server = await startFakeServer(t);
  const name = "n".repeat(70);
  const body = JSON.stringify({ padding: "é".repeat(30_000), name });
  for (const length of [`Content-Length: ${Buffer.byteLength(body)}`, "Transfer-Encoding: chunked"]) {
    const { socket, answer } = connection(t, server);
    const isChunked = length.startsWith("T");
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSStepFunctions.CreateActivity\r\n${length}\r\n\r\n`);
    const bytes = Buffer.from(body);
    for (let at = 0, size = 1; at < bytes.length; at += size, size = Math.min(size * 3, 20_000)) {
      const piece = bytes.subarray(at, at + size);
      if (isChunked) socket.write(`${piece.length.toString(16)}\r\n`);
      await new Promise((resolve) => socket.write(piece, resolve));
      if (isChunked) socket.write("\r\n");
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (isChunked) socket.write("0\r\n\r\n");
    await eventually("the answer comes", () => answer().includes(`activity:${name}`) || undefined);
  }
});

test("what waits for a task does not keep the bytes that its request came with", async (t) => {
  let waiting = 0;
  const change = (runtime: Runtime): Runtime => ({
    ...runtime,
    takeActivityTask: (...[, , signal]) => {
      waiting++;
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined)));
    },
  });
  const server = await startFakeServer(t, { activityPollMs: 60_000, change });
  const { body } = await server.send("CreateActivity", { name: "a" });
  const { activityArn } = body;
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const before = heldNow(collect);
  const head = `POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSStepFunctions.GetActivityTask\r\n`;
  const poll = JSON.stringify({ activityArn, padding: "x".repeat(1.4 * megabyte) });
  const polls = Array.from({ length: 20 }, () => connection(t, server));
  for (const { socket } of polls) {
    await new Promise((resolve) => socket.write(`${head}Content-Length: ${poll.length}\r\n\r\n${poll}`, resolve));
  }
  await eventually("all wait", () => waiting === polls.length || undefined);
  await eventually("the bytes are let go of", () => (heldNow(collect) - before < 8 * megabyte ? true : undefined));
});

function heldNow(collect: () => void): number {
  collect();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
}

test("answers that are not read give way to those that are", async (t) => {
  const server = await startFakeServer(t, { limits: { maxAnswerBytes: 4 * megabyte } });
  const definition = JSON.stringify({ Comment: "x".repeat(900_000) });
  const { body } = await server.send("CreateStateMachine", { name: "m", roleArn, definition });
  const { stateMachineArn } = body;
  const describe = JSON.stringify({ stateMachineArn });
  const head = `POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSStepFunctions.DescribeStateMachine\r\n`;
  const request = `${head}Content-Length: ${describe.length}\r\n\r\n${describe}`;
  const silent = Array.from({ length: 12 }, () => connect(server.port, "127.0.0.1").pause());
  t.after(() => silent.forEach((socket) => socket.destroy()));
  await Promise.all(
    silent.map((socket) =>
      once(
        socket.on("error", () => undefined),
        "connect",
      ),
    ),
  );
  const connections = await server.countConnections();
  // More than the system takes off the server's hands.
  for (const socket of silent) socket.write(request.repeat(30));
  const isCutOff = async (): Promise<true | undefined> => (await server.countConnections()) < connections || undefined;
  await eventually("some are cut off", isCutOff);
  const { status, body: described } = await server.send("DescribeStateMachine", { stateMachineArn });
  assert.deepEqual([status, described["definition"] === definition], [200, true]);
});
