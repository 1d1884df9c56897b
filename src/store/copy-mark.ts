// The mark that a copy leaves in its target: which data it is of, and how far it has come.
import { createHmac } from "node:crypto";
import type { Begun, TransferPosition } from "./transfer.ts";

/**
 * The identity of the data of a store: others have another, and so have these once a server has worked with them.
 * @param numbers some of them grow whenever a server works with the data.
 */
export function identityOf(secret: string, numbers: readonly number[]): string {
  const origin = createHmac("sha256", secret).update("pawl copy").digest("hex");
  return [origin.slice(0, 32), ...numbers].join(" ");
}

export interface CopyMark {
  /** The identity of the source. */
  readonly source: string;
  /** As `encodePosition` writes it. */
  readonly position: string;
  readonly isComplete: boolean;
}

export const startPosition = "";

export function encodePosition(position: TransferPosition): string {
  return JSON.stringify(position);
}

/**
 * How far a copy that was found in its target has come.
 * @throws Error where it is of other data.
 */
export function begunOf({ source, position, isComplete }: CopyMark, identity: string, place: string): Begun {
  if (source === identity) {
    if (isComplete) return "complete";
    return position === startPosition ? "nothing" : (JSON.parse(position) as TransferPosition);
  }
  if (isComplete) throw holdsData(place);
  const isSameStore = source.split(" ", 1)[0] === identity.split(" ", 1)[0];
  throw new Error(
    `${place} holds a part of a copy of ${isSameStore ? "the same data, with which a server has worked since" : "other data"}: ` +
      "empty it, or name another one, and copy anew",
  );
}

export function holdsData(place: string): Error {
  return new Error(`${place} holds data already: name an empty one`);
}
