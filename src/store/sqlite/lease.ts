// The lease on the data: one row per partition that names its owner, and an epoch that every write verifies. The embedded
// store owns the one partition there is. A process that died without letting go is noticed by its pid; a process that
// was taken for dead finds another epoch at its next write and loses.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { LeaseLostError, StoreInUseError } from "../errors.ts";
import { type Connection, transact } from "./connection.ts";

/** The partition that holds everything. Zero because SQLite stores a zero in no bytes at all. */
export const partitionId = 0;

export interface Holder {
  /** Random, one per opening. */
  readonly owner: string;
  readonly pid: number;
  /** Tells the process from a later one with the same pid; null where the system does not say. */
  readonly process: string | null;
}

export interface Lease {
  /** Verifies, within the transaction of a write, that the data are still ours. @throws LeaseLostError when they are not. */
  verify(): void;
  release(): void;
}

/** Leases held within this process: its own pid in the row says nothing after a restart in a container. */
const ownersHere = new Set<string>();

/** @throws StoreInUseError when a live process of this host holds the lease. */
export function acquireLease(connection: Connection, isAlive: (holder: Holder) => boolean): Lease {
  const { file } = connection;
  const owner = randomUUID();
  const holderRow = connection.prepare("SELECT owner, epoch, host, pid, process FROM partition WHERE id = ?");
  const take = connection.prepare(
    "UPDATE partition SET owner = ?, epoch = ?, host = ?, pid = ?, process = ? WHERE id = ?",
  );
  const epoch = transact(connection, () => {
    const row = holderRow.first(partitionId);
    if (row === undefined) throw new Error(`${file} is damaged: its partition is missing`);
    const { owner: holderOwner, host, pid, process: holderProcess } = row;
    const holder: Holder = { owner: String(holderOwner), pid: Number(pid), process: holderProcess as string | null };
    if (holderOwner !== null && host === hostname() && isAlive(holder)) {
      throw new StoreInUseError(
        `${file} is in use by process ${holder.pid}: stop that process first, or name another file with --db`,
      );
    }
    const next = Number(row["epoch"]) + 1;
    take.run(owner, next, hostname(), process.pid, processIdentity(process.pid) ?? null, partitionId);
    return next;
  });
  ownersHere.add(owner);
  return leaseOf(connection, owner, epoch);
}

function leaseOf(connection: Connection, owner: string, epoch: number): Lease {
  const { file } = connection;
  const current = connection.prepare("SELECT epoch FROM partition WHERE id = ?");
  const clear = connection.prepare(
    "UPDATE partition SET owner = NULL, host = NULL, pid = NULL, process = NULL WHERE id = ? AND epoch = ?",
  );
  return {
    verify() {
      if (current.first(partitionId)?.["epoch"] === epoch) return;
      throw new LeaseLostError(`another process has taken ${file} over: this process must not write to it any more`);
    },
    release() {
      ownersHere.delete(owner);
      transact(connection, () => clear.run(partitionId, epoch));
    },
  };
}

/** Says whether the process that took the lease still runs. */
export function isHolderAlive(holder: Holder): boolean {
  if (ownersHere.has(holder.owner)) return true;
  if (holder.process !== null) return processIdentity(holder.pid) === holder.process;
  // Our own pid, and no lease in this process: the row is of an earlier process, before a container restarted.
  if (holder.pid === process.pid) return false;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    // Any other answer than "no such process" comes from a process that is there.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

/** Boot and start time of a process on Linux (proc(5), field 22 of `stat`). */
function processIdentity(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const startTicks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()}:${startTicks}`;
  } catch {
    // No such process, or a system without /proc: the pid alone must do.
    return undefined;
  }
}
