// Binds the one port, and says in words for an operator why that did not work.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { portOwner } from "./port-owner.ts";

export interface Address {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
}

/** The server cannot start; the message says what to do about it. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** @throws StartError */
export async function listen(server: Server, address: Address): Promise<void> {
  try {
    await bind(server, address);
  } catch (cause) {
    throw new StartError(await explain(cause, address), { cause });
  }
}

export function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return urlAt(host, port);
}

/** The address at which a server listens; `undefined` until it does. */
export function addressOf(server: Server, host: string): Address | undefined {
  return server.listening ? { host, port: (server.address() as AddressInfo).port } : undefined;
}

/** Where a client of this machine reaches a host; one that stands for every address is reached at the loopback one. */
export function urlAt(host: string, port: number): string {
  const reached = everyAddress.get(host) ?? host;
  return `http://${reached.includes(":") ? `[${reached}]` : reached}:${port}`;
}

export function isEveryAddress(host: string): boolean {
  return everyAddress.has(host);
}

const everyAddress: ReadonlyMap<string, string> = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "::1"],
]);

function bind(server: Server, { host, port }: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function explain(cause: unknown, { host, port }: Address): Promise<string> {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  switch (code) {
    case "EADDRINUSE":
      return `${await takenBy(host, port)} Stop it, or choose another port.`;
    case "EACCES":
      return `This user may not listen on port ${port}. Choose one above 1023: --port 8083`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `${host} is no address of this machine. Leave --host out to listen on 127.0.0.1`;
    default:
      return `Listening on ${host}:${port} failed: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

async function takenBy(host: string, port: number): Promise<string> {
  const owner = await portOwner(port);
  if (owner === undefined) return `Port ${port} of ${host} is taken by another process.`;
  const program = owner.program === undefined ? "" : ` (${owner.program})`;
  return `Port ${port} of ${host} is taken by process ${owner.pid}${program}.`;
}
