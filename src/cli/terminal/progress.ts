// How far something has come, how fast, and how long it will take.
import { durationText } from "./terminal.ts";

export interface Work {
  readonly done: number;
  /** `undefined` while nobody knows. */
  readonly total: number | undefined;
  /** The part that was done before the time began. */
  readonly before?: number;
  /** In the plural. */
  readonly noun: string;
  /** More that is to be said of it. */
  readonly beside?: readonly (string | undefined)[];
}

/** @param ms since the work began */
export function workText({ done, total, before = 0, noun, beside = [] }: Work, ms: number): string {
  const perSecond = ms === 0 ? 0 : ((done - before) / ms) * 1000;
  const count = total === undefined ? `${grouped(done)} ${noun}` : `${grouped(done)} of ${grouped(total)} ${noun}`;
  const isUnderWay = total === undefined || done < total;
  const left = total === undefined || perSecond === 0 || !isUnderWay ? undefined : ((total - done) / perSecond) * 1000;
  return [
    count,
    ...beside,
    `${grouped(Math.round(perSecond))}/s`,
    left === undefined ? undefined : `${durationText(Math.ceil(left / 1000) * 1000)} left`,
  ]
    .filter((part) => part !== undefined)
    .join(", ");
}

export function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
