// One set-up at a time in a clone: the others wait, and then find everything done.
import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inClone, readIfThere, root } from "./files.mjs";

const lockFile = join(root, ".pawl", "setup.lock");

export function whileLocked(work, say) {
  const mine = JSON.stringify({ pid: process.pid, id: randomUUID() });
  inClone(() => mkdirSync(dirname(lockFile), { recursive: true }));
  for (let isTold = false; !tryLock(mine);) {
    const holder = readIfThere(lockFile);
    if (holder !== undefined && isGone(holder)) breakLock(holder);
    else {
      if (!isTold) say("Another set-up is at work here; waiting for it ...");
      isTold = true;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
  const release = () => {
    if (readIfThere(lockFile) === mine) unlinkSync(lockFile);
  };
  process.once("exit", release);
  try {
    work();
  } finally {
    release();
  }
}

function tryLock(mine) {
  try {
    inClone(() => writeFileSync(lockFile, mine, { flag: "wx" }));
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** Also after a quarter of an hour, whatever has the process's number by then. */
function isGone(holder) {
  const age = Date.now() - (statSync(lockFile, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (age > 15 * 60_000) return true;
  let pid;
  try {
    ({ pid } = JSON.parse(holder));
  } catch {
    // Made, and not yet written: its process is at it, or died at that.
    return age > 10_000;
  }
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

/** Moves the lock of a process that died away first: of several that find it, one succeeds. */
function breakLock(holder) {
  const moved = `${lockFile}.${process.pid}`;
  try {
    renameSync(lockFile, moved);
  } catch {
    // Another set-up was faster.
    return;
  }
  if (readIfThere(moved) === holder) unlinkSync(moved);
  else renameSync(moved, lockFile);
}
