// Which variables each state of a definition refers to, as DescribeStateMachine lists them: in paths, payload templates,
// intrinsic functions and expressions. A variable that `Assign` sets is no reference.
import { expressionText } from "./expression.ts";
import { compileIntrinsic } from "./intrinsics/intrinsics.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf } from "./json.ts";
import { compileJsonata, jsonataReferences } from "./jsonata/jsonata.ts";
import { compileJsonPath } from "./jsonpath/jsonpath.ts";

/** The names of the states that refer to variables, nested ones included, with the variables in order. */
export function variableReferences(definition: Json): ReadonlyMap<string, readonly string[]> {
  const references = new Map<string, readonly string[]>();
  if (isJsonObject(definition)) collectScope(definition, memberOf(definition, "QueryLanguage"), references);
  return references;
}

/** Members that hold states of their own. */
const scopeFields = new Set(["ItemProcessor", "Iterator", "Branches"]);
/** Members whose content is data: only names that end in `.$` are read. */
const templateFields = new Set(["Parameters", "ItemSelector", "ResultSelector", "Assign", "Credentials", "BatchInput"]);
/** `ResultPath` has no variables; a `Result` is passed on as it stands. */
const skippedFields = new Set(["Result", "ResultPath"]);

function collectScope(scope: JsonObject, language: Json | undefined, references: Map<string, readonly string[]>): void {
  const states = memberOf(scope, "States");
  if (!isJsonObject(states)) return;
  for (const [name, state] of Object.entries(states)) {
    if (!isJsonObject(state)) continue;
    const found = new Set<string>();
    const isJsonata = (memberOf(state, "QueryLanguage") ?? language) === "JSONata";
    for (const [field, value] of Object.entries(state)) {
      if (scopeFields.has(field)) {
        for (const inner of isJsonArray(value) ? value : [value]) {
          if (isJsonObject(inner)) collectScope(inner, language, references);
        }
      } else if (isJsonata) collectExpressions(value, found);
      else collectField(field, value, found);
    }
    if (found.size > 0) references.set(name, [...found].sort());
  }
}

function collectExpressions(value: Json, found: Set<string>): void {
  if (isJsonArray(value)) {
    for (const item of value) collectExpressions(item, found);
  } else if (isJsonObject(value)) {
    for (const member of Object.values(value)) collectExpressions(member, found);
  } else if (typeof value === "string") {
    const source = expressionText(value);
    const compiled = source === undefined ? undefined : compileJsonata(source);
    if (compiled === undefined || "problem" in compiled) return;
    for (const name of jsonataReferences(compiled.program).variables) if (name !== "states") found.add(name);
  }
}

function collectField(field: string, value: Json, found: Set<string>): void {
  if (skippedFields.has(field)) return;
  if (templateFields.has(field)) return collectTemplate(value, found);
  if (typeof value === "string") {
    if (field.endsWith("Path") || field === "Variable") collectText(value, found);
  } else if (isJsonArray(value)) {
    for (const item of value) collectField(field, item, found);
  } else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) collectField(name, member, found);
  }
}

function collectTemplate(value: Json, found: Set<string>): void {
  if (isJsonArray(value)) {
    for (const item of value) collectTemplate(item, found);
  } else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      if (typeof member !== "string") collectTemplate(member, found);
      else if (name.endsWith(".$")) collectText(member, found);
    }
  }
}

/** A path or a call of an intrinsic function. */
function collectText(text: string, found: Set<string>): void {
  if (text.startsWith("$")) {
    const compiled = compileJsonPath(text);
    if ("path" in compiled && compiled.path.variable !== undefined) found.add(compiled.path.variable);
    return;
  }
  const compiled = compileIntrinsic(text);
  if ("intrinsic" in compiled) for (const name of compiled.intrinsic.variables) found.add(name);
}
