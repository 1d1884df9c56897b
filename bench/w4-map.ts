// W4: an inline Map over 10,000 items with one Pass each. The time is what a client sees: from its StartExecution to the
// DescribeExecution that tells the end. The memory is the most that the server process ever had.
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, connect, createMachine } from "./client.ts";
import { median } from "./closed-loop.ts";
import { atMost, type Report, rounded } from "./report.ts";
import type { Setting } from "./setting.ts";

const length = 10_000;
const rounds = 5;
const pollMs = 5;

const definition = {
  StartAt: "Each",
  States: {
    Each: {
      Type: "Map",
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "Keep",
        States: { Keep: { Type: "Pass", End: true } },
      },
      End: true,
    },
  },
};

export async function map(setting: Setting): Promise<Report> {
  // AWS allows 25,000 events, too few for so many iterations of four events each.
  const pawl = await setting.startPawl({ db: setting.file("pawl.db"), limits: { maxHistoryEvents: 100_000 } });
  const client = connect(pawl.url, 1);
  const stateMachineArn = await createMachine(client, { name: "W4", definition });
  const input = JSON.stringify(Array.from({ length }, (_, i) => i));
  const idle = (await pawl.usage()).residentBytes;
  const times: number[] = [];
  const { cpuMs } = await pawl.usage();
  for (let round = 0; round < rounds; round++) times.push(await runMap(client, stateMachineArn, input));
  const after = await pawl.usage();
  await client.close();

  const [first = Number.NaN] = times;
  const time = median(times);
  const perItem = (after.cpuMs - cpuMs) / rounds / length;
  return {
    id: "W4",
    method: `From a client's StartExecution to the DescribeExecution that tells the end, asked every ${pollMs} ms, ${rounds} times in turn; the limit
of the history is raised for it, AWS's is too low for so many iterations. Peak memory is the most that the server process ever had.`,
    profile: `The Map is a row of decisions of some 5,000 events with a commit each, between which other executions have their turn. The
commits with the encoding of their events take most of the server's time, then the answers to DescribeExecution, each of which holds the
whole input, then the decisions.`,
    title: `inline Map over ${rounded(length)} items with one Pass each`,
    figures: [
      { what: "ms, the first in a new process", value: rounded(first), aim: atMost(1_500, first) },
      { what: "ms, median", value: rounded(time), aim: atMost(1_500, time) },
      { what: "server CPU ms per item", value: rounded(perItem, 3) },
      { what: "peak resident MB", value: rounded(after.peakResidentBytes / 2 ** 20) },
      { what: "resident MB before", value: rounded(idle / 2 ** 20) },
    ],
  };
}

async function runMap(client: Client, stateMachineArn: string, input: string): Promise<number> {
  const beganAt = performance.now();
  const { executionArn } = await client.call("StartExecution", { stateMachineArn, input });
  for (;;) {
    const { status, cause } = await client.call("DescribeExecution", { executionArn });
    if (status === "SUCCEEDED") return performance.now() - beganAt;
    if (status !== "RUNNING") throw new Error(`The execution ended as ${String(status)}: ${String(cause)}`);
    await sleep(pollMs);
  }
}
