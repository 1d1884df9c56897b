// The console's own API on a real server: what it tells of executions, to whom, and what it refuses.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { request as sendRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { parseJson } from "../../asl/json.ts";
import { programShape } from "../../asl/program-shape.ts";
import { apply } from "../../engine/apply.ts";
import { newExecution } from "../../engine/execution.ts";
import { decodeEvents } from "../../engine/journal/event-codec.ts";
import { withheldOf } from "../../engine/journal/withheld.ts";
import { startServer } from "../../server/start-server.ts";
import { version } from "../../server/version.ts";
import { openSqliteStore } from "../../store/sqlite/sqlite-store.ts";
import { testServerOptions } from "../../testing/server-options.ts";
import { type ConsoleClient, consoleClient, openConsole } from "../../testing/console-client.ts";
import type {
  ConsoleError,
  EventData,
  ExecutionFacts,
  ExecutionsPage,
  ExecutionsQuery,
  JournalPage,
  MachinesPage,
  Summary,
  WaitingAnswer,
  WaitingPage,
} from "./contract.ts";

const roleArn = "arn:aws:iam::123456789012:role/r";
const machineArn = (name: string): string => `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;
const activityArn = "arn:aws:states:us-east-1:123456789012:activity:approve";
const activityTask = { Type: "Task", Resource: activityArn, End: true };
const secret = "s3cret-s3cret-s3cret";
const encoded = encodeURIComponent;

const admin = { accessKeyId: "admin", secretAccessKey: secret };
const reader = {
  accessKeyId: "reader",
  secretAccessKey: secret,
  allow: [{ actions: ["states:List*", "states:Describe*", "states:GetExecutionHistory"] }],
};
/** It may not see data, and of one machine only that there are executions. */
const watcher = {
  accessKeyId: "watcher",
  secretAccessKey: secret,
  allow: [
    { actions: ["states:ListExecutions"], resources: [machineArn("m")] },
    { actions: ["states:DescribeExecution"], resources: ["arn:aws:states:*:*:execution:m:*"] },
  ],
};

async function createMachine(client: ConsoleClient, name: string, states: object, type = "STANDARD"): Promise<void> {
  const definition = JSON.stringify({ StartAt: "A", States: states });
  await client.act("CreateStateMachine", { name, definition, roleArn, type });
}

async function start(client: ConsoleClient, machine: string, name: string, input: unknown = {}): Promise<string> {
  const given = { stateMachineArn: machineArn(machine), name, input: JSON.stringify(input) };
  return String((await client.act("StartExecution", given))["executionArn"]);
}

async function read<Body>(client: ConsoleClient, path: string): Promise<Body> {
  const { status, body } = await client.get(path);
  assert.equal(status, 200, JSON.stringify(body));
  return body as Body;
}

async function untilEnded(client: ConsoleClient, arn: string): Promise<void> {
  while ((await client.act("DescribeExecution", { executionArn: arn }))["status"] === "RUNNING") continue;
}

async function refused(client: ConsoleClient, path: string): Promise<readonly [number, string]> {
  const { status, body } = await client.get(path);
  return [status, (body as unknown as ConsoleError).__type];
}

/** A server with an administrator's client, and one for each other key. */
async function openWithKeys(
  t: TestContext,
): Promise<Readonly<Record<"stranger" | "root" | "read" | "watch", ConsoleClient>>> {
  const stranger = await openConsole(t, { auth: { keys: [admin, reader, watcher] } });
  const [root, readOnly, watch] = [admin, reader, watcher].map(() => consoleClient(stranger.server));
  assert.ok(root && readOnly && watch);
  await root.login("admin", secret);
  await readOnly.login("reader", secret);
  await watch.login("watcher", secret);
  return { stranger, root, read: readOnly, watch };
}

test("an execution's facts and journal are all that a viewer needs to fold it", async (t) => {
  const client = await openConsole(t);
  const large = "x".repeat(20_000);
  const branches = ["P", "Q"].map((state) => ({ StartAt: state, States: { [state]: { Type: "Pass", End: true } } }));
  await createMachine(client, "m", {
    A: { Type: "Pass", Result: { large }, ResultPath: "$.added", Next: "B" },
    B: { Type: "Parallel", Branches: branches, End: true },
  });
  const arn = await start(client, "m", "one", { n: 1 });
  await untilEnded(client, arn);
  const facts = await read<ExecutionFacts>(client, `executions/${encoded(arn)}`);
  assert.deepEqual([facts.status, facts.isDataShown, facts.lastEventId > 10], ["SUCCEEDED", true, true]);
  const { executionArn, name, type, stateMachineArn, stateMachineName } = facts;
  const identity = { arn: executionArn, name, type, stateMachineArn, stateMachineName };
  const program = programShape(parseJson(facts.definition ?? ""));
  const execution = newExecution({ ...identity, program, isSynchronous: false, timeoutSeconds: undefined });

  const page = await read<JournalPage>(client, `executions/${encoded(arn)}/journal`);
  assert.equal(page.isComplete, true);
  for (const row of page.rows) for (const event of decodeEvents(row.events)) apply(execution, event);
  assert.deepEqual([execution.status, execution.lastEventId], ["SUCCEEDED", facts.lastEventId]);
  const withheld = execution.output && withheldOf(execution.output);
  assert.equal(withheld?.reason, "size");
  const data = await read<EventData>(client, `executions/${encoded(arn)}/events/${withheld?.eventId}/data`);
  assert.ok(data.data.some(({ text }) => text.includes(large)));
  const whole = await read<JournalPage>(client, `executions/${encoded(arn)}/journal?data=full`);
  assert.ok(JSON.stringify(whole).includes(large));

  const rest = await read<JournalPage>(client, `executions/${encoded(arn)}/journal?after=${page.rows[0]?.id}`);
  assert.deepEqual(rest, { ...page, rows: page.rows.slice(1) });
  const nothing = await read<JournalPage>(client, `executions/${encoded(arn)}/journal?after=${page.next}`);
  assert.deepEqual(nothing, { rows: [], next: page.next, isComplete: true });
});

test("lists search by name, status and time, go on where they ended, and have Express executions", async (t) => {
  const client = await openConsole(t);
  await createMachine(client, "m", { A: { Type: "Pass", End: true } });
  await createMachine(client, "x", { A: { Type: "Fail", Error: "E" } }, "EXPRESS");
  const names = Array.from({ length: 7 }, (_, i) => `${i % 2 === 0 ? "Even" : "odd"}-${i}`);
  for (const name of names) await untilEnded(client, await start(client, "m", name));
  await start(client, "x", "quick");
  const list = (query: Partial<ExecutionsQuery>, machine = "m"): Promise<ExecutionsPage> => {
    const members = Object.entries({ stateMachine: machineArn(machine), ...query }).map(
      ([member, value]) => `${member}=${encoded(String(value))}`,
    );
    return read<ExecutionsPage>(client, `executions?${members.join("&")}`);
  };
  const namesOf = ({ executions }: ExecutionsPage): readonly string[] => executions.map(({ name }) => name);
  const newestFirst = (await list({})).executions;
  assert.deepEqual(namesOf(await list({})).toSorted(), names.toSorted());
  assert.equal(namesOf(await list({ name: "EVEN" })).length, 4);
  assert.deepEqual(namesOf(await list({ name: "EVEN", status: "FAILED" })), []);
  assert.equal(namesOf(await list({ redriven: "false" })).length, 7);
  const time = newestFirst[3]?.stoppedAt ?? 0;
  const since = await list({ from: time });
  assert.ok(since.executions.length >= 4 && since.executions.every(({ stoppedAt = 0 }) => stoppedAt >= time));
  const until = await list({ to: time });
  assert.ok(until.executions.length >= 4 && until.executions.every(({ stoppedAt = 0 }) => stoppedAt <= time));

  const paged: string[] = [];
  for (let after: string | undefined, pages = 0; pages < 9; pages++) {
    const page = await list({ limit: 3, ...(after === undefined ? {} : { after }) });
    paged.push(...namesOf(page));
    after = page.next;
    if (after === undefined) break;
  }
  assert.deepEqual(
    paged,
    newestFirst.map(({ name }) => name),
  );

  let express = await list({}, "x");
  while (express.executions[0]?.status !== "FAILED") express = await list({}, "x");
  const [quick] = express.executions;
  assert.deepEqual([quick?.name, quick?.type, quick?.status], ["quick", "EXPRESS", "FAILED"]);
  const journal = await read<JournalPage>(client, `executions/${encoded(quick?.executionArn ?? "")}/journal`);
  assert.match(journal.rows.map(({ events }) => events).join(""), /ExecutionFailed/);
});

test("the inbox has what waits for somebody, and an answer there is the AWS action", async (t) => {
  const client = await openConsole(t);
  await client.act("CreateActivity", { name: "approve" });
  await createMachine(client, "m", { A: activityTask });
  await createMachine(client, "idle", { A: { Type: "Wait", Seconds: 100_000, End: true } });
  const [first, second] = [await start(client, "m", "first", { n: 1 }), await start(client, "m", "second")];
  await start(client, "idle", "third");
  const { tasks } = await read<WaitingPage>(client, "waiting");
  assert.deepEqual(
    tasks.map(({ executionArn, state, kind, isTaken, parameters }) => [executionArn, state, kind, isTaken, parameters]),
    [
      [second, "A", "activity", false, "{}"],
      [first, "A", "activity", false, '{"n":1}'],
    ],
  );
  const summary = await read<Summary>(client, "summary");
  assert.deepEqual(
    [summary.waiting, summary.activities.map(({ queued }) => queued)],
    [{ count: 2, isMore: false }, [2]],
  );

  const answer = (arn: string, event: unknown, body: WaitingAnswer | object) =>
    client.post(`waiting/${encoded(arn)}/${event}`, body);
  const yes: WaitingAnswer = { outcome: "success", output: '{"ok":true}' };
  assert.equal((await answer(first, tasks[1]?.eventId, yes)).status, 200);
  await untilEnded(client, first);
  assert.equal((await client.act("DescribeExecution", { executionArn: first }))["output"], '{"ok":true}');
  const no: WaitingAnswer = { outcome: "failure", error: "Refused", cause: "<b>no</b>" };
  assert.equal((await answer(second, tasks[0]?.eventId, no)).status, 200);
  await untilEnded(client, second);
  assert.equal((await client.act("DescribeExecution", { executionArn: second }))["cause"], "<b>no</b>");

  assert.deepEqual(await read<WaitingPage>(client, "waiting"), { tasks: [] });
  assert.deepEqual(
    (await read<Summary>(client, "summary")).activities.map(({ queued }) => queued),
    [0],
  );
  const rows: readonly (readonly [event: unknown, body: object, status: number, type: string])[] = [
    [tasks[1]?.eventId, yes, 400, "TaskTimedOut"],
    [1, yes, 404, "ConsoleResourceNotFound"],
    [99, yes, 404, "ConsoleResourceNotFound"],
    [0, yes, 400, "ValidationException"],
    [tasks[1]?.eventId, { outcome: "maybe" }, 400, "ValidationException"],
    [tasks[1]?.eventId, { outcome: "success", output: "no JSON" }, 400, "InvalidOutput"],
    [tasks[1]?.eventId, { outcome: "success" }, 400, "ValidationException"],
  ];
  for (const [event, body, status, type] of rows) {
    const given = await answer(first, event, body);
    assert.deepEqual([given.status, given.body["__type"]], [status, type], JSON.stringify(body));
  }
});

test("the inbox is read page by page, and a broken end of it is none", async (t) => {
  const client = await openConsole(t);
  await client.act("CreateActivity", { name: "approve" });
  const iterator = { StartAt: "T", States: { T: activityTask } };
  await createMachine(client, "m", { A: { Type: "Map", ItemProcessor: iterator, End: true } });
  for (const name of ["one", "two", "three", "four", "five"])
    await start(
      client,
      "m",
      name,
      Array.from({ length: 60 }, (_, i) => i),
    );
  const pages: WaitingPage[] = [];
  for (let next: string | undefined = ""; next !== undefined; { next } = pages.at(-1) ?? {})
    pages.push(await read<WaitingPage>(client, `waiting?after=${next}`));
  const tasks = pages.flatMap((page) => page.tasks.map((task) => `${task.executionArn} ${task.eventId}`));
  const running = (await client.act("DescribeExecution", { executionArn: pages[0]?.tasks[0]?.executionArn }))["status"];
  assert.deepEqual([pages.length, running, new Set(tasks).size], [2, "RUNNING", tasks.length]);
  assert.ok(tasks.length > 120);
  assert.equal((await read<Summary>(client, "summary")).waiting.isMore, true);
  assert.deepEqual(await refused(client, "waiting?after=x"), [400, "InvalidToken"]);
});

test("machines are counted by status, those that the key may list, page by page", async (t) => {
  const { root, watch } = await openWithKeys(t);
  for (let n = 0; n < 51; n++) await createMachine(root, `m${n}`, { A: { Type: "Pass", End: true } });
  await createMachine(root, "m", { A: { Type: "Fail" } });
  await untilEnded(root, await start(root, "m", "one"));
  const first = await read<Summary>(root, "summary");
  const rest = await read<MachinesPage>(root, `machines?after=${first.next}`);
  assert.deepEqual([first.machines.length, rest.machines.length, rest.next], [50, 2, undefined]);
  const [m] = first.machines;
  assert.deepEqual([m?.name, m?.counts.FAILED, m?.newest?.name], ["m", 1, "one"]);
  assert.deepEqual(first.firstRun, { hasMachine: true, hasExecution: true, hasSuccess: false });
  const seen = await read<Summary>(watch, "summary");
  assert.deepEqual(
    seen.machines.map(({ name }) => name),
    ["m"],
  );
  assert.equal(seen.session.login?.accessKeyId, "watcher");
});

test("executions that a bug has stopped are shown as such, to whoever may see them", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "pawl-console-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const db = join(folder, "pawl.db");
  const before = await startServer({ ...testServerOptions, db });
  const client = consoleClient(before);
  await createMachine(client, "m", { A: { Type: "Wait", Seconds: 100_000, End: true } });
  const arn = await start(client, "m", "one");
  await before.close();
  const store = await openSqliteStore(db);
  await store.quarantines.add({ executionId: 1, since: 1_000, version });
  await store.close();
  const keys = [admin, { ...watcher, allow: [] }];
  const root = await openConsole(t, { db, auth: { keys }, log: () => undefined });
  const blind = consoleClient(root.server);
  await root.login("admin", secret);
  await blind.login("watcher", secret);
  const { quarantined, quarantinedCount } = await read<Summary>(root, "summary");
  assert.deepEqual([quarantined, quarantinedCount], [[{ executionArn: arn, since: 1_000, version }], 1]);
  assert.equal((await read<ExecutionFacts>(root, `executions/${encoded(arn)}`)).isQuarantined, true);
  assert.deepEqual((await read<Summary>(blind, "summary")).quarantined, []);
});

test("a read-only key sees everything, and is refused where it writes, as AWS refuses", async (t) => {
  const { root, read: readOnly } = await openWithKeys(t);
  await root.act("CreateActivity", { name: "approve" });
  await createMachine(root, "m", { A: activityTask });
  const arn = await start(root, "m", "one", { a: 1 });
  const { tasks } = await read<WaitingPage>(readOnly, "waiting");
  assert.equal(tasks[0]?.parameters, '{"a":1}');
  const { rows } = await read<JournalPage>(readOnly, `executions/${encoded(arn)}/journal`);
  assert.match(rows.map(({ events }) => events).join(""), /\{"a":1\}/);
  const writes: readonly (readonly [path: string, body: object, action: string])[] = [
    ["actions/StopExecution", { executionArn: arn }, "StopExecution"],
    ["actions/StartExecution", { stateMachineArn: machineArn("m") }, "StartExecution"],
    [`waiting/${encoded(arn)}/${tasks[0]?.eventId}`, { outcome: "success", output: "{}" }, "SendTaskSuccess"],
    [`waiting/${encoded(arn)}/${tasks[0]?.eventId}`, { outcome: "failure" }, "SendTaskFailure"],
  ];
  for (const [path, body, action] of writes) {
    const { status, body: told } = await readOnly.post(path, body);
    assert.deepEqual([status, told["__type"]], [400, "AccessDeniedException"], path);
    assert.match(
      String(told["message"]),
      new RegExp(`^User: arn:.*user/reader is not authorized to perform: states:${action} on`),
    );
  }
  assert.equal((await read<ExecutionFacts>(readOnly, `executions/${encoded(arn)}`)).status, "RUNNING");
});

test("a key without the right to data sees what happened and no data, and of other machines nothing", async (t) => {
  const { root, watch } = await openWithKeys(t);
  await root.act("CreateActivity", { name: "approve" });
  await createMachine(root, "m", { A: activityTask });
  await createMachine(root, "hidden", { A: { Type: "Pass", End: true } });
  const arn = await start(root, "m", "one", { private: "data" });
  const hidden = await start(root, "hidden", "one");
  const facts = await read<ExecutionFacts>(watch, `executions/${encoded(arn)}`);
  assert.deepEqual([facts.isDataShown, facts.definition, facts.roleArn], [false, undefined, undefined]);
  for (const data of ["none", "short", "full"]) {
    const page = await read<JournalPage>(watch, `executions/${encoded(arn)}/journal?data=${data}`);
    const text = page.rows.map(({ events }) => events).join("");
    assert.ok(text.includes("TaskScheduled") && !text.includes("private"), data);
  }
  assert.equal((await read<WaitingPage>(watch, "waiting")).tasks[0]?.parameters, undefined);
  assert.deepEqual(await refused(watch, `executions/${encoded(arn)}/events/1/data`), [400, "AccessDeniedException"]);
  for (const path of [
    `executions/${encoded(hidden)}`,
    `executions/${encoded(`${hidden}2`)}`,
    `executions/${encoded(hidden)}/journal`,
    `executions/${encoded(hidden)}/stream`,
    `executions?stateMachine=${encoded(machineArn("hidden"))}`,
    `stream?stateMachine=${encoded(machineArn("hidden"))}`,
  ])
    assert.deepEqual(await refused(watch, path), [400, "AccessDeniedException"], path);
  assert.equal((await watch.post("actions/DescribeExecution", { executionArn: hidden })).status, 400);
});

test("a stranger is asked to log in, and learns nothing else", async (t) => {
  const { stranger, read: readOnly } = await openWithKeys(t);
  assert.deepEqual(await read(stranger, "session"), { isAuthOn: true });
  for (const path of ["summary", "machines", "executions", "executions/x", "executions/x/journal", "stream", "waiting"])
    assert.deepEqual(await refused(stranger, path), [401, "LoginRequiredException"], path);
  for (const path of ["actions/ListStateMachines", "waiting/x/1"])
    assert.equal((await stranger.post(path, {})).status, 401, path);
  const forged = { cookie: `pawl-session=${"A".repeat(120)}` };
  assert.equal((await stranger.get("summary", forged)).status, 401);
  const wrong = await stranger.post("session", { accessKeyId: "admin", secretAccessKey: "wrong" });
  assert.deepEqual([wrong.status, wrong.headers.get("set-cookie")], [400, null]);
  for (const body of [null, [], {}, { accessKeyId: 1 }, { accessKeyId: "admin" }])
    assert.equal((await stranger.post("session", body)).body["__type"], "ValidationException");
  const out = await fetch(`${stranger.server.url}/console/session`, { method: "DELETE" });
  assert.match(out.headers.get("set-cookie") ?? "", /^pawl-session=; Path=\/console; Max-Age=0/);
  assert.deepEqual((await readOnly.get("session")).status, 200);
});

test("without keys there is no login", async (t) => {
  const client = await openConsole(t);
  assert.deepEqual(await read(client, "session"), { isAuthOn: false });
  const { body } = await client.post("session", admin);
  assert.match(String(body["message"]), /has no keys, and needs no login/);
});

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** With any path and headers, `Host` among them. */
function sendRaw(
  url: string,
  { method = "GET", path, headers = {}, body = "" }: Sent,
): Promise<readonly [number, string]> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = sendRequest({ host: "127.0.0.1", port, method, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve([response.statusCode ?? 0, text]));
    });
    request.on("error", reject);
    request.end(body);
  });
}

test("pages of other origins, of other ports and of rebound names are refused, reading included", async (t) => {
  const open = await openConsole(t);
  const guarded = await openConsole(t, { auth: { keys: [admin] } });
  const hostOf = ({ server }: ConsoleClient): string => server.url.slice("http://".length);
  const own = hostOf(open);
  const rows: readonly (readonly [client: ConsoleClient, headers: Record<string, string>, status: number])[] = [
    [open, {}, 200],
    [open, { host: "localhost:8083" }, 200],
    [open, { host: "pawl.localhost" }, 200],
    [open, { host: "evil.example" }, 403],
    [open, { host: "127.0.0.1.evil.example" }, 403],
    [open, { origin: `http://${own}` }, 200],
    [open, { origin: "http://localhost:3000" }, 403],
    [open, { origin: "null" }, 403],
    [open, { host: "evil.example", origin: "http://evil.example" }, 403],
    [open, { "sec-fetch-site": "same-origin" }, 200],
    [open, { "sec-fetch-site": "none" }, 200],
    [open, { "sec-fetch-site": "same-site" }, 403],
    [open, { "sec-fetch-site": "cross-site" }, 403],
    [guarded, { host: "pawl.example.com", origin: "https://pawl.example.com" }, 200],
    [guarded, { host: "pawl.example.com", origin: "https://evil.example" }, 403],
  ];
  for (const [client, headers, status] of rows) {
    const sent = { host: hostOf(client), ...headers };
    assert.equal(
      (await sendRaw(client.server.url, { path: "/console/session", headers: sent }))[0],
      status,
      JSON.stringify(headers),
    );
  }
});

