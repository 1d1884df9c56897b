// The course of the edges of one scope between boxes that are placed. An edge crosses the row of a node only vertically and
// bends in the gap between two rows, so it never runs through a node; the ends on one side of a node are spread apart.

export type Point = { readonly x: number; readonly y: number };
export type Box = Point & { readonly width: number; readonly height: number };
export type Route = { readonly points: readonly Point[]; readonly labelBox: Box | undefined };

type Edge = { readonly id: string; readonly from: string; readonly to: string };
type Placed = {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly bends: ReadonlyMap<string, readonly Point[]>;
  readonly labels: ReadonlyMap<string, Box>;
};
/** Half the height of each row, by the vertical center of its boxes. */
type Rows = ReadonlyMap<number, number>;
/** One end of an edge: the side of the box it touches, and the x where the edge would like to touch it. */
type End = { readonly edge: string; readonly box: Box; readonly side: "top" | "bottom"; readonly wish: number };

/** At least this far apart touch two edges the same side of a node, if it is wide enough. */
const endGap = 16;
const loop = { width: 28, height: 20 } as const;

export function routeEdges(edges: readonly Edge[], placed: Placed): ReadonlyMap<string, Route> {
  const rows = rowsOf([...placed.boxes.values(), ...placed.labels.values()]);
  const courses = new Map<string, readonly Point[]>();
  const starts: End[] = [];
  const ends: End[] = [];
  for (const { id, from, to } of edges) {
    const source = placed.boxes.get(from);
    const target = placed.boxes.get(to);
    if (source === undefined || target === undefined || from === to) continue;
    const goesDown = source.y + source.height / 2 <= target.y + target.height / 2;
    const course = alongRows(placed.bends.get(id) ?? [], { rows, goesDown });
    courses.set(id, course);
    starts.push({ edge: id, box: source, side: goesDown ? "bottom" : "top", wish: (course[0] ?? centerOf(target)).x });
    ends.push({
      edge: id,
      box: target,
      side: goesDown ? "top" : "bottom",
      wish: (course.at(-1) ?? centerOf(source)).x,
    });
  }
  const places = spreadEnds([...starts, ...ends]);
  const routes = new Map<string, Route>();
  for (const [index, start] of starts.entries()) {
    const end = ends[index];
    if (end === undefined) continue;
    const leaving = outOfRow(start, { places, rows });
    const arriving = outOfRow(end, { places, rows }).toReversed();
    const points = [...leaving, ...(courses.get(start.edge) ?? []), ...arriving];
    routes.set(start.edge, { points: withoutRepeats(points), labelBox: placed.labels.get(start.edge) });
  }
  for (const edge of edges) {
    const box = placed.boxes.get(edge.from);
    if (edge.from === edge.to && box !== undefined) routes.set(edge.id, loopRoute(box, placed.labels.get(edge.id)));
  }
  return routes;
}

/** The rows of a layout: boxes with the same vertical center, with the height of the highest. */
function rowsOf(boxes: readonly Box[]): Rows {
  const halves = new Map<number, number>();
  for (const box of boxes) {
    const center = Math.round(centerOf(box).y);
    halves.set(center, Math.max(halves.get(center) ?? 0, box.height / 2));
  }
  return halves;
}

function alongRows(
  bends: readonly Point[],
  found: { readonly rows: Rows; readonly goesDown: boolean },
): readonly Point[] {
  return bends.flatMap(({ x, y }) => {
    const half = rowHalf(found.rows, y);
    const [first, last] = found.goesDown ? [y - half, y + half] : [y + half, y - half];
    return [
      { x, y: first },
      { x, y: last },
    ];
  });
}

/** The x of every end, so that those on the same side of the same box keep their order and do not meet. */
function spreadEnds(ends: readonly End[]): ReadonlyMap<End, number> {
  const sides = new Map<Box, { top: End[]; bottom: End[] }>();
  for (const end of ends) {
    const found = sides.get(end.box) ?? { top: [], bottom: [] };
    sides.set(end.box, found);
    found[end.side].push(end);
  }
  const places = new Map<End, number>();
  for (const { top, bottom } of sides.values()) {
    placeSide(top, places);
    placeSide(bottom, places);
  }
  return places;
}

function placeSide(ends: readonly End[], places: Map<End, number>): void {
  const [first] = ends;
  if (first === undefined) return;
  const reach = Math.min(first.box.width * 0.34, 24 * ends.length);
  const middle = centerOf(first.box).x;
  const [low, high] = [middle - reach, middle + reach];
  const gap = Math.min(endGap, (high - low) / Math.max(1, ends.length - 1));
  const sorted = ends.toSorted((left, right) => left.wish - right.wish);
  const xs: number[] = [];
  for (const { wish } of sorted) xs.push(Math.max(Math.min(Math.max(wish, low), high), (xs.at(-1) ?? -Infinity) + gap));
  let limit = high;
  for (let i = sorted.length - 1; i >= 0; i--) {
    const end = sorted[i];
    const x = Math.min(xs[i] ?? middle, limit);
    if (end !== undefined) places.set(end, x);
    limit = x - gap;
  }
}

/** From the side of the box straight to the border of its row: beside a box there may be a higher one. */
function outOfRow(
  end: End,
  found: { readonly places: ReadonlyMap<End, number>; readonly rows: Rows },
): readonly Point[] {
  const x = found.places.get(end) ?? centerOf(end.box).x;
  const { y } = centerOf(end.box);
  const [box, row] = [end.box.height / 2, rowHalf(found.rows, y)];
  return end.side === "top"
    ? [
        { x, y: y - box },
        { x, y: y - row },
      ]
    : [
        { x, y: y + box },
        { x, y: y + row },
      ];
}

function rowHalf(rows: Rows, y: number): number {
  const [low, high] = [Math.floor(y), Math.ceil(y)];
  return rows.get(low) ?? rows.get(high) ?? rows.get(low - 1) ?? rows.get(high + 1) ?? 0;
}

/** An edge from a state to itself: four points, the middle two of which pull the curve to the right. */
function loopRoute(box: Box, label: Box | undefined): Route {
  const right = box.x + box.width;
  const { y } = centerOf(box);
  const points = [
    { x: right, y: y - loop.height / 2 },
    { x: right + loop.width, y: y - loop.height / 2 },
    { x: right + loop.width, y: y + loop.height / 2 },
    { x: right, y: y + loop.height / 2 },
  ];
  return { points, labelBox: label };
}

function withoutRepeats(points: readonly Point[]): readonly Point[] {
  return points.filter(({ x, y }, index) => {
    const previous = points[index - 1];
    return previous === undefined || Math.abs(x - previous.x) + Math.abs(y - previous.y) > 0.5;
  });
}

export function centerOf(box: Box): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
