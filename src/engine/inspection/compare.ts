// Two executions side by side, visit by visit, and two definitions, state by state: where they are the same, where not, and
// where they part.
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../asl/json.ts";
import type { Payload } from "../../asl/payload.ts";
import type { Failure, JournalEvent } from "../journal/event.ts";
import { jsonDifferences, type JsonDifferences } from "./json-differences.ts";
import { type Visit, visitsOf } from "./visits.ts";

/** The facts of a visit that are compared. */
export interface VisitFacts {
  readonly visit: Visit;
  readonly input: Payload;
  readonly output?: Payload | undefined;
  /** The last failure of the visit, whether it was dealt with or not. */
  readonly failure?: Failure | undefined;
  readonly next?: string | undefined;
  readonly hasEnded: boolean;
  /** Milliseconds, until the visit ended. */
  readonly took?: number | undefined;
}

export interface ComparedVisit {
  /** Tells the visit from all others: `Each[3]/Pay`, with `#2` for the second time. */
  readonly key: string;
  readonly left?: VisitFacts | undefined;
  readonly right?: VisitFacts | undefined;
  /** The members that are not the same; none where the visit is on one side only. */
  readonly differs: readonly ("input" | "output" | "failure" | "next" | "end")[];
}

export interface ExecutionComparison {
  readonly visits: readonly ComparedVisit[];
  /** Position in `visits` of the first one that differs; absent where nothing does. */
  readonly divergence?: number | undefined;
}

/** Visits are matched by the way to them; those of the right side alone stand behind the one that they follow. */
export function compareExecutions(left: readonly JournalEvent[], right: readonly JournalEvent[]): ExecutionComparison {
  const [lefts, rights] = [factsByKey(left), factsByKey(right)];
  const keys = mergedKeys([...lefts.keys()], [...rights.keys()]);
  const visits = keys.map((key) => comparedVisit(key, lefts.get(key), rights.get(key)));
  const divergence = visits.findIndex((visit) => !isSame(visit));
  return { visits, divergence: divergence === -1 ? undefined : divergence };
}

export function isSame({ left, right, differs }: ComparedVisit): boolean {
  return left !== undefined && right !== undefined && differs.length === 0;
}

/** The differences of the data of a visit, for whoever opens it. */
export function dataDifferences(visit: ComparedVisit, member: "input" | "output"): JsonDifferences {
  return jsonDifferences(visit.left?.[member]?.value, visit.right?.[member]?.value);
}

function comparedVisit(key: string, left: VisitFacts | undefined, right: VisitFacts | undefined): ComparedVisit {
  if (left === undefined || right === undefined) return { key, left, right, differs: [] };
  const differs: ComparedVisit["differs"][number][] = [];
  if (left.input.text !== right.input.text) differs.push("input");
  if (left.output?.text !== right.output?.text) differs.push("output");
  const [one, other] = [left.failure, right.failure];
  if (one?.error !== other?.error || one?.cause !== other?.cause) differs.push("failure");
  if (left.next !== right.next) differs.push("next");
  if (left.hasEnded !== right.hasEnded) differs.push("end");
  return { key, left, right, differs };
}

function factsByKey(events: readonly JournalEvent[]): ReadonlyMap<string, VisitFacts> {
  const facts = new Map<string, VisitFacts>();
  const counts = new Map<string, number>();
  for (const visit of visitsOf(events)) {
    const around = visit.place.map(({ state, index }) => `${state}[${index}]/`).join("");
    const place = `${around}${visit.name}`;
    const count = (counts.get(place) ?? 0) + 1;
    counts.set(place, count);
    const known = factsOf(visit, events);
    if (known !== undefined) facts.set(count === 1 ? place : `${place} #${count}`, known);
  }
  return facts;
}

function factsOf(visit: Visit, events: readonly JournalEvent[]): VisitFacts | undefined {
  const entered = events[visit.entered];
  if (entered?.kind !== "StateEntered") return undefined;
  const ended = visit.ended === undefined ? undefined : events[visit.ended];
  const exited = ended?.kind === "StateExited" ? ended : undefined;
  const outcomes = visit.occasions.flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome]));
  const last = outcomes.findLast((outcome) => "error" in outcome);
  const failure = last ?? (ended?.kind === "ExecutionFailed" ? ended : undefined);
  return {
    visit,
    input: entered.input,
    output: exited?.output,
    failure: failure !== undefined && "error" in failure ? { error: failure.error, cause: failure.cause } : undefined,
    next: exited?.next,
    hasEnded: exited !== undefined,
    took: ended === undefined ? undefined : ended.at - entered.at,
  };
}

/** The left ones in their order; one that only the right side has stands behind its predecessor there. */
function mergedKeys(left: readonly string[], right: readonly string[]): readonly string[] {
  const known = new Set(left);
  const following = new Map<string | undefined, string[]>();
  let before: string | undefined;
  for (const key of right) {
    if (known.has(key)) before = key;
    else if (following.get(before)?.push(key) === undefined) following.set(before, [key]);
  }
  return [...(following.get(undefined) ?? []), ...left.flatMap((key) => [key, ...(following.get(key) ?? [])])];
}

export interface ComparedState {
  /** The way to the state: `Each/(each)/Pay` for one of the Map `Each`; empty for the machine itself. */
  readonly path: string;
  readonly change: "added" | "removed" | "changed";
  /** The fields that differ, without the states within. */
  readonly differences: JsonDifferences;
}

/** The states that are not the same in two definitions, those of the left one first. */
export function compareDefinitions(left: Json, right: Json): readonly ComparedState[] {
  const [lefts, rights] = [statesByPath(left), statesByPath(right)];
  return [...new Set([...lefts.keys(), ...rights.keys()])].flatMap((path) => {
    const [one, other] = [lefts.get(path), rights.get(path)];
    const differences = jsonDifferences(one, other);
    if (differences.differences.length === 0) return [];
    const change = one === undefined ? "added" : other === undefined ? "removed" : "changed";
    return [{ path, change, differences }];
  });
}

function statesByPath(definition: Json): ReadonlyMap<string, Json> {
  const states = new Map<string, Json>();
  if (isJsonObject(definition)) addScope(definition, "", states);
  return states;
}

/** Definitions nest less deeply than the validator allows; a text from elsewhere may not. */
const maxDepth = 50;

function addScope(scope: JsonObject, path: string, states: Map<string, Json>, depth = 0): void {
  const { States: own, ...fields } = scope;
  states.set(path, fields);
  if (!isJsonObject(own) || depth > maxDepth) return;
  for (const [name, state] of Object.entries(own)) {
    const below = path === "" ? name : `${path}/${name}`;
    if (!isJsonObject(state)) {
      states.set(below, state);
      continue;
    }
    const { Branches, ItemProcessor, Iterator, ...rest } = state;
    states.set(below, rest);
    const processor = ItemProcessor ?? Iterator;
    if (isJsonObject(processor)) addScope(processor, `${below}/(each)`, states, depth + 1);
    if (!isJsonArray(Branches)) continue;
    for (const [index, branch] of Branches.entries()) {
      if (isJsonObject(branch)) addScope(branch, `${below}/(branch ${index + 1})`, states, depth + 1);
    }
  }
}