test("a body that a form of another page could send is refused", async (t) => {
  const client = await openConsole(t);
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "",
    "text/plain; a=application/json",
  ]) {
    const sent = {
      method: "POST",
      path: "/console/actions/CreateActivity",
      headers: { "content-type": type },
      body: '{"name":"a"}',
    };
    const [status, text] = await sendRaw(client.server.url, sent);
    assert.equal(status, 400, type);
    assert.match(text, /content-type/);
  }
  assert.deepEqual((await client.act("ListActivities", {}))["activities"], []);
});

test("whatever is asked for, nothing fails and nothing else is told", async (t) => {
  const client = await openConsole(t);
  await createMachine(client, "m", { A: { Type: "Pass", End: true } });
  const arn = encoded(await start(client, "m", "one"));
  const machine = encoded(machineArn("m"));
  const rows: readonly (readonly [path: string, status: number])[] = [
    ["", 404],
    ["x", 404],
    ["../package.json", 404],
    ["executions/%2e%2e%2fpackage.json", 400],
    ["executions/%", 404],
    ["executions/%00", 400],
    ["executions/%f0%28%8c%28", 404],
    [`executions/${"a".repeat(8_000)}`, 400],
    [`executions/${arn}/`, 404],
    [`executions/${arn}x`, 400],
    [`executions/${arn}/journal?after=-1`, 400],
    [`executions/${arn}/journal?after=1e3`, 400],
    [`executions/${arn}/journal?after=99999999999999999999`, 400],
    [`executions/${arn}/journal?data=all`, 400],
    [`executions/${arn}/events/0/data`, 400],
    [`executions/${arn}/events/__proto__/data`, 400],
    [`executions/${arn}/events/77/data`, 404],
    ["executions?stateMachine=", 400],
    [`executions?stateMachine=${machine}&status=DONE`, 400],
    [`executions?stateMachine=${machine}&limit=0`, 400],
    [`executions?stateMachine=${machine}&after=x`, 400],
    [`executions?stateMachine=${machine}&name=${"x".repeat(3_000)}`, 400],
    ["machines?after=x", 400],
    ["stream", 400],
    [`stream?machines=${arn}`, 400],
    [`stream?execution=${arn}&after=x`, 400],
    [`stream?${`execution=${arn}&`.repeat(17)}`, 400],
    ["__proto__", 404],
    ["constructor/constructor", 404],
  ];
  for (const [path, status] of rows) {
    const [given, text] = await sendRaw(client.server.url, { path: `/console/${path}` });
    assert.equal(given, status, `${path.slice(0, 60)}: ${text.slice(0, 200)}`);
    assert.equal(typeof (JSON.parse(text) as ConsoleError).__type, "string");
  }
  for (const method of ["PUT", "PATCH", "OPTIONS", "POST", "TRACE"]) {
    const [status] = await sendRaw(client.server.url, { method, path: "/console/summary" });
    assert.equal(status, 404, method);
  }
  assert.equal((await sendRaw(client.server.url, { method: "HEAD", path: "/console/summary" }))[0], 200);
  assert.equal((await client.post("actions/Nothing", {})).body["__type"], "UnknownOperationException");
  assert.equal((await client.post("actions/__proto__", {})).body["__type"], "UnknownOperationException");
});

test("answers are for their page alone, and are kept by nobody", async (t) => {
  const client = await openConsole(t);
  const { headers } = await client.get("summary");
  assert.deepEqual(
    [
      "content-type",
      "cache-control",
      "x-content-type-options",
      "cross-origin-resource-policy",
      "access-control-allow-origin",
    ].map((name) => headers.get(name)),
    ["application/json", "no-store", "nosniff", "same-origin", null],
  );
});
