// The lock by which one process owns the data of a file: one of the operating system, on a file beside it. It ends with its
// process however that ends, and not before nothing of the process can write any more: no process is taken for dead that is
// not, and a dead one that nobody has buried holds nothing. Containers of one machine see each other's locks.
import { accessSync, closeSync, constants, fchmodSync, fchownSync, openSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

export interface FileLock {
  release(): void;
}

/** @returns `undefined` when it is taken. @throws Error that names the file. */
export type TryLock = (file: string) => FileLock | undefined;

/** SQLITE_BUSY */
const busy = 5;

/**
 * SQLite knows the locks of every system that it runs on; it writes nothing here. Nobody else in this process may open the
 * file: on some systems the lock ends with the first that closes it.
 */
export const tryLock: TryLock = (file) => {
  const beside = `${file}-lock`;
  makeAs(file, beside);
  let database: DatabaseSync | undefined;
  try {
    // A file that cannot be written would be locked for readers only.
    accessSync(beside, constants.R_OK | constants.W_OK);
    const opened = new DatabaseSync(beside, { timeout: 0 });
    database = opened;
    opened.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return { release: () => opened.close() };
  } catch (cause) {
    database?.close();
    if (cause instanceof Error && "errcode" in cause && cause.errcode === busy) return undefined;
    throw new Error(`${beside} cannot be locked: make it and its directory writable for this user`, { cause });
  }
};

/** With the owner and the permissions of a file, as SQLite makes those beside it. */
function makeAs(file: string, beside: string): void {
  try {
    const { mode, uid, gid } = statSync(file);
    const descriptor = openSync(beside, "ax", 0o600);
    try {
      fchmodSync(descriptor, mode & 0o777);
      if (process.getuid?.() === 0) fchownSync(descriptor, uid, gid);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // It is there already, or what keeps it from being made is found next.
  }
}
