// The explanations of a visit: the engine decides once more, in the browser, on the very events that are shown.
import { parseProgram } from "@asl/parse-program.ts";
import { Payload } from "@asl/payload.ts";
import { type Execution, newExecution, type Scope } from "@engine/execution.ts";
import { explainState, type StateExplanation } from "@engine/inspection/explain-state.ts";
import { TimeTravel } from "@engine/inspection/time-travel.ts";
import { type Occasion, visitsOf, type Visit } from "@engine/inspection/visits.ts";
import type { JournalEvent } from "@engine/journal/event.ts";
import { type Withheld, withheldOf } from "@engine/journal/withheld.ts";
import { useMemo } from "react";
import type { ExecutionFacts } from "@contract";
import { identityOf } from "../time-travel/travel.ts";

export interface ExplainedOccasion {
  readonly occasion: Occasion;
  /** Absent where data are missing, and where the engine could not decide: then `problem` says why. */
  readonly explanation?: StateExplanation | undefined;
  readonly problem?: string | undefined;
}

export interface Explained {
  readonly visit: Visit | undefined;
  readonly occasions: readonly ExplainedOccasion[];
  /** Data without which nothing can be explained. */
  readonly withheld: readonly Withheld[];
}

const nothing: Explained = { visit: undefined, occasions: [], withheld: [] };

/** @param visitId the id of the StateEntered of the visit. */
export function useExplained(facts: ExecutionFacts, events: readonly JournalEvent[], visitId: number): Explained {
  return useMemo(() => {
    const { visits, travel } = journalOf(facts, events);
    const visit = visits.find(({ entered }) => {
      const event = events[entered];
      return event?.kind === "StateEntered" && event.id === visitId;
    });
    return visit === undefined || travel === undefined ? nothing : explained(visit, travel);
    // Facts that change, such as the status, are no part of what is folded.
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- see above
  }, [facts.definition, facts.executionArn, events, visitId]);
}

interface ReadJournal {
  readonly definition: string | undefined;
  readonly visits: readonly Visit[];
  readonly travel: TimeTravel<Execution> | undefined;
}

/** Journals are read once for all of their visits. */
const journals = new WeakMap<readonly JournalEvent[], ReadJournal>();

function journalOf(facts: ExecutionFacts, events: readonly JournalEvent[]): ReadJournal {
  const { definition } = facts;
  const known = journals.get(events);
  if (known !== undefined && known.definition === definition) return known;
  const travel =
    definition === undefined ? undefined : new TimeTravel(newExecution(identityOf(facts, parseProgram(definition))));
  travel?.append(events);
  const journal = { definition, visits: visitsOf(events), travel };
  journals.set(events, journal);
  return journal;
}

function explained(visit: Visit, travel: TimeTravel<Execution>): Explained {
  const withheld = new Map<string, Withheld>();
  const occasions = visit.occasions.map((occasion): ExplainedOccasion => {
    try {
      const execution = travel.at(occasion.position);
      const missing = withheldIn(execution, occasion);
      for (const one of missing) withheld.set(`${one.eventId} ${one.member} ${one.variable ?? ""}`, one);
      return { occasion, explanation: missing.length > 0 ? undefined : explainState(execution, occasion) };
    } catch (error) {
      // A journal of an older version, or a definition that it does not fit.
      return { occasion, problem: error instanceof Error ? error.message : String(error) };
    }
  });
  return { visit, occasions, withheld: [...withheld.values()] };
}

/** The data that the state may look at, as far as the viewer was not given them. */
function withheldIn(execution: Execution, { scope: id, outcome }: Occasion): readonly Withheld[] {
  const payloads: (Payload | undefined)[] = [execution.input];
  for (let scope: Scope | undefined = execution.scopes.get(id); scope !== undefined; scope = scope.parent) {
    payloads.push(scope.data, scope.state?.input);
    for (const value of scope.variables.values()) payloads.push(Payload.ofValue(value));
    const work = scope.state?.work;
    if (work?.kind === "map") payloads.push(...work.outputs);
    if (work?.kind === "parallel") payloads.push(...work.branches.map(({ data }) => data));
  }
  if (outcome !== undefined && "output" in outcome) payloads.push(outcome.output);
  return payloads.flatMap((payload) => {
    const withheld = payload === undefined ? undefined : withheldOf(payload);
    return withheld === undefined ? [] : [withheld];
  });
}
