// The workload `cluster`: W1 on one node and on two of a PostgreSQL, beside a floor of its own; W2 on one; the time from the death of
// a node to the first effect that another takes up; and the start of a node on executions that are parked.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { performance } from "node:perf_hooks";
import { setTimeout as pass } from "node:timers/promises";
import { Client as Postgres } from "pg";
import { serverPrograms } from "../src/testing/postgres/binaries.ts";
import { databaseUrl, startOwnServer } from "../src/testing/postgres/server.ts";
import { type Client, connect, createMachine } from "./client.ts";
import { closedLoop, type LoopResult, median, medianOf } from "./closed-loop.ts";
import type { PostgresFloorOptions } from "./floor-postgres.ts";
import type { BenchProcess } from "./process.ts";
import { atLeast, atMost, type Report, rounded, Skipped } from "./report.ts";
import type { Setting } from "./setting.ts";
import { definition, input, startAndLearn } from "./w1-start-to-finish.ts";
import { startAndAwait, startOf, steps } from "./w2-tasks.ts";

const clients = 64;
const rounds = 8;
const parked = 100_000;
const kills = 3;
const inFlight = 32;
const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:";
const trivialArn = `${functionArn}trivial`;

export async function cluster(setting: Setting): Promise<Report> {
  const programs = serverPrograms();
  if (programs === undefined)
    throw new Skipped("There is no PostgreSQL here: install it, or put its programs into PATH.");
  const postgres = await startOwnServer({ programs });
  try {
    const db = databaseUrl(postgres.folder, "postgres");
    const throughput = await measureThroughput(setting, postgres.folder);
    const resumed: number[] = [];
    for (let kill = 0; kill < kills; kill++) resumed.push(await resumedMs(setting, db));
    return reportOf({ ...throughput, resumed, starts: await measureStarts(setting, db) });
  } finally {
    await postgres.remove();
  }
}

interface Throughput {
  readonly ones: readonly LoopResult[];
  readonly twos: readonly LoopResult[];
  readonly floors: readonly LoopResult[];
  readonly tasks: readonly LoopResult[];
}

async function measureThroughput(setting: Setting, server: string): Promise<Throughput> {
  const db = databaseUrl(server, "postgres");
  const trivial = await setting.start("./function-process.ts", {});
  const one = await loaded([await node(setting, { db, functions: { trivial: trivial.url } })]);
  await one.measure(3_000);
  const floor = await setting.start("./floor-postgres.ts", { db, ...(await storedBytes(db)) });
  // Beside the other node on a database of their own: that one owns all of its.
  const apart = databaseUrl(server, "two");
  await asked(db, "CREATE DATABASE two ENCODING 'UTF8' TEMPLATE template0");
  const two = await loaded([await node(setting, { db: apart }), await node(setting, { db: apart })]);
  // Each of them gets half of the work, and needs as much until its code is compiled.
  await two.measure(6_000);
  const bare = { client: connect(floor.url, clients), start: one.start };
  await measure([bare.client], bare.start, 2_000);
  const floors: LoopResult[] = [];
  const ones: LoopResult[] = [];
  const twos: LoopResult[] = [];
  for (let round = 0; round < rounds; round++) {
    floors.push(await measure([bare.client], bare.start, 1_000));
    ones.push(await one.measure(1_000));
    twos.push(await two.measure(1_000));
  }
  const tasks = await measureTasks(one.clients[0]);
  await bare.client.close();
  await Promise.all([one.stop(), two.stop(), floor.stop()]);
  return { ones, twos, floors, tasks };
}

/** Nodes with their share of the clients each. */
async function loaded(nodes: readonly [BenchProcess, ...BenchProcess[]]) {
  const connected = nodes.map(({ url }) => connect(url, clients + 1)) as [Client, ...Client[]];
  const stateMachineArn = await createMachine(connected[0], { name: "W1", definition });
  const start = JSON.stringify({ stateMachineArn, input });
  return {
    clients: connected,
    start,
    measure: (forMs: number): Promise<LoopResult> => measure(connected, start, forMs),
    async stop(): Promise<void> {
      await Promise.all(connected.map((client) => client.close()));
      await Promise.all(nodes.map((each) => each.stop()));
    },
  };
}

function measure(given: readonly [Client, ...Client[]], start: string, measureMs: number): Promise<LoopResult> {
  let turn = 0;
  const task = (): Promise<void> => startAndLearn(given[(turn += 1) % given.length] ?? given[0], start);
  return closedLoop({ clients, measureMs, task });
}

