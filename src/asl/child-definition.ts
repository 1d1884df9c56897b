// The definition of the children of a distributed Map, made of the one that has the Map.
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, parseJson, stringifyJson } from "./json.ts";
import { processorOf } from "./validate/map-shapes.ts";

/**
 * The item processor as a definition of its own, without its ProcessorConfig (recorded). The language that a machine's states
 * have where they say nothing of it is kept: how AWS shows that is not known.
 * @param mapStateName no two states of a definition have the same name
 */
export function childDefinition(definition: string, mapStateName: string): string | undefined {
  const machine = parseJson(definition);
  const processor = isJsonObject(machine) ? findProcessor(machine, mapStateName) : undefined;
  if (processor === undefined) return undefined;
  const { ProcessorConfig: _, ...rest } = processor;
  const language = memberOf(machine as JsonObject, "QueryLanguage");
  return stringifyJson(language === undefined ? rest : { QueryLanguage: language, ...rest });
}

function findProcessor(scope: JsonObject, mapStateName: string): JsonObject | undefined {
  const states = memberOf(scope, "States");
  for (const [name, state] of Object.entries(isJsonObject(states) ? states : {})) {
    if (!isJsonObject(state)) continue;
    const { value: processor } = processorOf(state);
    if (name === mapStateName && isJsonObject(processor)) return processor;
    for (const below of [processor, ...branchesOf(state)]) {
      const found = isJsonObject(below) ? findProcessor(below, mapStateName) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function branchesOf(state: JsonObject): readonly Json[] {
  const branches = memberOf(state, "Branches");
  return isJsonArray(branches) ? branches : [];
}
