import assert from "node:assert/strict";
import type { LookupAddress } from "node:dns";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { makeCertificate, startWebServer } from "../../testing/web-server.ts";
import {
  createHttpClient,
  type HttpClient,
  type HttpClientOptions,
  type HttpOutcome,
  type HttpRequest,
} from "./client.ts";

const anyAddress = (): boolean => true;

function clientOf(t: TestContext, options: HttpClientOptions = {}): HttpClient {
  const client = createHttpClient(options);
  t.after(() => client.close());
  return client;
}

function requestOf(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return {
    url: new URL(url),
    method: "GET",
    headers: [],
    admits: anyAddress,
    timeoutMs: 30_000,
    maxBytes: 1000,
    signal: new AbortController().signal,
    ...more,
  };
}

/** A server that writes bytes, whatever it is asked. */
async function startRawServer(t: TestContext, serve: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function shown(outcome: HttpOutcome): unknown {
  if (outcome.kind !== "answered") return outcome;
  const { status, statusText, body, isCut } = outcome;
  return { status, statusText, body: body.toString(), isCut };
}

test("a request arrives as it is given, and the answer comes back whole", async (t) => {
  const server = await startWebServer(t, {
    answer: () => ({ status: 201, statusText: "Made", headers: { "X-Two": ["1", "2"] }, body: "done" }),
  });
  const outcome = await clientOf(t).send(
    requestOf(`${server.url}/a?b=c%20d`, {
      method: "PATCH",
      headers: [
        ["x-shared", "one"],
        ["X-Shared", "two"],
        ["__proto__", "p"],
      ],
      body: "é",
    }),
  );
  assert.deepEqual(shown(outcome), { status: 201, statusText: "Made", body: "done", isCut: false });
  assert.ok(outcome.kind === "answered");
  assert.deepEqual(
    outcome.headers.filter(([name]) => name === "X-Two"),
    [
      ["X-Two", "1"],
      ["X-Two", "2"],
    ],
  );
  const [request] = server.requests;
  assert.equal(request?.path, "/a?b=c%20d");
  assert.equal(request.body, "é");
  assert.equal(request.headers["x-shared"], "one, two");
  assert.equal(request.headers["content-length"], "2");
  assert.ok(request.rawHeaders.includes("__proto__"));
});

for (const method of ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]) {
  test(`${method} goes with a body and without`, async (t) => {
    const server = await startWebServer(t);
    const client = clientOf(t);
    for (const body of ["{}", undefined]) {
      const outcome = await client.send(requestOf(server.url, { method, body }));
      assert.deepEqual(shown(outcome), { status: 200, statusText: "OK", body: "", isCut: false });
    }
    assert.deepEqual(
      server.requests.map((request) => [request.method, request.body]),
      [
        [method, "{}"],
        [method, ""],
      ],
    );
  });
}

test("a redirect is an answer like any other", async (t) => {
  const server = await startWebServer(t, { answer: () => ({ status: 302, headers: { location: "/elsewhere" } }) });
  assert.deepEqual(shown(await clientOf(t).send(requestOf(server.url))), {
    status: 302,
    statusText: "Found",
    body: "",
    isCut: false,
  });
  assert.equal(server.requests.length, 1);
});

test("a body is cut where it becomes too long, also one that never ends", async (t) => {
  const client = clientOf(t);
  const exact = await startWebServer(t, { answer: () => ({ body: "x".repeat(1000) }) });
  const whole = await client.send(requestOf(exact.url));
  assert.ok(whole.kind === "answered" && !whole.isCut && whole.body.length === 1000);
  const endless = await startRawServer(t, (socket) => {
    socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const more = (): void => {
      while (socket.writable && socket.write("5\r\nhello\r\n"));
    };
    socket.on("drain", more);
    more();
  });
  const cut = await client.send(requestOf(endless));
  assert.ok(cut.kind === "answered" && cut.isCut && cut.body.length === 1000);
});