/** Ten tasks one after the other. */
async function measureTasks(client: Client): Promise<readonly LoopResult[]> {
  const { body, ends } = await startOf(client, "W2", { Resource: trivialArn });
  const task = (): Promise<void> => startAndAwait(client, body, ends);
  const results: LoopResult[] = [];
  for (let round = 0; round < 3; round++)
    results.push(await closedLoop({ clients, warmUpMs: 1_000, measureMs: 2_000, task }));
  ends.stop();
  return results;
}

interface NodeOptions {
  readonly db: string;
  readonly functions?: Readonly<Record<string, string>>;
}

/** A node that has taken up what is free. */
async function node(setting: Setting, options: NodeOptions): Promise<BenchProcess> {
  const started = await setting.startPawl(options);
  await untilReady(started);
  return started;
}

async function untilReady({ url }: BenchProcess): Promise<void> {
  while ((await fetch(`${url}/ready`)).status !== 200) await pass(5);
}

/** The bytes that Pawl has stored for its newest execution, for the floor to store as much. */
async function storedBytes(db: string): Promise<Omit<PostgresFloorOptions, "db">> {
  const [record = {}] = await asked(db, "SELECT * FROM pawl.execution ORDER BY started_at DESC LIMIT 1");
  const events = "SELECT events FROM pawl.journal WHERE partition = $1 AND execution_id = $2";
  const rows = await asked(db, events, [record["partition"], record["id"]]);
  if (rows.length !== 1) throw new Error(`An execution of W1 takes ${rows.length} commits, the floor one.`);
  const cells = Object.entries(record).filter(([name, cell]) => name !== "key" && cell !== null && cell !== 0);
  return { record: cells.map(([, cell]) => String(cell)).join(""), events: String(rows[0]?.events) };
}

type Row = Readonly<Record<string, unknown>>;

async function asked(db: string, statement: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
  const postgres = new Postgres({ connectionString: db });
  await postgres.connect();
  try {
    return (await postgres.query<Row>(statement, [...values])).rows;
  } finally {
    await postgres.end();
  }
}

