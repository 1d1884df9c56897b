// Chooses an iteration of a Map, so that the graph and the table show that one alone.
import Select, { type SelectProps } from "@cloudscape-design/components/select";
import { shownLine } from "../parts/shown-text.ts";
import { statusWord } from "../parts/status.tsx";
import type { Run } from "./run.ts";
import { useSelect, useSelection } from "./selection.ts";
import type { ScopeOfVisit } from "./visits.ts";

const all: SelectProps.Option = { value: "", label: "All iterations" };

export function IterationPicker({ run }: { readonly run: Run }) {
  const select = useSelect();
  const { iteration } = useSelection();
  const { iterations } = run.visits;
  if (iterations.length === 0) return null;
  const names = new Map(run.visits.all.map(({ id, name }) => [id, name]));
  const options = iterations.map((scope) => optionOf(scope, names));
  return (
    <div className="iteration-picker">
      <div>
        <Select
          selectedOption={options.find(({ value }) => value === String(iteration)) ?? all}
          options={[all, ...options]}
          filteringType={options.length > 12 ? "auto" : "none"}
          virtualScroll={options.length > 200}
          ariaLabel="Iteration"
          onChange={({ detail: { selectedOption } }) =>
            select({
              iteration: selectedOption.value === "" ? undefined : Number(selectedOption.value),
              visit: undefined,
            })
          }
        />
      </div>
      <span>{countText(iterations)}</span>
    </div>
  );
}

function optionOf(scope: ScopeOfVisit, names: ReadonlyMap<number, string>): SelectProps.Option {
  const { iteration } = scope;
  const map = iteration === undefined ? "" : shownLine(names.get(iteration.mapVisitId) ?? "", 40);
  return { value: String(scope.id), label: `${map} #${iteration?.index ?? 0}`, labelTag: statusWord(scope.status) };
}

function countText(iterations: readonly ScopeOfVisit[]): string {
  const counts = Map.groupBy(iterations, ({ status }) => status);
  return [...counts]
    .map(([status, { length }]) => `${length.toLocaleString()} ${statusWord(status).toLowerCase()}`)
    .join(", ");
}
