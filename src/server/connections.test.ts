// The connections of a server: how many there are, and which gives way to one more.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { boundConnections } from "./connections.ts";

interface Connection {
  readonly socket: Socket;
  readonly closed: Promise<unknown>;
  readonly isClosed: () => boolean;
}

interface Bounded {
  readonly server: Server;
  readonly asked: ServerResponse[];
  readonly told: string[];
  /** Settles when the server has the connection, and what was sent on it. */
  open(sent: "nothing" | "headers" | "request"): Promise<Connection>;
}

const texts = {
  nothing: "",
  headers: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n1",
  request: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n12",
};

async function bounded(t: TestContext, most: number): Promise<Bounded> {
  const [asked, told]: [ServerResponse[], string[]] = [[], []];
  const server = createServer((request, response) => {
    request.resume();
    request.once("end", () => asked.push(response));
  });
  boundConnections(server, { most, log: (message) => told.push(message) });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    server,
    asked,
    told,
    async open(sent) {
      const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
      socket.on("error", () => undefined).resume();
      const closed = new Promise((resolve) => socket.once("close", resolve));
      const arrived = once(server, sent === "nothing" ? "connection" : "request");
      socket.write(texts[sent]);
      const [request] = (await Promise.race([arrived, closed.then(() => [])])) as [Socket?];
      if (sent === "request" && request !== undefined) await once(request, "end");
      return { socket, closed, isClosed: () => socket.destroyed };
    },
  };
}

test("one more takes the place of the one that has waited for its client longest", async (t) => {
  const { open, asked } = await bounded(t, 3);
  const [answered, silent, unfinished] = [await open("request"), await open("nothing"), await open("headers")];
  asked[0]?.end();
  await once(asked[0] as ServerResponse, "close");
  const busy = await open("request");
  await silent.closed;
  assert.deepEqual(
    [answered, unfinished, busy].map((each) => each.isClosed()),
    [false, false, false],
  );
  await open("request");
  await unfinished.closed;
  assert.equal(answered.isClosed(), false, "its client was waited for from its answer on");
  await open("request");
  await answered.closed;
  assert.equal(busy.isClosed(), false);
});

test("where requests are under way on all, one more is closed, and that is told once until there is room", async (t) => {
  const { open, asked, told } = await bounded(t, 2);
  const busy = [await open("request"), await open("request")];
  for (let i = 0; i < 3; i++) await (await open("nothing")).closed;
  assert.deepEqual(told, ["All 2 connections have requests under way: new ones are closed (limits.connections)."]);
  assert.deepEqual(
    busy.map((each) => each.isClosed()),
    [false, false],
  );
  busy[0]?.socket.destroy();
  await once(asked[0] as ServerResponse, "close");
  assert.equal((await open("request")).isClosed(), false);
  await (
    await open("nothing")
  ).closed;
  assert.equal(told.length, 2);
});

test("that the system accepts no connection is survived, and told once", async (t) => {
  const { server, told, open } = await bounded(t, 2);
  for (let i = 0; i < 3; i++) server.emit("error", new Error("accept EMFILE"));
  assert.deepEqual(told, ["A connection could not be accepted: accept EMFILE"]);
  assert.equal((await open("request")).isClosed(), false);
});
