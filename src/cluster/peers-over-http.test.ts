import assert from "node:assert/strict";
import { createServer, request, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { Payload } from "../asl/payload.ts";
import { CommitError, StoppingError } from "../runtime/executions/committer.ts";
import { NotOwnerError, OutcomeUnknownError } from "../store/errors.ts";
import { createPeerClient, type PeerClient } from "./peer-client.ts";
import { PeerAnswerLostError, PeerRefusedError } from "./peer-errors.ts";
import { createPeerServer, type PeerServerOptions } from "./peer-server.ts";
import { digestOf, mostSkewMs, peerKeyOf, Replays, type Signed, signatureOf } from "./peer-signature.ts";

const secret = "the secret of the database";
const start = 1_000_000_000;
const called = { id: "node-b", version: "1" };

interface Called {
  readonly server: Server;
  readonly url: string;
  readonly client: PeerClient;
  readonly logged: string[];
  /** The connections that were made. */
  readonly connections: () => number;
}

async function open(t: TestContext, options: Partial<PeerServerOptions> = {}): Promise<Called> {
  const logged: string[] = [];
  const handler = createPeerServer({
    secret,
    nodeId: () => called.id,
    now: () => start,
    elapsed: () => 0,
    log: (message) => logged.push(message),
    perform: async (...call) => call,
    ...options,
  });
  const server = createServer((incoming, response) => {
    if (!handler(incoming, response)) response.end("not for nodes");
  });
  let connections = 0;
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = createPeerClient({ secret, now: () => start });
  t.after(() => {
    client.close();
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, url, client, logged, connections: () => connections };
}

test("a call arrives as it was made, payloads as the texts that they were, on connections that are kept", async (t) => {
  const { client, url, connections } = await open(t);
  const input = Payload.ofText('{ "a" : 1.0 , "b" : "\\u00e9" }');
  const request = { name: "é", input, nothing: undefined, list: [{ output: Payload.ofText(" [ ] ") }, 2] };
  for (let round = 0; round < 3; round++) {
    const answer = await client.call({ ...called, url }, "startExecution", [request, undefined, 7]);
    const [method, args] = answer as [string, [typeof request, unknown, number]];
    assert.equal(method, "startExecution");
    assert.equal(args[0].input.text, input.text);
    assert.equal((args[0].list[0] as { output: Payload }).output.text, " [ ] ");
    assert.deepEqual(Object.keys(args[0]), ["name", "input", "list"]);
    assert.equal(args[2], 7);
  }
  assert.equal(connections(), 1);
});

test("the absent answer, members with the names of prototypes, and values that cannot travel", async (t) => {
  const { client, url } = await open(t, { perform: async (_, [value]) => value });
  const to = { ...called, url };
  assert.equal(await client.call(to, "m", [undefined]), undefined);
  assert.deepEqual(await client.call(to, "m", [JSON.parse('{"__proto__":{"a":1},"constructor":2}')]), {
    ["__proto__"]: { a: 1 },
    constructor: 2,
  });
  await assert.rejects(client.call(to, "m", [() => 1]), /A function at 0 cannot travel/);
  await assert.rejects(client.call(to, "m", [new Map()]), /no plain one cannot travel/);
});

const errors: readonly (readonly [Error, new (...args: never[]) => Error])[] = [
  [new NotOwnerError("partition 3 is another's"), NotOwnerError],
  [new OutcomeUnknownError("nobody knows"), OutcomeUnknownError],
  [new StoppingError(), StoppingError],
  [new CommitError("The store could not write."), CommitError],
  [new PeerRefusedError("not now"), PeerRefusedError],
];
for (const [thrown, kind] of errors) {
  test(`a ${thrown.name}${thrown instanceof StoppingError ? " of a server that stops" : ""} comes back as what it is`, async (t) => {
    const { client, url, logged } = await open(t, { perform: () => Promise.reject(thrown) });
    await assert.rejects(client.call({ ...called, url }, "m", []), (error) => {
      assert.ok(error instanceof kind);
      assert.equal(error.message, thrown.message);
      return true;
    });
    assert.deepEqual(logged, []);
  });
}

test("any other error stays with the node that was called, in its log", async (t) => {
  const { client, url, logged } = await open(t, { perform: () => Promise.reject(new Error("secret")) });
  await assert.rejects(client.call({ ...called, url }, "m", []), (error: Error) => !error.message.includes("secret"));
  assert.deepEqual(logged, ["A call of another node (m) failed."]);
});

test("a node that cannot be reached, or is another one now, has done nothing; one that goes silent may have", async (t) => {
  const { client, url, server } = await open(t, {
    perform: async () => new Promise(() => server.closeAllConnections()),
  });
  await assert.rejects(client.call(called, "m", []), PeerRefusedError, "it has no address");
  await assert.rejects(client.call({ ...called, url: "http://127.0.0.1:1" }, "m", []), PeerRefusedError);
  await assert.rejects(client.call({ ...called, id: "another", url }, "m", []), PeerRefusedError);
  await assert.rejects(client.call({ ...called, url }, "m", []), PeerAnswerLostError);
});

test("an answer that does not come in time is lost, unless an execution runs meanwhile", async (t) => {
  const end = Promise.withResolvers<string>();
  const perform = (method: string) => (method === "startSyncExecution" ? end.promise : new Promise(() => {}));
  const { url } = await open(t, { perform });
  const client = createPeerClient({ secret, now: () => start, timeoutMs: 50 });
  const run = client.call({ ...called, url }, "startSyncExecution", []);
  await assert.rejects(client.call({ ...called, url }, "m", []), PeerAnswerLostError);
  end.resolve("ended");
  assert.equal(await run, "ended");
  client.close();
});

test("a call on a kept connection that has been closed is made again, and taken once", async (t) => {
  let taken = 0;
  const { client, url, server } = await open(t, { perform: async () => ++taken });
  const to = { ...called, url };
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  assert.equal(await client.call(to, "m", []), 1);
  // Nobody tells the client: its next call meets the end of the connection.
  server.once("request", (incoming) => incoming.socket.destroy());
  await assert.rejects(client.call(to, "m", []), PeerAnswerLostError, "it was taken before the connection broke");
  assert.equal(taken, 2, "and not twice");
  for (const socket of sockets) socket.destroy();
  assert.equal(await client.call(to, "m", []), 3);
});

const signed = (change: Partial<Signed> = {}): { signed: Signed; body: string } => {
  const body = '{"value":[],"payloads":[]}';
  const usual = { method: "m", to: called.id, from: "a", count: 1, at: start, digest: digestOf(body) };
  return { signed: { ...usual, ...change }, body };
};

async function sendRaw(
  url: string,
  given: Signed,
  options: { body: string; secret?: string; path?: string },
): Promise<number> {
  const headers = {
    "pawl-to": given.to,
    "pawl-from": given.from,
    "pawl-count": String(given.count),
    "pawl-at": String(given.at),
    "pawl-digest": given.digest,
    "pawl-signature": signatureOf(peerKeyOf(options.secret ?? secret), given),
    "content-length": String(Buffer.byteLength(options.body)),
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}${options.path ?? "/cluster/1/m"}`, { method: "POST", headers, agent: false });
    outgoing.once("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    outgoing.once("error", reject);
    outgoing.end(options.body);
  });
}

test("a call that is not signed with the key, says another thing than what was signed, is old, or came before is refused", async (t) => {
  let taken = 0;
  const { url, logged } = await open(t, { perform: async () => ++taken });
  const { signed: right, body } = signed();
  assert.equal(await sendRaw(url, right, { body, secret: "another database" }), 403);
  assert.equal(await sendRaw(url, right, { body, path: "/cluster/1/other" }), 403);
  assert.equal(await sendRaw(url, right, { body: '{"value":[1],"payloads":[]}' }), 403);
  assert.deepEqual(logged, []);
  assert.equal(await sendRaw(url, { ...right, at: start - mostSkewMs - 1 }, { body }), 403);
  assert.match(logged.join(""), /clock and this one's are 300 s apart.*NTP/);
  assert.equal(taken, 0);
  assert.equal(await sendRaw(url, right, { body }), 200);
  assert.equal(await sendRaw(url, right, { body }), 409);
  assert.equal(taken, 1);
});

test("nothing is read of a body whose headers are not signed", async (t) => {
  const { url } = await open(t);
  const { port } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.write("POST /cluster/1/m HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n");
  const chunks: string[] = [];
  for await (const chunk of socket) chunks.push(String(chunk));
  assert.match(chunks.join(""), /^HTTP\/1.1 403 /);
});

test("calls may overtake each other, and none counts twice, however many there are", () => {
  const replays = new Replays();
  assert.ok(replays.admit("a", 5, 0));
  assert.ok(replays.admit("a", 3, 0));
  assert.ok(!replays.admit("a", 3, 0));
  assert.ok(replays.admit("b", 3, 0));
  for (let count = 6; count <= 10_000; count += 2) assert.ok(replays.admit("a", count, 0));
  assert.ok(replays.admit("a", 9_999, 0));
  assert.ok(!replays.admit("a", 4, 0), "nobody knows whether it came");
  assert.ok(!replays.admit("a", 9_998, 0));
  assert.ok(replays.admit("a", 1_000_000, 0));
  assert.ok(!replays.admit("a", 9_997, 0));
});
