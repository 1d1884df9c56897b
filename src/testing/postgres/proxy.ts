// A way to a database that can be cut at the very moment of a commit: before it reaches the server, or before the answer
// comes back.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";

export interface DatabaseProxy {
  /** The URL of the same database, by this way. */
  readonly url: string;
  /** The next commit is lost on its way to the server, or its answer on the way back; the connection is cut. */
  cutNextCommit(where: "before" | "after"): void;
  /** As `cutNextCommit` after it, and then `close`. */
  closeAtNextCommit(): void;
  /** No connection is let through, and all are cut. */
  close(): void;
  open(): void;
  end(): Promise<void>;
}

/** The message by which a client asks for a commit: a simple query. */
const commit = Buffer.from("COMMIT\0");

export async function databaseProxy(url: string): Promise<DatabaseProxy> {
  const target = new URL(url);
  const folder = target.searchParams.get("host");
  const sockets = new Set<Socket>();
  let cut: "before" | "after" | "close" | undefined;
  let isOpen = true;
  const close = (): void => {
    isOpen = false;
    for (const socket of sockets) if (!socket.writableEnded) socket.destroy();
  };
  const server = createServer((client) => {
    if (!isOpen) return void client.destroy();
    const port = Number(target.port === "" ? 5432 : target.port);
    const database = folder === null ? connect(port, target.hostname) : connect(join(folder, `.s.PGSQL.${port}`));
    const end = (): void => {
      client.destroy();
      database.destroy();
    };
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on("error", end);
      socket.on("close", () => {
        end();
        sockets.delete(socket);
      });
    }
    database.on("data", (data) => client.write(data));
    client.on("data", (data) => {
      if (cut === undefined || !data.includes(commit)) return void database.write(data);
      const where = cut;
      cut = undefined;
      if (where === "before") return end();
      // The server ends the transaction and then finds nobody to tell.
      client.destroy();
      database.removeAllListeners("close");
      database.end(data);
      if (where === "close") close();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const through = new URL(url);
  through.hostname = "127.0.0.1";
  through.port = String(port);
  through.searchParams.delete("host");
  return {
    url: through.href,
    cutNextCommit(where) {
      cut = where;
    },
    closeAtNextCommit() {
      cut = "close";
    },
    close,
    open() {
      isOpen = true;
    },
    async end() {
      close();
      server.close();
      await once(server, "close");
    },
  };
}
