// A definition as a graph that can be moved, enlarged, walked through by keyboard, and saved as a picture. An execution changes
// it by contexts, so that the canvas itself stays as it is.
import Spinner from "@cloudscape-design/components/spinner";
import {
  Background,
  BackgroundVariant,
  Controls,
  MiniMap,
  type Node,
  ReactFlow,
  ReactFlowProvider,
} from "@xyflow/react";
import { memo, useMemo, useRef } from "react";
import type { Graph } from "@graph/graph.ts";
import type { PositionedGraph } from "@graph/layout.ts";
import { useIsDark } from "../app/theme.ts";
import { ExportButton } from "./export-button.tsx";
import { GraphEdges } from "./graph-edges.tsx";
import { graphTokens } from "./graph-tokens.ts";
import { depthOf, Lane, laneNodes } from "./lanes.tsx";
import { ChoiceContext, LooksContext, type NodeLook, noLooks, nothingTaken, TakenContext } from "./looks.ts";
import { Outline } from "./outline.tsx";
import { StateNode, type StateFlowNode } from "./state-node.tsx";
import { useFitting } from "./use-fitting.ts";
import { useLayout } from "./use-layout.ts";
import "@xyflow/react/dist/base.css";
import "./graph.css";

export interface GraphCanvasProps {
  readonly graph: Graph;
  /** For the files that are saved. */
  readonly name: string;
  readonly looks?: ReadonlyMap<string, NodeLook> | undefined;
  readonly taken?: ReadonlySet<string> | undefined;
  readonly chosen?: string | undefined;
  readonly onChoose?: ((nodeId: string) => void) | undefined;
}

const nodeTypes = { state: StateNode, lane: Lane };
/** Above so many, states out of sight are not drawn, and a list leads to them; the overview is of no more use above the other. */
const [manyNodes, mostInOverview] = [150, 1_000];

export function GraphCanvas({
  graph,
  name,
  looks = noLooks,
  taken = nothingTaken,
  chosen,
  onChoose,
}: GraphCanvasProps) {
  const layout = useLayout(graph);
  const choice = useMemo(() => ({ chosen, onChoose }), [chosen, onChoose]);
  const isDark = useIsDark();
  return (
    <LooksContext value={looks}>
      <TakenContext value={taken}>
        <ChoiceContext value={choice}>
          <div
            className="graph-canvas"
            style={graphTokens(isDark)}
            role="group"
            aria-label="Graph of the state machine"
          >
            {layout === undefined ? (
              <p className="graph-pending" role="status">
                <Spinner /> {`Laying out ${graph.nodes.length.toLocaleString()} states`}
              </p>
            ) : (
              <ReactFlowProvider>
                <Canvas graph={layout} name={name} chosen={chosen} />
              </ReactFlowProvider>
            )}
          </div>
        </ChoiceContext>
      </TakenContext>
    </LooksContext>
  );
}

interface CanvasProps {
  readonly graph: PositionedGraph;
  readonly name: string;
  readonly chosen: string | undefined;
}

const Canvas = memo(DrawnGraph);

function DrawnGraph({ graph, name, chosen }: CanvasProps) {
  const isDark = useIsDark();
  const frame = useRef<HTMLDivElement>(null);
  const nodes = useMemo((): Node[] => [...statesOf(graph), ...laneNodes(graph)], [graph]);
  const { showAll, showNode } = useFitting(frame, graph, chosen);
  const isLarge = graph.nodes.length > manyNodes;
  return (
    <>
      <div ref={frame} className="graph-flow">
        <ReactFlow
          nodes={nodes}
          edges={[]}
          nodeTypes={nodeTypes}
          colorMode={isDark ? "dark" : "light"}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          elementsSelectable={false}
          onlyRenderVisibleElements={isLarge}
          panOnScroll
          zoomOnDoubleClick={false}
          minZoom={isLarge ? 0.1 : 0.05}
          maxZoom={2.5}
          proOptions={{ hideAttribution: true }}
        >
          <Background variant={BackgroundVariant.Dots} gap={20} size={1} />
          <GraphEdges graph={graph} />
          <Controls showInteractive={false} onFitView={showAll} />
          {graph.nodes.length > 40 && graph.nodes.length <= mostInOverview ? (
            <MiniMap
              pannable
              zoomable
              ariaLabel="Overview of the graph"
              nodeClassName={(node) => `mini ${node.type ?? ""}`}
            />
          ) : null}
        </ReactFlow>
      </div>
      <ExportButton graph={graph} name={name} isDark={isDark} />
      {isLarge ? <Outline graph={graph} onShow={showNode} /> : null}
    </>
  );
}

function statesOf(graph: PositionedGraph): readonly StateFlowNode[] {
  return graph.nodes.map((node): StateFlowNode => {
    const { id, x, y, width, height, scope } = node;
    const size = { width, height };
    // Its size is known, and it has no handles: it need not be drawn to be measured.
    const measured = { ...size, measured: size, handles: [] };
    return { id, type: "state", position: { x, y }, ...measured, zIndex: 2 * depthOf(scope), data: { node } };
  });
}
