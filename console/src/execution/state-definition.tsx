// The part of a definition that a state is.
import { isJsonArray, isJsonObject, type Json, memberOf, parseJson, stringifyJson } from "@asl/json.ts";
import { useMemo } from "react";
import { JsonView } from "../parts/json-view.tsx";

/** @param nodeId a JSON Pointer */
export function StateDefinition({ definition, nodeId }: { readonly definition: string; readonly nodeId: string }) {
  const text = useMemo(() => stringifyJson(partAt(parseJson(definition), nodeId) ?? null), [definition, nodeId]);
  return <JsonView text={text} label="definition of the state" />;
}

export function partAt(value: Json, pointer: string): Json | undefined {
  let part: Json | undefined = value;
  for (const step of pointer.split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (isJsonArray(part)) part = part[Number(name)];
    else part = isJsonObject(part) ? memberOf(part, name) : undefined;
  }
  return part;
}
