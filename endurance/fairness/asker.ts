// A thread that asks for one state machine again and again, and tells how long each answer took: a client beside the loads, whose
// own work does not count. Time in which this thread or the server could have run and had no processor is told apart.
import { parentPort, workerData } from "node:worker_threads";
import { type Key, requestOf, waitedMsOf } from "../server.ts";

export interface AskerData {
  readonly url: string;
  readonly pid: number;
  readonly stateMachineArn: string;
  readonly key: Key | undefined;
}

export interface Asked {
  readonly tookMs: number;
  readonly waitedMs: number;
}

const pauseMs = 10;

async function ask({ url, pid, stateMachineArn, key }: AskerData, asked: Asked[]): Promise<void> {
  for (;;) {
    const request = requestOf({ url, action: "DescribeStateMachine", input: { stateMachineArn }, key });
    const waitedBefore = waitedMsOf(pid) + waitedMsOf("thread-self");
    const began = performance.now();
    const response = await fetch(url, request);
    await response.arrayBuffer();
    const tookMs = performance.now() - began;
    if (response.status !== 200) throw new Error(`DescribeStateMachine was answered with ${response.status}.`);
    asked.push({ tookMs, waitedMs: waitedMsOf(pid) + waitedMsOf("thread-self") - waitedBefore });
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

if (workerData !== null) {
  const asked: Asked[] = [];
  parentPort?.once("message", () => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
    parentPort?.postMessage(asked);
  });
  await ask(workerData as AskerData, asked);
}
