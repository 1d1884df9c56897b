// The way of all writes: the turn of the checkpoint, the transaction under the lease, and the sync of the log.
import { DiskFailedError, LeaseLostError } from "../errors.ts";
import { openCheckpointer } from "./checkpoint.ts";
import { type CommitEnd, type Connection, syncOfCommits, transact, type Write } from "./connection.ts";
import type { Lease } from "./lease.ts";
import { type Disk, LogSync } from "./log-sync.ts";
import type { Sealing } from "./sealing.ts";

export interface WriterOptions {
  /** Told once that nothing can be written any more: the data are another process's, or gone, or the disk has failed. */
  readonly onLost?: ((problem: LeaseLostError | DiskFailedError) => void) | undefined;
  /** How often that is looked for where nothing is written. */
  readonly leaseCheckMs?: number | undefined;
  /** Content of the write-ahead log beside the file that is copied into it, in the background. */
  readonly checkpointBytes?: number | undefined;
  /** Hears of failures in the background. Nothing that was stored is affected by them. */
  readonly onProblem?: ((problem: Error) => void) | undefined;
  /** Syncs the log; the platform's by default. */
  readonly disk?: Disk | undefined;
}

export interface WriterParts {
  readonly lease: Lease;
  readonly sealing: Sealing | undefined;
}

export interface Writer {
  readonly write: Write;
  /** Counts the bytes that are written, about. */
  wrote(bytes: number): void;
  /** Waits for what is being written, and leaves a connection whose commits sync by themselves. */
  close(): Promise<void>;
}

export function openWriter(connection: Connection, { lease, sealing }: WriterParts, options: WriterOptions): Writer {
  const { onLost, leaseCheckMs = 2_000, checkpointBytes = 16 * 1024 * 1024, onProblem = () => undefined } = options;
  const { file } = connection;
  const checkpointer = openCheckpointer(file, { walBytes: checkpointBytes, intervalMs: 60_000, onProblem });
  const watch = watchLease(lease, leaseCheckMs, (problem) => onLost?.(problem));
  const log = new LogSync({ file, disk: options.disk, onFailed: (problem) => watch.failed(problem) });
  syncOfCommits(connection, "no");
  let isClosed = false;
  return {
    async write(work, { settled, syncing, durability = "atOnce" } = {}) {
      const turn = checkpointer.writerTurn();
      if (turn !== undefined) await turn;
      if (isClosed) throw new Error(`${file} is closed: nothing is written to it any more`);
      let outcome: CommitEnd = "undone";
      let synced: Promise<void> | undefined;
      let result;
      try {
        log.verify();
        sealing?.prepare();
        result = transact(connection, () => {
          lease.verify();
          return work();
        });
        outcome = "committed";
        synced = log.committed(durability);
        checkpointer.committed();
      } catch (error) {
        watch.failed(error);
        throw error;
      } finally {
        settled?.(outcome);
      }
      if (synced !== undefined) {
        syncing?.(synced);
        await synced;
      }
      return result;
    },
    wrote: checkpointer.wrote,
    async close() {
      isClosed = true;
      watch.end();
      await checkpointer.close();
      await log.close();
      syncOfCommits(connection, "each");
    },
  };
}

/** Tells once that the data are lost, as a write or a look now and then has found out. */
function watchLease(lease: Lease, checkMs: number, lost: (problem: LeaseLostError | DiskFailedError) => void) {
  const failed = (error: unknown): void => {
    if (!(error instanceof LeaseLostError || error instanceof DiskFailedError) || isOver) return;
    end();
    lost(error);
  };
  const timer = setInterval(() => {
    try {
      lease.check();
    } catch (error) {
      failed(error);
    }
  }, checkMs).unref();
  let isOver = false;
  const end = (): void => {
    isOver = true;
    clearInterval(timer);
  };
  return { failed, end };
}
