// When jobs are looked at: often while they are young, then after a quarter of their age, up to a minute. A job that ends is so
// noticed within a quarter of the time that it took, and one of hours costs no more than a call a minute.
import { seededRandom } from "../../asl/random.ts";
import type { Job } from "../../store/jobs.ts";

const shortestMs = 1_000;
const longestMs = 60_000;
const partOfAge = 0.25;

/** The next look after one at `now`, epoch milliseconds. Jobs that were submitted together drift apart. */
export function nextLook({ executionId, scheduledEventId, since }: Omit<Job, "lookAt">, now: number): number {
  const pause = Math.min(Math.max((now - since) * partOfAge, shortestMs), longestMs);
  const jitter = 0.8 + 0.4 * seededRandom(`${executionId}/${scheduledEventId}/${now}`)();
  return now + Math.round(pause * jitter);
}
