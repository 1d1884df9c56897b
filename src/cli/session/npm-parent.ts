// A server that is a script of npm ends with npm. A supervisor signals npm alone, which passes the signal to its shell; and a
// shell that has not become the server, as dash does not, ends of it and tells nobody.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Between two looks at whether npm is still there: each takes some microseconds. */
const lookMs = 250;

/** @param listener called once, when the process that started this one as a script of npm is gone. */
export function whenAbandoned(listener: () => void): void {
  // Windows gives a process no other parent, and npm no shell that ends before it.
  if (process.env["npm_lifecycle_event"] === undefined || process.platform === "win32") return;
  const parent = process.ppid;
  const npm = firstBeyondShells(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && isThere(npm)) return;
    clearInterval(timer);
    listener();
  }, lookMs).unref();
}

interface Process {
  readonly parent: number;
  readonly name: string;
}

function firstBeyondShells(pid: number): number {
  const found = processOf(pid);
  return found !== undefined && found.parent > 1 && /sh$|busybox$/.test(found.name)
    ? firstBeyondShells(found.parent)
    : pid;
}

function processOf(pid: number): Process | undefined {
  return process.platform === "linux" ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid: number): Process | undefined {
  try {
    // The name stands in brackets, and may hold any.
    const [, name = "", parent] = /\((.*)\) . (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return { name, parent: Number(parent) };
  } catch {
    // Ended meanwhile, or hidden: the parent alone is looked at.
    return undefined;
  }
}

function fromPs(pid: number): Process | undefined {
  const { stdout } = spawnSync("ps", ["-o", "ppid=,comm=", "-p", String(pid)], { encoding: "utf8" });
  const [, parent, name = ""] = /^\s*(\d+)\s+(.*\S)/.exec(stdout ?? "") ?? [];
  return parent === undefined ? undefined : { name, parent: Number(parent) };
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there and belongs to somebody else, unless there is none.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
