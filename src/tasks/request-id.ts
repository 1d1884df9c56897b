// Request ids of calls: UUIDs that follow from the task attempt, so that a repeated performance has the same one.
import { hash } from "node:crypto";

/** A UUID of version 8 (custom): the first bits of the key's SHA-256 digest. */
export function requestIdOf(idempotencyKey: string): string {
  const digest = hash("sha256", idempotencyKey, "hex");
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const third = `8${digest.slice(13, 16)}`;
  const fourth = `${variant}${digest.slice(17, 20)}`;
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-${third}-${fourth}-${digest.slice(20, 32)}`;
}
