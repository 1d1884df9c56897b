// The connections that are open at a time: as many as leave file descriptors for the store, functions and calls. Where one
// more comes, one that nothing is asked on gives way.
import { readFileSync } from "node:fs";
import type { Server } from "node:http";
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
  /** The oldest first; a value of 0 says that no request is under way. */
  const requests = new Map<Socket, number>();
  server.on("connection", (socket) => {
    if (requests.size >= most) {
      const idle = [...requests].find(([, count]) => count === 0)?.[0];
      (idle ?? socket).destroy();
      if (idle === undefined) return;
      requests.delete(idle);
    }
    requests.set(socket, 0);
    socket.once("close", () => requests.delete(socket));
  });
  server.on("request", ({ socket }, response) => {
    const change = (by: number): void => {
      const count = requests.get(socket);
      if (count !== undefined) requests.set(socket, count + by);
    };
    change(1);
    response.once("close", () => change(-1));
  });
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
