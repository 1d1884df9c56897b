// Chooses an iteration of a Map, so that the graph and the table show that one alone: from a list, or by its number where
// there are many.
import Button from "@cloudscape-design/components/button";
import Input from "@cloudscape-design/components/input";
import Select, { type SelectProps } from "@cloudscape-design/components/select";
import { statusAt, type Story } from "@engine/inspection/story.ts";
import type { ScopeOfVisit, VisitStatus } from "@engine/inspection/visit-state.ts";
import { useMemo } from "react";
import { shownLine } from "../parts/shown-text.ts";
import { statusWord } from "../parts/status.tsx";
import type { Run } from "./run.tsx";
import { useSelect, useSelection } from "./selection.ts";

const mostInList = 200;

export function IterationPicker({ run }: { readonly run: Run }) {
  const select = useSelect();
  const { iteration } = useSelection();
  const { story, position } = run;
  const iterations = useMemo(() => iterationsAt(story, position), [story, position]);
  if (iterations.length === 0) return null;
  const choose = (scope: number | undefined): void => select({ iteration: scope, visit: undefined });
  const failed = iterations.filter(({ status }) => status === "failed");
  const nextFailed = failed.find(({ scope }) => scope.id > (iteration ?? 0)) ?? failed[0];
  return (
    <div className="iteration-picker">
      {iterations.length > mostInList ? (
        <ByNumber iterations={iterations} chosen={iteration} onChoose={choose} />
      ) : (
        <FromList story={story} iterations={iterations} chosen={iteration} onChoose={choose} />
      )}
      {nextFailed === undefined ? null : (
        <Button onClick={() => choose(nextFailed.scope.id)}>Next failed iteration</Button>
      )}
      <span>{countText(iterations)}</span>
    </div>
  );
}

interface IterationThen {
  readonly scope: ScopeOfVisit;
  readonly status: VisitStatus;
}

/** Those that had begun. */
function iterationsAt({ iterations }: Story, position: number): readonly IterationThen[] {
  const then: IterationThen[] = [];
  for (const { scope, statuses } of iterations) {
    const status = statusAt(statuses, position);
    if (status === undefined) break;
    then.push({ scope, status });
  }
  return then;
}

interface ChoiceProps {
  readonly iterations: readonly IterationThen[];
  readonly chosen: number | undefined;
  readonly onChoose: (scope: number | undefined) => void;
}

function ByNumber({ iterations, chosen, onChoose }: ChoiceProps) {
  const index = iterations.find(({ scope }) => scope.id === chosen)?.scope.iteration?.index;
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
                : iterations.find(({ scope }) => scope.iteration?.index === Number(detail.value))?.scope.id,
            )
          }
        />
      </span>
    </label>
  );
}

const all: SelectProps.Option = { value: "", label: "All iterations" };

function FromList({ story, iterations, chosen, onChoose }: ChoiceProps & { readonly story: Story }) {
  const options = iterations.map((iteration) => optionOf(iteration, story));
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

function optionOf({ scope, status }: IterationThen, story: Story): SelectProps.Option {
  const { iteration } = scope;
  const map = iteration === undefined ? "" : shownLine(story.visit(iteration.mapVisitId)?.name ?? "", 40);
  return { value: String(scope.id), label: `${map} #${iteration?.index ?? 0}`, labelTag: statusWord(status) };
}

function countText(iterations: readonly IterationThen[]): string {
  const counts = Map.groupBy(iterations, ({ status }) => status);
  return [...counts]
    .map(([status, { length }]) => `${length.toLocaleString()} ${statusWord(status).toLowerCase()}`)
    .join(", ");
}
