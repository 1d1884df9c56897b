// The file descriptors of the process and who may take how many, so that clients cannot take those that tasks need.
import { readFileSync } from "node:fs";

export interface DescriptorShares {
  /** Connections of clients. */
  readonly connections: number;
  /** Connections to one host that functions are behind. */
  readonly sockets: number;
  /**
   * Processes of functions at a time. One takes at most five: for its input and outputs, or for these and its channel, or the port
   * and the connections of its Runtime API.
   */
  readonly processes: number;
}

/** The most that are of use, however many there are. */
const most: DescriptorShares = { connections: 16_384, sockets: 512, processes: 1024 };
/** For Node.js itself, the store and logs. */
const own = 48;

/** @param openFiles the system's limit for this process. */
export function sharesOf(openFiles: number): DescriptorShares {
  const rest = Math.max(openFiles - own, 32);
  return {
    connections: Math.min(most.connections, Math.floor(rest / 2)),
    sockets: Math.min(most.sockets, Math.floor(rest / 4)),
    processes: Math.min(most.processes, Math.max(2, Math.floor(rest / 20))),
  };
}

/** Where the limit of the system cannot be read. */
const usualLimit = 4096;

/** The soft limit of open files; Node.js has raised it to the hard one. */
function openFileLimit(): number {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return limit === undefined ? usualLimit : Number(limit);
  } catch {
    return usualLimit;
  }
}

export const descriptorShares: DescriptorShares = sharesOf(openFileLimit());
