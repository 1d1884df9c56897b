// The definition that a child execution of a Map Run follows: the processor of its Map, out of the machine's definition. Names
// of states are unique in a machine, so that the first state that was entered tells which processor it is.
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  parseJson,
  stringifyJson,
} from "@asl/json.ts";
import type { JournalEvent } from "@engine/journal/event.ts";
import { useMemo } from "react";
import type { ExecutionFacts } from "@contract";

/** The facts with the definition that counts for this execution. */
export function useOwnDefinition(facts: ExecutionFacts, events: readonly JournalEvent[]): ExecutionFacts {
  const { executionArn, definition } = facts;
  const isChild = executionArn.split(":")[6]?.includes("/") ?? false;
  const first = isChild ? events.find(({ kind }) => kind === "StateEntered") : undefined;
  const name = first !== undefined && "name" in first ? first.name : undefined;
  const own = useMemo(
    () => (definition === undefined || name === undefined ? definition : processorText(definition, name)),
    [definition, name],
  );
  return useMemo(() => (own === definition ? facts : { ...facts, definition: own }), [facts, own, definition]);
}

/** The text of the scope that has the state, in the query language that it takes over. */
function processorText(definition: string, state: string): string {
  const machine = parseJson(definition);
  const scope = scopeWith(machine, state);
  if (scope === undefined || scope === machine) return definition;
  const language =
    memberOf(scope, "QueryLanguage") ?? (isJsonObject(machine) ? memberOf(machine, "QueryLanguage") : undefined);
  return stringifyJson(language === undefined ? scope : { ...scope, QueryLanguage: language });
}

function scopeWith(value: Json | undefined, state: string): JsonObject | undefined {
  if (!isJsonObject(value)) return undefined;
  const states = memberOf(value, "States");
  if (!isJsonObject(states)) return undefined;
  if (Object.hasOwn(states, state)) return value;
  for (const one of Object.values(states)) {
    for (const inner of scopesIn(one)) {
      const found = scopeWith(inner, state);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function scopesIn(state: Json): readonly Json[] {
  if (!isJsonObject(state)) return [];
  const branches = memberOf(state, "Branches");
  const processor = memberOf(state, "ItemProcessor") ?? memberOf(state, "Iterator");
  return [...(isJsonArray(branches) ? branches : []), ...(processor === undefined ? [] : [processor])];
}
