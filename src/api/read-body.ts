// Reads the body of a request up to a limit. A body that is too large is read to its end and thrown away, because a
// client that still sends does not read the answer; one that does not come to an end is cut off.
import type { IncomingMessage } from "node:http";
import { type BodyShare, freeBytes } from "./body-budget.ts";

/**
 * `endless`: the connection must be closed after the answer. `crowded`: likewise, for there is no room for the body now.
 * `gone`: there is nobody to answer.
 */
export type BodyOutcome = Buffer | "tooLarge" | "endless" | "crowded" | "gone";

export interface BodyOptions {
  readonly maxBytes: number;
  /** Opens the body's share of the budget; not called for a small body. */
  readonly openShare: () => BodyShare;
}

/** How many times the limit is read and thrown away before the sender is cut off. */
const patience = 16;

/** Calls `done` once. */
export function readBody(
  request: IncomingMessage,
  { maxBytes, openShare }: BodyOptions,
  done: (outcome: BodyOutcome) => void,
): void {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let isDone = false;
  let share: BodyShare | undefined;
  const finish = (outcome: BodyOutcome): void => {
    if (isDone) return;
    isDone = true;
    chunks = [];
    share?.release();
    done(outcome);
  };
  request.on("data", (chunk: Buffer) => {
    if (isDone) return;
    bytes += chunk.length;
    if (bytes <= maxBytes) {
      if (bytes > freeBytes) share ??= openShare();
      if (share?.grow(bytes) !== false) chunks.push(chunk);
      else finish("crowded");
    } else if (bytes > maxBytes * patience) finish("endless");
    else chunks = [];
  });
  request.on("end", () => {
    const [first] = chunks;
    if (bytes > maxBytes) finish("tooLarge");
    else finish(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, bytes));
  });
  request.on("error", () => finish("gone"));
  request.on("close", () => finish("gone"));
}
