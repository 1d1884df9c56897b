// The query language of a state and the variables its `Assign` fields name.
import { isJsonObject, type Json, type JsonObject, memberOf } from "../json.ts";
import type { QueryLanguage } from "../parse-program.ts";

/** AWS takes any value other than the exact `JSONPath` for JSONata, and reports it besides. */
export function languageOf(holder: JsonObject, inherited: QueryLanguage): QueryLanguage {
  const own = memberOf(holder, "QueryLanguage");
  if (own === undefined) return inherited;
  return own === "JSONPath" ? "JSONPath" : "JSONata";
}

/** The variables an `Assign` sets. */
export function assignedNames(assign: Json | undefined, language: QueryLanguage): readonly string[] {
  if (!isJsonObject(assign)) return [];
  const names = Object.keys(assign);
  return language === "JSONata" ? names : names.map((name) => (name.endsWith(".$") ? name.slice(0, -2) : name));
}
