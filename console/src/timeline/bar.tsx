// The bar of one visit, made of its segments.
import type { Segment, SegmentKind, TimelineRow } from "@engine/inspection/segments.ts";
import { type AxisPiece, placeOn } from "@engine/inspection/time-axis.ts";
import { memo } from "react";
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
  /** The moment that is looked at. */
  readonly until: number;
  /** The visit has not ended by then. */
  readonly isOpen: boolean;
}

export const Bar = memo(BarOfVisit);

function BarOfVisit({ row, axis, until, isOpen }: BarProps) {
  const segments = row.segments.flatMap((segment) => cutOff(segment, until, isOpen));
  const text = segments.map((segment) => segmentText(segment, until)).join("; ");
  return (
    <svg className="bar" role="img" aria-label={text} preserveAspectRatio="none" viewBox="0 0 1000 20">
      <title>{text}</title>
      {segments.map((segment) => {
        const start = placeOn(axis, segment.from) * 1000;
        const width = placeOn(axis, segment.until ?? until) * 1000 - start;
        const isContainer = row.visit.type === "Map" || row.visit.type === "Parallel";
        return (
          <rect
            key={segment.position}
            className={`segment ${segment.kind}${isContainer ? " container" : ""}${!isOpen && row.end === "failed" && segment === segments.at(-1) ? " failed" : ""}`}
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

/** The part of a segment that lies before a moment. */
function cutOff(segment: Segment, moment: number, isOpen: boolean): readonly Segment[] {
  if (segment.from > moment) return [];
  const isCut = segment.until !== undefined && (segment.until > moment || (isOpen && segment.until === moment));
  return isCut ? [{ ...segment, until: undefined }] : [segment];
}

function segmentText({ kind, from, until, awaited }: Segment, now: number): string {
  const time = `from ${exactTimeText(from)}, ${durationText((until ?? now) - from)}`;
  const wait = awaited === undefined || until !== undefined ? "" : `, until ${exactTimeText(awaited)}`;
  return `${segmentWords[kind]} ${time}${wait}`;
}
