// The lanes inside Map and Parallel states: one for each scope, below the states that stand in it.
import type { Node } from "@xyflow/react";
import { measures, type PositionedGraph } from "@graph/layout.ts";

/** How many Maps and Parallels a scope lies in. */
export function depthOf(scope: string): number {
  return scope.split("/States/").length - 1;
}

export type LaneNode = Node<{ readonly label: string; readonly width: number; readonly height: number }, "lane">;

export function Lane({ data }: { readonly data: LaneNode["data"] }) {
  return <div className="graph-lane" style={{ width: data.width, height: data.height }} title={data.label} />;
}

export function laneNodes(graph: PositionedGraph): readonly LaneNode[] {
  const owners = new Map(graph.nodes.map((node) => [node.id, node]));
  return graph.scopes.flatMap((scope): readonly LaneNode[] => {
    const owner = scope.owner === undefined ? undefined : owners.get(scope.owner);
    if (owner === undefined) return [];
    const { padding } = measures;
    const [x, y] = [scope.x - padding, scope.y - padding];
    const width = scope.width + 2 * padding;
    const height = owner.y + owner.height - padding - y;
    return [
      {
        id: `lane:${scope.id}`,
        type: "lane",
        position: { x, y },
        width,
        height,
        measured: { width, height },
        handles: [],
        zIndex: 2 * depthOf(scope.id) - 1,
        selectable: false,
        data: { label: scope.label, width, height },
      },
    ];
  });
}