/** Kills one of two nodes while calls are in flight: milliseconds to the first of them that the other makes again. */
async function resumedMs(setting: Setting, db: string): Promise<number> {
  const calls = new Map<string, number>();
  const again = Promise.withResolvers<void>();
  const all = Promise.withResolvers<void>();
  // Nothing is answered.
  const silent = createServer((request) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const key = Buffer.concat(chunks).toString();
      const count = (calls.get(key) ?? 0) + 1;
      calls.set(key, count);
      if (count > 1) again.resolve();
      if (calls.size === inFlight) all.resolve();
    });
  });
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const functions = { silent: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/` };
  const [doomed, other] = [await node(setting, { db, functions }), await node(setting, { db, functions })];
  // Partitions go to the newcomer.
  await pass(2_000);
  const client = connect(other.url, 1);
  const task = { Type: "Task", Resource: `${functionArn}silent`, End: true };
  const stateMachineArn = await createMachine(client, {
    name: "silent",
    definition: { StartAt: "T", States: { T: task } },
  });
  const doomedClient = connect(doomed.url, 1);
  for (let each = 0; each < inFlight; each++) {
    const start = { stateMachineArn, input: JSON.stringify({ each }) };
    await (each % 2 === 0 ? client : doomedClient).call("StartExecution", start);
  }
  await all.promise;
  await doomedClient.close();
  await doomed.kill();
  const killedAt = performance.now();
  await again.promise;
  const ms = performance.now() - killedAt;
  const { executions } = await client.call("ListExecutions", { stateMachineArn, statusFilter: "RUNNING" });
  for (const { executionArn } of executions as readonly { executionArn: string }[])
    await client.call("StopExecution", { executionArn });
  await client.close();
  await other.stop();
  silent.closeAllConnections();
  silent.close();
  return ms;
}

interface Starts {
  readonly perSecond: number;
  /** Milliseconds from the start of a process to its first answer, and until it is ready. */
  readonly answered: number;
  readonly ready: number;
  readonly answeredAfterKill: number;
}

async function measureStarts(setting: Setting, db: string): Promise<Starts> {
  const sleeping = { StartAt: "Sleep", States: { Sleep: { Type: "Wait", Seconds: 36_000, End: true } } };
  const first = await node(setting, { db });
  const client = connect(first.url, clients);
  const stateMachineArn = await createMachine(client, { name: "parked", definition: sleeping });
  const start = JSON.stringify({ stateMachineArn, input });
  let left = parked;
  const beganAt = performance.now();
  const worker = async (): Promise<void> => {
    while (left-- > 0) await client.send("StartExecution", start);
  };
  await Promise.all(Array.from({ length: clients }, worker));
  const perSecond = (parked / (performance.now() - beganAt)) * 1000;
  await client.close();
  await first.stop();
  const times: { answered: number; ready: number }[] = [];
  let last: BenchProcess | undefined;
  for (let restart = 0; restart < 3; restart++) {
    await last?.stop();
    const { answered, ready, pawl } = await startedAndAsked(setting, db, stateMachineArn);
    times.push({ answered, ready });
    last = pawl;
  }
  await last?.kill();
  const afterKill = await startedAndAsked(setting, db, stateMachineArn);
  await afterKill.pawl.stop();
  return {
    perSecond,
    answered: median(times.map(({ answered }) => answered)),
    ready: median(times.map(({ ready }) => ready)),
    answeredAfterKill: afterKill.answered,
  };
}

async function startedAndAsked(setting: Setting, db: string, stateMachineArn: string) {
  const beganAt = performance.now();
  const pawl = await setting.startPawl({ db });
  const client = connect(pawl.url, 1);
  const listing = { stateMachineArn, statusFilter: "RUNNING", maxResults: 10 };
  const { executions } = await client.call("ListExecutions", listing);
  const answered = performance.now() - beganAt;
  if ((executions as readonly unknown[]).length !== 10) throw new Error("Parked executions are not there.");
  await untilReady(pawl);
  const ready = performance.now() - beganAt;
  await client.close();
  return { answered, ready, pawl };
}

interface Measured extends Throughput {
  readonly resumed: readonly number[];
  readonly starts: Starts;
}

function reportOf({ ones, twos, floors, tasks, resumed, starts }: Measured): Report {
  const one = medianOf(ones, "perSecond");
  const two = medianOf(twos, "perSecond");
  const over = (results: readonly LoopResult[], others: readonly LoopResult[]): number =>
    median(results.map((result, i) => result.perSecond / (others[i]?.perSecond ?? Number.NaN)));
  const [share, twoOverOne] = [over(ones, floors), over(twos, ones)];
  const longest = Math.max(...resumed);
  return {
    id: "cluster",
    title: `nodes on one PostgreSQL, ${clients} clients`,
    method: `PostgreSQL as it comes, with its defaults, on the same processors. The executions of W1 on one node, by turns with a bare
server that appends the same bytes to PostgreSQL, all that waits in one statement, and with two nodes, half of the clients at each; and ten tasks
of W2 on one node. Then one of two nodes is killed ${kills} times, with ${inFlight} calls in flight, and the time is taken to the first of them that the other makes
again. Last, ${rounded(parked)} executions are parked in a Wait state, and nodes are started on them, after an orderly stop and after a kill.`,
    profile: `Most of the time is PostgreSQL's: the rows and their indexes, and the write-ahead log. A transaction costs it more than a row, so that
two nodes, which make two where one makes one, do less on the same processors. A lease of 4 s and eight beats in it are
what a death costs in time; a start reads of parked executions nothing but the next wake-up of each partition.`,
    figures: [
      { what: "one node: executions/s", value: rounded(one), aim: atLeast(1_500, one) },
      { what: "one node: latency p50 / p99 ms", value: pair(ones) },
      { what: "floor: executions/s", value: rounded(medianOf(floors, "perSecond")) },
      { what: "floor: latency p50 / p99 ms", value: pair(floors) },
      { what: "share of the floor", value: rounded(share, 2), aim: atLeast(0.5, share, 1) },
      { what: "two nodes: executions/s", value: rounded(two) },
      { what: "two nodes: latency p50 / p99 ms", value: pair(twos) },
      { what: "two nodes over one", value: rounded(twoOverOne, 2), aim: atLeast(0.9, twoOverOne, 1) },
      { what: "ten tasks in turn: steps/s", value: rounded(steps * medianOf(tasks, "perSecond")) },
      { what: "kill to the first resumed effect, longest, ms", value: rounded(longest), aim: atMost(5_000, longest) },
      { what: "starts/s while parking", value: rounded(starts.perSecond) },
      { what: "parked: ms from start to answer", value: rounded(starts.answered), aim: atMost(1_000, starts.answered) },
      { what: "parked: ms from start to ready", value: rounded(starts.ready), aim: atMost(1_000, starts.ready) },
      {
        what: "parked, after a kill: ms from start to answer",
        value: rounded(starts.answeredAfterKill),
        aim: atMost(1_000, starts.answeredAfterKill),
      },
    ],
  };
}

function pair(results: readonly LoopResult[]): string {
  return `${rounded(medianOf(results, "p50Ms"), 1)} / ${rounded(medianOf(results, "p99Ms"), 1)}`;
}