const hostile: readonly (readonly [what: string, bytes: string, message: RegExp])[] = [
  ["says nothing and hangs up", "", /hang up/],
  ["breaks off in the headers", "HTTP/1.1 200 OK\r\nA: b", /hang up/],
  ["promises more than it sends", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", /^the answer broke off/],
  ["breaks off in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nabc", /^the answer broke off/],
  ["speaks no HTTP", "SSH-2.0-OpenSSH_9.9\r\n", /Parse Error/],
  ["sends too many headers", `HTTP/1.1 200 OK\r\n${"A: b\r\n".repeat(20_000)}\r\n`, /Header overflow/],
  [
    "contradicts itself",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    /Parse Error/,
  ],
  ["counts with letters", "HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n", /Parse Error/],
  [
    "switches to another protocol",
    "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
    /without an answer/,
  ],
];
for (const [what, bytes, message] of hostile) {
  test(`a server that ${what} is not reached`, async (t) => {
    const url = await startRawServer(t, (socket) => socket.once("data", () => socket.end(bytes)));
    const outcome = await clientOf(t).send(requestOf(url));
    assert.ok(outcome.kind === "unreachable", JSON.stringify(outcome));
    assert.match(outcome.message, message);
  });
}

test("an answer that is longer than it promised ends where it promised", async (t) => {
  const url = await startRawServer(t, (socket) =>
    socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 200 OK\r\n\r\n")),
  );
  assert.deepEqual(shown(await clientOf(t).send(requestOf(url))), {
    status: 200,
    statusText: "OK",
    body: "ab",
    isCut: false,
  });
});

for (const [what, bytes] of [
  ["does not answer", ""],
  ["does not end its headers", "HTTP/1.1 200 OK\r\nA: b\r\n"],
  ["does not end its body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"],
  ["only ever says to go on", "HTTP/1.1 100 Continue\r\n\r\n"],
] as const) {
  test(`a server that ${what} has its time`, async (t) => {
    const url = await startRawServer(t, (socket) => socket.once("data", () => socket.write(bytes)));
    assert.deepEqual(await clientOf(t).send(requestOf(url, { timeoutMs: 50 })), { kind: "timedOut" });
  });
}

test("a header that cannot be sent is told without it", async (t) => {
  const server = await startWebServer(t);
  const outcome = await clientOf(t).send(requestOf(server.url, { headers: [["x", "CANARY\r\nHost: evil"]] }));
  assert.deepEqual(outcome, { kind: "unreachable", message: "a header has characters that none can hold" });
  assert.equal(server.requests.length, 0);
});

test("nobody waits any more", async (t) => {
  const client = clientOf(t);
  const call = new AbortController();
  const url = await startRawServer(t, (socket) => socket.once("data", () => call.abort()));
  assert.deepEqual(await client.send(requestOf(url, { signal: call.signal })), { kind: "aborted" });
  assert.deepEqual(await client.send(requestOf(url, { signal: AbortSignal.abort() })), { kind: "aborted" });
});

test("a kept connection that was closed meanwhile is opened again, for what may be asked twice", async (t) => {
  let connections = 0;
  const url = await startRawServer(t, (socket) => {
    connections++;
    let requests = 0;
    socket.on("data", () => {
      if (++requests === 1) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      else socket.resetAndDestroy();
    });
  });
  const client = clientOf(t);
  for (const expected of [1, 2]) {
    const outcome = await client.send(requestOf(url));
    assert.equal(outcome.kind, "answered");
    assert.equal(connections, expected);
  }
  // A request that may not be made twice has a connection of its own each time.
  for (const expected of [3, 4]) {
    assert.equal((await client.send(requestOf(url, { method: "POST" }))).kind, "answered");
    assert.equal(connections, expected);
  }
});

function resolverOf(...answers: readonly (readonly string[])[]): HttpClientOptions["lookup"] {
  let asked = 0;
  return (_hostname, _options, callback) => {
    const addresses = answers[Math.min(asked++, answers.length - 1)] ?? [];
    callback(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };
}

test("the address of a name is judged when the connection is made, one bad one among good ones too", async (t) => {
  const server = await startWebServer(t);
  const url = `http://api.internal:${server.port}/`;
  const admits = (address: string): boolean => address === "127.0.0.1";
  for (const addresses of [["169.254.169.254"], ["127.0.0.1", "169.254.169.254"], ["::ffff:169.254.169.254"]]) {
    const client = clientOf(t, { lookup: resolverOf(addresses) });
    assert.deepEqual(await client.send(requestOf(url, { admits })), { kind: "refused" });
  }
  assert.equal(server.requests.length, 0);
  // A name that leads elsewhere the second time: the first connection is the one that was judged.
  const rebound = clientOf(t, { lookup: resolverOf(["127.0.0.1"], ["169.254.169.254"]) });
  assert.equal((await rebound.send(requestOf(url, { admits, method: "POST" }))).kind, "answered");
  assert.deepEqual(await rebound.send(requestOf(url, { admits, method: "POST" })), { kind: "refused" });
});

test("a name without an address, and a port where nobody listens, are not reached", async (t) => {
  const none = await clientOf(t, { lookup: resolverOf([]) }).send(requestOf("http://api.internal/"));
  assert.deepEqual(none, { kind: "unreachable", message: "api.internal has no address" });
  const closed = await startWebServer(t);
  const outcome = await clientOf(t).send(requestOf(`http://127.0.0.1:1/`));
  assert.ok(outcome.kind === "unreachable" && closed.port > 0);
  assert.match(outcome.message, /ECONNREFUSED/);
});

const certificate = makeCertificate();
test(
  "TLS takes a certificate of an authority that is known, for the name that was called, and no other",
  { skip: certificate === undefined && "openssl is not installed" },
  async (t) => {
    assert.ok(certificate !== undefined);
    const server = await startWebServer(t, { certificate, answer: () => ({ body: "secret" }) });
    const knows = clientOf(t, { ca: certificate.cert, lookup: resolverOf(["127.0.0.1"]) });
    for (const host of ["localhost", "127.0.0.1"]) {
      const outcome = await knows.send(requestOf(`https://${host}:${server.port}/`));
      assert.deepEqual(shown(outcome), { status: 200, statusText: "OK", body: "secret", isCut: false });
    }
    const otherName = await knows.send(requestOf(`https://other.example:${server.port}/`));
    assert.ok(otherName.kind === "unreachable");
    assert.match(otherName.message, /altnames/);
    const unknown = await clientOf(t).send(requestOf(`https://127.0.0.1:${server.port}/`));
    assert.ok(unknown.kind === "unreachable");
    assert.match(unknown.message, /self-signed certificate/);
    const plain = await startWebServer(t);
    const noTls = await knows.send(requestOf(`https://127.0.0.1:${plain.port}/`));
    assert.equal(noTls.kind, "unreachable");
    assert.deepEqual([server.requests.length, plain.requests.length], [2, 0]);
  },
);
