// How tangled a layout is: the number of places where two of its edges cross.
import type { Point } from "./edge-routes.ts";

type Segment = { readonly edge: number; readonly from: Point; readonly to: Point };

/** Counts the crossings of edges given as lines of points. Quadratic: for small scopes only. */
export function countCrossings(lines: readonly (readonly Point[])[]): number {
  const segments = lines.flatMap((points, edge) => segmentsOf(points, edge));
  let count = 0;
  for (const [index, first] of segments.entries()) {
    for (let i = index + 1; i < segments.length; i++) {
      const second = segments[i];
      if (second !== undefined && second.edge !== first.edge && doCross(first, second)) count += 1;
    }
  }
  return count;
}

function segmentsOf(points: readonly Point[], edge: number): readonly Segment[] {
  const segments: Segment[] = [];
  let from: Point | undefined;
  for (const to of points) {
    if (from !== undefined) segments.push({ edge, from, to });
    from = to;
  }
  return segments;
}

/** Whether two segments cross inside both; segments that share an end do not. */
function doCross(first: Segment, second: Segment): boolean {
  return (
    turn(first.from, first.to, second.from) * turn(first.from, first.to, second.to) < 0 &&
    turn(second.from, second.to, first.from) * turn(second.from, second.to, first.to) < 0
  );
}

/** On which side of the line through `a` and `b` the point lies: the sign tells. */
function turn(a: Point, b: Point, point: Point): number {
  return Math.sign((b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x));
}
