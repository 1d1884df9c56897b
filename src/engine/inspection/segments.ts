// Where the time of an execution went: for each visit of a state, when it was queued, ran, waited for a token or a job,
// backed off, or slept. Facts come from events alone; an open segment has no end yet.
import { type JournalEvent, isEndOfExecution } from "../journal/event.ts";
import type { TaskResource } from "../../asl/resource.ts";
import { type Visit, visitsOf } from "./visits.ts";

export type SegmentKind =
  /** A call waits to be made, or an activity task for a worker. */
  | "queued"
  | "running"
  | "waitingForToken"
  /** The called service runs a job (`.sync`). */
  | "waitingForJob"
  | "backingOff"
  | "timer"
  /** The execution had ended, and was redriven later. */
  | "stopped";

export interface Segment {
  readonly kind: SegmentKind;
  /** Epoch milliseconds. */
  readonly from: number;
  /** Absent while it goes on. */
  readonly until?: number | undefined;
  /** The time that a timer or a back-off waits for; a history of AWS does not tell it. */
  readonly awaited?: number | undefined;
  /** Position in the journal of the event that began it. */
  readonly position: number;
}

export type VisitEnd = "succeeded" | "failed" | "caught" | "aborted" | "timedOut";

export interface TimelineRow {
  readonly visit: Visit;
  readonly segments: readonly Segment[];
  readonly from: number;
  readonly until?: number | undefined;
  /** Absent while it goes on. */
  readonly end?: VisitEnd | undefined;
}

/** One row for each visit, in the order in which the states were entered. */
export function timelineOf(events: readonly JournalEvent[], visits = visitsOf(events)): readonly TimelineRow[] {
  const timeline = new TimelineReader(visits);
  for (const [position, event] of events.entries()) timeline.read(event, position);
  return timeline.rows;
}

type Draft<Value> = { -readonly [Member in keyof Value]: Value[Member] };

interface OpenRow extends Draft<TimelineRow> {
  readonly segments: Draft<Segment>[];
  resource: TaskResource | undefined;
  hasFailed: boolean;
}

class TimelineReader {
  readonly rows: OpenRow[] = [];
  readonly #open = new Map<number, OpenRow>();
  readonly #visits: ReadonlyMap<number, Visit>;

  constructor(visits: readonly Visit[]) {
    this.#visits = new Map(visits.map((visit) => [visit.entered, visit]));
  }

  read(event: JournalEvent, position: number): void {
    if (isEndOfExecution(event)) return this.#endAll(event);
    if (event.kind === "ExecutionRedriven") return this.#goOn(event.at, position);
    if (!("scope" in event)) return;
    if (event.kind === "StateEntered") return this.#enter(event, position);
    const row = this.#open.get(event.scope);
    if (row !== undefined) this.#advance(row, event, position);
  }

  #advance(row: OpenRow, event: JournalEvent, position: number): void {
    switch (event.kind) {
      case "TaskScheduled":
        row.resource = event.resource;
        row.hasFailed = false;
        return begin(row, "queued", event.at, position);
      case "TaskStarted":
        return begin(row, "running", event.at, position);
      case "TaskSubmitted":
        return begin(row, awaitedBy(row.resource), event.at, position);
      case "TaskFailed":
      case "TaskSubmitFailed":
      case "TaskTimedOut":
        row.hasFailed = true;
        // It is backing off if it is tried again: what follows at once replaces this.
        return begin(row, "backingOff", event.at, position);
      case "RetryScheduled":
        return begin(row, "backingOff", event.at, position, event.until);
      case "WaitStarted":
        return begin(row, "timer", event.at, position, event.until);
      case "MapStateStarted":
      case "ParallelStateStarted":
        row.hasFailed = false;
        return begin(row, "running", event.at, position);
      case "EvaluationFailed":
      case "MapRunFailed":
      case "MapStateFailed":
      case "ParallelStateFailed":
        row.hasFailed = true;
        return;
      case "StateExited":
        return this.#end(row, event.at, row.hasFailed ? "caught" : "succeeded");
      case "MapIterationFailed":
        return this.#end(row, event.at, "failed");
      case "MapIterationAborted":
      case "StateAborted":
        return this.#end(row, event.at, row.hasFailed ? "failed" : "aborted");
      default:
        return;
    }
  }

  #enter(event: JournalEvent & { kind: "StateEntered" }, position: number): void {
    const visit = this.#visits.get(position);
    if (visit === undefined) return;
    const row: OpenRow = {
      visit,
      segments: [],
      from: event.at,
      until: undefined,
      end: undefined,
      resource: undefined,
      hasFailed: false,
    };
    this.rows.push(row);
    this.#open.set(event.scope, row);
    begin(row, event.stateType === "Wait" ? "timer" : "running", event.at, position);
  }

  #end(row: OpenRow, at: number, end: VisitEnd): void {
    close(row, at);
    // A segment that took no time is none, unless the visit has no other.
    if (row.segments.length > 1 && row.segments.at(-1)?.from === at) row.segments.pop();
    row.until = at;
    row.end ??= end;
    if (end === "succeeded" || end === "caught") this.#open.delete(row.visit.scope);
  }

  /** The rows stay open for a redrive. */
  #endAll({ kind, at }: JournalEvent): void {
    const ends = { ExecutionFailed: "failed", ExecutionTimedOut: "timedOut" } as const;
    const end = kind === "ExecutionFailed" || kind === "ExecutionTimedOut" ? ends[kind] : "aborted";
    for (const row of this.#open.values()) if (row.until === undefined) this.#end(row, at, end);
  }

  #goOn(at: number, position: number): void {
    for (const row of this.#open.values()) {
      const { until = at } = row;
      if (until < at) row.segments.push({ kind: "stopped", from: until, until: at, awaited: undefined, position });
      row.until = undefined;
      row.end = undefined;
      row.hasFailed = false;
      begin(row, row.visit.type === "Wait" ? "timer" : "running", at, position);
    }
  }
}

function awaitedBy(resource: TaskResource | undefined): SegmentKind {
  return resource?.pattern === "sync" || resource?.pattern === "sync:2" ? "waitingForJob" : "waitingForToken";
}

function begin(row: OpenRow, kind: SegmentKind, from: number, position: number, awaited?: number): void {
  close(row, from);
  if (row.segments.at(-1)?.from === from) row.segments.pop();
  row.segments.push({ kind, from, until: undefined, awaited, position });
}

function close({ segments }: OpenRow, at: number): void {
  const last = segments.at(-1);
  if (last !== undefined) last.until ??= at;
}
