// The layout of one scope, where every node is a box of known size: positions and edge routes. Dagre lays out what it can in
// well under a second; a scope beyond that gets plain rows, because dagre would take minutes or overflow the stack.
import { Graph as DagreGraph, layout as dagreLayout } from "@dagrejs/dagre";
import { countCrossings } from "./crossings.ts";
import { centerOf, routeEdges, type Box, type Point, type Route } from "./edge-routes.ts";

export type Size = { readonly width: number; readonly height: number };
export type ScopeNode = Size & { readonly id: string };
export type ScopeEdge = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** Size of the label; zero without one. */
  readonly label: Size;
  /** How much the edge wants to be short and straight. */
  readonly weight: number;
};
export type ScopeLayout = Size & {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly routes: ReadonlyMap<string, Route>;
};

/** Largest scope that dagre lays out; its time grows with the rows that the edges span. */
const dagreLimits = { nodes: 500, edges: 1_000, span: 3_000 } as const;
/** Largest scope that is laid out in several orders, and what must be left of the effort for it. */
const retryLimits = { nodes: 60, edges: 120, effort: 3_000 } as const;
const spacing = { nodesep: 32, edgesep: 18, ranksep: 52 } as const;

/** The budget of dagre for one drawing, in nodes and rows spanned; shared by all its scopes. A second or two in all. */
export type Effort = { left: number };

export function fullEffort(): Effort {
  return { left: 6_000 };
}

/** Positions relative to the scope's top left corner. Deterministic; the first node is the start. */
export function layoutScope(nodes: readonly ScopeNode[], edges: readonly ScopeEdge[], effort: Effort): ScopeLayout {
  const rows = rowsOf(nodes, edges);
  const span = edges.reduce((sum, { from, to }) => sum + Math.abs((rows.get(to) ?? 0) - (rows.get(from) ?? 0)), 0);
  const isSmall = nodes.length <= dagreLimits.nodes && edges.length <= dagreLimits.edges && span <= dagreLimits.span;
  const cost = nodes.length + span;
  const placed =
    isSmall && cost <= effort.left
      ? leastTangled({ nodes, edges }, { cost, effort })
      : placeInRows({ nodes, edges }, rows);
  return { ...placed, routes: routeEdges(edges, placed) };
}

type Placed = Size & {
  readonly boxes: ReadonlyMap<string, Box>;
  /** Where the edges bend, from source to target, without their ends. */
  readonly bends: ReadonlyMap<string, readonly Point[]>;
  readonly labels: ReadonlyMap<string, Box>;
};

type Order = { readonly nodes: readonly ScopeNode[]; readonly edges: readonly ScopeEdge[] };

/** Dagre's order within a row depends on the order it is given: in a small scope the best of three orders is taken. */
function leastTangled(given: Order, budget: { readonly cost: number; readonly effort: Effort }): Placed {
  const { nodes, edges } = given;
  const { cost, effort } = budget;
  effort.left -= cost;
  let best = placeWithDagre(given);
  if (nodes.length > retryLimits.nodes || edges.length > retryLimits.edges) return best;
  let crossings = crossingsOf(best, edges);
  const [start, ...others] = nodes;
  const orders: readonly Order[] = [
    { nodes, edges: edges.toReversed() },
    { nodes: start === undefined ? nodes : [start, ...others.toReversed()], edges },
  ];
  for (const order of orders) {
    if (crossings === 0 || effort.left < retryLimits.effort + cost) break;
    effort.left -= cost;
    const other = placeWithDagre(order);
    const count = crossingsOf(other, edges);
    if (count >= crossings) continue;
    best = other;
    crossings = count;
  }
  return best;
}

function crossingsOf(placed: Placed, edges: readonly ScopeEdge[]): number {
  return countCrossings(
    edges.map(({ id, from, to }) => {
      const ends = [placed.boxes.get(from), placed.boxes.get(to)].map((box) =>
        box === undefined ? [] : [centerOf(box)],
      );
      return [...(ends[0] ?? []), ...(placed.bends.get(id) ?? []), ...(ends[1] ?? [])];
    }),
  );
}

/** The members that are read of dagre's results; its own declarations do not resolve under `nodenext`. */
type DagreEdge = { readonly points?: readonly Point[]; readonly x?: number; readonly y?: number };

function placeWithDagre({ nodes, edges }: Order): Placed {
  // Dagre gets ids of its own: names from outside could collide with those that it makes up.
  const keys = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const keyOf = (id: string): string => keys.get(id) ?? id;
  const graph = new DagreGraph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", ...spacing });
  for (const { id, width, height } of nodes) graph.setNode(keyOf(id), { width, height });
  for (const [index, { from, to, label, weight }] of edges.entries()) {
    graph.setEdge(keyOf(from), keyOf(to), { ...label, weight, labelpos: "c" }, `e${index}`);
  }
  dagreLayout(graph);
  const boxes = new Map(
    nodes.map(({ id, width, height }) => {
      const center: Point = graph.node(keyOf(id));
      return [id, { x: center.x - width / 2, y: center.y - height / 2, width, height }];
    }),
  );
  const bends = new Map<string, readonly Point[]>();
  const labels = new Map<string, Box>();
  for (const [index, { id, from, to, label }] of edges.entries()) {
    const placed: DagreEdge = graph.edge(keyOf(from), keyOf(to), `e${index}`);
    bends.set(id, (placed.points ?? []).slice(1, -1));
    if (label.width > 0 && placed.x !== undefined && placed.y !== undefined) {
      labels.set(id, { x: placed.x - label.width / 2, y: placed.y - label.height / 2, ...label });
    }
  }
  const size: Size = graph.graph();
  return { width: size.width, height: size.height, boxes, bends, labels };
}

