// SVG path data of an edge: a line that bends in smooth S curves between its points and ends in an arrowhead.
import type { Point } from "./edge-routes.ts";

type Drawn = { readonly from: string; readonly to: string; readonly points: readonly Point[] };

const arrow = { length: 8, half: 4 } as const;

/** The line of an edge, ending where its arrowhead begins. */
export function edgePath(edge: Drawn): string {
  const [first, ...rest] = edge.points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return "";
  const points = [...rest.slice(0, -1), arrowBase(edge)];
  const start = `M${pair(first)}`;
  if (edge.from === edge.to) return `${start}C${points.map(pair).join(" ")}`;
  let previous = first;
  let path = start;
  for (const point of points) {
    const reach = 0.85 * (point.y - previous.y);
    path +=
      Math.abs(previous.x - point.x) < 0.5
        ? `L${pair(point)}`
        : `C${pair({ x: previous.x, y: previous.y + reach })} ${pair({ x: point.x, y: point.y - reach })} ${pair(point)}`;
    previous = point;
  }
  return path;
}

/** The triangle at the end of an edge. */
export function arrowPath(edge: Drawn): string {
  const tip = edge.points.at(-1);
  if (tip === undefined) return "";
  const base = arrowBase(edge);
  const across = base.x === tip.x ? { x: arrow.half, y: 0 } : { x: 0, y: arrow.half };
  const left = pair({ x: base.x - across.x, y: base.y - across.y });
  const right = pair({ x: base.x + across.x, y: base.y + across.y });
  return `M${pair(tip)}L${left}L${right}Z`;
}

/** The middle of the arrowhead's base: to the right of the tip for a loop, otherwise above or below it. */
function arrowBase(edge: Drawn): Point {
  const tip = edge.points.at(-1) ?? { x: 0, y: 0 };
  if (edge.from === edge.to) return { x: tip.x + arrow.length, y: tip.y };
  const goesDown = (edge.points[0]?.y ?? 0) <= tip.y;
  return { x: tip.x, y: tip.y + (goesDown ? -arrow.length : arrow.length) };
}

function pair({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}
