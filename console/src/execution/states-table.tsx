// Every visit of a state in the order in which they were entered.
import { chainOf } from "@engine/inspection/story.ts";
import type { VisitState } from "@engine/inspection/visit-state.ts";
import { Duration } from "../parts/duration.tsx";
import { exactTimeText } from "../parts/durations.ts";
import { shownLine } from "../parts/shown-text.ts";
import { RowStatus } from "./row-status.tsx";
import { Rows } from "./rows.tsx";
import { useRun } from "./run.tsx";
import { useSelect, useSelection } from "./selection.ts";

export function StatesTable() {
  const { shown, visit: chosenVisit } = useRun();
  const select = useSelect();
  const { state, visit } = useSelection();
  const chosen = chosenVisit === undefined ? -1 : shown.indexOf(chosenVisit.id);
  return (
    <Rows
      label="States"
      className="state-row"
      head={["State", "Type", "Status", "Entered", "Duration", "Tries"]}
      count={shown.count}
      chosen={chosen < 0 ? undefined : chosen}
      onChoose={(index) => {
        const one = shown.told(index);
        if (one !== undefined)
          select({ state: one.nodeId, visit: one.id, event: undefined }, state === undefined && visit === undefined);
      }}
      item={shown.visit}
      cells={cellsOf}
    />
  );
}

function cellsOf(visit: VisitState) {
  return [
    <span key="name" style={{ paddingInlineStart: 16 * (chainOf(visit.scope).length - 1) }}>
      <bdi>{shownLine(visit.name, 90)}</bdi>
      {visit.scope.iteration === undefined ? null : (
        <span className="iteration-mark">{` #${visit.scope.iteration.index}`}</span>
      )}
    </span>,
    visit.type,
    <RowStatus key="status" status={visit.status} />,
    <span key="time" className="numeric">
      {exactTimeText(visit.enteredAt)}
    </span>,
    <Duration key="duration" from={visit.enteredAt} to={visit.endedAt} />,
    visit.attempts.length > 0 ? String(visit.attempts.length) : "–",
  ];
}
