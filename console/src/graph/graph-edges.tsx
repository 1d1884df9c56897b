// The edges of a graph as one drawing: their routes come from the layout, and those that were taken are stronger. In a large
// graph only those near what is seen are drawn.
import { useStore, ViewportPortal, type ReactFlowState } from "@xyflow/react";
import { memo, use, useMemo } from "react";
import { arrowPath, edgePath } from "@graph/edge-path.ts";
import { measures, type PositionedEdge, type PositionedGraph } from "@graph/layout.ts";
import { shownText } from "../parts/shown-text.ts";
import { TakenContext } from "./looks.ts";

/** Above so many, those out of sight are not drawn. */
const manyEdges = 200;

export const GraphEdges = memo(Edges);

function Edges({ graph }: { readonly graph: PositionedGraph }) {
  const taken = use(TakenContext);
  const edges = useEdgesInSight(graph);
  const alternatives = useMemo(() => alternativesIn(graph), [graph]);
  return (
    <ViewportPortal>
      <svg
        className={taken.size > 0 ? "graph-edges some-taken" : "graph-edges"}
        width={graph.width}
        height={graph.height}
        aria-hidden="true"
      >
        {edges.map((edge) => (
          <Line key={edge.id} edge={edge} look={lookOf(edge, taken, alternatives)} />
        ))}
        {edges.map((edge) => (
          <EdgeLabel key={edge.id} edge={edge} />
        ))}
      </svg>
    </ViewportPortal>
  );
}

/** Where several edges lead from a state to the same target, the journal does not tell which of them was taken. */
function lookOf({ id }: PositionedEdge, taken: ReadonlySet<string>, alternatives: ReadonlySet<string>): string {
  if (!taken.has(id)) return "";
  return alternatives.has(id) ? " perhaps-taken" : " taken";
}

function alternativesIn({ edges }: PositionedGraph): ReadonlySet<string> {
  const ways = Map.groupBy(edges, ({ from, to, kind }) => `${from}\0${to}\0${kind === "catch"}`);
  return new Set([...ways.values()].flatMap((those) => (those.length > 1 ? those.map(({ id }) => id) : [])));
}

const Line = memo(EdgeLine);

function EdgeLine({ edge, look }: { readonly edge: PositionedEdge; readonly look: string }) {
  return (
    <g className={`edge ${edge.kind}${look}`}>
      <path className="edge-line" d={edgePath(edge)} />
      <path className="edge-arrow" d={arrowPath(edge)} />
    </g>
  );
}

const EdgeLabel = memo(LabelOfEdge);

function LabelOfEdge({ edge }: { readonly edge: PositionedEdge }) {
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

/** The part that is seen, in tiles of half a screen, with one more around it: it changes seldom while the canvas is moved. */
const tilesInSight = ({ transform: [x, y, zoom], width, height }: ReactFlowState): string => {
  const [wide, high] = [width / zoom / 2, height / zoom / 2];
  if (wide === 0 || high === 0) return "";
  const [left, top] = [Math.floor(-x / zoom / wide) - 1, Math.floor(-y / zoom / high) - 1];
  return [left * wide, top * high, (left + 5) * wide, (top + 5) * high].join(" ");
};

function useEdgesInSight(graph: PositionedGraph): readonly PositionedEdge[] {
  const isLarge = graph.edges.length > manyEdges;
  const tiles = useStore((state) => (isLarge ? tilesInSight(state) : ""));
  const bounds = useMemo(() => (isLarge ? graph.edges.map(boundsOf) : []), [graph, isLarge]);
  return useMemo(() => {
    if (!isLarge) return graph.edges;
    const [left = 0, top = 0, right = 0, bottom = 0] = tiles.split(" ").map(Number);
    return graph.edges.filter((_edge, index) => {
      const box = bounds[index];
      return box !== undefined && box.right > left && box.left < right && box.bottom > top && box.top < bottom;
    });
  }, [graph, isLarge, bounds, tiles]);
}

function boundsOf({ points, labelBox }: PositionedEdge) {
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  const corners = labelBox === undefined ? [] : [labelBox, { x: labelBox.x + labelBox.width, y: labelBox.y }];
  for (const { x, y } of [...points, ...corners]) {
    bounds.left = Math.min(bounds.left, x);
    bounds.right = Math.max(bounds.right, x);
    bounds.top = Math.min(bounds.top, y);
    bounds.bottom = Math.max(bounds.bottom, y);
  }
  return bounds;
}
