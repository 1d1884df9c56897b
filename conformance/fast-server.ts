// The server that cases are played against: in this process, with nothing kept, and with time that runs faster.
import { type PawlServer, type ServerOptions, startServer } from "../src/server/start-server.ts";
import { fastClock } from "./fast-clock.ts";

export const arns = { partition: "aws", region: "us-east-1", account: "123456789012" } as const;
/** Seconds of the server in one real second: one second must stay long beside a call over HTTP. */
export const speed = 4;
/** Longer than any case lasts at that speed. */
export const patienceMs = 8000;

export type Log = (message: string) => void;

/** @param log is told of errors. */
export function startFastServer(
  options: Pick<ServerOptions, "functions" | "environment" | "mocks" | "buckets">,
  log: Log,
): Promise<PawlServer> {
  return startServer({
    ...options,
    host: "127.0.0.1",
    port: 0,
    db: "memory",
    arns,
    clock: fastClock(speed),
    // Without an error it is a warning, such as of the log group that a recording deletes.
    log: (message, error) => {
      if (error !== undefined) log(`${message} ${error instanceof Error ? (error.stack ?? error.message) : ""}`);
    },
  });
}
