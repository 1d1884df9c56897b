// A PostgreSQL server of the run's own, from the binaries of this machine: it is crashed and started again, gets a synchronous
// standby, and is replaced by that.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, chownSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { promisify } from "node:util";
import { accountOf } from "../src/testing/postgres/server.ts";

export interface Postgres {
  readonly port: number;
  /** The address of its database. */
  readonly url: string;
  /** An immediate shutdown, which is a crash to all that was not durable, and a new start after a while. */
  crashAndRestart(afterMs: number): Promise<void>;
  /** `kill -9` of every process of it. */
  kill(): Promise<void>;
  /** A standby that each commit waits for from now on. */
  standby(directory: string): Promise<Postgres>;
  /** Makes a standby the primary. */
  promote(): Promise<void>;
  stop(): Promise<void>;
}

/** @param directory is made, and is to be removed when the server has stopped. */
export async function startPostgres(binaries: string, directory: string): Promise<Postgres> {
  const owner = accountOf();
  mkdirSync(directory, { mode: 0o700 });
  giveTo(owner, directory);
  const run = programs(binaries, owner);
  await run("initdb", [
    "-D",
    directory,
    "-U",
    "pawl",
    "--auth=trust",
    "--no-locale",
    "-E",
    "utf8",
    "--no-instructions",
  ]);
  appendFileSync(join(directory, "postgresql.conf"), "unix_socket_directories = ''\nmax_wal_senders = 4\n");
  const postgres = serve(binaries, directory, owner, await freePort());
  await postgres.begin();
  return postgres;
}

type Owner = ReturnType<typeof accountOf>;

function giveTo({ uid, gid }: Owner, directory: string): void {
  if (uid !== undefined && gid !== undefined) chownSync(directory, uid, gid);
}

interface Served extends Postgres {
  begin(): Promise<void>;
}

function serve(binaries: string, directory: string, owner: Owner, port: number): Served {
  const run = programs(binaries, owner);
  const address = ["-h", "127.0.0.1", "-p", String(port), "-U", "pawl"];
  let server: ChildProcess | undefined;
  const killAll = (): void => void server?.kill("SIGKILL");
  const ends = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = server;
    server = undefined;
    process.removeListener("exit", killAll);
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, "exit");
    ending.kill(signal);
    await ended;
  };
  const served: Served = {
    port,
    url: `postgres://pawl@127.0.0.1:${port}/postgres`,
    async begin() {
      const args = ["-D", directory, "-p", String(port), "-h", "127.0.0.1"];
      server = spawn(join(binaries, "postgres"), args, { cwd: directory, stdio: "ignore", ...owner });
      process.once("exit", killAll);
      for (const began = Date.now(); Date.now() - began < 60_000; await pass(20)) {
        if (server.exitCode !== null) throw new Error(`PostgreSQL did not start in ${directory}.`);
        if (
          await run("pg_isready", address).then(
            () => true,
            () => false,
          )
        )
          return;
      }
      throw new Error(`PostgreSQL in ${directory} took more than a minute to start.`);
    },
    async crashAndRestart(afterMs) {
      await ends("SIGQUIT");
      await pass(afterMs);
      await served.begin();
    },
    // The others end when they find that the first of them is gone.
    kill: () => ends("SIGKILL"),
    async standby(copy) {
      mkdirSync(copy, { mode: 0o700 });
      giveTo(owner, copy);
      await run("pg_basebackup", [...address, "-D", copy, "-R", "--checkpoint=fast"]);
      const standby = serve(binaries, copy, owner, await freePort());
      await standby.begin();
      await run("psql", [...address, "-c", "ALTER SYSTEM SET synchronous_standby_names = '*'", "postgres"]);
      await run("psql", [...address, "-c", "SELECT pg_reload_conf()", "postgres"]);
      const asked = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
      while ((await run("psql", [...address, "-Atc", asked, "postgres"])).trim() !== "1") await pass(50);
      return standby;
    },
    async promote() {
      await run("psql", [...address, "-c", "SELECT pg_promote(true, 60)", "postgres"]);
      // It had been told to wait for a standby as well.
      await run("psql", [...address, "-c", "ALTER SYSTEM RESET synchronous_standby_names", "postgres"]);
      await run("psql", [...address, "-c", "SELECT pg_reload_conf()", "postgres"]);
    },
    stop: () => ends("SIGINT"),
  };
  return served;
}

type Run = (program: string, args: readonly string[]) => Promise<string>;

function programs(binaries: string, owner: Owner): Run {
  const execute = promisify(execFile);
  return async (program, args) => {
    const { stdout } = await execute(join(binaries, program), [...args], { cwd: "/", timeout: 60_000, ...owner });
    return stdout;
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
