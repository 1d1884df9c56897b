// Chooses among the visits of one state: rounds of a loop, or iterations of a Map.
import Select from "@cloudscape-design/components/select";
import { statusWord } from "../parts/status.tsx";
import type { Run } from "./run.ts";
import { useSelect } from "./selection.ts";
import type { Visit } from "./visits.ts";

export function VisitPicker({ visit, run }: { readonly visit: Visit; readonly run: Run }) {
  const select = useSelect();
  const visits = run.visits.all.filter(({ nodeId }) => nodeId === visit.nodeId);
  if (visits.length < 2) return null;
  const options = visits.map((one, index) => ({
    value: String(one.id),
    label:
      one.scope.iteration === undefined
        ? `Visit ${index + 1} of ${visits.length}`
        : `Iteration ${one.scope.iteration.index}, visit ${index + 1} of ${visits.length}`,
    labelTag: statusWord(one.status),
  }));
  return (
    <Select
      selectedOption={options.find(({ value }) => value === String(visit.id)) ?? null}
      options={options}
      filteringType={options.length > 12 ? "auto" : "none"}
      virtualScroll={options.length > 200}
      ariaLabel="Visit"
      onChange={({ detail }) => select({ visit: Number(detail.selectedOption.value) })}
    />
  );
}
