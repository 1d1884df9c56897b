// Authentication on the wire: what AWS's SDK signs is let in; what was changed on the way, is late or is from a stranger
// gets AWS's error and does nothing.
import assert from "node:assert/strict";
import { request as sendRequest } from "node:http";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { ListStateMachinesCommand, SFNClient, StartSyncExecutionCommand } from "@aws-sdk/client-sfn";
import fc from "fast-check";
import { type FakeServer, type FakeServerOptions, startFakeServer } from "../testing/fake-server.ts";
import { type CaughtRequest, type Signer, signedStart } from "../testing/sdk-signer.ts";
import { type AccessKey, createAuthenticate } from "./authentication.ts";
import { ApiError } from "./errors.ts";
import { signedHeadersOf } from "../aws/sigv4.ts";

const arnSpace = { partition: "aws", region: "us-east-1", account: "000000000000" };
const arn = "arn:aws:states:us-east-1:000000000000:stateMachine:m";
const admin: AccessKey = { accessKeyId: "AKIAADMIN", secretAccessKey: "the secret of the administrator" };
const mismatch =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and " +
  "signing method. Consult the service documentation for details.";

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

/** Sends raw header lines, so that names can come twice. */
function send(
  port: number,
  { headers, body, path = "/" }: { headers: readonly string[]; body: string; path?: string },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { port, host: "127.0.0.1", method: "POST", path, headers: [...headers], setHost: false };
    const request = sendRequest(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const answer = JSON.parse(text === "" ? "{}" : text) as Record<string, string | undefined>;
        const { __type: type = "", message = "" } = answer;
        resolve({ status: response.statusCode ?? 0, type, message });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

interface Guarded {
  readonly server: FakeServer;
  readonly signer: Signer;
  start(changes?: Partial<Signer>, input?: string): Promise<CaughtRequest>;
  /** Sends what was caught, with other headers, path or body. */
  replay(caught: CaughtRequest, change?: Change): Promise<Answer>;
}

interface Change {
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: string;
  readonly path?: string;
}

async function startGuarded(t: TestContext, options: FakeServerOptions = {}): Promise<Guarded> {
  const server = await startFakeServer(t, { auth: { keys: [admin] }, ...options });
  const signer = { url: server.url, ...admin, now: server.now };
  return {
    server,
    signer,
    start: (changes = {}, input = '{"a":1}') => signedStart({ ...signer, ...changes }, arn, input),
    replay: (caught, { headers = {}, body = caught.body, path } = {}) => {
      const merged = { ...caught.headers, "content-length": String(Buffer.byteLength(body)), ...headers };
      const lines = Object.entries(merged).flatMap(([name, value]) =>
        value === undefined ? [] : [value].flat().flatMap((each) => [name, each]),
      );
      return send(server.port, { headers: lines, body, ...(path === undefined ? {} : { path }) });
    },
  };
}

/** The fake has no machine: this error shows that a request was let in. */
const letIn = "StateMachineDoesNotExist";

test("what AWS's SDK signs is let in, whatever is in the body", async (t) => {
  const { start, replay } = await startGuarded(t);
  for (const input of ["{}", '{"name":"Zoë – 東京 \u{1F600}"}', JSON.stringify("é".repeat(100_000))]) {
    assert.equal((await replay(await start({}, input))).type, letIn, input.slice(0, 20));
  }
});

test("a request is let in at any host that it was signed for, sync- hosts too", async (t) => {
  const { start, replay, server } = await startGuarded(t);
  for (const host of [`sync-localhost:${server.port}`, "states.us-east-1.amazonaws.com", "pawl.example.com:8443"]) {
    const caught = await start({ url: `http://${host}` });
    assert.equal((await replay(caught)).type, letIn, host);
    assert.deepEqual(await replay(caught, { headers: { host: `127.0.0.1:${server.port}` } }), {
      status: 400,
      type: "InvalidSignatureException",
      message: mismatch,
    });
  }
});

test("no part of a signed request can be changed", async (t) => {
  const { start, replay, server } = await startGuarded(t);
  const caught = await start();
  const { authorization = "" } = caught.headers;
  const swapped = (from: string | RegExp, to: string): Change => ({
    headers: { authorization: authorization.replace(from, to) },
  });
  const flipped = authorization.endsWith("0") ? "1" : "0";
  const rows: readonly (readonly [what: string, change: Change, message?: string])[] = [
    ["body", { body: caught.body.replace("1", "2") }],
    ["empty body", { body: "" }],
    ["a space more", { body: `${caught.body} ` }],
    ["query", { path: "/?a=b" }],
    ["action", { headers: { "x-amz-target": "AWSStepFunctions.ListStateMachines" } }],
    ["content type", { headers: { "content-type": "text/plain" } }],
    ["content hash", { headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } }],
    ["host", { headers: { host: "other" } }],
    ["host twice", { headers: { host: [caught.headers["host"] ?? "", "other"] } }],
    ["a signed header left out", { headers: { "x-amz-user-agent": undefined, "content-type": undefined } }],
    ["time", { headers: { "x-amz-date": "20231114T221321Z" } }],
    ["signature", swapped(/.$/, flipped)],
    ["shorter signature", swapped(/.$/, "")],
    ["longer signature", swapped(/$/, "0")],
    [
      "signature in upper case",
      swapped(/[0-9a-f]{64}$/, (authorization.match(/[0-9a-f]{64}$/) ?? [""])[0].toUpperCase()),
    ],
    ["no hexadecimal signature", swapped(/[0-9a-f]{64}$/, "é".repeat(64))],
    ["fewer signed headers", swapped("content-type;", "")],
    ["more signed headers", swapped("SignedHeaders=", "SignedHeaders=accept;")],
    ["signed headers in another order", swapped("content-type;host", "host;content-type")],
    ["signed headers twice", swapped("content-type;host", "content-type;host;host")],
  ];
  for (const [what, change] of rows) {
    const before = server.changes.length;
    const { status, type, message } = await replay(caught, change);
    assert.deepEqual([status, type, message], [400, "InvalidSignatureException", mismatch], what);
    assert.equal(server.changes.length, before, what);
  }
  const twice = { "x-amz-target": [caught.headers["x-amz-target"] ?? "", "x"] };
  assert.equal((await replay(caught, { headers: twice })).type, "UnknownOperationException");
  assert.equal((await replay(caught)).type, letIn);
  assert.deepEqual(server.failures, []);
});

test("a request that is not signed as it must be is told why, in AWS's words", async (t) => {
  const { start, replay } = await startGuarded(t);
  const caught = await start();
  const { authorization = "" } = caught.headers;
  const replaced = (from: string | RegExp, to: string): Change => ({
    headers: { authorization: authorization.replace(from, to) },
  });
  const rows: readonly (readonly [change: Change, type: string, message: string | RegExp])[] = [
    [{ headers: { authorization: undefined } }, "MissingAuthenticationTokenException", "Missing Authentication Token"],
    [
      { headers: { authorization: "Basic YTpi" } },
      "MissingAuthenticationTokenException",
      "Missing Authentication Token",
    ],
    [{ headers: { authorization: "" } }, "MissingAuthenticationTokenException", "Missing Authentication Token"],
    [
      { headers: { authorization: "AWS4-HMAC-SHA256" } },
      "IncompleteSignatureException",
      /^Authorization header requires 'Credential' parameter\. Authorization header requires 'Signature' parameter\. Authorization header requires 'SignedHeaders' parameter\. \(Hashed with SHA-256 and encoded with Base64\) Authorization=[A-Za-z0-9+/]{43}=$/,
    ],
    [
      { headers: { "x-amz-date": undefined } },
      "IncompleteSignatureException",
      /^Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header\. \(Hashed/,
    ],
    [
      replaced(/Signature=.*/, "Signature"),
      "IncompleteSignatureException",
      /^Invalid key=value pair \(missing equal-sign\)/,
    ],
    [
      replaced("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
      "IncompleteSignatureException",
      "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256' (only AWS4-HMAC-SHA256 for now). ",
    ],
    [
      { headers: { "x-amz-date": "Tue, 14 Nov 2023 22:13:20 GMT" } },
      "IncompleteSignatureException",
      /^Date must be in ISO-8601 'basic format'\. Got 'Tue, 14 Nov 2023 22:13:20 GMT'\./,
    ],
    [
      replaced(/\/us-east-1/, ""),
      "IncompleteSignatureException",
      /^Credential must have exactly 5 slash-delimited elements, e\.g\. keyid\/date\/region\/service\/term, got 'AKIAADMIN\/20231114\/states\/aws4_request'$/,
    ],
    [
      replaced("us-east-1/states/aws4_request", "eu-west-1/sns/aws5_request"),
      "InvalidSignatureException",
      "Credential should be scoped to a valid region, not 'eu-west-1'. Credential should be scoped to correct service: " +
        "'states'. Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'.",
    ],
    [
      replaced("/20231114/", "/20231113/"),
      "InvalidSignatureException",
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20231113' != '20231114', " +
        `from '${caught.headers["x-amz-date"]}'.`,
    ],
    [
      replaced(";host;", ";"),
      "InvalidSignatureException",
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    ],
    [
      replaced(";x-amz-target", ""),
      "InvalidSignatureException",
      "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.",
    ],
    [
      replaced(";x-amz-date", ""),
      "InvalidSignatureException",
      "'x-amz-date' must be a 'SignedHeader' in the AWS Authorization.",
    ],
    [
      { path: "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0", headers: { authorization: undefined } },
      "IncompleteSignatureException",
      /^Presigned requests .* are not supported/,
    ],
    [
      { path: "/?X-Amz-Algorithm=AWS4-HMAC-SHA256" },
      "InvalidSignatureException",
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    ],
    [
      replaced("AKIAADMIN", "AKIANOBODY"),
      "UnrecognizedClientException",
      "The security token included in the request is invalid.",
    ],
    [
      replaced("AKIAADMIN", "__proto__"),
      "UnrecognizedClientException",
      "The security token included in the request is invalid.",
    ],
  ];
  for (const [change, type, message] of rows) {
    const answer = await replay(caught, change);
    assert.deepEqual([answer.status, answer.type], [400, type], `${type} ${String(message)}`);
    if (typeof message === "string") assert.equal(answer.message, message);
    else assert.match(answer.message, message);
  }
});

test("another secret, another region and a session token are refused", async (t) => {
  const { start, replay } = await startGuarded(t);
  const rows: readonly (readonly [changes: Partial<Signer>, type: string])[] = [
    [{ secretAccessKey: "another secret" }, "InvalidSignatureException"],
    [{ region: "eu-west-1" }, "InvalidSignatureException"],
    [{ sessionToken: "a token" }, "UnrecognizedClientException"],
    [{ accessKeyId: "AKIANOBODY" }, "UnrecognizedClientException"],
  ];
  for (const [changes, type] of rows) assert.equal((await replay(await start(changes))).type, type);
});

test("a signature holds for five minutes before and after its time", async (t) => {
  const { start, replay, server } = await startGuarded(t);
  const signedAt = Math.floor(server.now / 1000) * 1000;
  const caught = await start();
  const rows: readonly (readonly [now: number, type: string, message?: string])[] = [
    [signedAt - 300_000, letIn],
    [signedAt + 300_000, letIn],
    [
      signedAt - 301_000,
      "InvalidSignatureException",
      "Signature not yet current: 20231114T221320Z is still later than 20231114T221319Z (20231114T220819Z + 5 min.)",
    ],
    [
      signedAt + 301_000,
      "InvalidSignatureException",
      "Signature expired: 20231114T221320Z is now earlier than 20231114T221321Z (20231114T221821Z - 5 min.)",
    ],
  ];
  for (const [now, type, message] of rows) {
    server.now = now;
    const answer = await replay(caught);
    assert.equal(answer.type, type, answer.message);
    if (message !== undefined) assert.equal(answer.message, message);
  }
});

test("signatures are checked on both sides of midnight", async (t) => {
  const { start, replay, server } = await startGuarded(t);
  const midnight = Date.UTC(2023, 10, 15);
  server.now = midnight + 1000;
  for (const now of [midnight - 1000, midnight + 2000, midnight - 2000]) {
    assert.equal((await replay(await start({ now }))).type, letIn);
  }
});

test("bytes of headers are signed as they are sent, and folded lines are no request", async (t) => {
  const { server } = await startGuarded(t);
  const target = "AWSStepFunctions.ListStateMachines";
  const note = Buffer.from("Zoë 東京 à  twice\tspaced", "utf8").toString("latin1");
  const { authorization, "x-amz-date": time } = signedHeadersOf({
    url: server.url,
    headers: { "x-amz-target": target, "x-note": note },
    body: "{}",
    region: "us-east-1",
    service: "states",
    epochMs: server.now,
    ...admin,
  });
  const sendNote = (lines: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(server.port, "127.0.0.1");
      let text = "";
      socket.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
      socket.on("error", reject);
      socket.on("close", () => resolve(text));
      const head = `POST / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nX-Amz-Target: ${target}\r\nX-Amz-Date: ${time}\r\n`;
      const rest = `Authorization: ${authorization}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`;
      socket.end(Buffer.from(`${head}${lines}\r\n${rest}`, "latin1"));
    });
  assert.match(await sendNote(`X-Note: ${note}`), /^HTTP\/1\.1 200 /);
  assert.match(await sendNote(`X-Note:    ${note.replaceAll(" ", "   ")}\t `), /^HTTP\/1\.1 200 /);
  assert.match(await sendNote(`X-Note: ${note.replace("Zo", "Za")}`), /InvalidSignatureException/);
  assert.match(await sendNote(`X-Note: ${note}\r\nX-Note: ${note}`), /InvalidSignatureException/);
  // Folding was taken out of HTTP.
  assert.match(await sendNote(`X-Note: ${note.replace(" ", "\r\n ")}`), /^HTTP\/1\.1 400 /);
});

test("headers that are too large are refused by the server, and it goes on", async (t) => {
  const { start, replay, server } = await startGuarded(t);
  const caught = await start();
  const large = `${caught.headers["authorization"]}, x=${"y".repeat(20_000)}`;
  assert.equal((await replay(caught, { headers: { authorization: large } })).status, 431);
  const names = `SignedHeaders=${Array.from({ length: 4000 }, (_, i) => `h${i}`).join(";")};`.slice(0, 12_000);
  const many = caught.headers["authorization"]?.replace("SignedHeaders=", names) ?? "";
  assert.equal((await replay(caught, { headers: { authorization: many } })).type, "InvalidSignatureException");
  assert.equal((await replay(caught)).type, letIn);
  assert.deepEqual(server.failures, []);
});

test("the body of a stranger is thrown away, and the connection goes on", async (t) => {
  const { server, replay, start } = await startGuarded(t);
  const caught = await start();
  const body = "x".repeat(1024 * 1024);
  const { type } = await replay(caught, { body, headers: { authorization: undefined } });
  assert.equal(type, "MissingAuthenticationTokenException");
  const health = await fetch(`${server.url}/health`);
  assert.equal(health.status, 200);
  const tooLarge = await replay(caught, { body: "x".repeat(2 * 1024 * 1024) });
  assert.equal(tooLarge.type, "RequestEntityTooLargeException");
});

test("a page of another origin can do nothing, though its request be signed", async (t) => {
  const { start, replay, server } = await startGuarded(t);
  const caught = await start();
  for (const origin of ["https://evil.example", "http://localhost:3000", "null"]) {
    const { status, type } = await replay(caught, { headers: { origin } });
    assert.deepEqual([status, type], [403, "CrossOriginException"], origin);
  }
  const preflight = await fetch(server.url, {
    method: "OPTIONS",
    headers: { "access-control-request-method": "POST", "access-control-request-headers": "authorization" },
  });
  assert.equal(preflight.status, 404);
  assert.equal(preflight.headers.get("access-control-allow-origin"), null);
});

test("AWS's SDK works with a key, and reports what a key may not do", async (t) => {
  const reader: AccessKey = {
    accessKeyId: "AKIAREADER",
    secretAccessKey: "the secret of the reader",
    allow: [{ actions: ["states:List*", "states:Describe*"] }],
  };
  const server = await startFakeServer(t, { auth: { keys: [admin, reader] } });
  server.now = Date.now();
  const { accessKeyId, secretAccessKey } = reader;
  const client = new SFNClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials: { accessKeyId, secretAccessKey },
    disableHostPrefix: true,
    maxAttempts: 1,
  });
  t.after(() => client.destroy());
  assert.deepEqual((await client.send(new ListStateMachinesCommand({}))).stateMachines, []);
  await assert.rejects(client.send(new StartSyncExecutionCommand({ stateMachineArn: arn })), {
    name: "AccessDeniedException",
    message:
      "User: arn:aws:iam::000000000000:user/AKIAREADER is not authorized to perform: states:StartSyncExecution on resource: " +
      `${arn} because no identity-based policy allows the states:StartSyncExecution action`,
  });
});

