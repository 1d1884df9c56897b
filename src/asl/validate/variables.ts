// Which variables of a `States` object may be set when one of its Map or Parallel states begins. A scope inside must not
// assign those again; what the state itself or a later one assigns is no matter (recorded).
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf } from "../json.ts";
import type { Pieces } from "../pieces.ts";
import { assignedNames, languageOf } from "./assigned-names.ts";
import { isPauseDueAfter, pay } from "./costs.ts";
import type { Place } from "./place.ts";
import { transitionsOf } from "./transitions.ts";

/** Whether a variable may be set already. */
export type IsAssigned = (variable: string) => boolean;

/** Answers for every state of a scope; linear to make, and a search back through the graph for a state that asks. */
export function* variablesBefore(states: JsonObject, place: Place): Pieces<(state: string) => IsAssigned> {
  const indices = new Map(Object.keys(states).map((name, index) => [name, index]));
  const predecessors: number[][] = [...indices].map(() => []);
  const assigners = new Map<string, number[]>();
  for (const [name, index] of indices) {
    const state = memberOf(states, name);
    if (!isJsonObject(state)) continue;
    const transitions = transitionsOf(state);
    const variables = assignedBy(state, languageOf(state, place.machineLanguage));
    if (isPauseDueAfter(stepsPerEntry * (1 + transitions.length + variables.size), place)) yield;
    for (const { target } of transitions) predecessors[indices.get(target) ?? -1]?.push(index);
    for (const variable of variables) {
      const known = assigners.get(variable);
      if (known === undefined) assigners.set(variable, [index]);
      else known.push(index);
    }
  }
  return (state) => {
    let before: Uint8Array | undefined;
    return (variable) => {
      const known = assigners.get(variable);
      if (known === undefined) return false;
      before ??= reachedBackwards(indices.get(state) ?? -1, predecessors, place);
      const found = before;
      return known.some((index) => found[index] === 1);
    };
  };
}

/** Measured. */
const stepsPerEntry = 10;

/** The names that a state assigns on any of its ways out. */
export function assignedBy(state: JsonObject, language: Place["language"]): ReadonlySet<string> {
  const entries = ["Choices", "Catch"].map((field) => memberOf(state, field)).filter(isJsonArray);
  const holders: readonly Json[] = [state, ...entries.flat()];
  return new Set(
    holders.flatMap((holder) => (isJsonObject(holder) ? assignedNames(memberOf(holder, "Assign"), language) : [])),
  );
}

/** Marks the states from which one can come to a state; itself only when it is part of a loop. */
function reachedBackwards(start: number, predecessors: readonly (readonly number[])[], place: Place): Uint8Array {
  const reached = new Uint8Array(predecessors.length);
  const pending = [...(predecessors[start] ?? [])];
  pay(predecessors.length >> 4, place);
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    if (reached[index] === 1) continue;
    reached[index] = 1;
    pay(1 + (predecessors[index]?.length ?? 0), place);
    for (const before of predecessors[index] ?? []) if (reached[before] === 0) pending.push(before);
  }
  return reached;
}
