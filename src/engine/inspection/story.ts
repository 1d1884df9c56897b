// The story of an execution: every visit of a state with all that happened to it, so that each can be told as it was after any
// event without looking at the others. It grows with the journal and never changes what it told.
import { branchScope } from "../branch-scope.ts";
import type { JournalEvent } from "../journal/event.ts";
import { countBefore } from "./count-before.ts";
import {
  type Happening,
  happen,
  iterationEnds,
  newVisit,
  type ScopeOfVisit,
  type StateEntered,
  type VisitDraft,
  type VisitState,
  type VisitStatus,
} from "./visit-state.ts";

/** Where the states of a definition stand on its graph. */
export interface Places {
  readonly nodeId: (scope: string, name: string) => string | undefined;
  /** The scopes inside a Map or Parallel state: the branches in their order. */
  readonly innerScopes: (nodeId: string) => readonly string[];
}

/** Something that had a status from one position in the journal on, until the next of these. */
export interface StatusSince {
  /** It counts after the event at this position. */
  readonly position: number;
  readonly status: VisitStatus;
}

export interface ToldVisit {
  readonly id: number;
  readonly name: string;
  readonly nodeId: string;
  readonly scope: ScopeOfVisit;
  readonly statuses: readonly StatusSince[];
}

export interface ToldIteration {
  readonly scope: ScopeOfVisit;
  readonly statuses: readonly StatusSince[];
}

/** A visit entered another status. */
export interface StatusChange extends StatusSince {
  readonly visit: ToldVisit;
  /** Absent where it was entered. */
  readonly before: VisitStatus | undefined;
  /** The name of the state that it left for, where it left for one. */
  readonly next: string | undefined;
}

interface KeptVisit extends ToldVisit {
  readonly entered: StateEntered;
  readonly statuses: StatusSince[];
  readonly happenings: Happening[];
  /** As it is after all that was read. */
  readonly latest: VisitDraft;
  /** As it was told last. */
  told: { readonly count: number; readonly state: VisitState } | undefined;
}

export class Story {
  readonly visits: ToldVisit[] = [];
  readonly iterations: ToldIteration[] = [];
  /** In the order of their positions. */
  readonly changes: StatusChange[] = [];
  readonly #places: Places;
  readonly #kept = new Map<number, KeptVisit>();
  readonly #scopes = new Map<number, ScopeOfVisit>();
  readonly #iterations = new Map<number, { readonly scope: ScopeOfVisit; readonly statuses: StatusSince[] }>();
  readonly #open = new Map<number, KeptVisit>();
  /** The last visit in each scope that failed, by the scope around it. */
  readonly #failed = new Map<number, KeptVisit[]>();
  #length = 0;

  constructor(places: Places) {
    this.#places = places;
    this.#scopes.set(0, { id: 0, pointer: "", parent: undefined, iteration: undefined });
  }

  /** How many events it tells of. */
  get length(): number {
    return this.#length;
  }

  append(events: Iterable<JournalEvent>): void {
    for (const event of events) this.#read(event, this.#length++);
  }

  /** @returns `undefined` where no visit has this id. */
  visit(id: number): ToldVisit | undefined {
    return this.#kept.get(id);
  }

  /** The scope of an iteration by its id. */
  iteration(id: number): ToldIteration | undefined {
    return this.#iterations.get(id);
  }

  /** A visit after the first `position` events; the same object for as long as nothing happens to it. */
  tell({ id }: ToldVisit, position: number): VisitState | undefined {
    const visit = this.#kept.get(id);
    if (visit === undefined) return undefined;
    const { happenings, told } = visit;
    const count = countBefore(happenings, position);
    if (told?.count === count) return told.state;
    const state = newVisit(visit.entered, visit.scope, visit.nodeId);
    for (let i = 0; i < count; i++) {
      const happening = happenings[i];
      if (happening !== undefined) happen(state, happening);
    }
    visit.told = { count, state };
    return state;
  }

