// The signatures by which nodes know each other: an HMAC with a key that only those have who reach the database. One counts
// once, for one life of one node, and not long after it was made.
import { createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

/** The facts that a signature is about. */
export interface Signed {
  readonly method: string;
  /** The node that is called, and the one that calls. */
  readonly to: string;
  readonly from: string;
  /** Counts the calls of a node from 1, across all that it calls. */
  readonly count: number;
  /** Epoch milliseconds of the caller's clock. */
  readonly at: number;
  /** SHA-256 of the body, in hexadecimal digits. */
  readonly digest: string;
}

/** How far the clocks of two nodes may be apart, with the way of a call. */
export const mostSkewMs = 5 * 60_000;
/** So far calls of one node may overtake each other. */
const overtaking = 4_096;
/** More lives of nodes than ever call another within twice the skew. */
const mostCallers = 1_000;

export type PeerKey = Buffer;

/** @param secret the database's own. */
export function peerKeyOf(secret: string): PeerKey {
  return Buffer.from(hkdfSync("sha256", secret, "", "pawl calls between nodes 1", 32));
}

export function digestOf(body: string | Buffer): string {
  return createHash("sha256").update(body).digest("hex");
}

export function signatureOf(key: PeerKey, { method, to, from, count, at, digest }: Signed): string {
  return macOf(key, ["call", method, to, from, String(count), String(at), digest]);
}

/** The signature of an answer holds for the one call. */
export function answerSignatureOf(key: PeerKey, call: string, answer: { status: number; digest: string }): string {
  return macOf(key, ["answer", call, String(answer.status), answer.digest]);
}

export function isSame(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function macOf(key: PeerKey, facts: readonly string[]): string {
  return createHmac("sha256", key).update(JSON.stringify(facts)).digest("hex");
}

interface Caller {
  newest: number;
  /** Counts that have come, of the last `overtaking` ones. */
  readonly seen: Set<number>;
  heardAt: number;
}

/** Knows the calls that have come, so that none counts twice. */
export class Replays {
  readonly #callers = new Map<string, Caller>();

  /**
   * @param now milliseconds of a clock that only goes forward.
   * @returns false for a call that has come before, or may have.
   */
  admit(from: string, count: number, now: number): boolean {
    const caller = this.#callers.get(from) ?? this.#meet(from, now);
    if (caller === undefined || count <= caller.newest - overtaking || caller.seen.has(count)) return false;
    caller.heardAt = now;
    caller.seen.add(count);
    if (count > caller.newest) {
      const [before, newest] = [caller.newest, count];
      caller.newest = newest;
      if (newest - before > overtaking) for (const old of caller.seen) this.#forget(caller, old);
      else for (let old = before - overtaking; old <= newest - overtaking; old++) caller.seen.delete(old);
    }
    return true;
  }

  #forget({ seen, newest }: Caller, count: number): void {
    if (count <= newest - overtaking) seen.delete(count);
  }

  /** A caller is forgotten once its signatures are too old to count. */
  #meet(from: string, now: number): Caller | undefined {
    for (const [id, { heardAt }] of this.#callers) if (now - heardAt > 2 * mostSkewMs) this.#callers.delete(id);
    if (this.#callers.size >= mostCallers) return undefined;
    const caller: Caller = { newest: 0, seen: new Set(), heardAt: now };
    this.#callers.set(from, caller);
    return caller;
  }
}
