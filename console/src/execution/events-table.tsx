// All events of the journal under AWS's names; those that AWS's history does not show are marked.
import { useMemo } from "react";
import { publicEvent } from "@engine/journal/history.ts";
import { isUnlisted, type JournalEvent } from "@engine/journal/event.ts";
import type { TaskResource } from "@asl/resource.ts";
import { exactTimeText } from "../parts/durations.ts";
import { shownLine } from "../parts/shown-text.ts";
import { Rows } from "./rows.tsx";
import { useRun } from "./run.tsx";
import { useSelect, useSelection } from "./selection.ts";

interface EventRow {
  readonly event: JournalEvent;
  readonly type: string;
  readonly state: string;
}

export function EventsTable() {
  const run = useRun();
  const select = useSelect();
  const { event } = useSelection();
  const rows = useMemo(() => rowsOf(run.events), [run.events]);
  return (
    <Rows
      label="Events"
      className="event-row"
      head={["ID", "Event", "State", "Time"]}
      count={rows.length}
      item={(index) => rows[index]}
      cells={cellsOf}
      chosen={event}
      isLater={(index) => index >= run.position}
      onChoose={(index) => select({ event: index, state: undefined, visit: undefined }, event === undefined)}
    />
  );
}

function cellsOf({ event, type, state }: EventRow) {
  return [
    <span key="id" className="numeric">
      {isUnlisted(event) ? "–" : event.id}
    </span>,
    <span key="type" className={/Failed|TimedOut|Aborted/.test(type) ? "failed-text" : undefined}>
      {type}
    </span>,
    <bdi key="state">{shownLine(state, 90)}</bdi>,
    <span key="time" className="numeric">
      {exactTimeText(event.at)}
    </span>,
  ];
}

function rowsOf(events: readonly JournalEvent[]): readonly EventRow[] {
  const resources = new Map<number, TaskResource>();
  const states = new Map<number, string>();
  return events.map((event) => {
    if (event.kind === "TaskScheduled") resources.set(event.scope, event.resource);
    if (event.kind === "StateEntered") states.set(event.scope, event.name);
    const scope = "scope" in event ? event.scope : undefined;
    const resource = scope === undefined ? undefined : resources.get(scope);
    const type = publicEvent(event, { region: "", isDataIncluded: false, resource })?.type ?? event.kind;
    const state = scope === undefined ? "" : "name" in event ? event.name : (states.get(scope) ?? "");
    return { event, type, state };
  });
}
