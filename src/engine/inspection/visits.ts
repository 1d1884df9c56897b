// The visits of states that a journal tells of, in the order in which they were entered, and the moments of each at which
// the fields of the state were evaluated: what explain-state.ts can explain.
import { branchOf } from "../branch-scope.ts";
import { type JournalEvent, isEndOfExecution, type StateType } from "../journal/event.ts";

/** A moment at which a state was decided on: it began, its result or failure came, or its time had come. */
export interface Occasion {
  readonly scope: number;
  /** The events before it, of which the execution is folded. */
  readonly position: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The event that came; absent where the state began, also again, or was awaited by a timer alone. */
  readonly outcome?: JournalEvent | undefined;
}

/** A step on the way to a scope: an iteration of a Map, or a branch of a Parallel. */
export interface PlaceStep {
  readonly state: string;
  readonly kind: "iteration" | "branch";
  readonly index: number;
}

export interface Visit {
  readonly scope: number;
  /** The way to the scope from the machine itself. */
  readonly place: readonly PlaceStep[];
  readonly name: string;
  readonly type: StateType;
  /** Positions in the journal, counted from 0. */
  readonly entered: number;
  /** The position of the event that ended it: StateExited, or the end of what the state was part of. */
  readonly ended?: number | undefined;
  readonly occasions: readonly Occasion[];
}

interface OpenVisit extends Visit {
  ended: number | undefined;
  readonly occasions: Occasion[];
  /** The state begins again, or goes on, with the next event of its scope. */
  awaits: boolean;
  isMapRun: boolean;
}

/** Events that come to a state which waits to begin again, but not of its beginning. */
const endsFromOutside: ReadonlySet<JournalEvent["kind"]> = new Set([
  "StateAborted",
  "MapIterationAborted",
  "MapRunAborted",
  "MapRunRedriven",
  "MapStateSucceeded",
  "ParallelStateSucceeded",
]);

export function visitsOf(events: readonly JournalEvent[]): readonly Visit[] {
  const visits = new VisitReader();
  for (const [position, event] of events.entries()) visits.read(event, position);
  return visits.all;
}

class VisitReader {
  readonly all: OpenVisit[] = [];
  readonly #open = new Map<number, OpenVisit>();
  /** The scopes that events belong to, by their ids. */
  readonly #scopes = new Map<number, number>();
  readonly #places = new ScopePlaces();
  /** The last occasion of each scope. */
  readonly #last = new Map<number, Occasion>();

  read(event: JournalEvent, position: number): void {
    if (event.kind === "ExecutionRedriven") {
      for (const visit of this.#open.values()) {
        visit.ended = undefined;
        visit.awaits = true;
      }
    }
    if (isEndOfExecution(event)) this.#end(event, position);
    if (!("scope" in event)) return;
    this.#places.read(event, this.#open.get(event.scope)?.name ?? "");
    const visit = this.#open.get(event.scope);
    if (visit?.awaits === true) this.#goOn(visit, event, position);
    this.#scopes.set(event.id, event.scope);
    switch (event.kind) {
      case "StateEntered":
        return this.#enter(event, position);
      case "StateExited":
        if (visit !== undefined) visit.ended = position;
        this.#open.delete(event.scope);
        return;
      case "TaskSucceeded":
      case "TaskFailed":
      case "TaskSubmitFailed":
      case "TaskTimedOut":
      case "MapRunFailed":
      case "ParallelStateSucceeded":
        this.#add(visit, { scope: event.scope, position, at: event.at, outcome: event });
        return;
      case "MapStateSucceeded":
        // The result of a Map Run is not in the journal: nothing can be decided on it once more.
        if (visit?.isMapRun !== true) this.#add(visit, { scope: event.scope, position, at: event.at, outcome: event });
        return;
      case "MapRunStarted":
        if (visit !== undefined) visit.isMapRun = true;
        return;
      case "RetryScheduled":
        this.#addFailureBelow(visit, event);
        if (visit !== undefined) visit.awaits = true;
        return;
      case "WaitStarted":
        if (visit !== undefined) visit.awaits = true;
        return;
      case "MapStateFailed":
      case "ParallelStateFailed":
        return this.#addFailureBelow(visit, event);
      case "MapIterationFailed":
      case "MapIterationAborted":
      case "StateAborted":
        if (visit !== undefined) visit.ended = position;
        return;
      default:
        return;
    }
  }

