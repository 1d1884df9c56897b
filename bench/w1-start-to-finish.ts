// W1: executions of five states from their start to the knowledge of their end, beside the floor. A client starts one,
// then asks DescribeExecution until it has ended.
import { DatabaseSync } from "node:sqlite";
import { type Client, connect, createMachine } from "./client.ts";
import { closedLoop, type LoopResult, median, medianOf } from "./closed-loop.ts";
import type { FloorOptions } from "./floor.ts";
import type { BenchProcess } from "./process.ts";
import { atLeast, atMost, type Report, rounded } from "./report.ts";
import type { Setting } from "./setting.ts";

const clients = 64;
/** Short rounds, the floor and Pawl by turns: what else the machine does meets both. */
const rounds = 8;
const transitions = 5;

export const definition = {
  StartAt: "Prepare",
  States: {
    Prepare: { Type: "Pass", Next: "Choose" },
    Choose: {
      Type: "Choice",
      Choices: [{ Variable: "$.v", NumericGreaterThan: 0, Next: "Mark" }],
      Default: "Mark",
    },
    Mark: { Type: "Pass", Result: { done: true }, ResultPath: "$.mark", Next: "Pause" },
    Pause: { Type: "Wait", Seconds: 0, Next: "Done" },
    Done: { Type: "Succeed" },
  },
};

/** About 300 bytes. */
export const input = JSON.stringify({
  v: 1,
  order: "A-10042",
  customer: { name: "Ada Lovelace", mail: "ada@example.com" },
  items: [
    { sku: "engine-7", quantity: 2, price: 1299.5 },
    { sku: "punch-card", quantity: 400, price: 0.25 },
  ],
  note: "Deliver to the back door, ring twice and leave the parcel with the neighbour if nobody answers in time.",
});

interface Subject {
  readonly task: () => Promise<void>;
  readonly cpuMs: () => Promise<number>;
  close(): Promise<void>;
}

export async function startToFinish(setting: Setting): Promise<Report> {
  const db = setting.file("pawl.db");
  const pawl = await subjectOf(await setting.startPawl({ db }));
  const sealed = await subjectOf(await setting.startPawl({ db: setting.file("sealed.db"), isEncrypted: true }));
  await closedLoop({ clients, measureMs: 2_000, task: pawl.task });
  const floor = await subjectOf(
    await setting.start("./floor.ts", { db: setting.file("floor.db"), ...storedBytes(db) }),
    false,
  );
  for (const { task } of [sealed, floor]) await closedLoop({ clients, measureMs: 2_000, task });

  const results: Results = { pawl: [], sealed: [], floor: [] };
  for (let round = 0; round < rounds; round++) {
    for (const [name, { task, cpuMs }] of [
      ["floor", floor],
      ["pawl", pawl],
      ["sealed", sealed],
    ] as const) {
      results[name].push(await closedLoop({ clients, measureMs: 1_000, cpuMs, task }));
    }
  }
  await Promise.all([pawl, sealed, floor].map((subject) => subject.close()));
  return reportOf(results);
}

/** @param hasMachines whether a machine has to be created in it. */
async function subjectOf(process: BenchProcess, hasMachines = true): Promise<Subject> {
  const client = connect(process.url, clients);
  const stateMachineArn = hasMachines ? await createMachine(client, { name: "W1", definition }) : "floor";
  const start = JSON.stringify({ stateMachineArn, input });
  return {
    task: () => startAndLearn(client, start),
    cpuMs: async () => (await process.usage()).cpuMs,
    close: () => client.close(),
  };
}

export async function startAndLearn(client: Client, start: string): Promise<void> {
  const { executionArn } = await client.send("StartExecution", start);
  const describe = JSON.stringify({ executionArn });
  for (;;) {
    const { status } = await client.send("DescribeExecution", describe);
    if (status === "SUCCEEDED") return;
    if (status !== "RUNNING") throw new Error(`An execution ended as ${String(status)}.`);
  }
}

/** The bytes that Pawl has stored for its newest execution, for the floor to store as much. */
function storedBytes(db: string): Omit<FloorOptions, "db"> {
  const database = new DatabaseSync(db, { readOnly: true });
  const record = database.prepare("SELECT * FROM execution ORDER BY id DESC LIMIT 1").get() ?? {};
  const rows = database.prepare("SELECT events FROM journal WHERE execution_id = ?").all(record["id"] ?? 0);
  database.close();
  if (rows.length !== 1) throw new Error(`An execution of W1 takes ${rows.length} commits, the floor one.`);
  const cells = Object.entries(record).filter(([name, cell]) => name !== "key" && cell !== null && cell !== 0);
  return { record: cells.map(([, cell]) => String(cell)).join(""), events: String(rows[0]?.["events"]), plain: "{}" };
}

type Results = Readonly<Record<"pawl" | "sealed" | "floor", LoopResult[]>>;

function reportOf({ pawl, sealed, floor }: Results): Report {
  const perSecond = medianOf(pawl, "perSecond");
  const over = (results: readonly LoopResult[], figure: "perSecond" | "cpuMsEach"): number =>
    median(results.map((result, i) => result[figure] / (floor[i]?.[figure] ?? Number.NaN)));
  const share = over(pawl, "perSecond");
  const cpuOver = over(pawl, "cpuMsEach");
  const sealedShare = over(sealed, "perSecond");
  return {
    id: "W1",
    title: `five states from start to finish, ${clients} clients`,
    method: `Pass, Choice, Pass, Wait of no seconds, Succeed, with an input of about 300 bytes. A client starts an execution and learns
of its end: it asks DescribeExecution until it has ended, then starts the next. Each execution is one commit of twelve events, which is
also what the floor appends.`,
    profile: `What the floor does as well (sockets, HTTP, Node's streams, commits) is under half of the server's busy time. Of the rest the
API (JSON, the checks of input, answers) is 15 %, the decision of the five states 13 %, the turn 10 %, collecting garbage 9 %, encoding
the events 7 %: [the table of costs](#costs-where-the-processor-time-goes). What was just written is described from memory. Where the
processor time is above its aim, no part stands out any more: fewer promises in a request, and answers of prepared parts, are what is next.`,
    figures: [
      { what: "executions/s", value: rounded(perSecond), aim: atLeast(1_560, perSecond) },
      { what: "transitions/s", value: rounded(perSecond * transitions) },
      { what: "latency p50 / p99 ms", value: pair(pawl) },
      { what: "server CPU ms per execution", value: rounded(medianOf(pawl, "cpuMsEach"), 3) },
      { what: "floor: executions/s", value: rounded(medianOf(floor, "perSecond")) },
      { what: "floor: latency p50 / p99 ms", value: pair(floor) },
      { what: "floor: server CPU ms per execution", value: rounded(medianOf(floor, "cpuMsEach"), 3) },
      { what: "server CPU over the floor's", value: rounded(cpuOver, 2), aim: atMost(1.5, cpuOver, 1) },
      { what: "share of the floor", value: rounded(share, 2), aim: atLeast(0.75, share, 2) },
      { what: "with encryption: executions/s", value: rounded(medianOf(sealed, "perSecond")) },
      {
        what: "with encryption: share of the floor",
        value: rounded(sealedShare, 2),
        aim: atLeast(0.6, sealedShare, 1),
      },
    ],
  };
}

function pair(results: readonly LoopResult[]): string {
  return `${rounded(medianOf(results, "p50Ms"), 1)} / ${rounded(medianOf(results, "p99Ms"), 1)}`;
}
