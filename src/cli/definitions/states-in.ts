// All states of a definition, nested ones included, in its order.
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf } from "../../asl/json.ts";
import { processorOf } from "../../asl/validate/map-shapes.ts";

export interface StateIn {
  readonly name: string;
  readonly state: JsonObject;
  /** As diagnostics have it. */
  readonly location: string;
}

export function* statesIn(scope: Json | undefined, location = ""): Generator<StateIn> {
  const states = isJsonObject(scope) ? memberOf(scope, "States") : undefined;
  if (!isJsonObject(states)) return;
  for (const [name, state] of Object.entries(states)) {
    if (!isJsonObject(state)) continue;
    const at = `${location}/States/${name}`;
    yield { name, state, location: at };
    const branches = memberOf(state, "Branches");
    for (const [index, branch] of isJsonArray(branches) ? branches.entries() : []) {
      yield* statesIn(branch, `${at}/Branches[${index}]`);
    }
    const { field, value } = processorOf(state);
    yield* statesIn(value, `${at}/${field}`);
  }
}
