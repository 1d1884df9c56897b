// Chooses an iteration of a Map, so that the graph and the table show that one alone: from a list, or by its number where
// there are many.
import Button from "@cloudscape-design/components/button";
import Input from "@cloudscape-design/components/input";
import Select, { type SelectProps } from "@cloudscape-design/components/select";
import { shownLine } from "../parts/shown-text.ts";
import { statusWord } from "../parts/status.tsx";
import type { Run } from "./run.ts";
import { useSelect, useSelection } from "./selection.ts";
import type { ScopeOfVisit } from "./visits.ts";

const mostInList = 200;

export function IterationPicker({ run }: { readonly run: Run }) {
  const select = useSelect();
  const { iteration } = useSelection();
  const { iterations } = run.visits;
  if (iterations.length === 0) return null;
  const choose = (scope: number | undefined): void => select({ iteration: scope, visit: undefined });
  const failed = iterations.filter(({ status }) => status === "failed");
  const nextFailed = failed.find(({ id }) => id > (iteration ?? 0)) ?? failed[0];
  return (
    <div className="iteration-picker">
      {iterations.length > mostInList ? (
        <ByNumber iterations={iterations} chosen={iteration} onChoose={choose} />
      ) : (
        <FromList run={run} chosen={iteration} onChoose={choose} />
      )}
      {nextFailed === undefined ? null : <Button onClick={() => choose(nextFailed.id)}>Next failed iteration</Button>}
      <span>{countText(iterations)}</span>
    </div>
  );
}

interface ChoiceProps {
  readonly chosen: number | undefined;
  readonly onChoose: (scope: number | undefined) => void;
}

function ByNumber({ iterations, chosen, onChoose }: ChoiceProps & { readonly iterations: readonly ScopeOfVisit[] }) {
  const index = iterations.find(({ id }) => id === chosen)?.iteration?.index;
  return (
    <label className="iteration-number">
      Iteration
      <span>
        <Input
          type="number"
          inputMode="numeric"
          placeholder="All"
          ariaLabel="Index of the iteration"
          value={index === undefined ? "" : String(index)}
          onChange={({ detail }) =>
            onChoose(
              detail.value === ""
                ? undefined
                : iterations.find(({ iteration }) => iteration?.index === Number(detail.value))?.id,
            )
          }
        />
      </span>
    </label>
  );
}

const all: SelectProps.Option = { value: "", label: "All iterations" };

function FromList({ run, chosen, onChoose }: ChoiceProps & { readonly run: Run }) {
  const names = new Map(run.visits.all.map(({ id, name }) => [id, name]));
  const options = run.visits.iterations.map((scope) => optionOf(scope, names));
  return (
    <div>
      <Select
        selectedOption={options.find(({ value }) => value === String(chosen)) ?? all}
        options={[all, ...options]}
        filteringType={options.length > 12 ? "auto" : "none"}
        ariaLabel="Iteration"
        onChange={({ detail: { selectedOption } }) =>
          onChoose(selectedOption.value === "" ? undefined : Number(selectedOption.value))
        }
      />
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
