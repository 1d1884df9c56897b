// A definition as the views of an execution need it: its graph, the ways to find its parts, and its shape.
import { useMemo } from "react";
import { parseJson } from "@asl/json.ts";
import { type ProgramShape, programShape } from "@asl/program-shape.ts";
import { type Graph, graphOf } from "@graph/graph.ts";
import { type GraphIndex, indexOf } from "./graph-index.ts";

export interface Definition {
  readonly text: string;
  readonly graph: Graph;
  readonly index: GraphIndex;
  readonly shape: ProgramShape;
}

/** @param text absent where the definition may not be seen. */
export function useDefinition(text: string | undefined): Definition | undefined {
  return useMemo(() => {
    if (text === undefined) return undefined;
    const value = parseJson(text);
    const graph = graphOf(value);
    return { text, graph, index: indexOf(graph), shape: programShape(value) };
  }, [text]);
}
