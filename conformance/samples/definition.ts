// The parts of a definition that answers are derived from: its scopes, its states, and how far each is from a good end.
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../src/asl/json.ts";

/** A `States` object, and where it stands: those of the machine itself come first. */
export interface Scope {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, JsonObject>;
  /** The Map or Parallel state that it is in, and which of its branches it is. */
  readonly within?: { readonly scope: Scope; readonly state: JsonObject; readonly branch: number } | undefined;
}

export function scopesOf(machine: JsonObject, within?: Scope["within"]): readonly Scope[] {
  const states = new Map(Object.entries(objectOf(machine["States"])).map(([name, state]) => [name, objectOf(state)]));
  const scope: Scope = { startAt: String(machine["StartAt"]), states, within };
  const inner = [...states.values()].flatMap((state) =>
    branchesOf(state).flatMap((branch, i) => scopesOf(branch, { scope, state, branch: i })),
  );
  return [scope, ...inner];
}

function branchesOf(state: JsonObject): readonly JsonObject[] {
  if (state["Type"] === "Parallel") return listOf(state["Branches"]);
  if (state["Type"] === "Map") return [objectOf(state["ItemProcessor"] ?? state["Iterator"])];
  return [];
}

export function isDistributed(machine: JsonObject): boolean {
  return scopesOf(machine).some(({ states }) =>
    [...states.values()].some(
      (state) => objectOf(objectOf(state["ItemProcessor"])["ProcessorConfig"])["Mode"] === "DISTRIBUTED",
    ),
  );
}

/** How many transitions lie between each state and an end that is no failure; states from which there is none are absent. */
export function distancesToEnd({ states }: Scope): ReadonlyMap<string, number> {
  const distances = new Map<string, number>();
  let before = -1;
  while (distances.size > before) {
    before = distances.size;
    for (const [name, state] of states) {
      if (distances.has(name)) continue;
      const isEnd = state["Type"] === "Succeed" || state["End"] === true;
      const nearest = Math.min(...successorsOf(state).map((next) => distances.get(next) ?? Infinity));
      if (isEnd) distances.set(name, 0);
      else if (nearest < Infinity) distances.set(name, nearest + 1);
    }
  }
  return distances;
}

function successorsOf(state: JsonObject): readonly string[] {
  if (state["Type"] !== "Choice") return typeof state["Next"] === "string" ? [state["Next"]] : [];
  return [...listOf(state["Choices"]).map((choice) => choice["Next"]), state["Default"]].filter(
    (next) => typeof next === "string",
  );
}

export function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The objects of a list. */
export function listOf(value: Json | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}

export interface Task {
  readonly name: string;
  readonly state: JsonObject;
}

export function tasksOf(machine: JsonObject): readonly Task[] {
  return scopesOf(machine).flatMap(({ states }) =>
    [...states].filter(([, { Type }]) => Type === "Task").map(([name, state]) => ({ name, state })),
  );
}
