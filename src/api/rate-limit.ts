// AWS's throttling: a bucket of tokens for every action and caller, refilled at a steady rate. Off unless an operator
// sets limits; an action without a limit is never throttled.
import { rateExceeded } from "./errors.ts";
import type { Action } from "./model.ts";

export interface RateLimit {
  /** Requests that may come at once. */
  readonly bucket: number;
  readonly refillPerSecond: number;
}
export type RateLimits = Readonly<Partial<Record<Action, RateLimit>>>;

/** @throws ThrottlingException */
export type TakeToken = (action: Action, accessKeyId: string) => void;

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** @param now epoch milliseconds. */
export function createRateLimiter(limits: RateLimits, now: () => number): TakeToken {
  const buckets = new Map<string, Bucket>();
  return (action, accessKeyId) => {
    const limit = Object.hasOwn(limits, action) ? limits[action] : undefined;
    if (limit === undefined) return;
    const time = now();
    // Callers are the configured keys, so this map does not grow with requests.
    const key = `${action} ${accessKeyId}`;
    const bucket = buckets.get(key) ?? { tokens: limit.bucket, filledAt: time };
    buckets.set(key, bucket);
    const elapsedSeconds = Math.max(0, time - bucket.filledAt) / 1000;
    bucket.tokens = Math.min(limit.bucket, bucket.tokens + elapsedSeconds * limit.refillPerSecond);
    bucket.filledAt = time;
    if (bucket.tokens < 1) throw rateExceeded();
    bucket.tokens--;
  };
}
