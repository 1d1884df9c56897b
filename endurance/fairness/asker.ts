// A thread that asks for one state machine again and again, and tells how long each answer took: a client beside the loads, whose
// own work does not count.
import { parentPort, workerData } from "node:worker_threads";
import { type Key, requestOf, type Timed, timed } from "../server.ts";

export interface AskerData {
  readonly url: string;
  readonly pid: number;
  readonly stateMachineArn: string;
  readonly key: Key | undefined;
}

const pauseMs = 10;

async function keepAsking({ url, pid, stateMachineArn, key }: AskerData, asked: Timed[]): Promise<void> {
  for (;;) {
    const request = requestOf({ url, action: "DescribeStateMachine", input: { stateMachineArn }, key });
    const answer = await timed(pid, async () => {
      const response = await fetch(url, request);
      const text = await response.text();
      if (response.status !== 200) throw new Error(`DescribeStateMachine was answered with ${response.status} ${text}`);
    });
    asked.push(answer);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

if (workerData !== null) {
  const asked: Timed[] = [];
  parentPort?.once("message", () => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
    parentPort?.postMessage(asked);
  });
  await keepAsking(workerData as AskerData, asked);
}
