// The shape of a program: which states there are, and what lies within them. It is all that folding a journal needs of a
// definition, so that a viewer can go through the history of an execution without the evaluator of its fields.
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf } from "./json.ts";

export interface ProgramShape {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, StateShape>;
}

export type StateShape =
  | { readonly type: "Map"; readonly processor: ProgramShape }
  | { readonly type: "Parallel"; readonly branches: readonly ProgramShape[] }
  | { readonly type: "Task" | "Pass" | "Wait" | "Choice" | "Succeed" | "Fail" };

/**
 * The shape of a parsed definition. It looks at `StartAt`, `States`, `Type`, `Branches` and `ItemProcessor` or `Iterator`.
 * @throws TypeError for what has not the form of a definition that the validator takes.
 */
export function programShape(definition: Json): ProgramShape {
  const scope = objectOf(definition);
  const startAt = memberOf(scope, "StartAt");
  const states = Object.entries(objectOf(memberOf(scope, "States")));
  if (typeof startAt !== "string") throw new TypeError("A definition names the state that it starts at.");
  return { startAt, states: new Map(states.map(([name, state]) => [name, stateShape(objectOf(state))])) };
}

function stateShape(state: JsonObject): StateShape {
  const type = memberOf(state, "Type");
  switch (type) {
    case "Map": {
      const processor = memberOf(state, "ItemProcessor") ?? memberOf(state, "Iterator");
      return { type, processor: programShape(processor ?? null) };
    }
    case "Parallel": {
      const branches = memberOf(state, "Branches");
      if (branches === undefined || !isJsonArray(branches)) throw new TypeError("A Parallel has a list of branches.");
      return { type, branches: branches.map(programShape) };
    }
    case "Task":
    case "Pass":
    case "Wait":
    case "Choice":
    case "Succeed":
    case "Fail":
      return { type };
    default:
      throw new TypeError("A state has one of the eight types.");
  }
}

function objectOf(value: Json | undefined): JsonObject {
  if (value === undefined || !isJsonObject(value)) throw new TypeError("A definition and its states are objects.");
  return value;
}
