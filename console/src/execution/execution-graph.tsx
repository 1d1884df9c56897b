// The graph of an execution: how its states fare at the moment that is looked at.
import { useCallback } from "react";
import type { Definition } from "../graph/definition.ts";
import { GraphCanvas } from "../graph/graph-canvas.tsx";
import type { Run } from "./run.tsx";
import { useSelect, useSelection } from "./selection.ts";

interface ExecutionGraphProps {
  readonly run: Run;
  readonly definition: Definition;
  readonly name: string;
}

export function ExecutionGraph({ run, definition, name }: ExecutionGraphProps) {
  const { looks, taken, story } = run;
  const { state, visit } = useSelection();
  const select = useSelect();
  const choose = useCallback(
    (nodeId: string) => select({ state: nodeId, visit: undefined, event: undefined, panel: undefined }),
    [select],
  );
  const chosen = state ?? (visit === undefined ? undefined : story.visit(visit)?.nodeId);
  return (
    <div className="graph-frame">
      <GraphCanvas graph={definition.graph} name={name} looks={looks} taken={taken} chosen={chosen} onChoose={choose} />
    </div>
  );
}
