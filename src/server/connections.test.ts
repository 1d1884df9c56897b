import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { test } from "node:test";
import { boundConnections, connectionsWithin } from "./connections.ts";

void test("descriptors are left for what is no connection", () => {
  assert.deepEqual([256, 1024, 4096, 1_048_576].map(connectionsWithin), [16, 512, 2048, 16_384]);
});

void test("one connection more takes the place of the oldest that nothing is asked on, or is refused", async (t) => {
  const asked: ServerResponse[] = [];
  const server = createServer((_request, response) => void asked.push(response));
  boundConnections(server, 2);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  const open = async (isAsking: boolean): Promise<{ socket: Socket; closed: Promise<unknown> }> => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.on("error", () => undefined).resume();
    const closed = new Promise((resolve) => socket.once("close", resolve));
    const arrived = once(server, isAsking ? "request" : "connection");
    if (isAsking) socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await Promise.race([arrived, closed]);
    return { socket, closed };
  };
  const busy = await open(true);
  const idle = await open(false);
  const third = await open(true);
  await idle.closed;
  const fourth = await open(false);
  await fourth.closed;
  assert.deepEqual([busy.socket.destroyed, third.socket.destroyed], [false, false]);
  asked[0]?.end();
  await once(asked[0] as ServerResponse, "close");
  const fifth = await open(true);
  await busy.closed;
  assert.equal(fifth.socket.destroyed, false);
});
