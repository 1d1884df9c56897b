// The thread that moves committed pages from the WAL into the file, on a connection of its own. Asked by checkpoint.ts.
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import type { CheckpointAnswer, CheckpointMode } from "./checkpoint.ts";

const { file } = workerData as { readonly file: string };
// A reader that stays (a backup) must not hold up the writer for long: the next checkpoint tries again.
const database = new DatabaseSync(file, { timeout: 100 });
database.exec("PRAGMA synchronous = FULL");

parentPort?.on("message", (mode: CheckpointMode) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
  parentPort?.postMessage(answerOf(mode));
});

function answerOf(mode: CheckpointMode): CheckpointAnswer {
  try {
    database.prepare(`PRAGMA wal_checkpoint(${mode})`).get();
    return {};
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
