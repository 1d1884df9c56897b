// W3: StartSyncExecution of three states, beside a bare server that answers as much and does nothing.
import { type Client, connect, createMachine } from "./client.ts";
import { closedLoop, type LoopResult, medianOf } from "./closed-loop.ts";
import type { FloorOptions } from "./floor.ts";
import { atLeast, atMost, type Report, rounded } from "./report.ts";
import type { Setting } from "./setting.ts";
import { input } from "./w1-start-to-finish.ts";

const rounds = 4;
const many = 32;

export const syncDefinition = {
  StartAt: "Prepare",
  States: {
    Prepare: { Type: "Pass", Next: "Choose" },
    Choose: { Type: "Choice", Choices: [{ Variable: "$.v", NumericGreaterThan: 0, Next: "Done" }], Default: "Done" },
    Done: { Type: "Succeed" },
  },
};

export async function synchronous(setting: Setting): Promise<Report> {
  const pawl = await setting.startPawl({ db: setting.file("pawl.db") });
  const client = connect(pawl.url, many);
  const stateMachineArn = await createMachine(client, { name: "W3", type: "EXPRESS", definition: syncDefinition });
  const body = JSON.stringify({ stateMachineArn, input });
  const plain = JSON.stringify(await run(client, body));
  const options: FloorOptions = { db: setting.file("floor.db"), record: "", events: "", plain };
  const bare = await setting.start("./floor.ts", options);
  const bareClient = connect(bare.url, many);

  const subjects = { pawl: client, bare: bareClient };
  const measure = (name: keyof typeof subjects, clients: number): Promise<LoopResult> => {
    const process = name === "pawl" ? pawl : bare;
    const cpuMs = async (): Promise<number> => (await process.usage()).cpuMs;
    return closedLoop({ clients, warmUpMs: 500, measureMs: 1_000, cpuMs, task: () => run(subjects[name], body) });
  };
  const results = { one: [] as LoopResult[], many: [] as LoopResult[] };
  const bares = { one: [] as LoopResult[], many: [] as LoopResult[] };
  for (let round = 0; round < rounds; round++) {
    bares.one.push(await measure("bare", 1));
    results.one.push(await measure("pawl", 1));
    bares.many.push(await measure("bare", many));
    results.many.push(await measure("pawl", many));
  }
  await client.close();
  await bareClient.close();

  const p50 = medianOf(results.one, "p50Ms");
  const perSecond = medianOf(results.many, "perSecond");
  const bareP50 = medianOf(bares.one, "p50Ms");
  const barePerSecond = medianOf(bares.many, "perSecond");
  const share = perSecond / barePerSecond;
  const p99 = medianOf(results.many, "p99Ms");
  return {
    id: "W3",
    title: "StartSyncExecution of three states",
    method: `Pass, Choice, Succeed in an Express machine. The bare server beside it answers the same bytes and does nothing.`,
    profile: `The history is written behind, a batch every 10 ms that waits for no disk. The API is 18 % of the server's busy time,
storing the history 12 %, deciding 13 %, writing to sockets 10 %: answers of one turn of the event loop leave together. The slowest
hundredth waits for a collection of garbage, or for the rows of a batch, some milliseconds each: less garbage is what is next.`,
    figures: [
      { what: "1 client: p50 ms", value: rounded(p50, 2), aim: atMost(1.5, p50, 1) },
      { what: "1 client: p99 ms", value: rounded(medianOf(results.one, "p99Ms"), 2) },
      { what: "1 client: requests/s", value: rounded(medianOf(results.one, "perSecond")) },
      { what: "1 client: p50 over the bare server", value: rounded(p50 / bareP50, 2) },
      { what: `${many} clients: p50 ms`, value: rounded(medianOf(results.many, "p50Ms"), 2) },
      { what: `${many} clients: p99 ms`, value: rounded(p99, 2), aim: atMost(4, p99) },
      { what: `${many} clients: requests/s`, value: rounded(perSecond), aim: atLeast(1_500, perSecond) },
      { what: `${many} clients: server CPU ms per request`, value: rounded(medianOf(results.many, "cpuMsEach"), 3) },
      { what: "bare server: requests/s", value: rounded(barePerSecond) },
      { what: "share of the bare server", value: rounded(share, 2), aim: atLeast(0.4, share, 1) },
    ],
  };
}

export async function run(client: Client, body: string): Promise<unknown> {
  const answer = await client.send("StartSyncExecution", body);
  if (answer["status"] !== "SUCCEEDED") throw new Error(`An execution ended as ${String(answer["status"])}.`);
  return answer;
}
