// An execution as its views show it: made of the journal up to the chosen moment, for the chosen selection.
import { useCallback, useMemo } from "react";
import { parseJson } from "@asl/json.ts";
import { type ProgramShape, programShape } from "@asl/program-shape.ts";
import type { JournalEvent } from "@engine/journal/event.ts";
import { graphOf } from "@graph/graph.ts";
import { layoutGraph, type PositionedGraph } from "@graph/layout.ts";
import type { ExecutionFacts } from "@contract";
import { type GraphIndex, indexOf } from "../graph/graph-index.ts";
import type { NodeLook } from "../graph/state-node.tsx";
import type { Journal } from "./journal.ts";
import { looksOf, takenEdges, visitsIn } from "./node-looks.ts";
import type { Selection } from "./selection.ts";
import { useMoment } from "./use-moment.ts";
import { type Visit, type Visits, visitsOf } from "./visits.ts";

export interface Run {
  readonly events: readonly JournalEvent[];
  /** How many of them are looked at. */
  readonly position: number;
  /** Absent where the definition may not be seen. */
  readonly definition: Definition | undefined;
  readonly visits: Visits;
  /** Those of the chosen iteration. */
  readonly shown: readonly Visit[];
  readonly looks: ReadonlyMap<string, NodeLook>;
  readonly taken: ReadonlySet<string>;
  /** The chosen one: by itself, or the last one of the chosen state. */
  readonly visit: Visit | undefined;
  readonly event: JournalEvent | undefined;
  /** Looks at the moment after so many events. */
  readonly travelTo: (position: number) => void;
}

export interface Definition {
  readonly text: string;
  readonly graph: PositionedGraph;
  readonly index: GraphIndex;
  readonly shape: ProgramShape;
}

const noVisits: Visits = { all: [], iterations: [] };

export function useRun(facts: ExecutionFacts, { events }: Journal, selection: Selection): Run {
  const definition = useMemo(() => definitionOf(facts.definition), [facts.definition]);
  const [at, setMoment] = useMoment();
  const { length } = events;
  const position = Math.min(at ?? length, length);
  const travelTo = useCallback((to: number) => setMoment(to >= length ? undefined : to), [setMoment, length]);
  const visits = useMemo(
    () => (definition === undefined ? noVisits : visitsOf(events, definition.index, position)),
    [events, definition, position],
  );
  const shown = useMemo(() => visitsIn(visits.all, selection.iteration), [visits, selection.iteration]);
  const looks = useMemo(() => looksOf(shown), [shown]);
  const taken = useMemo(
    () => (definition === undefined ? new Set<string>() : takenEdges(shown, definition.index)),
    [shown, definition],
  );
  const event = selection.event === undefined ? undefined : events[selection.event];
  return {
    events,
    position,
    definition,
    visits,
    shown,
    looks,
    taken,
    visit: chosenVisit(shown, visits, selection),
    event,
    travelTo,
  };
}

function chosenVisit(shown: readonly Visit[], visits: Visits, { state, visit }: Selection): Visit | undefined {
  if (visit !== undefined) return visits.all.find(({ id }) => id === visit);
  if (state === undefined) return undefined;
  return (
    shown.findLast(({ nodeId, status }) => nodeId === state && status === "failed") ??
    shown.findLast(({ nodeId }) => nodeId === state)
  );
}

function definitionOf(text: string | undefined): Definition | undefined {
  if (text === undefined) return undefined;
  const value = parseJson(text);
  const graph = layoutGraph(graphOf(value));
  return { text, graph, index: indexOf(graph), shape: programShape(value) };
}
