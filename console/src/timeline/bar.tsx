// The bar of one visit, made of its segments.
import type { Segment, SegmentKind, TimelineRow } from "@engine/inspection/segments.ts";
import { type AxisPiece, placeOn } from "@engine/inspection/time-axis.ts";
import { durationText, exactTimeText } from "../parts/durations.ts";

export const segmentWords: Readonly<Record<SegmentKind, string>> = {
  running: "Running",
  queued: "Queued",
  waitingForToken: "Waiting for a token",
  waitingForJob: "Waiting for a job",
  backingOff: "Backing off",
  timer: "Timer",
  stopped: "Stopped",
};

interface BarProps {
  readonly row: TimelineRow;
  readonly axis: readonly AxisPiece[];
  readonly until: number;
}

export function Bar({ row, axis, until }: BarProps) {
  const text = row.segments.map((segment) => segmentText(segment, until)).join("; ");
  return (
    <svg className="bar" role="img" aria-label={text} preserveAspectRatio="none" viewBox="0 0 1000 20">
      <title>{text}</title>
      {row.segments.map((segment) => {
        const start = placeOn(axis, segment.from) * 1000;
        const width = placeOn(axis, segment.until ?? until) * 1000 - start;
        const isContainer = row.visit.type === "Map" || row.visit.type === "Parallel";
        return (
          <rect
            key={segment.position}
            className={`segment ${segment.kind}${isContainer ? " container" : ""}${row.end === "failed" && segment === row.segments.at(-1) ? " failed" : ""}`}
            x={Math.min(start, 997)}
            y={isContainer ? 7 : 3}
            width={Math.max(3, width)}
            height={isContainer ? 6 : 14}
            rx={2}
          />
        );
      })}
    </svg>
  );
}

function segmentText({ kind, from, until, awaited }: Segment, now: number): string {
  const time = `from ${exactTimeText(from)}, ${durationText((until ?? now) - from)}`;
  const wait = awaited === undefined || until !== undefined ? "" : `, until ${exactTimeText(awaited)}`;
  return `${segmentWords[kind]} ${time}${wait}`;
}