test("nothing in a request throws anything but an answer to its caller", () => {
  const now = 1_700_000_000_000;
  const authenticate = createAuthenticate({ keys: [admin], arnSpace, now: () => now });
  const piece = fc.constantFrom(
    "AWS4-HMAC-SHA256", "AWS4-", " ", ",", "=", "/", ";", "Credential=", "Signature=", "SignedHeaders=", "AKIAADMIN",
    "20231114", "us-east-1", "states", "aws4_request", "host", "x-amz-date", "x-amz-target", "__proto__", "é", "%zz", "0",
    "AKIAADMIN/20231114/us-east-1/states/aws4_request", "host;x-amz-date;x-amz-target", "0".repeat(64),
  ); // prettier-ignore
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(piece, { maxLength: 12 }).map((parts) => parts.join("")),
  );
  const time = fc.oneof(fc.constant("20231114T221320Z"), text);
  const requests = fc.record({
    authorization: text,
    time,
    url: text.map((query) => `/?${query}`),
    header: text,
    body: text,
  });
  fc.assert(
    fc.property(requests, ({ authorization, time: date, url, header, body }) => {
      const headers = { authorization: `AWS4-HMAC-SHA256 ${authorization}`, "x-amz-date": date, host: header };
      const rawHeaders = Object.entries(headers).flat();
      try {
        authenticate({ method: "POST", url, headers, rawHeaders })(Buffer.from(body));
        return false;
      } catch (error) {
        return error instanceof ApiError && error.status === 400;
      }
    }),
    { numRuns: 2000 },
  );
});
