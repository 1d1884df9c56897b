// Execution logs as CloudWatch Logs receives them, on the wire: groups, streams, limits, refusals.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { type FakeReceiver, startFakeReceiver } from "../../testing/fake-receiver.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { createCloudWatchLogs } from "./cloud-watch-logs.ts";
import type { LogDestination } from "./destination.ts";

const hourMs = 60 * 60 * 1000;
const start = Date.UTC(2026, 0, 2, 3);
const arnOf = (group: string): string => `arn:aws:logs:eu-west-1:123456789012:log-group:${group}:*`;

interface Bench {
  readonly clock: SimulatedClock;
  readonly service: FakeReceiver;
  readonly destination: LogDestination;
  readonly logged: string[];
  add(line: string, options?: { readonly at?: number; readonly group?: string; readonly machine?: string }): void;
  /** The lines that were put, batch by batch. */
  batches(): readonly (readonly string[])[];
  actions(): readonly string[];
}

async function startBench(t: TestContext): Promise<Bench> {
  const service = await startFakeReceiver(t);
  const clock = new SimulatedClock(start);
  const logged: string[] = [];
  const credentials = { accessKeyId: "AKID", secretAccessKey: "a secret", sessionToken: "a token" };
  const log = (message: string): void => void logged.push(message);
  const destination = createCloudWatchLogs({ endpoint: service.url, credentials, clock, random: () => 1, log });
  return {
    clock,
    service,
    destination,
    logged,
    add(line, { at = start, group = "/orders", machine = "orders" } = {}) {
      destination.add({ logGroupArn: arnOf(group), stateMachineName: machine, at, line, lineBytes: line.length });
    },
    batches: () =>
      service.received
        .filter(({ action }) => action === "PutLogEvents")
        .map(({ body }) => (body["logEvents"] as { message: string }[]).map(({ message }) => message)),
    actions: () => service.received.map(({ action }) => action),
  };
}

test("lines go to a stream of their machine and day, in order of time, signed", async (t) => {
  const bench = await startBench(t);
  bench.add("second", { at: start + 2 });
  bench.add("first", { at: start + 1 });
  await bench.destination.close();
  assert.deepEqual(bench.actions(), ["CreateLogStream", "PutLogEvents"]);
  const [created, put] = bench.service.received;
  const stream = created?.body["logStreamName"];
  assert.match(String(stream), /^states\/orders\/2026-01-02\/[0-9a-f]{8}$/);
  assert.deepEqual(created?.body, { logGroupName: "/orders", logStreamName: stream });
  assert.deepEqual(put?.body, {
    logGroupName: "/orders",
    logStreamName: stream,
    logEvents: [
      { timestamp: start + 1, message: "first" },
      { timestamp: start + 2, message: "second" },
    ],
  });
  assert.equal(put.headers["content-type"], "application/x-amz-json-1.1");
  assert.equal(put.headers["x-amz-target"], "Logs_20140328.PutLogEvents");
  assert.equal(put.headers["x-amz-security-token"], "a token");
  assert.match(put.headers.authorization ?? "", /Credential=AKID\/20260102\/eu-west-1\/logs\/aws4_request/);
  assert.deepEqual(bench.logged, []);
});

test("a stream is made once a day; machines have streams of their own", async (t) => {
  const bench = await startBench(t);
  bench.add("a");
  bench.clock.advance(100);
  await bench.service.until(2);
  bench.add("b");
  bench.add("other", { machine: "other" });
  bench.clock.advance(100);
  await bench.service.until(5);
  bench.add("tomorrow", { at: start + 24 * hourMs });
  await bench.destination.close();
  const streams = bench.service.received.filter(({ action }) => action === "CreateLogStream");
  const names = streams.map(({ body }) => String(body["logStreamName"]).split("/").slice(1, 3).join(" "));
  assert.deepEqual(names.toSorted(), ["orders 2026-01-02", "orders 2026-01-03", "other 2026-01-02"]);
});

test("a stream that is there is used", async (t) => {
  const bench = await startBench(t);
  bench.service.answer = ({ action }) =>
    action === "CreateLogStream" ? { status: 400, body: { __type: "ResourceAlreadyExistsException" } } : {};
  bench.add("a");
  await bench.destination.close();
  assert.deepEqual(bench.batches(), [["a"]]);
});

test("a stream that was deleted is made again; lines for a group that was deleted are lost", async (t) => {
  const bench = await startBench(t);
  const gone = { status: 400, body: { __type: "com.amazonaws.logs#ResourceNotFoundException", message: "Gone." } };
  let isAsked = false;
  bench.add("before");
  bench.clock.advance(100);
  await bench.service.until(2);
  bench.service.answer = ({ action }) => {
    if (isAsked || action !== "PutLogEvents") return {};
    isAsked = true;
    return gone;
  };
  bench.add("stream gone");
  bench.clock.advance(100);
  await bench.service.until(5);
  assert.deepEqual(bench.actions().slice(2), ["PutLogEvents", "CreateLogStream", "PutLogEvents"]);
  bench.service.answer = () => gone;
  bench.add("group gone");
  await bench.destination.close();
  assert.deepEqual(bench.actions().slice(5), ["PutLogEvents", "CreateLogStream"]);
  assert.deepEqual(bench.logged, [
    `Execution logs for CloudWatch Logs at ${bench.service.url} cannot all be delivered: ` +
      "ResourceNotFoundException: Gone. Refused: 1.",
  ]);
});

