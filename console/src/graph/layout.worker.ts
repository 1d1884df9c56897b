// Lays out large graphs beside the page.
import type { Graph } from "@graph/graph.ts";
import { layoutGraph } from "@graph/layout.ts";

addEventListener("message", ({ data }: MessageEvent<Graph>) => {
  postMessage(layoutGraph(data));
});
