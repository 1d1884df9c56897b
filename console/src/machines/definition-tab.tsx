// The definition of a machine as its graph and its text.
import { parseJson } from "@asl/json.ts";
import { graphOf } from "@graph/graph.ts";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { StateMachine } from "../api/aws-shapes.ts";
import { GraphCanvas } from "../graph/graph-canvas.tsx";
import { JsonView } from "../parts/json-view.tsx";
import "./definition-tab.css";

export function DefinitionTab({ machine }: { readonly machine: StateMachine }) {
  const { stateMachineArn, definition, name } = machine;
  const navigate = useNavigate();
  const graph = useMemo(() => graphOf(parseJson(definition)), [definition]);
  return (
    <div className="definition">
      <div className="definition-graph">
        <GraphCanvas
          graph={graph}
          name={name}
          onChoose={(state) =>
            void navigate({
              to: "/machines/$machineArn/edit",
              params: { machineArn: stateMachineArn },
              search: { state },
            })
          }
        />
      </div>
      <JsonView text={definition} label="definition" />
    </div>
  );
}
