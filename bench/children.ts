// The processes that a process has started, and their memory, where the system tells (Linux).
import { readdirSync, readFileSync } from "node:fs";

export interface Child {
  readonly command: string;
  /** All pages that are in memory. */
  readonly residentMb: number;
  /** As much of them as is its own, with its share of those that several processes have in common. */
  readonly ownMb: number;
}

export function childrenOf(pid: number): readonly Child[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const parent = /\) \w (\d+) /.exec(read(name, "stat"))?.[1];
      if (parent !== String(pid)) return [];
      const rollup = read(name, "smaps_rollup");
      const command = read(name, "cmdline").replaceAll("\0", " ");
      return [{ command, residentMb: megabytes(rollup, "Rss"), ownMb: megabytes(rollup, "Pss") }];
    });
}

function megabytes(rollup: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1]) / 1024;
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    // It has ended meanwhile.
    return "";
  }
}
