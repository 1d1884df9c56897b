// The axis of a timeline: long times in which nothing runs are drawn short, so that what happened before and after them can
// be told apart. Nothing is left out, and everything that is drawn short is named.
import type { TimelineRow } from "./segments.ts";

export interface AxisPiece {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  /** It is drawn short. */
  readonly isIdle: boolean;
  /** The part of the axis that it takes, 0 to 1, and where it begins. */
  readonly start: number;
  readonly share: number;
}

export interface AxisOptions {
  readonly from: number;
  readonly until: number;
  /** The idle times that are to be drawn in full, by their beginnings. */
  readonly opened?: ReadonlySet<number> | undefined;
}

/** An idle time that takes more than this part of the whole is drawn short, with this part of the axis. */
const [longIdle, idleShare] = [0.1, 0.05];
/** Shorter ones need no help: all of it is a matter of seconds. */
const shortIdleMs = 10_000;

export function timeAxis(rows: readonly TimelineRow[], { from, until, opened }: AxisOptions): readonly AxisPiece[] {
  const idle = idleTimes(rows, from, until).filter(
    (time) =>
      time.until - time.from > Math.max((until - from) * longIdle, shortIdleMs) && opened?.has(time.from) !== true,
  );
  const busyMs = until - from - idle.reduce((sum, time) => sum + time.until - time.from, 0);
  // Where nothing ever ran there is nothing to tell apart.
  if (busyMs <= 0) return [{ from, until, isIdle: false, start: 0, share: 1 }];
  const busyShare = 1 - idle.length * idleShare;
  const pieces: AxisPiece[] = [];
  let at = from;
  let start = 0;
  const add = (end: number, isIdle: boolean): void => {
    if (end <= at && !isIdle) return;
    const share = isIdle ? idleShare : ((end - at) / busyMs) * busyShare;
    pieces.push({ from: at, until: end, isIdle, start, share });
    at = end;
    start += share;
  };
  for (const time of idle) {
    add(time.from, false);
    add(time.until, true);
  }
  add(until, false);
  return pieces;
}

/** The place of a time on the axis, 0 to 1. */
export function placeOn(pieces: readonly AxisPiece[], at: number): number {
  let [low, high] = [0, pieces.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle]?.until ?? at) < at) low = middle + 1;
    else high = middle;
  }
  const piece = pieces[low];
  if (piece === undefined) return 0;
  const length = piece.until - piece.from;
  const within = length === 0 ? 0 : (at - piece.from) / length;
  return piece.start + Math.max(0, Math.min(1, within)) * piece.share;
}

interface Time {
  readonly from: number;
  readonly until: number;
}

/** The times in which no state runs: all that are open wait for a token, a timer or a worker. */
function idleTimes(rows: readonly TimelineRow[], from: number, until: number): readonly Time[] {
  const busy = rows
    .filter(({ visit }) => visit.type !== "Map" && visit.type !== "Parallel")
    .flatMap(({ segments }) => segments)
    .filter(({ kind }) => kind === "running")
    .map((segment) => ({ from: segment.from, until: segment.until ?? until }))
    .toSorted((one, other) => one.from - other.from);
  const idle: Time[] = [];
  let at = from;
  for (const time of busy) {
    if (time.from > at) idle.push({ from: at, until: time.from });
    at = Math.max(at, time.until);
  }
  if (until > at) idle.push({ from: at, until });
  return idle;
}
