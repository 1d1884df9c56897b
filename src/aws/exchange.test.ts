// One request and its answer, with servers that do not do what is expected of them.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { exchange } from "./exchange.ts";

test("a server that switches to another protocol has not answered", async (t) => {
  const server = createServer((socket: Socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () =>
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n"),
    );
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const { signal } = new AbortController();
  const request = { method: "POST", url, target: "/", headers: {}, body: "{}", maxBytes: 1000, signal };
  const message = "the connection was closed without an answer";
  assert.deepEqual(await exchange(request), { kind: "unreachable", message });
});
