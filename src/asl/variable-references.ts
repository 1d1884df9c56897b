// Which variables each state of a definition refers to, as DescribeStateMachine lists them: in paths, payload templates,
// intrinsic functions and expressions. A variable that `Assign` sets is no reference.
import { expressionText } from "./expression.ts";
import { compileIntrinsic } from "./intrinsics/intrinsics.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, parseJson } from "./json.ts";
import { jsonataVariables } from "./jsonata/jsonata.ts";
import { compileJsonPath } from "./jsonpath/jsonpath.ts";
import { Pace, type Pieces } from "./pieces.ts";
import { unlimitedWork, type Work } from "./work.ts";

export type VariableReferences = ReadonlyMap<string, readonly string[]>;

/** The names of the states that refer to variables, nested ones included, with the variables in order; found in pieces. */
export function* variableReferences(definition: string): Pieces<VariableReferences> {
  const references = new Map<string, readonly string[]>();
  const root = parseJson(definition);
  const work = unlimitedWork();
  const collecting = { references, language: undefined, work, pace: new Pace(work) };
  if (isJsonObject(root)) yield* collectScope(root, { ...collecting, language: memberOf(root, "QueryLanguage") });
  return references;
}

interface Collecting {
  readonly references: Map<string, readonly string[]>;
  /** The query language of the machine. */
  readonly language: Json | undefined;
  readonly work: Work;
  readonly pace: Pace;
}

/** One state, with the names found in it. */
interface Found extends Collecting {
  readonly names: Set<string>;
}

/** Members that hold states of their own. */
const scopeFields = new Set(["ItemProcessor", "Iterator", "Branches"]);
/** Members whose content is data: only names that end in `.$` are read. */
export const templateFields = new Set([
  "Parameters",
  "ItemSelector",
  "ResultSelector",
  "Assign",
  "Credentials",
  "BatchInput",
]);
/** `ResultPath` has no variables; a `Result` is passed on as it stands. */
export const skippedFields = new Set(["Result", "ResultPath"]);

function* collectScope(scope: JsonObject, collecting: Collecting): Pieces<void> {
  const states = memberOf(scope, "States");
  if (!isJsonObject(states)) return;
  for (const [name, state] of Object.entries(states)) {
    if (!isJsonObject(state)) continue;
    const names = new Set<string>();
    const found = { ...collecting, names };
    const isJsonata = (memberOf(state, "QueryLanguage") ?? collecting.language) === "JSONata";
    for (const [field, value] of Object.entries(state)) {
      if (scopeFields.has(field)) {
        for (const inner of isJsonArray(value) ? value : [value]) {
          if (isJsonObject(inner)) yield* collectScope(inner, collecting);
        }
      } else if (isJsonata) yield* collectExpressions(value, found);
      else yield* collectField(field, value, found);
    }
    if (names.size > 0) collecting.references.set(name, [...names].sort());
  }
}

/** Pays for a look at a value, and says whether it is time to pause. */
function isPauseDue({ work, pace }: Collecting): boolean {
  work.pay(stepsPerValue);
  return pace.isPauseDue();
}

/** Measured, without the expression or path that a string may be. */
const stepsPerValue = 10;

function* collectExpressions(value: Json, found: Found): Pieces<void> {
  if (isPauseDue(found)) yield;
  if (isJsonArray(value)) {
    for (const item of value) yield* collectExpressions(item, found);
  } else if (isJsonObject(value)) {
    for (const member of Object.values(value)) yield* collectExpressions(member, found);
  } else if (typeof value === "string") {
    const source = expressionText(value);
    if (source === undefined) return;
    for (const name of jsonataVariables(source, found.work)) if (name !== "states") found.names.add(name);
  }
}

function* collectField(field: string, value: Json, found: Found): Pieces<void> {
  if (isPauseDue(found)) yield;
  if (skippedFields.has(field)) return;
  if (templateFields.has(field)) {
    yield* collectTemplate(value, found);
  } else if (typeof value === "string") {
    if (field.endsWith("Path") || field === "Variable") collectText(value, found);
  } else if (isJsonArray(value)) {
    for (const item of value) yield* collectField(field, item, found);
  } else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) yield* collectField(name, member, found);
  }
}

function* collectTemplate(value: Json, found: Found): Pieces<void> {
  if (isPauseDue(found)) yield;
  if (isJsonArray(value)) {
    for (const item of value) yield* collectTemplate(item, found);
  } else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      if (typeof member !== "string") yield* collectTemplate(member, found);
      else if (name.endsWith(".$")) collectText(member, found);
    }
  }
}

/** A path or a call of an intrinsic function. */
function collectText(text: string, { names, work }: Found): void {
  if (text.startsWith("$")) {
    const compiled = compileJsonPath(text, work);
    if ("path" in compiled && compiled.path.variable !== undefined) names.add(compiled.path.variable);
    return;
  }
  const compiled = compileIntrinsic(text, work);
  if ("intrinsic" in compiled) for (const name of compiled.intrinsic.variables) names.add(name);
}
