// The memory of a process that is no Node.js of ours, which limits itself: it is looked at again and again, where the system
// tells (Linux).
import type { ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";

const lookEveryMs = 500;

/** @returns a function that calls the watch off. */
export function watchMemory(
  { pid }: Pick<ChildProcess, "pid">,
  memoryMb: number,
  exceeded: (usedMb: number) => void,
): () => void {
  if (pid === undefined || process.platform !== "linux") return () => undefined;
  const timer = setInterval(() => void look(), lookEveryMs).unref();
  const look = async (): Promise<void> => {
    const usedMb = await residentMb(pid);
    if (usedMb === undefined || usedMb <= memoryMb) return;
    clearInterval(timer);
    exceeded(usedMb);
  };
  return () => clearInterval(timer);
}

async function residentMb(pid: number): Promise<number | undefined> {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, "latin1"))?.[1];
    return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
  } catch {
    // It has ended.
    return undefined;
  }
}
