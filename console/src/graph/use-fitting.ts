// The part of a graph that is seen: all of it where it can be read so, else its beginning; the chosen state in any case. A place
// that the reader has moved to stays when the room changes.
import { useReactFlow, type Viewport } from "@xyflow/react";
import { type RefObject, useCallback, useEffect, useMemo, useRef } from "react";
import type { PositionedGraph } from "@graph/layout.ts";

/** Zooms: what a small graph grows to, what its text can be read at, and what is never gone below by itself. */
const [largestFit, readable, smallestFit] = [1.15, 0.75, 0.3];
/** Pixels between the chosen state and the border. */
const margin = 24;

interface Size {
  readonly width: number;
  readonly height: number;
}

type Box = Size & { readonly x: number; readonly y: number };

interface Fitting {
  readonly showAll: () => void;
  readonly showNode: (id: string) => void;
}

export function useFitting(
  frame: RefObject<HTMLDivElement | null>,
  graph: PositionedGraph,
  chosen: string | undefined,
): Fitting {
  const { setViewport, getViewport } = useReactFlow();
  const boxes = useMemo(() => new Map(graph.nodes.map((node) => [node.id, node])), [graph]);
  const fitted = useRef<Viewport>(undefined);
  const room = useCallback((): Size => {
    const { clientWidth: width = 0, clientHeight: height = 0 } = frame.current ?? {};
    return { width, height };
  }, [frame]);
  const showAll = useCallback((): void => {
    fitted.current = viewportFor(graph, room());
    void setViewport(fitted.current);
  }, [room, graph, setViewport]);
  const reveal = useCallback(
    (id: string | undefined): void => {
      const box = id === undefined ? undefined : boxes.get(id);
      const now = getViewport();
      if (box !== undefined && !isInside(now, box, room())) void setViewport(centered(now.zoom, box, room()));
    },
    [boxes, room, getViewport, setViewport],
  );
  const showNode = useCallback(
    (id: string): void => {
      const box = boxes.get(id);
      if (box !== undefined) void setViewport(centered(Math.max(readable, getViewport().zoom), box, room()));
    },
    [boxes, room, getViewport, setViewport],
  );
  const latest = useRef(chosen);
  useEffect(() => {
    latest.current = chosen;
    reveal(chosen);
  }, [chosen, reveal]);
  useEffect(() => {
    const show = (): void => {
      if (fitted.current === undefined || isSame(fitted.current, getViewport())) showAll();
      reveal(latest.current);
    };
    fitted.current = undefined;
    show();
    const observer = new ResizeObserver(show);
    if (frame.current !== null) observer.observe(frame.current);
    return () => observer.disconnect();
  }, [frame, showAll, reveal, getViewport]);
  return { showAll, showNode };
}

function isSame(one: Viewport, other: Viewport): boolean {
  return one.x === other.x && one.y === other.y && one.zoom === other.zoom;
}

function viewportFor(graph: Size, room: Size): Viewport {
  const wide = room.width / graph.width;
  const whole = Math.min(wide, room.height / graph.height);
  const zoom = Math.min(largestFit, Math.max(whole, Math.min(wide, readable), smallestFit));
  const y = Math.max(0, (room.height - graph.height * zoom) / 2);
  return { x: (room.width - graph.width * zoom) / 2, y, zoom };
}

function centered(zoom: number, box: Box, room: Size): Viewport {
  return {
    x: room.width / 2 - (box.x + Math.min(box.width / 2, room.width / 2 / zoom)) * zoom,
    y: room.height / 2 - (box.y + Math.min(box.height / 2, room.height / 2 / zoom)) * zoom,
    zoom,
  };
}

/** Whether all of a box is seen, or of a larger one as much as there is room for. */
function isInside({ x, y, zoom }: Viewport, box: Box, room: Size): boolean {
  return (
    isWithin(box.x * zoom + x, box.width * zoom, room.width) &&
    isWithin(box.y * zoom + y, box.height * zoom, room.height)
  );
}

function isWithin(start: number, length: number, room: number): boolean {
  if (length > room - 2 * margin) return start < room / 2 && start + length > room / 2;
  return start >= margin && start + length <= room - margin;
}