  #read(event: JournalEvent, position: number): void {
    switch (event.kind) {
      case "ExecutionStarted":
      case "ExecutionSucceeded":
        return;
      case "ExecutionFailed":
      case "ExecutionTimedOut":
      case "ExecutionAborted":
      case "ExecutionRedriven":
        for (const visit of this.#open.values()) this.#add(visit, { position, event });
        return;
      case "StateEntered":
        return this.#enter(event, position);
      case "MapIterationSucceeded":
      case "MapIterationFailed":
      case "MapIterationAborted":
        this.#iterations.get(event.scope)?.statuses.push({ position, status: iterationEnds[event.kind] });
        break;
      default:
        break;
    }
    const visit = this.#open.get(event.scope);
    if (visit === undefined) return;
    const inner = event.kind === "MapStateFailed" || event.kind === "ParallelStateFailed";
    this.#add(visit, { position, event, ...(inner ? { inner: this.#failureInside(visit) } : {}) });
    if (event.kind === "StateExited") this.#open.delete(event.scope);
    if (event.kind === "MapIterationStarted") this.#openIteration(visit, event, position);
    if (event.kind === "ParallelStateStarted") this.#openBranches(visit, event);
  }

  #enter(event: StateEntered, position: number): void {
    const scope = this.#scopes.get(event.scope);
    if (scope === undefined) return;
    const { id, name } = event;
    const nodeId = this.#places.nodeId(scope.pointer, name) ?? "";
    const latest = newVisit(event, scope, nodeId);
    const statuses = [{ position, status: latest.status }];
    const visit: KeptVisit = {
      id,
      name,
      nodeId,
      scope,
      statuses,
      entered: event,
      happenings: [],
      latest,
      told: undefined,
    };
    this.#open.set(scope.id, visit);
    this.#kept.set(id, visit);
    this.visits.push(visit);
    this.changes.push({ position, status: latest.status, visit, before: undefined, next: undefined });
  }

  #add(visit: KeptVisit, happening: Happening): void {
    const { latest } = visit;
    const before = latest.status;
    happen(latest, happening);
    visit.happenings.push(happening);
    const { status, next } = latest;
    if (status === before) return;
    const since = { position: happening.position, status };
    visit.statuses.push(since);
    this.changes.push({ ...since, visit, before, next });
    const { parent } = visit.scope;
    if (status !== "failed" || parent === undefined) return;
    const failed = this.#failed.get(parent.id);
    if (failed === undefined) this.#failed.set(parent.id, [visit]);
    else failed.push(visit);
  }

  #openIteration(map: KeptVisit, event: JournalEvent & { readonly kind: "MapIterationStarted" }, position: number) {
    const scope: ScopeOfVisit = {
      id: event.id,
      pointer: this.#places.innerScopes(map.nodeId)[0] ?? "",
      parent: map.scope,
      iteration: { index: event.index, mapNodeId: map.nodeId, mapVisitId: map.id },
    };
    const iteration = { scope, statuses: [{ position, status: "running" as VisitStatus }] };
    this.#scopes.set(scope.id, scope);
    this.#iterations.set(scope.id, iteration);
    this.iterations.push(iteration);
  }

  #openBranches(parallel: KeptVisit, event: JournalEvent & { readonly kind: "ParallelStateStarted" }): void {
    for (const [index, pointer] of this.#places.innerScopes(parallel.nodeId).entries()) {
      const id = branchScope(event, index);
      this.#scopes.set(id, { id, pointer, parent: parallel.scope, iteration: undefined });
    }
  }

  /** The failure of the state that was entered last, of those in scopes below that of a Map or Parallel. */
  #failureInside(container: KeptVisit): { error: string | undefined; cause: string | undefined } | undefined {
    let last: KeptVisit | undefined;
    for (const visit of this.#failed.get(container.scope.id) ?? []) {
      const isInside = visit.id > container.id && visit.latest.status === "failed";
      if (isInside && visit.id > (last?.id ?? 0)) last = visit;
    }
    return last === undefined ? undefined : { error: last.latest.error, cause: last.latest.cause };
  }
}

/** The status after the first `position` events; `undefined` before there was one. */
export function statusAt(statuses: readonly StatusSince[], position: number): VisitStatus | undefined {
  return statuses[countBefore(statuses, position) - 1]?.status;
}

/** The scopes from one to the machine. */
export function chainOf(from: ScopeOfVisit): readonly ScopeOfVisit[] {
  const chain: ScopeOfVisit[] = [];
  for (let scope: ScopeOfVisit | undefined = from; scope !== undefined; scope = scope.parent) chain.push(scope);
  return chain;
}
