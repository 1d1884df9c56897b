// The places of the events of a public history: the scope that each of them belongs to. Followed are the chain of
// previousEventId, and the names of the states that are active in each scope. A history that was redriven while a Map or Parallel
// waited for its next try does not say which of two of them within each other goes on: the inner one is taken.
import { type JsonObject, memberOf } from "../../asl/json.ts";
import type { ProgramShape, StateShape } from "../../asl/program-shape.ts";
import { branchScope, versionForBranches } from "../branch-scope.ts";

export interface PublicHistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly details: JsonObject;
}

interface Place {
  readonly scope: number;
  readonly parent: Place | undefined;
  /** The Map that it is an iteration of. */
  readonly map?: string | undefined;
  readonly index: number;
  readonly states: ProgramShape | undefined;
  /** The open places below, in the order in which they were opened. */
  readonly children: Set<Place>;
  active: Active | undefined;
  /** Nothing of it goes on, unless the execution is redriven. */
  isOver: boolean;
}

interface Active {
  readonly name: string;
  readonly type: string;
  readonly enteredAfter: number;
  hasFailed: boolean;
  isAborted: boolean;
}

export class Places {
  readonly #root: Place;
  /** Where an event that follows another one is, as far as nothing else is said. */
  readonly #after = new Map<number, Place>();
  readonly #types = new Map<number, string>();
  /** The states that were entered after each event. */
  readonly #enteredAfter = new Map<number, JsonObject[]>();
  /** The events that Map Runs were started after. */
  readonly #mapRunsAfter = new Set<number>();
  /** The iteration whose end was listed last: the aborts of its states follow. */
  #lastOver: Place | undefined;
  /** The event that those aborts hang on. */
  #lastOverAfter = 0;

  /** @param shape of the definition, where it is known. */
  constructor(history: readonly PublicHistoryEvent[], shape: ProgramShape | undefined) {
    this.#root = opened({ scope: 0, parent: undefined, index: 0, states: shape });
    for (const { id, type, previousEventId, details } of history) {
      this.#types.set(id, type);
      if (type === "MapRunStarted") this.#mapRunsAfter.add(previousEventId);
      if (!type.endsWith("StateEntered")) continue;
      const entered = this.#enteredAfter.get(previousEventId);
      if (entered === undefined) this.#enteredAfter.set(previousEventId, [details]);
      else entered.push(details);
    }
  }

  /** The state that follows a StateExited; `undefined` where its scope ends. */
  nextOf(exitedEventId: number): string | undefined {
    const [entered] = this.#enteredAfter.get(exitedEventId) ?? [];
    return entered === undefined ? undefined : nameOf(entered);
  }

  /** Whether a Map was begun for a Map Run. */
  isOfMapRun(mapStartedEventId: number): boolean {
    return this.#mapRunsAfter.has(mapStartedEventId);
  }

  /** The details of the first state that was entered in an iteration, or in a branch of a Parallel. */
  firstBelow(startedEventId: number): JsonObject {
    return this.#enteredAfter.get(startedEventId)?.[0] ?? {};
  }

  versionOf(parallelStartedEventId: number): { readonly version?: number } {
    const version = versionForBranches(this.#enteredAfter.get(parallelStartedEventId)?.length ?? 0);
    return version === undefined ? {} : { version };
  }

  /** The scope of the next event of the history. */
  scopeOf(event: PublicHistoryEvent): number {
    const place = this.#placeOf(event);
    if (!this.#after.has(event.id)) this.#after.set(event.id, place);
    return place.scope;
  }

  #placeOf(event: PublicHistoryEvent): Place {
    const { type, details } = event;
    const before = this.#after.get(event.previousEventId) ?? this.#root;
    const [, state, verb] = /^(\w+)State(Entered|Exited|Started|Succeeded|Failed|Aborted)$/.exec(type) ?? [];
    if (type === "ExecutionRedriven") this.#redrive();
    if (type === "MapRunAborted") return this.#aborted(event, "Map", before) ?? before;
    if (type.startsWith("MapIteration")) return this.#iterationOf(event, before);
    if (type === "EvaluationFailed") return this.#evaluated(event, before);
    if (state === undefined) return before;
    switch (verb) {
      case "Entered":
        return this.#enter(event, state, before);
      case "Exited":
        return this.#exit(nearest(before, ({ active }) => active?.name === nameOf(details)) ?? before);
      case "Aborted":
        return this.#abort(event, state, before);
      case "Started":
        return this.#start(nearest(before, ({ active }) => active?.type === state && !active.hasFailed) ?? before);
      default: {
        const isOne = ({ active }: Place): boolean => active?.type === state;
        const place =
          nearest(before, (one) => isOne(one) && one.active?.hasFailed === false) ?? nearest(before, isOne) ?? before;
        if (verb === "Failed") this.#fail(place);
        return place;
      }
    }
  }

  #enter(event: PublicHistoryEvent, type: string, before: Place): Place {
    const { previousEventId: enteredAfter } = event;
    const name = nameOf(event.details);
    const isBranch = this.#types.get(enteredAfter) === "ParallelStateStarted";
    const place = isBranch ? this.#openBranch(event, name, before) : before;
    place.active = { name, type, enteredAfter, hasFailed: false, isAborted: false };
    return place;
  }

