// Streams on a real server: nothing is lost over a cut connection, a client that does not read costs a bounded queue, and
// nobody hears of what they may not see.
import assert from "node:assert/strict";
import { createServer, get, type IncomingMessage } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { decodeEvents } from "../../engine/journal/event-codec.ts";
import type { JournalRow } from "../../store/journal.ts";
import {
  type ConsoleClient,
  consoleClient,
  openConsole,
  type OpenedStream,
  type StreamMessage,
} from "../../testing/console-client.ts";
import { settled } from "../../testing/settled.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import type { JournalPage } from "./contract.ts";
import { EventStream, messageOf } from "./event-stream.ts";
import { Feed, type FeedReader } from "./feed.ts";

const roleArn = "arn:aws:iam::123456789012:role/r";
const machineArn = (name: string): string => `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;
const encoded = encodeURIComponent;
const secret = "s3cret-s3cret-s3cret";

async function createMachine(client: ConsoleClient, name: string): Promise<void> {
  const A = { Type: "Wait", SecondsPath: "$.seconds", Next: "B" };
  const definition = JSON.stringify({ StartAt: "A", States: { A, B: { Type: "Pass", End: true } } });
  await client.act("CreateStateMachine", { name, definition, roleArn });
}

async function start(client: ConsoleClient, machine: string, seconds: number, more: object = {}): Promise<string> {
  const input = JSON.stringify({ seconds, ...more });
  return String((await client.act("StartExecution", { stateMachineArn: machineArn(machine), input }))["executionArn"]);
}

/** The journal rows of messages, by their ids. */
function rowsOf(messages: readonly StreamMessage[]): ReadonlyMap<number, string> {
  const journal = messages.filter(({ name }) => name === "journal");
  return new Map(journal.map(({ data }) => [Number(data["id"]), String(data["events"])]));
}

/** Lets time pass until the messages are as is wanted: whatever is gathered, or waits, is told then. */
async function passUntil(clock: SimulatedClock, stream: OpenedStream, isThere: Parameters<OpenedStream["until"]>[0]) {
  while (!isThere(stream.messages)) {
    clock.advance(600);
    await settled();
  }
}

const hasOf =
  (name: string) =>
  (messages: readonly StreamMessage[]): boolean =>
    messages.some((message) => message.name === name);

const isEnded = (messages: readonly StreamMessage[]): boolean =>
  [...rowsOf(messages).values()].some((text) => decodeEvents(text).some(({ kind }) => kind === "ExecutionSucceeded"));

test("a stream that is cut goes on where it was, and has every row once", async (t) => {
  const clock = new SimulatedClock();
  const client = await openConsole(t, { clock });
  await createMachine(client, "m");
  const arn = await start(client, "m", 10);
  const path = `executions/${encoded(arn)}/stream?after=0`;
  const first = await client.stream(path);
  assert.equal(first.status, 200);
  assert.deepEqual(
    [first.headers["content-type"], first.headers["x-accel-buffering"], first.headers["cache-control"]],
    ["text/event-stream; charset=utf-8", "no", "no-store, no-transform"],
  );
  await first.until((messages) => rowsOf(messages).size > 0);
  assert.deepEqual(first.messages[0], { name: "open", id: 0, data: { row: 0 } });
  const last = first.lastEventId();
  first.kill();
  await first.ended;

  // It happens while nobody is connected.
  const other = await start(client, "m", 1);
  clock.advance(20_000);
  await settled();
  const second = await client.stream(path, { "last-event-id": String(last) });
  await second.until(isEnded);
  const page = (await client.get(`executions/${encoded(arn)}/journal`)).body as unknown as JournalPage;
  const streamed = [...rowsOf(first.messages), ...rowsOf(second.messages)];
  assert.deepEqual(
    streamed,
    page.rows.map(({ id, events }) => [id, events]),
  );
  const ids = second.messages.filter(({ name }) => name === "journal").map(({ id }) => id);
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => Number(a) - Number(b)),
  );

  // A page that was read ends with the row that a stream begins behind.
  const third = await client.stream(`executions/${encoded(arn)}/stream?after=${page.next}`);
  const both = `stream?execution=${encoded(arn)}&execution=${encoded(other)}&after=0`;
  const fourth = await client.stream(both);
  await fourth.until((messages) => new Set(messages.map(({ data }) => data["executionArn"])).size === 3);
  assert.deepEqual(
    third.messages.map(({ name }) => name),
    ["open"],
  );
});

test("a stream and a session go on after a restart of the server", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "pawl-stream-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const options = { db: join(folder, "pawl.db"), auth: { keys: [{ accessKeyId: "admin", secretAccessKey: secret }] } };
  const before = await openConsole({ after: () => undefined } as unknown as TestContext, options);
  const cookie = await before.login("admin", secret);
  await createMachine(before, "m");
  const arn = await start(before, "m", 0);
  const path = `executions/${encoded(arn)}/stream?after=0`;
  const first = await before.stream(path);
  await first.until((messages) => rowsOf(messages).size > 0);
  const [row] = rowsOf(first.messages).keys();
  await before.server.close();
  await first.ended;
  const after = await openConsole(t, options);
  const second = await after.stream(path, { ...cookie, "last-event-id": String(row) });
  await second.until((messages) => isEnded([...first.messages.filter(({ id }) => id === row), ...messages]));
  assert.ok(!rowsOf(second.messages).has(Number(row)));
});

test("a stream tells of what happens at once, and every fifteen seconds how far it is", async (t) => {
  const clock = new SimulatedClock();
  const client = await openConsole(t, { clock });
  await createMachine(client, "m");
  const arn = await start(client, "m", 5);
  const stream = await client.stream(`executions/${encoded(arn)}/stream`);
  await passUntil(clock, stream, isEnded);
  const id = stream.lastEventId();
  await start(client, "m", 100_000);
  await passUntil(clock, stream, () => stream.lastEventId() !== id);
  assert.ok(Number(stream.lastEventId()) > Number(id), "rows of others are passed over, and not read again");
});

test("lists hear of executions that change, and of machines where they are too many or not named", async (t) => {
  const clock = new SimulatedClock();
  const client = await openConsole(t, { clock });
  await createMachine(client, "m");
  await createMachine(client, "other");
  const named = await client.stream(`stream?stateMachine=${encoded(machineArn("m"))}`);
  const all = await client.stream("stream?machines=all");
  const arn = await start(client, "m", 100_000);
  await start(client, "other", 100_000);
  await passUntil(clock, named, hasOf("executions"));
  const arnsOf = (messages: readonly StreamMessage[]): readonly string[] =>
    messages.flatMap(({ data }) => (data["stateMachineArns"] ?? []) as readonly string[]);
  await passUntil(clock, all, (messages) => new Set(arnsOf(messages)).size === 2);
  const told = named.messages.find(({ name }) => name === "executions")?.data as unknown as readonly {
    executionArn: string;
    status: string;
  }[];
  assert.deepEqual(
    told.map(({ executionArn, status }) => [executionArn, status]),
    [[arn, "RUNNING"]],
  );
  assert.ok(!all.messages.some(({ name }) => name === "executions"));
  assert.deepEqual([...new Set(arnsOf(all.messages))].toSorted(), [machineArn("m"), machineArn("other")]);

  for (let n = 0; n < 101; n++) await start(client, "m", 1_000);
  await passUntil(clock, named, hasOf("machines"));
  const resumed = await client.stream(`stream?stateMachine=${encoded(machineArn("m"))}`, { "last-event-id": "1" });
  await resumed.until((messages) => messages.some(({ name }) => name === "machines"));
});

test("a key hears only of what it may see, and its stream ends with its session", async (t) => {
  const clock = new SimulatedClock();
  const admin = { accessKeyId: "admin", secretAccessKey: secret };
  const watcher = {
    accessKeyId: "watcher",
    secretAccessKey: secret,
    allow: [
      { actions: ["states:ListExecutions"], resources: [machineArn("m")] },
      { actions: ["states:DescribeExecution"], resources: ["arn:aws:states:*:*:execution:m:*"] },
    ],
  };
  const root = await openConsole(t, { clock, auth: { keys: [admin, watcher] } });
  const client = consoleClient(root.server);
  await root.login("admin", secret);
  await client.login("watcher", secret);
  await createMachine(root, "m");
  await createMachine(root, "hidden");
  const arn = await start(root, "m", 1, { private: "data" });
  const stream = await client.stream(`stream?machines=all&data=full&after=0&execution=${encoded(arn)}`);
  await start(root, "hidden", 1);
  await passUntil(clock, stream, isEnded);
  await passUntil(clock, stream, hasOf("machines"));
  const text = JSON.stringify(stream.messages);
  assert.ok(text.includes("StateEntered") && !text.includes("private") && !text.includes("hidden"));
  clock.advance(12 * 60 * 60 * 1000);
  await stream.ended;
  assert.equal(stream.messages.at(-1)?.name, "logout");
});

test("there are only so many streams, and each that ends makes room", async (t) => {
  const client = await openConsole(t);
  const streams = await Promise.all(Array.from({ length: 64 }, () => client.stream("stream?machines=all")));
  assert.ok(streams.every(({ status }) => status === 200));
  const { status, body } = await client.get("stream?machines=all");
  assert.deepEqual([status, body["__type"]], [503, "ServiceUnavailable"]);
  const head = await fetch(`${client.server.url}/console/stream?machines=all`, { method: "HEAD" });
  assert.equal(head.status, 503);
  for (const stream of streams) stream.kill();
  const retry = async (): Promise<number> => (await client.stream("stream?machines=all")).status;
  while ((await retry()) !== 200) await settled();
  for (let n = 0; n < 70; n++) {
    const { status: given } = await fetch(`${client.server.url}/console/stream?machines=all`, { method: "HEAD" });
    assert.equal(given, 200, "one that was asked for with HEAD is not held");
  }
});

test("a stream is no connection that waits for its client: others give way where they are too many", async (t) => {
  const client = await openConsole(t, { limits: { maxConnections: 3 } });
  const stream = await client.stream("stream?machines=all");
  const { port } = new URL(client.server.url);
  const idle = Array.from({ length: 6 }, () => connect(Number(port), "127.0.0.1"));
  t.after(() => idle.forEach((socket) => socket.destroy()));
  const closed = idle.map(
    (socket) => new Promise((resolve) => socket.on("error", () => undefined).on("close", resolve)),
  );
  await Promise.any(closed);
  await createMachine(client, "m");
  await start(client, "m", 0);
  await stream.until((messages) => messages.some(({ name }) => name === "machines"));
});

test("a server that closes ends its streams", async () => {
  const cleanups: (() => unknown)[] = [];
  const client = await openConsole({ after: (act: () => unknown) => cleanups.push(act) } as unknown as TestContext);
  const stream = await client.stream("stream?machines=all");
  await client.server.close();
  await stream.ended;
});

test("a row that no journal has begins a stream anew", async (t) => {
  const client = await openConsole(t);
  const stream = await client.stream("stream?machines=all", { "last-event-id": "999999" });
  await stream.until((messages) => messages.some(({ name }) => name === "resync"));
  assert.deepEqual(
    stream.messages.find(({ name }) => name === "resync"),
    { name: "resync", id: 0, data: { row: 0 } },
  );
  const odd = await client.stream("stream?machines=all", { "last-event-id": "1; drop" });
  await odd.until((messages) => messages.length > 0);
  assert.deepEqual(
    odd.messages.map(({ name }) => name),
    ["open"],
  );
});

test("a client that does not read has a bounded queue, and is told once that it missed some", async (t) => {
  const opened = Promise.withResolvers<EventStream>();
  let missed = 0;
  const server = createServer((_request, response) => {
    opened.resolve(
      new EventStream(response, {
        mostQueued: 256 * 1024,
        onClose: () => undefined,
        missed: () => messageOf("resync", String((missed += 1))),
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const response = await new Promise<IncomingMessage>((resolve) => get({ host: "127.0.0.1", port }, resolve));
  response.pause();
  const events = await opened.promise;
  const message = messageOf("journal", "x".repeat(100_000));
  // More than any kernel takes for a socket that is not read.
  for (let n = 0; n < 1_000; n++) events.send(message);
  assert.equal(events.hasMissed, true);
  assert.equal(missed, 0);
  let length = 0;
  let tail = "";
  response.setEncoding("utf8");
  response.on("data", (chunk: string) => {
    length += chunk.length;
    tail = (tail + chunk).slice(-1_000);
  });
  response.resume();
  while (!tail.includes("resync")) await settled();
  events.send(messageOf("journal", "later"));
  while (!tail.includes("later")) await settled();
  assert.equal(missed, 1);
  assert.ok(length < 50 * 1_000_000, "most of it was never queued");
  events.send(messageOf("journal", "y".repeat(300_000)));
  while (!tail.endsWith("event: resync\ndata: 2\n\n")) await settled();
  assert.ok(!tail.includes("yyy"), "a message beyond the bound is told as missed, however empty the queue is");
});

interface FakeJournal {
  readonly feed: Feed;
  newest: number;
}

/** A feed over a journal of empty rows, of which there are as many as the test says. */
function fakeFeed(t: TestContext): FakeJournal {
  const fake = { newest: 0 };
  const readRows = async ({ limit, after = 0 }: { limit: number; after?: number | undefined }) =>
    Array.from({ length: Math.max(0, Math.min(limit, fake.newest - after)) }, (_, i): JournalRow => {
      return { id: after + i + 1, executionId: 1, events: [] };
    });
  const journal = { readRows, newestRowId: async () => fake.newest } as unknown as ConstructorParameters<
    typeof Feed
  >[0]["store"]["journal"];
  const clock = new SimulatedClock();
  const feed = new Feed({
    store: { journal },
    clock,
    runtime: { whenCommitted: () => () => undefined },
    onError: (error) => assert.fail(String(error)),
  });
  t.after(() => feed.stop());
  return Object.assign(fake, { feed });
}
test("a reader that is far behind is not led through everything, and one that is near misses nothing", async (t) => {
  const fake = fakeFeed(t);
  fake.newest = 20_000;
  const reader = (): FeedReader & { readonly taken: number[]; readonly skipped: number[] } => {
    const taken: number[] = [];
    const skipped: number[] = [];
    return {
      taken,
      skipped,
      take: async (rows) => void taken.push(...rows.map(({ id }) => id)),
      skip: (row) => void skipped.push(row),
    };
  };
  const [far, near] = [reader(), reader()];
  await fake.feed.open();
  await fake.feed.open();
  await fake.feed.lead(far, 5, () => false);
  await fake.feed.lead(near, 15_000, () => false);
  assert.deepEqual([far.skipped, far.taken], [[20_000], []]);
  assert.deepEqual([near.taken.length, near.taken[0], near.taken.at(-1), near.skipped], [5_000, 15_001, 20_000, []]);
});
