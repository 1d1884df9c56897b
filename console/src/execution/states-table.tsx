// Every visit of a state in the order in which they were entered.
import { Duration } from "../parts/duration.tsx";
import { exactTimeText } from "../parts/durations.ts";
import { shownLine } from "../parts/shown-text.ts";
import { Status } from "../parts/status.tsx";
import { Rows } from "./rows.tsx";
import type { Run } from "./run.ts";
import { useSelect, useSelection } from "./selection.ts";
import { chainOf, type Visit } from "./visits.ts";

export function StatesTable({ run }: { readonly run: Run }) {
  const select = useSelect();
  const { state, visit } = useSelection();
  const chosen = run.visit === undefined ? -1 : run.shown.indexOf(run.visit);
  return (
    <Rows
      label="States"
      className="state-row"
      head={["State", "Type", "Status", "Entered", "Duration", "Tries"]}
      count={run.shown.length}
      chosen={chosen < 0 ? undefined : chosen}
      onChoose={(index) => {
        const one = run.shown[index];
        if (one !== undefined)
          select({ state: one.nodeId, visit: one.id, event: undefined }, state === undefined && visit === undefined);
      }}
      cells={(index) => {
        const one = run.shown[index];
        return one === undefined ? [] : cellsOf(one);
      }}
    />
  );
}

function cellsOf(visit: Visit) {
  return [
    <span key="name" style={{ paddingInlineStart: 16 * (chainOf(visit).length - 1) }}>
      <bdi>{shownLine(visit.name, 90)}</bdi>
      {visit.scope.iteration === undefined ? null : (
        <span className="iteration-mark">{` #${visit.scope.iteration.index}`}</span>
      )}
    </span>,
    visit.type,
    <Status key="status" status={visit.status} />,
    <span key="time" className="numeric">
      {exactTimeText(visit.enteredAt)}
    </span>,
    <Duration key="duration" from={visit.enteredAt} to={visit.endedAt} />,
    visit.attempts.length > 0 ? String(visit.attempts.length) : "–",
  ];
}
