// The lease on the data: a lock of the operating system keeps other processes out while this one lives, and an epoch in the
// file, which every write verifies, fences off a process that lost it all the same: on a disk whose locks do not reach every
// machine, or when the file was replaced. The embedded store owns the one partition there is.
import { type BigIntStats, statSync } from "node:fs";
import { hostname } from "node:os";
import { LeaseLostError, StoreInUseError } from "../errors.ts";
import { type Connection, transact } from "./connection.ts";
import { type FileLock, tryLock, type TryLock } from "./file-lock.ts";

/** The partition that holds everything. Zero because SQLite stores a zero in no bytes at all. */
export const partitionId = 0;

export interface Lease {
  /** Verifies, within the transaction of a write, that the data are still ours. @throws LeaseLostError when they are not. */
  verify(): void;
  /** Looks, outside of a transaction, whether the data are still ours and where they were. @throws LeaseLostError */
  check(): void;
  release(): void;
}

export interface LockOptions {
  /** Locks a file; the operating system's locks when absent. */
  readonly tryLock?: TryLock | undefined;
  /** How long a process that may be about to end is waited for. */
  readonly lockPatienceMs?: number | undefined;
  /** Hears that it is waited for. */
  readonly onNotice?: ((message: string) => void) | undefined;
}

const tryAgainMs = 50;

/** @throws StoreInUseError when another process keeps the lock. */
export async function lockFile(connection: Connection, options: LockOptions): Promise<FileLock> {
  const { tryLock: lock = tryLock, lockPatienceMs = 3_000, onNotice } = options;
  const { file } = connection;
  for (let waitedMs = 0; ; waitedMs += tryAgainMs) {
    const held = lock(file);
    if (held !== undefined) return held;
    const holder = holderOf(connection);
    if (waitedMs >= lockPatienceMs) {
      throw new StoreInUseError(`${file} is in use by ${holder}: stop that process first, or name another file`);
    }
    if (waitedMs === 0) {
      onNotice?.(`${file} is in use by ${holder}. If that is about to end: waiting ${lockPatienceMs / 1000} s for it.`);
    }
    await new Promise((resolve) => setTimeout(resolve, tryAgainMs));
  }
}

/** In words. The row was written by whoever opened the file last, and a process that is only just opening it is not in it yet. */
function holderOf(connection: Connection): string {
  const hasTables = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'partition'").first() !== undefined;
  const row = hasTables ? connection.prepare("SELECT host, pid FROM partition WHERE id = ?").first(partitionId) : {};
  const { host = null, pid = null } = row ?? {};
  if (pid === null) return "another process";
  return host === hostname() ? `process ${String(pid)}` : `process ${String(pid)} of the host ${String(host)}`;
}

/** To be called by the owner of the lock, within a transaction. */
export function takeLease(connection: Connection): Lease {
  const { file } = connection;
  const find = connection.prepare("SELECT epoch FROM partition WHERE id = ?");
  const take = connection.prepare(
    // The other two columns told whether a process lives before there was a lock.
    "UPDATE partition SET epoch = ?, host = ?, pid = ?, owner = NULL, process = NULL WHERE id = ?",
  );
  const row = find.first(partitionId);
  if (row === undefined) throw new Error(`${file} is damaged: its partition is missing`);
  const epoch = Number(row["epoch"]) + 1;
  take.run(epoch, hostname(), process.pid, partitionId);
  const clear = connection.prepare("UPDATE partition SET host = NULL, pid = NULL WHERE id = ? AND epoch = ?");
  const opened = fileAt(file);
  const verify = (): void => {
    if (find.first(partitionId)?.["epoch"] === epoch) return;
    throw new LeaseLostError(`another process has taken ${file} over: this process must not write to it any more`);
  };
  return {
    verify,
    check() {
      const found = fileAt(file);
      if (found?.ino !== opened?.ino || found?.dev !== opened?.dev) {
        throw new LeaseLostError(
          `${file} was moved, replaced or deleted while it was in use: what is written now would not be found again`,
        );
      }
      verify();
    },
    release() {
      try {
        transact(connection, () => clear.run(partitionId, epoch));
      } catch {
        // Only words for others depend on it: the lock is what tells that the data are free.
      }
    },
  };
}

function fileAt(file: string): BigIntStats | undefined {
  return statSync(file, { bigint: true, throwIfNoEntry: false });
}
