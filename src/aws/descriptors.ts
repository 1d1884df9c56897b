// The file descriptors of the process and who may take how many, so that clients cannot take those that tasks need.
import { readFileSync } from "node:fs";

export interface DescriptorShares {
  /** Connections of clients. */
  readonly connections: number;
  /** Connections to one host that functions are behind. */
  readonly sockets: number;
  /** Commands at a time: each takes three, for its input and its outputs. */
  readonly commands: number;
}

/** The most that are of use, however many there are. */
const most: DescriptorShares = { connections: 16_384, sockets: 512, commands: 64 };
/** For Node.js itself, the store, logs and modules. */
const own = 48;

/** @param openFiles the system's limit for this process. */
export function sharesOf(openFiles: number): DescriptorShares {
  const rest = Math.max(openFiles - own, 32);
  return {
    connections: Math.min(most.connections, Math.floor(rest / 2)),
    sockets: Math.min(most.sockets, Math.floor(rest / 4)),
    commands: Math.min(most.commands, Math.floor(rest / 16)),
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
