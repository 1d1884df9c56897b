// An execution as its views show it: made of the journal up to the chosen moment, for the chosen selection. The parts of the
// page that change with the moment ask for it, so that a step of the scrubber leaves the rest of the page alone.
import { createContext, type ReactNode, useCallback, useContext, useMemo } from "react";
import type { FoldedExecution } from "@engine/execution.ts";
import { statusAt, Story } from "@engine/inspection/story.ts";
import type { TimeTravel } from "@engine/inspection/time-travel.ts";
import type { VisitState } from "@engine/inspection/visit-state.ts";
import type { JournalEvent } from "@engine/journal/event.ts";
import type { ExecutionFacts } from "@contract";
import { type Definition, useDefinition } from "../graph/definition.ts";
import { emptyIndex } from "../graph/graph-index.ts";
import type { NodeLook } from "../graph/looks.ts";
import type { Journal } from "./journal.ts";
import { type Selection, useSelection } from "./selection.ts";
import { ShownVisits, type VisitsThen } from "./shown-visits.ts";
import { useTravel } from "../time-travel/travel.ts";
import { useMoment } from "./use-moment.ts";

/** The part that is the same whatever moment is looked at. */
export interface Recorded {
  readonly events: readonly JournalEvent[];
  /** Absent where the definition may not be seen. */
  readonly definition: Definition | undefined;
  readonly story: Story;
  /** Absent without a definition. */
  readonly travel: TimeTravel<FoldedExecution> | undefined;
}

export interface Run extends Recorded {
  /** How many of the events are looked at. */
  readonly position: number;
  /** Those of the chosen iteration. */
  readonly shown: VisitsThen;
  readonly looks: ReadonlyMap<string, NodeLook>;
  readonly taken: ReadonlySet<string>;
  /** The chosen one: by itself, or the last one of the chosen state. */
  readonly visit: VisitState | undefined;
  readonly event: JournalEvent | undefined;
  /** Looks at the moment after so many events. */
  readonly travelTo: (position: number) => void;
}

export function useRecorded(facts: ExecutionFacts, { events }: Journal): Recorded {
  const definition = useDefinition(facts.definition);
  const index = definition?.index;
  const story = useMemo(() => new Story(index ?? emptyIndex), [index]);
  const travel = useTravel(facts, definition?.shape, events);
  return useMemo(() => {
    // Without a graph there is no place for a visit.
    if (index !== undefined) story.append(events.slice(story.length));
    return { events, definition, story, travel };
  }, [story, index, events, definition, travel]);
}

const RunContext = createContext<Run | undefined>(undefined);

interface RunProviderProps {
  readonly recorded: Recorded;
  readonly children: ReactNode;
}

/** Its children are drawn anew with the moment only as far as they use it. */
export function RunProvider({ recorded, children }: RunProviderProps) {
  return <RunContext value={useRunAtMoment(recorded)}>{children}</RunContext>;
}

/** The execution at the moment that is looked at. */
export function useRun(): Run {
  const run = useContext(RunContext);
  if (run === undefined) throw new Error("There is no execution around this component.");
  return run;
}

function useRunAtMoment(recorded: Recorded): Run {
  const { events, definition, story } = recorded;
  const selection = useSelection();
  const { iteration } = selection;
  const [at, setMoment] = useMoment();
  const { length } = events;
  const position = Math.min(at ?? length, length);
  const travelTo = useCallback((to: number) => setMoment(to >= length ? undefined : to), [setMoment, length]);
  const index = definition?.index ?? emptyIndex;
  const isIterationKnown = iteration !== undefined && story.iteration(iteration) !== undefined;
  const visits = useMemo(
    () => new ShownVisits(story, index, isIterationKnown ? iteration : undefined),
    [story, index, iteration, isIterationKnown],
  );
  return useMemo(() => {
    visits.readOn();
    const shown = visits.visitsAt(position);
    return {
      ...recorded,
      position,
      shown,
      looks: visits.looksAt(position),
      taken: visits.takenAt(position),
      visit: chosenVisit(story, shown, position, selection),
      event: selection.event === undefined ? undefined : events[selection.event],
      travelTo,
    };
  }, [recorded, story, events, visits, position, selection, travelTo]);
}

function chosenVisit(
  story: Story,
  shown: VisitsThen,
  position: number,
  { state, visit: id }: Selection,
): VisitState | undefined {
  if (id !== undefined) {
    const visit = story.visit(id);
    return visit === undefined || (visit.statuses[0]?.position ?? position) >= position
      ? undefined
      : story.tell(visit, position);
  }
  if (state === undefined) return undefined;
  let last: VisitState | undefined;
  for (let i = shown.count - 1; i >= 0; i--) {
    const visit = shown.told(i);
    if (visit?.nodeId !== state) continue;
    if (statusAt(visit.statuses, position) === "failed") return story.tell(visit, position);
    last ??= story.tell(visit, position);
  }
  return last;
}
