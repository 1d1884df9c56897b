// The layout of a graph: that of a small one at once, that of a large one in a worker, while the page goes on.
import { useEffect, useMemo, useState } from "react";
import type { Graph } from "@graph/graph.ts";
import { layoutGraph, type PositionedGraph } from "@graph/layout.ts";

/** The nodes that are laid out within a frame; dagre takes about 0.2 ms for each. */
const mostAtOnce = 80;

interface Laid {
  readonly graph: Graph;
  readonly layout: PositionedGraph | undefined;
}

/** The layout of the graph; while a large one is laid out, that of the one before, or none. */
export function useLayout(graph: Graph): PositionedGraph | undefined {
  const isSmall = graph.nodes.length <= mostAtOnce;
  const atOnce = useMemo(() => (isSmall ? layoutGraph(graph) : undefined), [graph, isSmall]);
  const [laid, setLaid] = useState<Laid>();
  useEffect(() => {
    if (isSmall) return undefined;
    const worker = new Worker(new URL("layout.worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<PositionedGraph>) => {
      setLaid({ graph, layout: data });
      worker.terminate();
    });
    worker.postMessage(graph, []);
    return () => worker.terminate();
  }, [graph, isSmall]);
  return atOnce ?? laid?.layout;
}
