// Task tokens: they lead back to the attempt they were made for and cannot be guessed. Whether one is still good is
// decided by the execution, which remembers the token of each attempt.
import { randomBytes } from "node:crypto";

export interface TokenAddress {
  readonly executionId: number;
  readonly scheduledEventId: number;
}

const secretBytes = 18;
const addressBytes = 12;
/** The length of every token in bytes before it is written as base64. */
const tokenBytes = addressBytes + secretBytes;

export function makeTaskToken({ executionId, scheduledEventId }: TokenAddress): string {
  const token = Buffer.alloc(tokenBytes);
  token.writeUIntBE(executionId, 2, 6);
  token.writeUInt32BE(scheduledEventId, 8);
  randomBytes(secretBytes).copy(token, addressBytes);
  return token.toString("base64url");
}

/** `undefined` for what was never a token of this server. */
export function readTaskToken(token: string): TokenAddress | undefined {
  const bytes = Buffer.from(token, "base64url");
  if (bytes.length !== tokenBytes || bytes.toString("base64url") !== token || bytes.readUInt16BE(0) !== 0)
    return undefined;
  return { executionId: bytes.readUIntBE(2, 6), scheduledEventId: bytes.readUInt32BE(8) };
}
