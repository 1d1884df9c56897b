// The database of a cluster, at one address whichever server of PostgreSQL is behind it: it crashes, and a synchronous standby takes
// its place.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { type Postgres, startPostgres } from "../postgres.ts";

export interface Database {
  /** The address that nodes are told. */
  readonly url: string;
  /** An immediate shutdown, and a new start after a while. */
  crashAndRestart(afterMs: number): Promise<void>;
  /** Makes a standby that commits wait for. */
  addStandby(): Promise<void>;
  /** Kills the primary, and promotes the standby. */
  failOver(): Promise<void>;
  stop(): Promise<void>;
}

/** @param binaries the folder of PostgreSQL's programs. @param directory a folder that another user may enter. */
export async function openDatabase(binaries: string, directory: string): Promise<Database> {
  let primary = await startPostgres(binaries, join(directory, "primary"));
  let standby: Postgres | undefined;
  const relay = await openRelay(() => primary.port);
  const url = new URL(primary.url);
  url.port = String(relay.port);
  return {
    url: url.href,
    crashAndRestart: (afterMs) => primary.crashAndRestart(afterMs),
    async addStandby() {
      standby = await primary.standby(join(directory, "standby"));
    },
    async failOver() {
      if (standby === undefined) throw new Error("There is no standby.");
      await primary.kill();
      await standby.promote();
      primary = standby;
      standby = undefined;
    },
    async stop() {
      relay.close();
      await Promise.all([primary.stop(), standby?.stop()]);
    },
  };
}

interface Relay {
  readonly port: number;
  close(): void;
}

/** Passes on what comes, as an address does that is moved to another server. */
async function openRelay(port: () => number): Promise<Relay> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: port(), host: "127.0.0.1", noDelay: true });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
