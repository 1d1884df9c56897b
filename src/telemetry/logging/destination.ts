// The places that execution logs go to, and what they share; those that take lines of text.
import type { Credentials } from "../../aws/endpoint.ts";
import type { Clock } from "../../runtime/clock.ts";
import { Outbox, type Item, type Send } from "../outbox.ts";
import type { LogEntry } from "./log-executions.ts";

export interface LogDestination {
  add(entry: LogEntry): void;
  /** False only where the destination said that it has no such log group. */
  hasLogGroup(logGroupArn: string): Promise<boolean>;
  close(): Promise<void>;
}

export interface DestinationOptions {
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: (message: string) => void;
}

interface Line extends Item {
  readonly text: string;
}

const maxLinesBatch = { items: 10_000, bytes: 4 * 1024 * 1024 };

export function linesTo(
  name: string,
  options: Omit<DestinationOptions, "credentials">,
  write: (text: string) => Promise<void>,
): LogDestination {
  const send: Send<Line> = async (lines) => {
    await write(lines.map(({ text }) => text).join(""));
    return { again: [], refused: 0 };
  };
  const outbox = new Outbox<Line>({ ...options, name, send, maxBatch: maxLinesBatch });
  return {
    add: ({ line, lineBytes }) => outbox.add({ lane: "", bytes: lineBytes + 1, text: `${line}\n` }),
    hasLogGroup: () => Promise.resolve(true),
    close: () => outbox.close(),
  };
}
