// The connections that are open at a time: as many as leave file descriptors for the store, functions and calls. Where one
// more comes, the one that has waited for its client longest gives way: nothing is asked on it, or a request does not end.
import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { HeldLimits } from "../api/exchange.ts";
import { descriptorShares } from "../aws/descriptors.ts";

export interface ConnectionLimits extends HeldLimits {
  readonly maxConnections: number;
}

export interface ConnectionsOptions {
  readonly most?: number | undefined;
  readonly log: (message: string) => void;
}

export function boundConnections(
  server: Server,
  { most = descriptorShares.connections, log }: ConnectionsOptions,
): void {
  /** Requests that were read to their end and are not answered. */
  const underWay = new Map<Socket, number>();
  /** The connections without one: the one that has been so longest first. */
  const waiting = new Set<Socket>();
  let isTroubleTold = false;
  const tellOnce = (trouble: string): void => {
    if (!isTroubleTold) log(trouble);
    isTroubleTold = true;
  };

  server.on("connection", (socket) => {
    if (underWay.size >= most) {
      const [longest = socket] = waiting;
      longest.destroy();
      underWay.delete(longest);
      waiting.delete(longest);
      if (longest === socket) {
        tellOnce(`All ${most} connections have requests under way: new ones are closed (limits.connections).`);
        return;
      }
    } else isTroubleTold = false;
    underWay.set(socket, 0);
    waiting.add(socket);
    socket.once("close", () => {
      underWay.delete(socket);
      waiting.delete(socket);
    });
  });
  server.on("request", (request, response) => {
    const { socket } = request;
    const change = (by: number): void => {
      const before = underWay.get(socket);
      if (before === undefined) return;
      underWay.set(socket, before + by);
      waiting.delete(socket);
      if (before + by === 0) waiting.add(socket);
    };
    // Its headers are there: it begins to wait anew. That matters only where connections are about to be too many.
    if (2 * underWay.size > most) change(0);
    request.once("end", () => {
      if (response.writableFinished || response.destroyed) return;
      change(1);
      response.once("close", () => change(-1));
    });
  });
  server.on("error", (error) => {
    // Before it listens this is told by who starts it.
    if (server.listening) tellOnce(`A connection could not be accepted: ${error.message}`);
  });
}
