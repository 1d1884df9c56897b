// Which process listens on a port, as far as the operating system tells this user: for the message that the port is taken.
import { execFile } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";

export interface PortOwner {
  readonly pid: number;
  /** The program's name; absent where the system keeps it to itself. */
  readonly program?: string | undefined;
}

export async function portOwner(port: number): Promise<PortOwner | undefined> {
  return process.platform === "linux" ? ownerFromProc(port) : await ownerFromLsof(port);
}

/** Proc(5): `net/tcp` has the socket's inode (field 9) by local port (field 1) and state (field 3, 0A is LISTEN). */
function ownerFromProc(port: number): PortOwner | undefined {
  const lines = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => (read(file) ?? "").split("\n"));
  const hexadecimalPort = port.toString(16).toUpperCase().padStart(4, "0");
  const sockets = new Set<string>();
  for (const line of lines) {
    const fields = line.trim().split(/\s+/);
    const isListener = fields[1]?.endsWith(`:${hexadecimalPort}`) === true && fields[3] === "0A";
    if (isListener) sockets.add(`socket:[${fields[9]}]`);
  }
  if (sockets.size === 0) return undefined;
  const pid = list("/proc").find((name) => /^\d+$/.test(name) && hasSocket(name, sockets));
  return pid === undefined ? undefined : { pid: Number(pid), program: programOf(pid) };
}

/** Without its arguments: they may hold secrets. */
function programOf(pid: string): string | undefined {
  const program = basename((read(`/proc/${pid}/cmdline`) ?? "").split("\0")[0] ?? "");
  return program === "" ? undefined : program;
}

function hasSocket(pid: string, sockets: ReadonlySet<string>): boolean {
  const directory = `/proc/${pid}/fd`;
  return list(directory).some((descriptor) => {
    try {
      return sockets.has(readlinkSync(`${directory}/${descriptor}`));
    } catch {
      // Closed since it was listed.
      return false;
    }
  });
}

function ownerFromLsof(port: number): Promise<PortOwner | undefined> {
  return new Promise((resolve) => {
    const args = ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"];
    execFile("lsof", args, { timeout: 2000 }, (_error, output) => {
      const [, pid] = /^p(\d+)$/m.exec(output) ?? [];
      resolve(pid === undefined ? undefined : { pid: Number(pid), program: /^c(.+)$/m.exec(output)?.[1] });
    });
  });
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Another user's process, or gone.
    return undefined;
  }
}

function list(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    // Another user's process, or gone.
    return [];
  }
}
