// Ends a process that was started as the leader of its own group, and with it whatever it started itself.
import type { ChildProcess } from "node:child_process";

export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === "win32") {
    child.kill("SIGKILL");
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    // No such group: all of it has ended.
    const isGone = error instanceof Error && "code" in error && error.code === "ESRCH";
    if (!isGone) child.kill("SIGKILL");
  }
}