  #enter({ scope, name, stateType: type, at }: JournalEvent & { kind: "StateEntered" }, entered: number): void {
    const place = this.#places.of(scope);
    const visit: OpenVisit = {
      scope,
      place,
      name,
      type,
      entered,
      ended: undefined,
      occasions: [],
      awaits: false,
      isMapRun: false,
    };
    this.all.push(visit);
    this.#open.set(scope, visit);
    this.#add(visit, { scope, position: entered + 1, at });
  }

  #add(visit: OpenVisit | undefined, occasion: Occasion): void {
    visit?.occasions.push(occasion);
    this.#last.set(occasion.scope, occasion);
  }

  /** A timer has rung, or a redriven state begins again; a redriven Map or Parallel may go on where it was. */
  #goOn(visit: OpenVisit, event: JournalEvent, position: number): void {
    visit.awaits = false;
    const { scope, type } = visit;
    const isBegin =
      event.kind === "MapStateStarted" || event.kind === "ParallelStateStarted" || event.kind === "EvaluationFailed";
    const isOwn = isBegin || this.#scopes.get(event.previousEventId) === scope;
    const mayGoOn = type === "Map" || type === "Parallel";
    if (!endsFromOutside.has(event.kind) && (isOwn || !mayGoOn)) this.#add(visit, { scope, position, at: event.at });
  }

  /** The failure of a Map or Parallel is one of a state below it, unless it came of itself. */
  #addFailureBelow(visit: OpenVisit | undefined, { previousEventId }: JournalEvent): void {
    const scope = this.#scopes.get(previousEventId);
    const occasion = scope === undefined || scope === visit?.scope ? undefined : this.#last.get(scope);
    if (visit === undefined || occasion === undefined || visit.occasions.includes(occasion)) return;
    this.#add(visit, occasion);
    this.#last.set(visit.scope, occasion);
  }

  /** A state that began again and failed at once is followed by no event of its scope. */
  #end(event: JournalEvent, position: number): void {
    for (const visit of this.#open.values()) {
      visit.ended ??= position;
      const isOfVisit = event.kind === "ExecutionFailed" && this.#scopes.get(event.previousEventId) === visit.scope;
      if (visit.awaits && isOfVisit) this.#goOn(visit, event, position);
      visit.awaits = false;
    }
  }
}

/** The ways to the scopes that were opened. */
class ScopePlaces {
  readonly #ofScopes = new Map<number, readonly PlaceStep[]>();
  readonly #ofParallels = new Map<number, readonly [around: readonly PlaceStep[], state: string]>();

  /** @param state the one that is active in the scope of the event. */
  read(event: JournalEvent & { readonly scope: number }, state: string): void {
    if (event.kind === "MapIterationStarted") {
      const step: PlaceStep = { state: event.name, kind: "iteration", index: event.index };
      this.#ofScopes.set(event.id, [...this.of(event.scope), step]);
    }
    if (event.kind === "ParallelStateStarted") this.#ofParallels.set(event.id, [this.of(event.scope), state]);
  }

  of(scope: number): readonly PlaceStep[] {
    const known = this.#ofScopes.get(scope);
    if (known !== undefined) return known;
    const branch = branchOf(scope);
    const parallel = branch && this.#ofParallels.get(branch.startedEventId);
    if (branch === undefined || parallel === undefined) return [];
    const [around, state] = parallel;
    const place: readonly PlaceStep[] = [...around, { state, kind: "branch", index: branch.index }];
    this.#ofScopes.set(scope, place);
    return place;
  }
}