test("a batch has at most 1 MiB, 26 bytes for each event among them, 10,000 events, and spans a day", async (t) => {
  const bench = await startBench(t);
  const line = "x".repeat(262_144 - 26);
  for (let i = 0; i < 5; i++) bench.add(line);
  for (let i = 0; i < 10_001; i++) bench.add("y", { machine: "many" });
  bench.add("early", { machine: "slow" });
  bench.add("late", { machine: "slow", at: start + 24 * hourMs });
  bench.clock.advance(100);
  await bench.service.until(8);
  await bench.destination.close();
  const sizes = bench.batches().map((batch) => `${batch[0]?.slice(0, 5) ?? ""} ${batch.length}`);
  assert.deepEqual(sizes.toSorted(), ["early 1", "late 1", "xxxxx 1", "xxxxx 4", "y 1", "y 10000"]);
});

test("an endpoint that is down or busy gets the lines later, and no key is in the warnings", async (t) => {
  const bench = await startBench(t);
  bench.service.answer = () => ({ status: 400, body: { __type: "ThrottlingException", message: "Slow down" } });
  bench.add("a");
  bench.clock.advance(100);
  await pause(bench.clock, 250);
  bench.service.answer = () => ({ status: 503 });
  bench.clock.advance(250);
  await pause(bench.clock, 500);
  bench.service.answer = () => ({});
  bench.clock.advance(500);
  await bench.service.until(4);
  await bench.destination.close();
  assert.deepEqual(bench.batches(), [["a"]]);
  assert.equal(bench.logged.length, 1);
  assert.match(bench.logged[0] ?? "", /ThrottlingException: Slow down\. Waiting: 1\.$/);
});

test("events that are too old or too new are counted", async (t) => {
  const bench = await startBench(t);
  bench.service.answer = ({ action }) =>
    action === "PutLogEvents"
      ? { body: { rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 2 } } }
      : {};
  for (const line of ["old", "taken", "new"]) bench.add(line);
  await bench.destination.close();
  assert.match(bench.logged[0] ?? "", /events are too old or too new for it\. Refused: 2\.$/);
});

test("a log group is there when one has its very name; who cannot be asked says nothing against it", async (t) => {
  const { service, destination, logged } = await startBench(t);
  const groups = (...names: readonly string[]): void => {
    service.answer = () => ({ body: { logGroups: names.map((logGroupName) => ({ logGroupName })) } });
  };
  groups("/orders", "/orders-old");
  assert.equal(await destination.hasLogGroup(arnOf("/orders")), true);
  assert.deepEqual(service.received[0]?.body, { logGroupNamePrefix: "/orders" });
  groups("/orders-old");
  assert.equal(await destination.hasLogGroup(arnOf("/orders")), false);
  groups();
  assert.equal(await destination.hasLogGroup(arnOf("/orders")), false);
  const asked = service.received.length;
  for (const name of ["", "/or\nders", "\u001B[2J", "x".repeat(513)])
    assert.equal(await destination.hasLogGroup(arnOf(name)), false, "no group can have such a name");
  assert.equal(service.received.length, asked);
  assert.deepEqual(logged, []);
  service.answer = () => ({ status: 400, body: { __type: "UnknownOperationException", message: "No such thing" } });
  assert.equal(await destination.hasLogGroup(arnOf("/orders")), true);
  assert.deepEqual(logged, [
    "Whether the log group /orders is there could not be found out: UnknownOperationException No such thing",
  ]);
});

test("an ARN that a client made up decides neither where a request goes nor what its signature is for", async (t) => {
  const sent: string[] = [];
  t.mock.method(globalThis, "fetch", (url: string) => {
    sent.push(new URL(url).host);
    return Promise.resolve(new Response("{}"));
  });
  const options = {
    endpoint: undefined,
    credentials: { accessKeyId: "AKID", secretAccessKey: "a secret" },
    clock: new SimulatedClock(start),
    random: () => 1,
    log: (message: string) => assert.fail(message),
  };
  const destination = createCloudWatchLogs(options);
  for (const place of ["aws:logs:evil.example/", "aws:logs:x@evil.example", "aws:logs:", "aws-cn:logs:cn-north-1"]) {
    await destination.hasLogGroup(`arn:${place}:123456789012:log-group:a:*`);
  }
  const american = "logs.us-east-1.amazonaws.com";
  assert.deepEqual(sent, [american, american, american, "logs.cn-north-1.amazonaws.com.cn"]);
});

/** Settles when the failure has arrived, and the next attempt is so far away. */
async function pause(clock: SimulatedClock, ms: number): Promise<void> {
  while (clock.nextAt !== clock.now() + ms) await new Promise((resolve) => void setImmediate(resolve));
}
