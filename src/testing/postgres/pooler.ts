// PgBouncer before the PostgreSQL server of tests, as operators have it: it lends connections for one transaction each. It
// listens at a socket in a folder of its own and at no port.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { accountOf, databaseUrl } from "./server.ts";

export interface TestPooler {
  /** The address of a database of the server, by way of the pooler. */
  urlOf(url: string): string;
  stop(): Promise<void>;
}

/** Says why there is none, for tests that are skipped then. */
export const noPooler = "there is no PgBouncer: install it, or put it into PATH";

/** Where the machine has it; Debian's folder is not on everybody's PATH. */
export function poolerProgram(): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"];
  return folders.map((folder) => join(folder, "pgbouncer")).find((path) => existsSync(path));
}

const port = 5432;
/** Fewer than nodes have connections: transactions must take turns. */
const poolSize = 12;

/** @param url of any database of the server; all of them are to be reached by the same user. */
export async function startPooler(program: string, url: string): Promise<TestPooler> {
  const folder = mkdtempSync(join(tmpdir(), "pawl-pooler-"));
  const { uid, gid } = accountOf();
  const settings = join(folder, "pgbouncer.ini");
  writeFileSync(settings, settingsFor(new URL(url), folder));
  if (uid !== undefined) for (const path of [folder, settings]) chownSync(path, uid, gid ?? uid);
  chmodSync(folder, 0o755);
  const pooler = spawn(program, [settings], {
    stdio: "ignore",
    ...(uid === undefined ? {} : { uid, gid: gid ?? uid }),
  });
  const kill = (): void => void pooler.kill("SIGKILL");
  process.once("exit", kill);
  const ended = once(pooler, "exit");
  const stop = async (): Promise<void> => {
    process.removeListener("exit", kill);
    pooler.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; !existsSync(join(folder, `.s.PGSQL.${port}`)); tries++) {
    if (tries === 600 || pooler.exitCode !== null) {
      await stop();
      throw new Error(`PgBouncer (${program}) does not listen.`);
    }
    await pause(20);
  }
  return { urlOf: (of) => databaseUrl(folder, new URL(of).pathname.slice(1)), stop };
}

function settingsFor({ hostname, port: at, username, password, searchParams }: URL, folder: string): string {
  const server: Readonly<Record<string, string>> = {
    host: searchParams.get("host") ?? hostname,
    port: at === "" ? "5432" : at,
    user: decodeURIComponent(username),
    ...(password === "" ? {} : { password: decodeURIComponent(password) }),
  };
  const quoted = Object.entries(server).map(([name, value]) => `${name}='${value.replaceAll("'", "''")}'`);
  return `[databases]
* = ${quoted.join(" ")}
[pgbouncer]
listen_addr =
listen_port = ${port}
unix_socket_dir = ${folder}
auth_type = any
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 400
`;
}