  #openBranch({ previousEventId: id }: PublicHistoryEvent, name: string, parent: Place): Place {
    const shape = shapeOf(parent);
    const branches = shape?.type === "Parallel" ? shape.branches : [];
    const siblings = parent.children.size;
    const defined = branches.findIndex(({ startAt }) => startAt === name);
    const index = defined === -1 ? siblings : defined;
    const scope = branchScope({ id, ...this.versionOf(id) }, index);
    return opened({ scope, parent, index, states: branches[index] });
  }

  #exit(place: Place): Place {
    place.children.clear();
    place.active = undefined;
    return place;
  }

  #start(place: Place): Place {
    place.children.clear();
    return place;
  }

  /** The branches below are listed as aborted once more where the failure goes on to a state around it. */
  #fail(place: Place): void {
    if (place.active !== undefined) place.active.hasFailed = true;
    for (const other of within(place)) {
      const isListedAgain = nearest(other, (at) => at === place || at.isOver) === place;
      if (other !== place && other.active !== undefined && isListedAgain) other.active.isAborted = false;
    }
  }

  #iterationOf({ id, type, details, previousEventId }: PublicHistoryEvent, before: Place): Place {
    const name = nameOf(details);
    const index = Number(memberOf(details, "index") ?? 0);
    if (type === "MapIterationStarted") {
      const parent = nearest(before, ({ active }) => active?.name === name) ?? before;
      const shape = shapeOf(parent);
      const states = shape?.type === "Map" ? shape.processor : undefined;
      this.#after.set(id, opened({ scope: id, parent, map: name, index, states }));
      return parent;
    }
    const isOne = (place: Place): boolean => place.map === name && place.index === index && !place.isOver;
    if (previousEventId !== this.#lastOverAfter) this.#lastOver = undefined;
    const place =
      nearest(before, isOne) ??
      (this.#lastOver && firstWithin(this.#lastOver, isOne)) ??
      firstWithin(nearest(before, ({ map }) => map === name)?.parent ?? this.#root, isOne) ??
      firstWithin(this.#root, isOne);
    if (place === undefined) return before;
    this.#after.set(id, place.parent ?? place);
    if (type === "MapIterationSucceeded") {
      place.parent?.children.delete(place);
    } else {
      place.isOver = true;
      this.#lastOver = place;
      this.#lastOverAfter = previousEventId;
    }
    return place;
  }

  /** It hangs on the event before the state was entered. */
  #evaluated({ details, previousEventId }: PublicHistoryEvent, before: Place): Place {
    const state = memberOf(details, "state");
    const isOne = ({ active }: Place): boolean => active !== undefined && active.name === state;
    return (
      firstWithin(this.#root, (place) => isOne(place) && place.active?.enteredAfter === previousEventId) ??
      nearest(before, isOne) ??
      before
    );
  }

  #abort(event: PublicHistoryEvent, type: string, before: Place): Place {
    const place = this.#aborted(event, type, before);
    if (place?.active !== undefined) place.active.isAborted = true;
    return place ?? before;
  }

  /** Aborts name no state: they are listed from the inside out, below the iteration whose end was listed last. */
  #aborted({ previousEventId }: PublicHistoryEvent, type: string, before: Place): Place | undefined {
    if (previousEventId !== this.#lastOverAfter) this.#lastOver = undefined;
    const isOfType = ({ active }: Place): boolean => active?.type === type && !active.isAborted;
    const isOne = (place: Place): boolean => isOfType(place) && [...place.children].every(isDone);
    const over = this.#lastOver;
    const container = nearest(before, (place) => place.parent !== undefined)?.parent;
    return (
      (over && (firstWithin(over, isOne) ?? nearest(over, (one) => one.isOver && isOne(one)))) ??
      firstWithin(container ?? this.#root, isOne) ??
      firstWithin(this.#root, isOne)
    );
  }

  #redrive(): void {
    this.#lastOver = undefined;
    for (const place of within(this.#root)) {
      place.isOver = false;
      if (place.active === undefined) continue;
      place.active.hasFailed = false;
      place.active.isAborted = false;
    }
  }
}

/** Nothing of it is still to be listed as aborted; states of some types never are. */
function isDone({ active, isOver }: Place): boolean {
  if (active === undefined || isOver || active.isAborted) return true;
  return active.type === "Pass" || active.type === "Choice" || active.type === "Succeed" || active.type === "Fail";
}

/** The place itself or the innermost one around it. */
function nearest(place: Place, isOne: (place: Place) => boolean): Place | undefined {
  for (let at: Place | undefined = place; at !== undefined; at = at.parent) if (isOne(at)) return at;
  return undefined;
}

/** A place with all that are open below it, from the inside out. */
function* within(place: Place): Iterable<Place> {
  for (const child of place.children) yield* within(child);
  yield place;
}

function firstWithin(place: Place, isOne: (place: Place) => boolean): Place | undefined {
  for (const one of within(place)) if (isOne(one)) return one;
  return undefined;
}

function opened(part: Omit<Place, "active" | "isOver" | "children">): Place {
  const place: Place = { ...part, children: new Set(), active: undefined, isOver: false };
  part.parent?.children.add(place);
  return place;
}

function shapeOf({ states, active }: Place): StateShape | undefined {
  return active === undefined ? undefined : states?.states.get(active.name);
}

function nameOf(details: JsonObject): string {
  const name = memberOf(details, "name");
  return typeof name === "string" ? name : "";
}
