// W2: ten tasks one after the other, each a call of a trivial local HTTP function, beside a bare loop of the same calls; and
// with many clients the same as messages to a trivial SQS.
// With one client the time of an execution is the server's own, from its startDate to its stopDate. With many, their
// ends are learned together: one ListExecutions of what still runs, every few milliseconds. Many come first: a commit is
// quicker when the write-ahead log has been round once and its file need not grow.
import { writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import { childrenOf } from "./children.ts";
import { type Client, connect, createMachine } from "./client.ts";
import { closedLoop, type LoopResult, median, medianOf } from "./closed-loop.ts";
import { atLeast, atMost, type Report, rounded } from "./report.ts";
import type { Setting } from "./setting.ts";
import { input } from "./w1-start-to-finish.ts";

const rounds = 5;
const many = 64;
export const steps = 10;
const pollMs = 10;
export const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:trivial";

/** Ten times the task. */
const inTurn = (task: object): object => ({
  StartAt: "Step0",
  States: Object.fromEntries(
    Array.from({ length: steps }, (_, i) => [
      `Step${i}`,
      {
        Type: "Task",
        ...task,
        ResultPath: "$.answer",
        ...(i === steps - 1 ? { End: true } : { Next: `Step${i + 1}` }),
      },
    ]),
  ),
});
const message = { MessageBody: "work", QueueUrl: "http://127.0.0.1/123456789012/queue" };

export async function tasks(setting: Setting): Promise<Report> {
  const [trivial, queue] = await Promise.all(
    ["./function-process.ts", "./queue-process.ts"].map((module) => setting.start(module, {})),
  );
  const services = { sqs: queue?.url ?? "" };
  const functions = { trivial: trivial?.url ?? "" };
  const pawl = await setting.startPawl({ db: setting.file("pawl.db"), functions, services });
  const client = connect(pawl.url, many + 1);
  const starts = await Promise.all([
    startOf(client, "W2", { Resource: functionArn }),
    startOf(client, "W2-sqs", { Resource: "arn:aws:states:::aws-sdk:sqs:sendMessage", Parameters: message }),
  ]);
  const pool = new Pool(functions.trivial, { connections: many, pipelining: 1 });

  const bare = (clients: number): Promise<LoopResult> =>
    closedLoop({ clients, warmUpMs: 500, measureMs: 1_000, task: () => callInTurn(pool) });
  const cpuMs = async (): Promise<number> => (await pawl.usage()).cpuMs;
  const measure = async ({ body, ends }: Start): Promise<LoopResult> =>
    closedLoop({
      clients: many,
      warmUpMs: 500,
      measureMs: 2_000,
      cpuMs,
      task: () => startAndAwait(client, body, ends),
    });
  const [toFunctions, toQueue] = starts;
  const measured: Measured = { ones: [], results: [], messages: [], bares: { one: [], many: [] }, commits: [] };
  for (let round = 0; round < rounds; round++) {
    measured.bares.many.push(await bare(many));
    measured.results.push(await measure(toFunctions));
    measured.messages.push(await measure(toQueue));
    measured.bares.one.push(await bare(1));
    measured.commits.push(bareCommitMs(setting.file(`commits-${round}.db`)));
    measured.ones.push(await meanDurationMs(client, toFunctions.body, 2_000));
  }
  for (const { ends } of starts) ends.stop();
  await client.close();
  await pool.destroy();
  return reportOf({ ...measured, modules: await measureModules(setting) });
}

interface Start {
  /** The request of StartExecution. */
  readonly body: string;
  readonly ends: Ends;
}

export async function startOf(client: Client, name: string, task: object): Promise<Start> {
  const stateMachineArn = await createMachine(client, { name, definition: inTurn(task) });
  return { body: JSON.stringify({ stateMachineArn, input }), ends: watchEnds(client, stateMachineArn) };
}

interface ModuleMeasures {
  readonly ones: readonly number[];
  readonly results: readonly LoopResult[];
  /** The processes of the function after all that, and what one has of memory: all that is mapped, and its own part of it. */
  readonly processes: number;
  readonly residentMb: number;
  readonly ownMb: number;
}

/** The same executions with a function that is a module of Pawl's own Node.js processes. */
async function measureModules(setting: Setting): Promise<ModuleMeasures> {
  const module = setting.file("trivial.mjs");
  writeFileSync(module, "export const handler = async () => ({ ok: true });\n");
  const pawl = await setting.startPawl({ db: setting.file("modules.db"), functions: { trivial: module } });
  const client = connect(pawl.url, many + 1);
  const { body, ends } = await startOf(client, "W2", { Resource: functionArn });
  const ones: number[] = [];
  const results: LoopResult[] = [];
  const task = (): Promise<void> => startAndAwait(client, body, ends);
  const cpuMs = async (): Promise<number> => (await pawl.usage()).cpuMs;
  for (let round = 0; round < rounds; round++) {
    results.push(await closedLoop({ clients: many, warmUpMs: 500, measureMs: 2_000, cpuMs, task }));
    ones.push(await meanDurationMs(client, body, 1_000));
  }
  ends.stop();
  const processes = childrenOf(pawl.pid).filter(({ command }) => command.includes("node-runtime"));
  const mean = (figure: "residentMb" | "ownMb"): number =>
    processes.reduce((sum, each) => sum + each[figure], 0) / processes.length;
  await client.close();
  return { ones, results, processes: processes.length, residentMb: mean("residentMb"), ownMb: mean("ownMb") };
}

async function callInTurn(functions: Pool): Promise<void> {
  for (let step = 0; step < steps; step++) {
    const { body } = await functions.request({
      path: "/",
      method: "POST",
      headers: { "content-type": "application/json" },
      body: input,
    });
    await body.text();
  }
}

/** The time between start and stop of executions that run alone, milliseconds. */
async function meanDurationMs(client: Client, start: string, measureMs: number): Promise<number> {
  const durations: number[] = [];
  for (const end = performance.now() + measureMs; performance.now() < end;) {
    const { executionArn } = await client.send("StartExecution", start);
    let answer: Awaited<ReturnType<Client["send"]>>;
    do {
      await sleep(pollMs);
      answer = await client.call("DescribeExecution", { executionArn });
    } while (answer["status"] === "RUNNING");
    if (answer["status"] !== "SUCCEEDED") throw new Error(`An execution ended as ${String(answer["cause"])}.`);
    durations.push((Number(answer["stopDate"]) - Number(answer["startDate"])) * 1000);
  }
  return durations.reduce((sum, duration) => sum + duration, 0) / durations.length;
}

/** The mean time of a durable commit of as much as a step stores, milliseconds. */
function bareCommitMs(file: string): number {
  const count = 500;
  const database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE journal (events TEXT NOT NULL)");
  const insert = database.prepare("INSERT INTO journal (events) VALUES (?)");
  const commit = (): number => {
    const beganAt = performance.now();
    for (let i = 0; i < count; i++) insert.run(input + input);
    return (performance.now() - beganAt) / count;
  };
  commit();
  database.exec("PRAGMA wal_checkpoint(RESTART)");
  const ms = commit();
  database.close();
  return ms;
}

interface Ends {
  /** Settles when the execution does not run any more. */
  of(executionArn: string): Promise<void>;
  stop(): void;
}

function watchEnds(client: Client, stateMachineArn: string): Ends {
  const waiting = new Map<string, () => void>();
  const body = JSON.stringify({ stateMachineArn, statusFilter: "RUNNING", maxResults: 1000 });
  const timer = setInterval(() => void look(), pollMs);
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking || waiting.size === 0) return;
    isLooking = true;
    const asked = [...waiting];
    const { executions } = await client.send("ListExecutions", body);
    const running = new Set(
      (executions as readonly { executionArn: string }[]).map(({ executionArn }) => executionArn),
    );
    for (const [executionArn, resolve] of asked) {
      if (running.has(executionArn)) continue;
      waiting.delete(executionArn);
      resolve();
    }
    isLooking = false;
  };
  return {
    of: (executionArn) => new Promise((resolve) => waiting.set(executionArn, resolve)),
    stop: () => clearInterval(timer),
  };
}

