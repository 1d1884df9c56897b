// A definition as a graph that can be moved, enlarged, walked through by keyboard, and saved as a picture.
import {
  Background,
  BackgroundVariant,
  Controls,
  MiniMap,
  type Node,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  type Viewport,
} from "@xyflow/react";
import { type RefObject, useCallback, useEffect, useMemo, useRef } from "react";
import type { PositionedGraph, PositionedNode } from "@graph/layout.ts";
import { useIsDark } from "../app/theme.ts";
import { ExportButton } from "./export-button.tsx";
import { GraphEdges } from "./graph-edges.tsx";
import { graphTokens } from "./graph-tokens.ts";
import { Lane, laneNodes } from "./lanes.tsx";
import { type NodeLook, StateNode, type StateFlowNode, type StateNodeData } from "./state-node.tsx";
import "@xyflow/react/dist/base.css";
import "./graph.css";

export interface GraphCanvasProps {
  readonly graph: PositionedGraph;
  /** For the files that are saved. */
  readonly name: string;
  readonly looks?: ReadonlyMap<string, NodeLook> | undefined;
  readonly taken?: ReadonlySet<string> | undefined;
  readonly chosen?: string | undefined;
  readonly onChoose?: ((nodeId: string) => void) | undefined;
}

const nodeTypes = { state: StateNode, lane: Lane };
const nothingTaken: ReadonlySet<string> = new Set();
const plain: NodeLook = {};
/** Above so many, states out of sight are not drawn. */
const manyNodes = 300;
/** Zooms: what a small graph grows to, what its text can be read at, and what is never gone below by itself. */
const [largestFit, readable, smallestFit] = [1.15, 0.75, 0.3];

export function GraphCanvas(props: GraphCanvasProps) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ graph, name, looks, taken = nothingTaken, chosen, onChoose }: GraphCanvasProps) {
  const isDark = useIsDark();
  const frame = useRef<HTMLDivElement>(null);
  const lanes = useMemo(() => laneNodes(graph), [graph]);
  const nodes = useMemo(
    (): Node[] => [
      ...lanesBelow(graph, lanes, (node) => ({
        node,
        look: looks?.get(node.id) ?? plain,
        isChosen: node.id === chosen,
        onChoose,
      })),
    ],
    [graph, lanes, looks, chosen, onChoose],
  );
  const show = useFitting(frame, graph);
  return (
    <div
      ref={frame}
      className="graph-canvas"
      style={graphTokens(isDark)}
      role="group"
      aria-label="Graph of the state machine"
    >
      <ReactFlow
        nodes={nodes}
        edges={[]}
        nodeTypes={nodeTypes}
        colorMode={isDark ? "dark" : "light"}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        elementsSelectable={false}
        onlyRenderVisibleElements={graph.nodes.length > manyNodes}
        panOnScroll
        zoomOnDoubleClick={false}
        minZoom={0.05}
        maxZoom={2.5}
        proOptions={{ hideAttribution: true }}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1} />
        <GraphEdges graph={graph} taken={taken} />
        <Controls showInteractive={false} onFitView={show} />
        {graph.nodes.length > 40 ? (
          <MiniMap
            pannable
            zoomable
            ariaLabel="Overview of the graph"
            nodeClassName={(node) => `mini ${node.type ?? ""}`}
          />
        ) : null}
      </ReactFlow>
      <ExportButton graph={graph} name={name} looks={looks} isDark={isDark} />
      {graph.isTruncated ? <p className="graph-truncated">The definition is too large to be drawn whole.</p> : null}
    </div>
  );
}

/** Lanes come right after the frame that they lie in, and before all that lies on them. */
function lanesBelow(
  graph: PositionedGraph,
  lanes: readonly Node[],
  dataOf: (node: PositionedNode) => StateNodeData,
): readonly Node[] {
  const states = graph.nodes.map((node): StateFlowNode => ({
    id: node.id,
    type: "state",
    position: { x: node.x, y: node.y },
    width: node.width,
    height: node.height,
    zIndex: 2 * depthOf(node.scope),
    data: dataOf(node),
  }));
  const lower = lanes.map((lane) => ({ ...lane, zIndex: 2 * depthOf(lane.id.slice("lane:".length)) - 1 }));
  return [...states, ...lower];
}

function depthOf(scope: string): number {
  return scope.split("/States/").length - 1;
}

/** Shows the graph anew when it or the room for it changes: whole where it can be read so, else from its beginning. */
function useFitting(frame: RefObject<HTMLDivElement | null>, graph: PositionedGraph): () => void {
  const { setViewport } = useReactFlow();
  const { width, height } = graph;
  const show = useCallback((): void => {
    const { current } = frame;
    if (current === null) return;
    void setViewport(viewportFor({ width, height }, { width: current.clientWidth, height: current.clientHeight }));
  }, [frame, setViewport, width, height]);
  useEffect(() => {
    show();
    const observer = new ResizeObserver(show);
    if (frame.current !== null) observer.observe(frame.current);
    return () => observer.disconnect();
  }, [frame, show]);
  return show;
}

type Size = Pick<PositionedGraph, "width" | "height">;

function viewportFor(graph: Size, room: Size): Viewport {
  const wide = room.width / graph.width;
  const whole = Math.min(wide, room.height / graph.height);
  const zoom = Math.min(largestFit, Math.max(whole, Math.min(wide, readable), smallestFit));
  const y = Math.max(0, (room.height - graph.height * zoom) / 2);
  return { x: (room.width - graph.width * zoom) / 2, y, zoom };
}