/** The row of every node: one below the lowest that leads to it, edges back to an earlier node apart. */
function rowsOf(nodes: readonly ScopeNode[], edges: readonly ScopeEdge[]): ReadonlyMap<string, number> {
  const outgoing = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  for (const { from, to } of edges) outgoing.get(from)?.push(to);
  const order = topologicalOrder(nodes, outgoing);
  const place = new Map(order.map((id, index) => [id, index]));
  const rows = new Map<string, number>();
  for (const [index, id] of order.entries()) {
    const row = rows.get(id) ?? 0;
    rows.set(id, row);
    for (const target of outgoing.get(id) ?? []) {
      const goesBack = (place.get(target) ?? 0) <= index;
      if (!goesBack) rows.set(target, Math.max(rows.get(target) ?? 0, row + 1));
    }
  }
  return rows;
}

/** Depth-first, and without recursion: a chain may have thousands of states. */
function topologicalOrder(
  nodes: readonly ScopeNode[],
  outgoing: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const seen = new Set<string>();
  const finished: string[] = [];
  for (const { id } of nodes) {
    if (seen.has(id)) continue;
    seen.add(id);
    const stack = [{ id, next: 0 }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const target = outgoing.get(top.id)?.[top.next++];
      if (target === undefined) {
        finished.push(top.id);
        stack.pop();
      } else if (!seen.has(target)) {
        seen.add(target);
        stack.push({ id: target, next: 0 });
      }
    }
  }
  return finished.toReversed();
}

function placeInRows({ nodes, edges }: Order, rowOf: ReadonlyMap<string, number>): Placed {
  const rows: ScopeNode[][] = [];
  for (const node of nodes) (rows[rowOf.get(node.id) ?? 0] ??= []).push(node);
  const filled = rows.filter((row) => row.length > 0);
  const widths = filled.map((row) => row.reduce((sum, node) => sum + node.width + spacing.nodesep, -spacing.nodesep));
  const width = Math.max(0, ...widths);
  const boxes = new Map<string, Box>();
  const placed: PlacedRow[] = [];
  let y = 0;
  for (const [index, row] of filled.entries()) {
    const height = Math.max(...row.map((node) => node.height));
    let x = (width - (widths[index] ?? 0)) / 2;
    for (const node of row) {
      boxes.set(node.id, { x, y: y + (height - node.height) / 2, width: node.width, height: node.height });
      x += node.width + spacing.nodesep;
    }
    placed.push({ center: y + height / 2, right: x - spacing.nodesep });
    y += height + spacing.ranksep;
  }
  const { bends, right } = bendsBeside(edges, { rows: placed, rowOf: rowsAsPlaced(filled) });
  return { width: Math.max(width, right), height: Math.max(0, y - spacing.ranksep), boxes, bends, labels: new Map() };
}

type PlacedRow = { readonly center: number; readonly right: number };

function rowsAsPlaced(filled: readonly (readonly ScopeNode[])[]): ReadonlyMap<string, number> {
  return new Map(filled.flatMap((row, index) => row.map(({ id }): [string, number] => [id, index])));
}

/** More lanes beside each other nobody can tell apart: edges share them then. */
const mostLanes = 60;

/** Edges across rows run beside all that stands in those, each in a lane of its own. */
function bendsBeside(
  edges: readonly ScopeEdge[],
  { rows, rowOf }: { readonly rows: readonly PlacedRow[]; readonly rowOf: ReadonlyMap<string, number> },
): { readonly bends: ReadonlyMap<string, readonly Point[]>; readonly right: number } {
  const long = edges
    .map(({ id, from, to }) => ({ id, from: rowOf.get(from) ?? 0, to: rowOf.get(to) ?? 0 }))
    .filter(({ from, to }) => Math.abs(from - to) > 1)
    .map((edge) => ({ ...edge, first: Math.min(edge.from, edge.to) + 1, last: Math.max(edge.from, edge.to) - 1 }))
    .toSorted((one, other) => one.first - other.first || one.last - other.last);
  const bends = new Map<string, readonly Point[]>();
  const lanes: number[] = [];
  let right = 0;
  for (const [index, { id, from, to, first, last }] of long.entries()) {
    const free = lanes.findIndex((end) => end < first);
    const lane = free !== -1 ? free : lanes.length < mostLanes ? lanes.length : index % mostLanes;
    lanes[lane] = last;
    let beside = 0;
    for (let row = first; row <= last; row++) beside = Math.max(beside, rows[row]?.right ?? 0);
    const x = beside + spacing.nodesep + lane * spacing.edgesep;
    const course = (first === last ? [first] : [first, last]).map((row) => ({ x, y: rows[row]?.center ?? 0 }));
    bends.set(id, from < to ? course : course.toReversed());
    right = Math.max(right, x + spacing.edgesep);
  }
  return { bends, right };
}
