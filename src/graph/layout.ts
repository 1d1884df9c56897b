// Positions for a graph. An edge never leaves its scope, so every scope is laid out alone, the innermost first: a Map or
// Parallel state is then a box of known size in the scope that it lies in.
import type { Box, Point, Route } from "./edge-routes.ts";
import type { Graph, GraphEdge, GraphNode, GraphScope } from "./graph.ts";
import { fullEffort, layoutScope, type Effort, type ScopeLayout, type Size } from "./scope-layout.ts";
import { textWidth, wrapText } from "./text-size.ts";

/** A node with its place on the drawing: `x` and `y` are the top left corner, in pixels. */
export type PositionedNode = GraphNode &
  Box & {
    /** The label as it is drawn: wrapped and shortened to the node. */
    readonly lines: readonly string[];
    /** The work of the state, or the problem that it has. */
    readonly subLine: string;
    /** Whether scopes are drawn inside. */
    readonly isContainer: boolean;
  };
export type PositionedEdge = GraphEdge & {
  /** From the side of the source to the side of the target; see `edgePath`. */
  readonly points: readonly Point[];
  readonly lines: readonly string[];
  readonly labelBox: Box | undefined;
};
export type PositionedScope = GraphScope & Box;
export type PositionedGraph = Size & {
  readonly nodes: readonly PositionedNode[];
  readonly edges: readonly PositionedEdge[];
  readonly scopes: readonly PositionedScope[];
  readonly isTruncated: boolean;
};

/** Sizes in pixels that the layout and the drawing share. */
export const measures = {
  margin: 24,
  nameSize: 13,
  subSize: 11,
  labelSize: 11,
  lineHeight: 16,
  labelLineHeight: 14,
  iconColumn: 48,
  header: 48,
  padding: 16,
} as const;

const nameWidth = 228;
const subWidth = 256;
const label = { width: 220, lineCount: 3 } as const;
const smallestNode = 132;

type Drawn = Size & Pick<PositionedNode, "lines" | "subLine" | "isContainer">;
/** The nodes of each scope, and the scopes that lie in each node. */
type Contents = {
  readonly nodes: ReadonlyMap<string, readonly GraphNode[]>;
  readonly edges: ReadonlyMap<string, readonly GraphEdge[]>;
  readonly inner: ReadonlyMap<string | undefined, readonly GraphScope[]>;
  readonly drawn: Map<string, Drawn>;
  readonly laid: Map<string, ScopeLayout>;
  readonly effort: Effort;
};

/** Places every node and routes every edge. The same graph always gives the same drawing. */
export function layoutGraph(graph: Graph): PositionedGraph {
  const contents: Contents = {
    nodes: Map.groupBy(graph.nodes, ({ scope }) => scope),
    edges: Map.groupBy(graph.edges, ({ scope }) => scope),
    inner: Map.groupBy(graph.scopes, ({ owner }) => owner),
    drawn: new Map(),
    laid: new Map(),
    effort: fullEffort(),
  };
  const root = contents.inner.get(undefined)?.[0];
  const nodes: PositionedNode[] = [];
  const edges: PositionedEdge[] = [];
  const scopes: PositionedScope[] = [];
  const size = root === undefined ? { width: 0, height: 0 } : measureScope(root, contents);
  if (root !== undefined)
    placeScope(root, { origin: { x: measures.margin, y: measures.margin }, contents, nodes, edges, scopes });
  const margins = 2 * measures.margin;
  return {
    width: size.width + margins,
    height: size.height + margins,
    nodes,
    edges,
    scopes,
    isTruncated: graph.isTruncated,
  };
}

/** Lays out a scope after all that lies inside it. */
function measureScope(scope: GraphScope, contents: Contents): Size {
  const nodes = (contents.nodes.get(scope.id) ?? []).map((node) => {
    const drawn = drawnNode(node, contents);
    contents.drawn.set(node.id, drawn);
    return { id: node.id, width: drawn.width, height: drawn.height };
  });
  const edges = (contents.edges.get(scope.id) ?? []).map((edge) => {
    const { id, from, to, kind } = edge;
    return { id, from, to, label: labelSize(labelLines(edge)), weight: kind === "next" ? 4 : kind === "catch" ? 1 : 2 };
  });
  const layout = layoutScope(nodes, edges, contents.effort);
  contents.laid.set(scope.id, layout);
  return layout;
}