export async function startAndAwait(client: Client, start: string, ends: Ends): Promise<void> {
  const { executionArn } = await client.send("StartExecution", start);
  await ends.of(String(executionArn));
}

interface Measured {
  readonly ones: number[];
  readonly results: LoopResult[];
  /** The same with a service in the place of the function. */
  readonly messages: LoopResult[];
  readonly bares: Readonly<Record<"one" | "many", LoopResult[]>>;
  readonly commits: number[];
}

function reportOf({
  ones,
  results,
  messages,
  bares,
  commits,
  modules,
}: Measured & { readonly modules: ModuleMeasures }): Report {
  const overheads = ones.map((duration, i) => (duration - (bares.one[i]?.meanMs ?? Number.NaN)) / steps);
  const overhead = median(overheads);
  const withoutCommit = median(overheads.map((value, i) => value - (commits[i] ?? Number.NaN)));
  const perSecond = medianOf(results, "perSecond") * steps;
  const barePerSecond = medianOf(bares.many, "perSecond") * steps;
  const messagesPerSecond = medianOf(messages, "perSecond") * steps;
  const share = messagesPerSecond / perSecond;
  return {
    id: "W2",
    title: `${steps} tasks in turn, each a call of a local HTTP function`,
    method: `The overhead of a step is what an execution takes longer than a bare loop of the same calls, divided by ${steps}. With one
client an execution takes the time from its startDate to its stopDate; with ${many} clients the steps of all that end in a while are counted,
and one ListExecutions every ${pollMs} ms tells all clients which have ended. The same is done with a message to SQS in the place of the call:
a server that takes any, which Pawl calls as it calls AWS.`,
    profile: `Each step is durable before the next is called, so with one client the overhead is first of all a commit: the bare one beside
it is a single row. The rest is shared by sending the request, whose write wakes the other process, and by the turn itself. With many
clients one processor is the limit: a bare call costs its caller 20 microseconds, a step five times as much, of which the call is a fifth,
the commit a sixth, writing to sockets and deciding a tenth each. The share of the bare calls that is aimed at would need calls that are made
by another thread. A module is called over IPC, one call at a time in each of its processes: short calls are done by a few of them.`,
    figures: [
      { what: "1 client: ms per step", value: rounded(median(ones) / steps, 2) },
      { what: "1 client: ms per bare call", value: rounded(medianOf(bares.one, "meanMs") / steps, 2) },
      { what: "1 client: overhead ms per step", value: rounded(overhead, 2), aim: atMost(0.3, overhead, 1) },
      { what: "1 client: ms per bare commit", value: rounded(median(commits), 2) },
      { what: "1 client: overhead ms beyond the commit", value: rounded(withoutCommit, 2) },
      { what: `${many} clients: steps/s`, value: rounded(perSecond), aim: atLeast(2_000, perSecond) },
      { what: `${many} clients: bare calls/s`, value: rounded(barePerSecond) },
      {
        what: `${many} clients: share of the bare calls`,
        value: rounded(perSecond / barePerSecond, 2),
        aim: atLeast(0.4, perSecond / barePerSecond, 1),
      },
      { what: `${many} clients: server CPU ms per step`, value: rounded(medianOf(results, "cpuMsEach") / steps, 3) },
      { what: `${many} clients, aws-sdk:sqs: steps/s`, value: rounded(messagesPerSecond) },
      {
        what: `${many} clients, aws-sdk:sqs: share of the steps with functions`,
        value: rounded(share, 2),
        aim: atLeast(0.7, share, 1),
      },
      {
        what: `${many} clients, aws-sdk:sqs: server CPU ms per step`,
        value: rounded(medianOf(messages, "cpuMsEach") / steps, 3),
      },
      ...moduleFigures(modules),
    ],
  };
}

function moduleFigures({ ones, results, processes, residentMb, ownMb }: ModuleMeasures): Report["figures"] {
  const oneMs = median(ones) / steps;
  return [
    { what: "a module, 1 client: ms per step", value: rounded(oneMs, 2) },
    { what: "a module, 1 client: calls/s", value: rounded(1000 / oneMs) },
    { what: `a module, ${many} clients: calls/s`, value: rounded(medianOf(results, "perSecond") * steps) },
    {
      what: `a module, ${many} clients: server CPU ms per call`,
      value: rounded(medianOf(results, "cpuMsEach") / steps, 3),
    },
    { what: `a module, ${many} clients: its processes`, value: rounded(processes) },
    { what: "a module: resident MB of a process", value: rounded(residentMb) },
    { what: "a module: of that its own", value: rounded(ownMb) },
  ];
}
