// A PostgreSQL server of our own, as it comes, with its data in a folder that is removed with it. It listens at a socket in that
// folder and at no port. PostgreSQL refuses to run as root: then it runs as somebody else.
import { type ChildProcess, execFileSync, spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export interface OwnServer {
  /** Names the server; a database follows by `databaseUrl`. */
  readonly folder: string;
  /** As a crash does it, with `immediate`; begins again with `start`. */
  stop(how: "fast" | "immediate"): Promise<void>;
  start(): Promise<void>;
  /** Stops it, and removes its data. */
  remove(): Promise<void>;
}

export interface OwnServerOptions {
  /** The folder of `initdb` and `postgres`. */
  readonly programs: string;
  /** Settings as in postgresql.conf: `name=value`. */
  readonly settings?: readonly string[];
}

const user = "pawl";

export function databaseUrl(folder: string, database: string): string {
  return `postgres://${user}@localhost/${database}?host=${encodeURIComponent(folder)}`;
}

export async function startOwnServer({ programs, settings = [] }: OwnServerOptions): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), "pawl-postgres-"));
  const data = join(folder, "data");
  mkdirSync(data);
  const account = accountOf();
  for (const path of [folder, data]) {
    if (account.uid !== undefined) chownSync(path, account.uid, account.gid ?? account.uid);
    chmodSync(path, path === data ? 0o700 : 0o755);
  }
  const run: SpawnOptions = { ...account, cwd: folder, stdio: "ignore" };
  execFileSync(
    join(programs, "initdb"),
    ["--pgdata", data, "--username", user, "--auth", "trust", "--no-sync", "--encoding", "utf8", "--locale", "C"],
    { ...account, cwd: folder, stdio: "ignore" },
  );
  let process: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const given = [`unix_socket_directories=${folder}`, "listen_addresses=", "max_connections=400", ...settings];
    const log = ["logging_collector=on", "log_directory=.", "log_filename=server.log"];
    const options = [...given, ...log].flatMap((setting) => ["-c", setting]);
    process = spawn(join(programs, "postgres"), ["-D", data, ...options], run);
    await untilReady(data, process);
  };
  const stop = async (how: "fast" | "immediate"): Promise<void> => {
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
    const ended = once(process, "exit");
    process.kill(how === "fast" ? "SIGINT" : "SIGQUIT");
    await ended;
  };
  const remove = async (): Promise<void> => {
    await stop("immediate");
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await remove();
    throw error;
  }
  return { folder, stop, start, remove };
}

/** The last line of the file of the running server tells how far it is. */
async function untilReady(data: string, process: ChildProcess): Promise<void> {
  const file = join(data, "postmaster.pid");
  for (let tries = 0; tries < 600; tries++) {
    if (process.exitCode !== null) throw new Error(`the PostgreSQL server ended with ${process.exitCode}`);
    if (existsSync(file)) {
      const lines = readFileSync(file, "utf8").trimEnd().split("\n");
      if (lines[0] === String(process.pid) && lines[7]?.trim() === "ready") return;
    }
    await pause(50);
  }
  throw new Error("the PostgreSQL server is not ready after 30 s");
}

/** Somebody who is not root: the account that Debian makes for PostgreSQL, or nobody. */
/** PostgreSQL refuses to run as root: the account of another user, then. */
export function accountOf(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  for (const name of ["postgres", "nobody"]) {
    try {
      const id = (flag: string): number =>
        Number(execFileSync("id", [flag, name], { stdio: ["ignore", "pipe", "ignore"] }));
      return { uid: id("-u"), gid: id("-g") };
    } catch {
      // There is no such account.
    }
  }
  return {};
}
