// Processes that a function under test has started, and has written down the number of.
import { readFileSync } from "node:fs";
import { eventually } from "./server-process.ts";

/** The process in a file, once it is there. */
export function pidIn(file: string): Promise<number> {
  return eventually(`a process is in ${file}`, () => {
    try {
      return Number(readFileSync(file, "utf8")) || undefined;
    } catch {
      // Not yet there.
      return undefined;
    }
  });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that nobody has buried is dead.
    return process.platform !== "linux" || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}
