// The errors of PostgreSQL and of the way to it, in words for an operator (postgresql.org/docs/current/errcodes-appendix.html).
import { DatabaseError } from "pg";
import { StoreAwayError } from "../errors.ts";

/** Another run of the same transaction may well succeed: nothing of it has happened. */
const passing: ReadonlySet<string> = new Set(["40001", "40P01", "55P03", "57014", "25P03"]);

/** The way to the server: the message follows the name of the place. */
const ways: ReadonlyMap<string, string> = new Map([
  [
    "ECONNREFUSED",
    "refuses connections: see that it runs, listens at that address and port, and that no firewall is between",
  ],
  [
    "ENOTFOUND",
    "has a host name that cannot be found: see that it is spelled right and known to the DNS of this machine",
  ],
  ["EAI_AGAIN", "has a host name that cannot be looked up now: see that the DNS of this machine works"],
  ["ENOENT", "has no socket there: see that it runs, and that the directory of the socket is right"],
  ["EHOSTUNREACH", "cannot be reached from here: see that there is a route to it"],
  ["ENETUNREACH", "cannot be reached from here: see that there is a route to it"],
]);

interface Known {
  /** Follows the name of the place. */
  readonly text: string;
  /** The server is not there for us now, and may be later. */
  readonly isAway: boolean;
}

const known: ReadonlyMap<string, Known> = new Map([
  ["28P01", { text: "refuses the password of this user: correct it in the URL or in PGPASSWORD", isAway: false }],
  ["28000", { text: "does not let this user in: see pg_hba.conf, and sslmode in the URL", isAway: false }],
  [
    "3D000",
    { text: "has no such database: make it with CREATE DATABASE, or name another one in the URL", isAway: false },
  ],
  ["42501", { text: "does not allow this user to do that: make the user the owner of the database", isAway: false }],
  ["53100", { text: "has no space left on its disk: free some; what was stored before is safe", isAway: false }],
  ["53200", { text: "is out of memory: give it more, or let fewer clients in", isAway: false }],
  ["53300", { text: "has no connection left: raise max_connections, or let a pooler stand before it", isAway: true }],
  ["57P01", { text: "is shutting down", isAway: true }],
  ["57P02", { text: "has crashed and starts again", isAway: true }],
  ["57P03", { text: "is starting and takes no connections yet", isAway: true }],
  ["57P05", { text: "has ended the connection, which was idle for long", isAway: true }],
  [
    "25006",
    { text: "is a standby, or read-only: name the primary in the URL, or a proxy that leads to it", isAway: true },
  ],
]);

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Whether the transaction did nothing, and may be tried again at once. */
export function isPassing(error: unknown): boolean {
  return error instanceof DatabaseError && passing.has(codeOf(error) ?? "");
}

/** Whether the server has answered with an error, and goes on listening. */
export function isAnswer(error: unknown): boolean {
  return error instanceof DatabaseError && error.severity !== "FATAL" && error.severity !== "PANIC";
}

/** @param name the place, as in messages. */
export function explain(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || error instanceof StoreAwayError) return error;
  const code = codeOf(error) ?? "";
  const { text, isAway } = known.get(code) ?? { text: undefined, isAway: false };
  if (error instanceof DatabaseError) {
    if (isAway || !isAnswer(error)) {
      const away = text ?? "has ended the connection";
      return isAway || text === undefined
        ? new StoreAwayError(`${name}, ${away}`, { cause: error })
        : worded(name, text, error);
    }
    return text === undefined ? error : worded(name, text, error);
  }
  return new StoreAwayError(`${name}, ${ways.get(code) ?? `cannot be reached: ${error.message}`}`, { cause: error });
}

function worded(name: string, text: string, cause: Error): Error {
  return new Error(`${name}, ${text}`, { cause });
}
