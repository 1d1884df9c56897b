// Which connection a request gets, and how long one that waits for none waits.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { descriptorShares } from "./descriptors.ts";
import { exchange, type ExchangeOutcome, type ExchangeRequest } from "./exchange.ts";

interface Fixture {
  readonly server: Server;
  /** Connections that were opened, closed ones too. */
  readonly sockets: Socket[];
  readonly bodies: string[];
  send(more?: Partial<ExchangeRequest>): Promise<ExchangeOutcome>;
}

/** @param hold what keeps the answers back. */
async function fixture(t: TestContext, hold: Promise<void> = Promise.resolve()): Promise<Fixture> {
  const sockets: Socket[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      bodies.push(body);
      void hold.then(() => response.end(body));
    });
  });
  server.on("connection", (socket) => sockets.push(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const usual = { method: "POST", url, target: "/", headers: {}, maxBytes: 1_000, timeoutMs: 60_000 };
  const { signal } = new AbortController();
  return { server, sockets, bodies, send: (more) => exchange({ ...usual, body: "{}", signal, ...more }) };
}

test("one connection serves requests that come one after the other, and each of those at a time has its own", async (t) => {
  const { sockets, send } = await fixture(t);
  for (let i = 0; i < 5; i++) assert.equal((await send()).kind, "answered");
  assert.equal(sockets.length, 1);
  await Promise.all([send(), send(), send()]);
  assert.equal(sockets.length, 3);
});

test("more requests than there may be connections wait for one; one that is given up meanwhile is never sent", async (t) => {
  const { promise: hold, resolve: answerAll } = Promise.withResolvers<void>();
  const { sockets, bodies, send } = await fixture(t, hold);
  const most = descriptorShares.sockets;
  const first = Array.from({ length: most }, () => send());
  while (bodies.length < most) await setImmediate();
  const controller = new AbortController();
  const waiting = send({ body: '"waits"' });
  const givenUp = send({ body: '"given up"', signal: controller.signal });
  controller.abort();
  assert.deepEqual(await givenUp, { kind: "aborted" });
  answerAll();
  for (const answer of await Promise.all([...first, waiting])) assert.equal(answer.kind, "answered");
  assert.equal(sockets.length, most);
  assert.ok(bodies.includes('"waits"'));
  assert.ok(!bodies.includes('"given up"'));
});

test("a connection whose request was given up is closed, and none that follows is hurt", async (t) => {
  const { promise: hold, resolve: answerAll } = Promise.withResolvers<void>();
  const { server, sockets, send } = await fixture(t, hold);
  const controller = new AbortController();
  const givenUp = send({ signal: controller.signal });
  await once(server, "request");
  controller.abort();
  assert.deepEqual(await givenUp, { kind: "aborted" });
  answerAll();
  assert.equal((await send()).kind, "answered");
  assert.equal(sockets.length, 2);
  while (sockets[0]?.destroyed !== true) await setImmediate();
});

test("a connection that the other side closes while a request is under way is no reason to send it again", async (t) => {
  const { server, sockets, bodies, send } = await fixture(t, new Promise<void>(() => undefined));
  const sent = send();
  await once(server, "request");
  sockets[0]?.destroy();
  assert.deepEqual(await sent, { kind: "unreachable", message: "the connection was closed without an answer" });
  assert.ok(bodies.length <= 1);
});

test("an answer with too much is not read to its end, and one that does not come is not waited for", async (t) => {
  const { send } = await fixture(t);
  assert.deepEqual(await send({ body: "x".repeat(2_000) }), { kind: "tooLarge" });
  const silent = await fixture(t, new Promise<void>(() => undefined));
  assert.deepEqual(await silent.send({ timeoutMs: 1 }), { kind: "timedOut" });
});

test("a connection that is given up while it is being opened leaves no socket behind", async (t) => {
  const server = createTcpServer((socket) => sockets.push(socket.on("error", () => undefined)));
  const sockets: Socket[] = [];
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  // TLS that is begun here is never answered.
  const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const controller = new AbortController();
  const usual = { method: "POST", url, target: "/", headers: {}, maxBytes: 1_000, body: "{}" };
  const given = exchange({ ...usual, signal: controller.signal });
  while (sockets.length === 0) await setImmediate();
  controller.abort();
  assert.deepEqual(await given, { kind: "aborted" });
  const [socket] = sockets;
  if (socket !== undefined && !socket.destroyed) await once(socket.resume(), "close");
});

test("a connection that was used before and is closed once an answer has begun is no reason to send again", async (t) => {
  let requests = 0;
  const server = createTcpServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", () => {
      requests += 1;
      if (requests === 1) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
      else socket.end("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 O");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const { signal } = new AbortController();
  const request = { method: "GET", url, target: "/", headers: {}, maxBytes: 1_000, body: "", signal };
  assert.equal((await exchange(request)).kind, "answered");
  assert.equal((await exchange(request)).kind, "unreachable");
  assert.equal(requests, 2);
});

test("of two headers of one name the later one is sent, and those of the connection are not the caller's", async (t) => {
  const { server, send } = await fixture(t);
  const arriving = once(server, "request") as Promise<[IncomingMessage]>;
  const headers = {
    "content-type": "application/json",
    "Content-Type": "text/plain",
    "Keep-Alive": "timeout=5",
    Expect: "100-continue",
    "Content-Length": "7",
  };
  assert.equal((await send({ headers })).kind, "answered");
  const [{ headers: arrived }] = await arriving;
  assert.deepEqual(
    [arrived["content-type"], arrived["content-length"], arrived.expect],
    ["text/plain", "2", undefined],
  );
});

test("an address whose password cannot be read is told, and holds up nobody", async (t) => {
  const { server, send } = await fixture(t);
  const url = new URL(`http://user:100%@127.0.0.1:${(server.address() as AddressInfo).port}`);
  assert.equal((await send({ url })).kind, "unreachable");
  assert.equal((await send()).kind, "answered");
});

test("headers and paths that no request can carry are told by their names alone", async (t) => {
  const { send } = await fixture(t);
  const header = await send({ headers: { "x-key": "se\ncret" } });
  assert.ok(header.kind === "unreachable");
  assert.doesNotMatch(header.message, /cret/);
  assert.equal((await send({ target: "/a b" })).kind, "unreachable");
  assert.equal((await send()).kind, "answered");
});
