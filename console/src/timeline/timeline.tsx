// The timeline: for every visit when it was queued, ran, waited for a token, backed off or slept. Long times in which nothing
// runs are drawn short, and open on a click. A moment of the past cuts the bars off where it is; the axis stays.
import type { ExecutionFacts } from "@contract";
import type { JournalEvent } from "@engine/journal/event.ts";
import { type SegmentKind, timelineOf, type TimelineRow } from "@engine/inspection/segments.ts";
import { type AxisPiece, timeAxis } from "@engine/inspection/time-axis.ts";
import { useEffect, useMemo, useState } from "react";
import { durationText } from "../parts/durations.ts";
import { shownLine } from "../parts/shown-text.ts";
import { statusWord } from "../parts/status.tsx";
import { Rows } from "../execution/rows.tsx";
import { useRun } from "../execution/run.tsx";
import { useSelect } from "../execution/selection.ts";
import { Axis } from "./axis.tsx";
import { Bar, segmentWords } from "./bar.tsx";
import "./timeline.css";

interface TimelineItem {
  readonly row: TimelineRow;
  readonly axis: readonly AxisPiece[];
  /** The time that is looked at. */
  readonly moment: number;
  readonly isLater: boolean;
  readonly isOpen: boolean;
}

export function Timeline({ facts }: { readonly facts: ExecutionFacts }) {
  const select = useSelect();
  const run = useRun();
  const { events, position } = run;
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const rows = useMemo(() => timelineOf(events), [events]);
  const byId = useMemo(() => new Map(rows.map((row, index) => [idOf(row, events), index])), [rows, events]);
  const from = events[0]?.at ?? 0;
  const last = events.at(-1)?.at ?? from;
  const now = useNow(facts.status === "RUNNING");
  const until = Math.max(last, now ?? last, from + 1);
  const axis = useMemo(() => timeAxis(rows, { from, until, opened }), [rows, from, until, opened]);
  const isPast = position < events.length;
  const moment = isPast ? (events[position - 1]?.at ?? from) : until;
  const isLater = (index: number): boolean => (rows[index]?.visit.entered ?? 0) >= position;
  const toggle = (start: number): void =>
    setOpened((was) => new Set(was.has(start) ? [...was].filter((one) => one !== start) : [...was, start]));
  return (
    <>
      <Legend rows={rows} />
      <Axis axis={axis} from={from} opened={opened} onToggle={toggle} />
      <Rows
        label="Timeline"
        className="timeline-row"
        head={["State", `${durationText(until - from)} in all`]}
        count={rows.length}
        chosen={run.visit === undefined ? undefined : byId.get(run.visit.id)}
        isLater={isLater}
        onChoose={(index) => {
          const row = rows[index];
          const visit = row === undefined ? undefined : run.story.visit(idOf(row, events));
          if (visit !== undefined)
            select({ state: visit.nodeId, visit: visit.id, event: undefined }, run.visit === undefined);
        }}
        item={(index): TimelineItem | undefined => {
          const row = rows[index];
          if (row === undefined) return undefined;
          const isOpen = row.visit.ended === undefined || row.visit.ended >= position;
          return { row, axis, moment, isLater: isLater(index), isOpen };
        }}
        cells={cellsOf}
      />
    </>
  );
}

function cellsOf({ row, axis, moment, isLater, isOpen }: TimelineItem) {
  // A visit that has ended looks the same at every later moment.
  const until = isOpen ? moment : (row.until ?? moment);
  return [
    <Name key="name" row={row} isOpen={isOpen} />,
    isLater ? null : <Bar key="bar" row={row} axis={axis} until={until} isOpen={isOpen} />,
  ];
}

function idOf({ visit }: TimelineRow, events: readonly JournalEvent[]): number {
  return events[visit.entered]?.id ?? 0;
}

function Name({ row: { visit, end }, isOpen }: { readonly row: TimelineRow; readonly isOpen: boolean }) {
  const step = visit.place.at(-1);
  const status = isOpen || end === undefined ? "running" : end === "timedOut" ? "TIMED_OUT" : end;
  const hasFailed = status === "failed" || status === "TIMED_OUT";
  return (
    <span style={{ paddingInlineStart: 12 * visit.place.length }} title={statusWord(status)}>
      <bdi>{shownLine(visit.name, 60)}</bdi>
      {step?.kind === "iteration" ? <span className="iteration-mark">{` #${step.index}`}</span> : null}
      {hasFailed ? <span className="failed-text">{` ✗ ${statusWord(status)}`}</span> : null}
    </span>
  );
}

/** The kinds of segments that there are, by colour and word. */
function Legend({ rows }: { readonly rows: readonly TimelineRow[] }) {
  const kinds = useMemo(() => new Set(rows.flatMap(({ segments }) => segments.map(({ kind }) => kind))), [rows]);
  const shown = (Object.keys(segmentWords) as readonly SegmentKind[]).filter((kind) => kinds.has(kind));
  return (
    <ul className="timeline-legend" aria-label="Legend">
      {shown.map((kind) => (
        <li key={kind}>
          <span className={`segment-sample ${kind}`} aria-hidden="true" />
          {segmentWords[kind]}
        </li>
      ))}
    </ul>
  );
}

/** The time, each second while it is asked for. */
function useNow(isTicking: boolean): number | undefined {
  const [now, setNow] = useState<number>();
  useEffect(() => {
    if (!isTicking) return undefined;
    const tick = (): void => setNow(Date.now());
    tick();
    const timer = setInterval(tick, 1000);
    return () => {
      clearInterval(timer);
      setNow(undefined);
    };
  }, [isTicking]);
  return now;
}
