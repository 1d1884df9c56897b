// W5: executions that sleep for an hour. The room that each takes on disk and in memory, and how long a process needs to its
// first answer with all of them in its file: after an orderly stop, and after being killed.
import { statSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { type Client, connect, createMachine } from "./client.ts";
import { median } from "./closed-loop.ts";
import type { BenchProcess, Usage } from "./process.ts";
import { atMost, type Report, rounded } from "./report.ts";
import type { Setting } from "./setting.ts";
import { input } from "./w1-start-to-finish.ts";

const parked = 100_000;
/** Executions that end at once: they bring the heap and the caches of the process to the size they work with. */
const warmUp = 60_000;
const clients = 64;
const restarts = 3;

const definition = {
  StartAt: "Sleep",
  States: { Sleep: { Type: "Wait", Seconds: 3600, Next: "Done" }, Done: { Type: "Succeed" } },
};
const passing = { StartAt: "Done", States: { Done: { Type: "Succeed" } } };

export async function parkedExecutions(setting: Setting): Promise<Report> {
  const db = setting.file("pawl.db");
  const pawl = await setting.startPawl({ db });
  const client = connect(pawl.url, clients);
  const stateMachineArn = await createMachine(client, { name: "W5", definition });
  const passingArn = await createMachine(client, { name: "warm-up", definition: passing });
  await startMany(client, JSON.stringify({ stateMachineArn: passingArn, input }), warmUp);

  const before = { ...(await pawl.settledUsage()), diskBytes: diskBytes(db) };
  const beganAt = performance.now();
  await startMany(client, JSON.stringify({ stateMachineArn, input }), parked);
  const perSecond = (parked / (performance.now() - beganAt)) * 1000;
  const after = { ...(await pawl.settledUsage()), diskBytes: diskBytes(db) };
  const disk = (after.diskBytes - before.diskBytes) / parked;
  await client.close();

  const kills = await restartedAndAsked(setting, db, stateMachineArn, pawl);
  const { answeredMs: orderlyMs, usage: restarted } = await startedAndAsked(setting, db, stateMachineArn);
  const fresh = await startedAndAsked(setting, setting.file("empty.db"), undefined);
  const killedMs = median(kills);
  const growth = (figure: keyof Usage, from: Usage, to: Usage): number => (to[figure] - from[figure]) / parked;
  const memory = growth("residentBytes", before, after);
  return {
    id: "W5",
    method: `The executions are started through the API, each durable before it is answered. Disk is what the file and its write-ahead log
grow by. Memory is what the process has more after them than before, both after collecting garbage and after ${rounded(warmUp)}
executions that ended at once, so that the sizes to which heap and caches grow with any work are not counted. Then the process is killed
and started again ${restarts} times, every execution is counted, and the time is taken from the start of a process to its first answer.`,
    profile: `Nothing in memory belongs to a parked execution: the heap does not grow with them, and a process that is started on the file has as
much memory as one on an empty file, but for the pages that it has read. What a process grows by under load are
pages that V8 keeps for the next burst of new objects, and \`--max-semi-space-size=16\`, which the project's scripts say, keeps them few. A start reads nothing of them but the time of the first wake-up; most of it is loading
the program.`,
    title: `${rounded(parked)} executions parked in a Wait state`,
    figures: [
      { what: "disk bytes each, file and log", value: rounded(disk), aim: atMost(1_536, disk) },
      { what: "resident bytes each", value: rounded(memory), aim: atMost(100, memory) },
      { what: "heap bytes each", value: rounded(growth("heapUsedBytes", before, after)) },
      {
        what: "resident bytes each in a new process",
        value: rounded(growth("residentBytes", fresh.usage, restarted)),
      },
      { what: "resident MB of the process that parked them", value: rounded(after.residentBytes / 2 ** 20) },
      { what: "resident MB of a new process", value: rounded(restarted.residentBytes / 2 ** 20) },
      { what: "starts/s while parking", value: rounded(perSecond) },
      {
        what: "killed and restarted: ms to the first answer",
        value: rounded(killedMs),
        aim: atMost(500, killedMs),
      },
      {
        what: "stopped and restarted: ms to the first answer",
        value: rounded(orderlyMs),
        aim: atMost(500, orderlyMs),
      },
      {
        what: "with an empty store: ms to the first answer",
        value: rounded(fresh.answeredMs),
        aim: atMost(200, fresh.answeredMs),
      },
    ],
  };
}

async function startMany(client: Client, start: string, count: number): Promise<void> {
  let left = count;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await client.send("StartExecution", start);
  };
  await Promise.all(Array.from({ length: clients }, worker));
}

/** Kills the process and starts another, some times over; the last is stopped in order. */
async function restartedAndAsked(
  setting: Setting,
  db: string,
  stateMachineArn: string,
  first: BenchProcess,
): Promise<readonly number[]> {
  const times: number[] = [];
  let running = first;
  for (let i = 0; i < restarts; i++) {
    await running.kill();
    const { answeredMs, pawl } = await startedAndAsked(setting, db, stateMachineArn);
    times.push(answeredMs);
    running = pawl;
  }
  await requireParked(running, stateMachineArn);
  await running.stop();
  return times;
}

async function startedAndAsked(
  setting: Setting,
  db: string,
  stateMachineArn: string | undefined,
): Promise<{ readonly answeredMs: number; readonly usage: Usage; readonly pawl: BenchProcess }> {
  const beganAt = performance.now();
  const pawl = await setting.startPawl({ db });
  const client = connect(pawl.url, 1);
  await (stateMachineArn === undefined
    ? client.call("ListStateMachines", {})
    : client.call("ListExecutions", { stateMachineArn, statusFilter: "RUNNING", maxResults: 10 }));
  const answeredMs = performance.now() - beganAt;
  await client.close();
  return { answeredMs, usage: await pawl.settledUsage(), pawl };
}

/** Every execution that was acknowledged is there and runs. */
async function requireParked(pawl: BenchProcess, stateMachineArn: string): Promise<void> {
  const client = connect(pawl.url, 1);
  let count = 0;
  for (let nextToken: unknown; ;) {
    const page = await client.call("ListExecutions", {
      stateMachineArn,
      statusFilter: "RUNNING",
      maxResults: 1000,
      nextToken,
    });
    count += (page["executions"] as readonly unknown[]).length;
    nextToken = page["nextToken"];
    if (nextToken === undefined) break;
  }
  await client.close();
  if (count !== parked) throw new Error(`${count} of ${parked} executions run after the restarts.`);
}

/** The file and its write-ahead log. */
function diskBytes(db: string): number {
  return statSync(db).size + (statSync(`${db}-wal`, { throwIfNoEntry: false })?.size ?? 0);
}
