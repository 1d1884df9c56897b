// `npm run fairness -- --seconds 10`: how long others wait for an answer while a server is as busy as it can be.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { startServer, usageOf } from "../server.ts";
import { printTable } from "../table.ts";
import { loads } from "./loads.ts";

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "10" }, most: { type: "string", default: "50" } },
});
const directory = mkdtempSync(join(tmpdir(), "pawl-fairness-"));
writeFileSync(join(directory, "pawl.config.json"), "{}");
const server = await startServer({ directory, keep: /bug|failed/i });
if (server === undefined) throw new Error("The server did not start.");
const definition = JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", End: true } } });
const roleArn = "arn:aws:iam::123456789012:role/fairness";
const { body } = await server.send("CreateStateMachine", { name: "asked-for", definition, roleArn });
const asker = new Worker(new URL("./asker.ts", import.meta.url), {
  workerData: { url: server.url, stateMachineArn: body["stateMachineArn"] },
});
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The milliseconds that answers took since this was last asked, in ascending order. */
async function answers(): Promise<readonly number[]> {
  const told = new Promise<readonly number[]>((resolve) => asker.once("message", resolve));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
  asker.postMessage("tell");
  return (await told).toSorted((a, b) => a - b);
}

await pause(1_000);
for (const load of loads) {
  const calledOff = new AbortController();
  await load.begin(server, calledOff.signal);
  await answers();
  await pause(Number(values.seconds) * 1000);
  const took = await answers();
  calledOff.abort();
  const at = (share: number): number =>
    Math.round(took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Infinity);
  console.log(load.name);
  printTable({
    answers: took.length,
    "p50 ms": at(0.5),
    "p99 ms": at(0.99),
    "longest ms": at(1),
    "memory MB": Math.round((usageOf(server.pid)?.residentBytes ?? 0) / 1024 / 1024),
  });
  if (at(0.99) > Number(values.most)) process.exitCode = 1;
  await pause(2_000);
}
for (const line of server.takeLogged()) console.log(line);
await asker.terminate();
await server.kill();
rmSync(directory, { recursive: true });
process.exit();
