// A thread that asks for one state machine again and again, and tells how long each answer took: a client beside the loads, whose
// own work does not count.
import { parentPort, workerData } from "node:worker_threads";

const { url, stateMachineArn } = workerData as { readonly url: string; readonly stateMachineArn: string };
const pauseMs = 10;

let took: number[] = [];
parentPort?.on("message", () => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
  parentPort?.postMessage(took);
  took = [];
});

for (;;) {
  const began = performance.now();
  const response = await fetch(url, {
    method: "POST",
    headers: { "x-amz-target": "AWSStepFunctions.DescribeStateMachine" },
    body: JSON.stringify({ stateMachineArn }),
  });
  await response.arrayBuffer();
  took.push(performance.now() - began);
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
}
