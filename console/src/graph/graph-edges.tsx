// The edges of a graph as one drawing: their routes come from the layout, and those that were taken are stronger.
import { ViewportPortal } from "@xyflow/react";
import { memo } from "react";
import { arrowPath, edgePath } from "@graph/edge-path.ts";
import { measures, type PositionedEdge, type PositionedGraph } from "@graph/layout.ts";
import { shownText } from "../parts/shown-text.ts";

interface GraphEdgesProps {
  readonly graph: PositionedGraph;
  readonly taken: ReadonlySet<string>;
}

export const GraphEdges = memo(Edges);

function Edges({ graph, taken }: GraphEdgesProps) {
  const isPartlyTaken = taken.size > 0;
  return (
    <ViewportPortal>
      <svg
        className={isPartlyTaken ? "graph-edges some-taken" : "graph-edges"}
        width={graph.width}
        height={graph.height}
        aria-hidden="true"
      >
        {graph.edges.map((edge) => (
          <g key={edge.id} className={`edge ${edge.kind}${taken.has(edge.id) ? " taken" : ""}`}>
            <path className="edge-line" d={edgePath(edge)} />
            <path className="edge-arrow" d={arrowPath(edge)} />
          </g>
        ))}
        {graph.edges.map((edge) => (
          <EdgeLabel key={edge.id} edge={edge} />
        ))}
      </svg>
    </ViewportPortal>
  );
}

function EdgeLabel({ edge }: { readonly edge: PositionedEdge }) {
  const box = edge.labelBox;
  if (box === undefined || edge.lines.length === 0) return null;
  return (
    <g className={`edge-label ${edge.kind}`}>
      <title>{shownText(edge.label)}</title>
      <rect x={box.x} y={box.y} width={box.width} height={box.height} rx={6} />
      <text fontSize={measures.labelSize} textAnchor="middle">
        {edge.lines.map((line, index) => (
          <tspan key={index} x={box.x + box.width / 2} y={box.y + 13 + index * measures.labelLineHeight}>
            {shownText(line)}
          </tspan>
        ))}
      </text>
    </g>
  );
}
