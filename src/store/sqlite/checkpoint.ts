// Checkpoints off the commit path: they copy megabytes and sync twice, and a commit that had to do that would be the p99.
// A worker thread copies the bulk while commits go on; only for the short rest, after which the WAL begins anew, do
// writers wait. The WAL keeps its length (RESTART, not TRUNCATE): freeing blocks and taking them again costs more.
import { once } from "node:events";
import { statSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

export type CheckpointMode = "PASSIVE" | "RESTART";
export interface CheckpointAnswer {
  readonly problem?: string | undefined;
}

export interface CheckpointOptions {
  /** Content of the WAL that calls for a checkpoint. */
  readonly walBytes: number;
  /** Less content is copied after this time, so that the next opening finds little to recover. */
  readonly intervalMs: number;
  readonly onProblem: (problem: Error) => void;
}

export interface Checkpointer {
  /** Settles when a writer may begin; `undefined` when at once. */
  writerTurn(): Promise<void> | undefined;
  /** Counts the bytes that are written, about: the length of the WAL does not say how much of it is in use. */
  wrote(bytes: number): void;
  /** Begins a checkpoint where enough was written; to be called after every commit. */
  committed(): void;
  close(): Promise<void>;
}

/** The bytes that a commit writes beside its changes: inner pages, the ends of tables and indexes. */
const pagesPerCommit = 4;

export function openCheckpointer(file: string, options: CheckpointOptions): Checkpointer {
  const wal = `${file}-wal`;
  let worker: Worker | undefined;
  let current: Promise<void> | undefined;
  let rest: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  // The log that a crash left behind counts.
  let content = statSync(wal, { throwIfNoEntry: false })?.size ?? 0;

  const perform = async (mode: CheckpointMode): Promise<void> => {
    worker ??= startWorker(file);
    worker.ref();
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
      worker.postMessage(mode);
      const [{ problem }] = (await once(worker, "message")) as [CheckpointAnswer];
      if (problem !== undefined) throw new Error(problem);
    } catch (cause) {
      void worker.terminate();
      worker = undefined;
      throw new Error(`a checkpoint of ${file} failed; what is stored is safe in ${wal}`, { cause });
    }
    worker.unref();
  };
  const checkpoint = async (): Promise<void> => {
    content = 0;
    try {
      // The second pass copies what was committed during the first, and leaves the less for the writers to wait for.
      await perform("PASSIVE");
      await perform("PASSIVE");
      rest = perform("RESTART");
      await rest;
    } catch (problem) {
      options.onProblem(problem as Error);
    }
    rest = undefined;
    current = undefined;
  };
  const begin = (): void => {
    current ??= checkpoint();
  };
  return {
    writerTurn: () => rest?.catch(() => undefined),
    wrote(bytes) {
      content += bytes;
    },
    committed() {
      content += pagesPerCommit * 4096;
      if (content >= options.walBytes) begin();
      timer ??= setInterval(() => {
        if (content > 0) begin();
      }, options.intervalMs).unref();
    },
    async close() {
      clearInterval(timer);
      await current;
      await worker?.terminate();
    },
  };
}

function startWorker(file: string): Worker {
  // The worker stands beside this file: .ts in the source, .js when compiled.
  const extension = extname(fileURLToPath(import.meta.url));
  return new Worker(new URL(`./checkpoint-worker${extension}`, import.meta.url), { workerData: { file } });
}
