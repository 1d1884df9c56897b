// Which connection a request gets, and how long one that waits for none waits.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
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

test("headers and paths that no request can carry are told by their names alone", async (t) => {
  const { send } = await fixture(t);
  const header = await send({ headers: { "x-key": "se\ncret" } });
  assert.ok(header.kind === "unreachable");
  assert.doesNotMatch(header.message, /cret/);
  assert.equal((await send({ target: "/a b" })).kind, "unreachable");
  assert.equal((await send()).kind, "answered");
});
