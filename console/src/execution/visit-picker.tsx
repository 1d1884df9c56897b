// Chooses among the visits of one state: rounds of a loop, or iterations of a Map.
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import { useMemo } from "react";
import { statusWord } from "../parts/status.tsx";
import type { Run } from "./run.tsx";
import { useSelect } from "./selection.ts";
import { statusAt, type ToldVisit } from "@engine/inspection/story.ts";
import type { VisitState } from "@engine/inspection/visit-state.ts";

/** Above so many they are chosen by number. */
const mostInList = 200;

export function VisitPicker({ visit, run }: { readonly visit: VisitState; readonly run: Run }) {
  const select = useSelect();
  const { story } = run;
  const { nodeId, id } = visit;
  const { length } = story;
  const visits = useMemo(
    () => story.visits.filter((one) => one.nodeId === nodeId),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the story grows
    [story, nodeId, length],
  );
  if (visits.length < 2) return null;
  const choose = (chosen: number | undefined): void => {
    if (chosen !== undefined) select({ visit: chosen });
  };
  if (visits.length > mostInList) {
    return (
      <label className="iteration-number">
        Visit
        <span>
          <Input
            type="number"
            inputMode="numeric"
            ariaLabel="Number of the visit"
            value={String(visits.findIndex((one) => one.id === id) + 1)}
            onChange={({ detail }) => choose(visits[Number(detail.value) - 1]?.id)}
          />
        </span>
        {`of ${visits.length.toLocaleString()}`}
      </label>
    );
  }
  const options = visits.map((one, index) => optionOf(one, index, visits.length, run.position));
  return (
    <Select
      selectedOption={options.find(({ value }) => value === String(id)) ?? null}
      options={options}
      filteringType={options.length > 12 ? "auto" : "none"}
      ariaLabel="Visit"
      onChange={({ detail }) => choose(Number(detail.selectedOption.value))}
    />
  );
}

function optionOf({ id, scope, statuses }: ToldVisit, index: number, count: number, position: number) {
  const place = `visit ${index + 1} of ${count}`;
  const status = statusAt(statuses, position);
  return {
    value: String(id),
    label: scope.iteration === undefined ? `V${place.slice(1)}` : `Iteration ${scope.iteration.index}, ${place}`,
    labelTag: status === undefined ? "Later" : statusWord(status),
  };
}