function drawnNode(node: GraphNode, contents: Contents): Drawn {
  if (node.type === "Start" || node.type === "End") {
    const isRoot = node.scope === "";
    return {
      ...(isRoot ? { width: 72, height: 32 } : { width: 16, height: 16 }),
      lines: [node.label],
      subLine: "",
      isContainer: false,
    };
  }
  const inner = contents.inner.get(node.id) ?? [];
  const badge = node.hasRetry ? 20 : 0;
  const isContainer = inner.length > 0;
  const inside = isContainer ? containerSize(inner, contents) : { width: 0, height: 0 };
  const room = inside.width - measures.iconColumn - measures.padding - badge;
  const text = nodeText(node, {
    nameWidth: Math.max(nameWidth, room),
    subWidth: Math.max(subWidth, room),
    isContainer,
  });
  const outer = measures.iconColumn + text.width + badge + measures.padding;
  const width = Math.ceil(Math.max(smallestNode, outer, inside.width));
  const height = isContainer ? inside.height : 36 + measures.lineHeight * text.lines.length;
  return { width, height, lines: text.lines, subLine: text.subLine, isContainer };
}

function nodeText(
  node: GraphNode,
  room: { readonly nameWidth: number; readonly subWidth: number; readonly isContainer: boolean },
): { readonly lines: readonly string[]; readonly subLine: string; readonly width: number } {
  const name = { size: measures.nameSize, isBold: true };
  const sub = { size: measures.subSize };
  const lines = wrapText(node.label, { ...name, width: room.nameWidth, lineCount: room.isContainer ? 1 : 2 });
  const detail = node.type === "Missing" ? node.subLabel : (node.problem ?? node.subLabel);
  const [subLine = ""] = wrapText(detail, { ...sub, width: room.subWidth, lineCount: 1 });
  return { lines, subLine, width: Math.max(...lines.map((line) => textWidth(line, name)), textWidth(subLine, sub)) };
}

function containerSize(inner: readonly GraphScope[], contents: Contents): Size {
  const sizes = inner.map((scope) => measureScope(scope, contents));
  const lanes = sizes.reduce((sum, { width }) => sum + width + 3 * measures.padding, 0);
  const tallest = Math.max(...sizes.map(({ height }) => height));
  return { width: lanes + measures.padding, height: measures.header + tallest + 3 * measures.padding };
}

type Placement = {
  readonly origin: Point;
  readonly contents: Contents;
  readonly nodes: PositionedNode[];
  readonly edges: PositionedEdge[];
  readonly scopes: PositionedScope[];
};

/** Gives what lies in a scope its place on the whole drawing; a container comes before what is inside it. */
function placeScope(scope: GraphScope, placement: Placement): void {
  const { contents, origin } = placement;
  const laid = contents.laid.get(scope.id);
  if (laid === undefined) return;
  placement.scopes.push({ ...scope, ...origin, width: laid.width, height: laid.height });
  for (const node of contents.nodes.get(scope.id) ?? []) {
    const box = laid.boxes.get(node.id);
    const drawn = contents.drawn.get(node.id);
    if (box === undefined || drawn === undefined) continue;
    const placed = { ...node, ...drawn, x: origin.x + box.x, y: origin.y + box.y };
    placement.nodes.push(placed);
    if (placed.isContainer) placeInside(placed, placement);
  }
  for (const edge of contents.edges.get(scope.id) ?? []) {
    const route = laid.routes.get(edge.id);
    if (route !== undefined) placement.edges.push({ ...edge, ...moved(route, origin), lines: labelLines(edge) });
  }
}

function placeInside(container: PositionedNode, placement: Placement): void {
  const { contents } = placement;
  const inner = contents.inner.get(container.id) ?? [];
  const { padding, header } = measures;
  const widths = inner.map((scope) => contents.laid.get(scope.id)?.width ?? 0);
  const lanes = widths.reduce((sum, width) => sum + width + 3 * padding, -padding);
  let x = container.x + (container.width - lanes) / 2;
  for (const [index, scope] of inner.entries()) {
    placeScope(scope, { ...placement, origin: { x: x + padding, y: container.y + header + padding } });
    x += (widths[index] ?? 0) + 3 * padding;
  }
}

function moved(route: Route, by: Point): Route {
  const { points, labelBox } = route;
  return {
    points: points.map(({ x, y }) => ({ x: round(x + by.x), y: round(y + by.y) })),
    labelBox: labelBox === undefined ? undefined : { ...labelBox, x: labelBox.x + by.x, y: labelBox.y + by.y },
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function labelLines(edge: GraphEdge): readonly string[] {
  return wrapText(edge.label, { size: measures.labelSize, ...label });
}

function labelSize(lines: readonly string[]): Size {
  if (lines.length === 0) return { width: 0, height: 0 };
  const text = Math.max(...lines.map((line) => textWidth(line, { size: measures.labelSize })));
  return { width: Math.ceil(text) + 12, height: measures.labelLineHeight * lines.length + 4 };
}
