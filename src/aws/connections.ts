// Connections to other hosts, kept open between requests: each carries one request at a time, and the one that was used last is used
// first.
import type { Socket } from "node:net";
import type { buildConnector, Client } from "undici";
import { descriptorShares } from "./descriptors.ts";

/** Given by `take` to one user at a time, who gives it back or drops it. */
export interface Connection {
  readonly client: Client;
  /** No request was sent since it was opened: the other side cannot have closed it for being idle. */
  isFresh: boolean;
  /** The newest one, which may still be being opened. */
  socket: Socket | undefined;
}

// More connections to one host only queue in the kernel, or run out of files.
const { sockets: mostOpen } = descriptorShares;
const mostIdle = Math.ceil(mostOpen / 2);

/** Those who ask bound the time; an idle connection is closed by the other side, or after this time. */
const clientOptions: Client.Options = {
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: 60_000,
  pipelining: 1,
  allowH2: false,
};

const noError = (): void => undefined;

let undici: { readonly Client: typeof Client; readonly connect: buildConnector.connector } | undefined;

/** To be awaited before the first connection: a start does not load what many servers never use. */
export async function loadConnections(): Promise<void> {
  const loaded = await import("undici");
  undici = { Client: loaded.Client, connect: loaded.buildConnector({ timeout: 0, allowH2: false }) };
}

export const areConnectionsLoaded = (): boolean => undici !== undefined;

/** Those that have a connection, by scheme, host and port. */
const hosts = new Map<string, Host>();

class Host {
  readonly #origin: string;
  readonly #idle: Connection[] = [];
  readonly #waiting = new Set<(connection: Connection) => void>();
  #open = 0;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /**
   * Hands out a connection, at once or when one is free.
   * @param wantsNew where there may be another one, it is none that was used before.
   * @returns what ends the waiting.
   */
  take(use: (connection: Connection) => void, wantsNew: boolean): () => void {
    const idle = wantsNew && this.#open < mostOpen ? undefined : this.#idle.pop();
    if (idle !== undefined) use(idle);
    else if (this.#open < mostOpen) use(this.#create());
    else {
      this.#waiting.add(use);
      return () => this.#waiting.delete(use);
    }
    return noError;
  }

  giveBack(connection: Connection): void {
    const next = this.#nextWaiting();
    if (next !== undefined) next(connection);
    else if (this.#idle.length < mostIdle) this.#idle.push(connection);
    else this.drop(connection);
  }

  /** Closes a connection, whatever is under way on it: it may not even be open yet. */
  drop({ client, socket }: Connection): void {
    client.destroy().catch(noError);
    socket?.destroy();
    this.#open -= 1;
    this.#nextWaiting()?.(this.#create());
    // Names of hosts may come from workflows: those without a connection are forgotten.
    if (this.#open === 0 && hosts.get(this.#origin) === this) hosts.delete(this.#origin);
  }

  #nextWaiting(): ((connection: Connection) => void) | undefined {
    const [next] = this.#waiting;
    if (next !== undefined) this.#waiting.delete(next);
    return next;
  }

  #create(): Connection {
    if (undici === undefined) throw new Error("Connections are made before what makes them was loaded.");
    const { connect } = undici;
    const client = new undici.Client(this.#origin, {
      ...clientOptions,
      // It gives the socket back, though its type does not say so.
      connect: (options, opened) => void (connection.socket = connect(options, opened) as unknown as Socket),
    });
    const connection: Connection = { client, isFresh: true, socket: undefined };
    this.#open += 1;
    hosts.set(this.#origin, this);
    connection.client.on("connect", () => (connection.isFresh = true));
    connection.client.on("disconnect", () => {
      const at = this.#idle.indexOf(connection);
      if (at === -1) return;
      this.#idle.splice(at, 1);
      this.drop(connection);
    });
    return connection;
  }
}

export type { Host };

/** Taking an address apart takes longer than keeping what it leads to. */
const hostsOfUrls = new WeakMap<URL, Host>();

/** @throws Error when no connection can be made to such an address. */
export function hostOf(url: URL): Host {
  const known = hostsOfUrls.get(url);
  if (known !== undefined) return known;
  const { origin } = url;
  const host = hosts.get(origin) ?? new Host(origin);
  hostsOfUrls.set(url, host);
  return host;
}
