// W8: distributed Maps at size, from a CSV file in a local folder to result files beside it: with batches to Express children
// and one item each to Standard children, undisturbed and with a kill in the middle; and what another client sees meanwhile.
import { createWriteStream, mkdirSync } from "node:fs";
import { once } from "node:events";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, connect, createMachine } from "./client.ts";
import type { BenchProcess } from "./process.ts";
import { atLeast, atMost, type Figure, type Report, rounded } from "./report.ts";
import type { Setting } from "./setting.ts";

const pollMs = 100;
const probeMs = 20;

interface Load {
  readonly name: string;
  readonly rows: number;
  readonly childType: "STANDARD" | "EXPRESS";
  readonly batch: number | undefined;
}

const loads = {
  batches: { name: "batches", rows: 1_000_000, childType: "EXPRESS", batch: 100 },
  single: { name: "single", rows: 100_000, childType: "STANDARD", batch: undefined },
} as const satisfies Readonly<Record<string, Load>>;

export async function mapRuns(setting: Setting): Promise<Report> {
  const batches = await measure(setting, loads.batches);
  const single = await measure(setting, loads.single);
  const seconds = (ms: number): string => rounded(ms / 1000, 1);
  const perSecond = loads.single.rows / (single.calm.ms / 1000);
  const megabytes = batches.calm.peakBytes / 2 ** 20;
  const p99 = Math.max(batches.calm.p99, single.calm.p99);
  const figures: readonly Figure[] = [
    { what: "1,000,000 rows in batches: s", value: seconds(batches.calm.ms), aim: atMost(60, batches.calm.ms / 1000) },
    { what: "  items/s", value: rounded(loads.batches.rows / (batches.calm.ms / 1000)) },
    { what: "  peak resident MB", value: rounded(megabytes), aim: atMost(300, megabytes) },
    { what: "  s, with a kill in the middle", value: seconds(batches.killed.ms) },
    { what: "100,000 Standard children: s", value: seconds(single.calm.ms) },
    { what: "  items/s", value: rounded(perSecond), aim: atLeast(2_000, perSecond) },
    { what: "  peak resident MB", value: rounded(single.calm.peakBytes / 2 ** 20) },
    { what: "  s, with a kill in the middle", value: seconds(single.killed.ms) },
    { what: "other executions meanwhile, p99 ms", value: rounded(p99, 1), aim: atMost(50, p99, 1) },
  ];
  return {
    id: "W8",
    title: "distributed Maps from a CSV file to result files",
    method: `The file lies in a local folder and has about 100 bytes a row. The time is from StartExecution to the DescribeExecution that tells
the end, result files written. A kill comes when half of the items have succeeded; the time goes on through it, and afterwards every item
has succeeded once. Meanwhile another client starts an execution of one Pass every ${probeMs} ms and asks for its end.`,
    profile: `Children begin 150 at a time, so that a client waits for one commit of them and not for thousands. What is in memory is what
runs and what is being written, whatever the file has.`,
    figures,
  };
}

interface Measured {
  readonly ms: number;
  readonly peakBytes: number;
  readonly p99: number;
}

async function measure(setting: Setting, load: Load) {
  const folder = setting.file(load.name);
  mkdirSync(folder);
  await writeRows(`${folder}/rows.csv`, load.rows);
  return { calm: await run(setting, load, folder, false), killed: await run(setting, load, folder, true) };
}

async function writeRows(path: string, rows: number): Promise<void> {
  const file = createWriteStream(path);
  file.write("id,name,city,amount,comment\n");
  for (let row = 0; row < rows; row++) {
    const text = `${row},name ${row},city ${row % 1000},${row % 997}.25,a comment that makes the row about a hundred bytes long ${row}\n`;
    if (!file.write(text)) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
}

function definitionOf({ childType, batch }: Load): object {
  return {
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        ItemReader: {
          Resource: "arn:aws:states:::s3:getObject",
          ReaderConfig: { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" },
          Parameters: { Bucket: "data", Key: "rows.csv" },
        },
        ...(batch === undefined ? {} : { ItemBatcher: { MaxItemsPerBatch: batch } }),
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: childType },
          StartAt: "Keep",
          States: { Keep: { Type: "Pass", End: true } },
        },
        ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "data", Prefix: "results" } },
        End: true,
      },
    },
  };
}

async function run(setting: Setting, load: Load, folder: string, isKilled: boolean): Promise<Measured> {
  const options = { db: setting.file(`${load.name}-${isKilled}.db`), buckets: { data: folder } };
  let pawl: BenchProcess = await setting.startPawl(options);
  let client = connect(pawl.url, 4);
  const stateMachineArn = await createMachine(client, { name: "W8", definition: definitionOf(load) });
  const passing = { StartAt: "Done", States: { Done: { Type: "Pass", End: true } } };
  const otherArn = await createMachine(client, { name: "other", definition: passing });
  const beganAt = performance.now();
  const { executionArn } = await client.call("StartExecution", { stateMachineArn, input: "{}" });
  const ended = new AbortController();
  const probing = isKilled ? Promise.resolve([]) : probe(client, otherArn, ended.signal);
  if (isKilled) {
    while ((await succeeded(client, executionArn)) < load.rows / 2) await sleep(pollMs);
    await client.close();
    await pawl.kill();
    pawl = await setting.startPawl(options);
    client = connect(pawl.url, 4);
  }
  for (;;) {
    const { status, cause } = await client.call("DescribeExecution", { executionArn });
    if (status === "SUCCEEDED") break;
    if (status !== "RUNNING") throw new Error(`The execution ended as ${String(status)}: ${String(cause)}`);
    await sleep(pollMs);
  }
  const ms = performance.now() - beganAt;
  ended.abort();
  const latencies = (await probing).toSorted((a, b) => a - b);
  const done = await succeeded(client, executionArn);
  if (done !== load.rows) throw new Error(`${done} of ${load.rows} items have succeeded.`);
  const { peakResidentBytes: peakBytes } = await pawl.usage();
  await client.close();
  await pawl.stop();
  return { ms, peakBytes, p99: latencies[Math.floor(latencies.length * 0.99)] ?? 0 };
}

async function succeeded(client: Client, executionArn: unknown): Promise<number> {
  const { mapRuns } = (await client.call("ListMapRuns", { executionArn })) as { mapRuns: { mapRunArn: string }[] };
  const [mapRun] = mapRuns;
  if (mapRun === undefined) return 0;
  const { itemCounts } = await client.call("DescribeMapRun", { mapRunArn: mapRun.mapRunArn });
  return (itemCounts as { succeeded: number }).succeeded;
}

/** Milliseconds from the start of an execution to the answer that it has ended, again and again. */
async function probe(client: Client, stateMachineArn: string, signal: AbortSignal): Promise<readonly number[]> {
  const latencies: number[] = [];
  while (!signal.aborted) {
    const beganAt = performance.now();
    const { executionArn } = await client.call("StartExecution", { stateMachineArn, input: "{}" });
    while ((await client.call("DescribeExecution", { executionArn }))["status"] === "RUNNING") await sleep(1);
    latencies.push(performance.now() - beganAt);
    await sleep(probeMs);
  }
  return latencies;
}
