// The connections that are open at a time: as many as leave file descriptors for the store, functions and calls. Where one
// more comes, one that nothing is asked on gives way.
import { readFileSync } from "node:fs";
import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Descriptors that are kept for everything but connections, where there are enough. */
const reserved = 512;
/** Where the limit of the system cannot be read. */
const usualLimit = 4096;
const mostConnections = 16_384;

/** How many connections a process with this limit of open files should have. */
export function connectionsWithin(openFiles: number): number {
  return Math.max(16, Math.min(mostConnections, Math.floor(openFiles / 2), openFiles - reserved));
}

export function boundConnections(server: Server, most = connectionsWithin(openFileLimit())): void {
  /** The oldest first. */
  const open = new Set<Socket>();
  const newestAnswers = new WeakMap<Socket, ServerResponse>();
  const isIdle = (socket: Socket): boolean => newestAnswers.get(socket)?.writableFinished !== false;
  server.on("connection", (socket) => {
    if (open.size >= most) {
      const idle = [...open].find(isIdle);
      (idle ?? socket).destroy();
      if (idle === undefined) return;
      open.delete(idle);
    }
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  server.on("request", ({ socket }, response) => void newestAnswers.set(socket, response));
}

/** The soft limit of open files; Node.js has raised it to the hard one. */
function openFileLimit(): number {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return limit === undefined ? usualLimit : Number(limit);
  } catch {
    return usualLimit;
  }
}
