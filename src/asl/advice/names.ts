// Names in paths, expressions and calls that are found to be wrong only when a state runs: AWS takes the definition. Variables
// that nothing assigns, functions that JSONata does not have, calls with too few arguments, and texts that were meant to be
// evaluated.
import { expressionText } from "../expression.ts";
import { parseCall, type Argument, type Call } from "../intrinsics/parse-call.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf } from "../json.ts";
import { awsBuiltins } from "../jsonata/functions/builtins.ts";
import { jsonataVariables } from "../jsonata/jsonata.ts";
import { compileJsonPath } from "../jsonpath/jsonpath.ts";
import { nearestName } from "../nearest-name.ts";
import type { QueryLanguage } from "../parse-program.ts";
import { skippedFields, templateFields } from "../variable-references.ts";
import { languageOf } from "../validate/assigned-names.ts";
import { looksLikePath } from "../validate/checks.ts";
import type { Diagnostic } from "../validate/diagnostic.ts";
import { isDistributed, processorOf } from "../validate/map-shapes.ts";
import { assignedBy } from "../validate/variables.ts";
import { Work, WorkExceeded } from "../work.ts";

/** As much as a definition may cost all in all; what is beyond is not looked into. */
const mostSteps = 50_000_000;
/** Nobody reads more. */
const mostWarnings = 100;

/** @param definition a valid one. */
export function nameWarnings(definition: Json): readonly Diagnostic[] {
  const looking: Looking = { found: [], work: new Work({ steps: mostSteps }) };
  try {
    if (isJsonObject(definition)) {
      const machine = { language: languageOf(definition, "JSONPath"), assigned: new Set<string>(), location: "" };
      lookAtScope(definition, machine, looking);
    }
  } catch (error) {
    if (!(error instanceof WorkExceeded)) throw error;
  }
  return looking.found.slice(0, mostWarnings);
}

interface Looking {
  readonly found: Diagnostic[];
  readonly work: Work;
}

/** A value and what holds there; of a scope the machine's language, and the variables that scopes around assign. */
interface Place {
  readonly language: QueryLanguage;
  readonly assigned: ReadonlySet<string>;
  readonly location: string;
}

function lookAtScope(scope: JsonObject, around: Place, looking: Looking): void {
  const states = memberOf(scope, "States");
  if (!isJsonObject(states)) return;
  const { language, location } = around;
  const objects = Object.entries(states).flatMap(([name, state]) =>
    isJsonObject(state) ? [[name, state] as const] : [],
  );
  const assigned = new Set(around.assigned);
  for (const [, state] of objects)
    for (const name of assignedBy(state, languageOf(state, language))) assigned.add(name);
  for (const [name, state] of objects) {
    if (looking.found.length >= mostWarnings) return;
    lookAtState(state, { language, assigned, location: `${location}/States/${name}` }, looking);
  }
}

function lookAtState(state: JsonObject, around: Place, looking: Looking): void {
  const { location } = around;
  const place = { ...around, language: languageOf(state, around.language) };
  for (const [field, value] of Object.entries(state)) {
    if (scopeFields.has(field) || field === "Type" || field === "Comment") continue;
    const at = { ...place, location: `${location}/${field}` };
    if (place.language === "JSONata") lookAtExpressions(value, at, looking);
    else lookAtField(field, value, at, looking);
  }
  const branches = memberOf(state, "Branches");
  for (const [index, branch] of isJsonArray(branches) ? branches.entries() : []) {
    if (isJsonObject(branch)) lookAtScope(branch, { ...around, location: `${location}/Branches[${index}]` }, looking);
  }
  const { field, value } = processorOf(state);
  if (!isJsonObject(value)) return;
  // Children of a distributed Map are executions of their own.
  const assigned = isDistributed(state) ? new Set<string>() : around.assigned;
  lookAtScope(value, { ...around, assigned, location: `${location}/${field}` }, looking);
}

const scopeFields = new Set(["Branches", "ItemProcessor", "Iterator"]);

/** Every member of a value, with its place. */
function membersIn(value: Json, { location }: Place): readonly (readonly [name: string, member: Json, at: string])[] {
  if (isJsonArray(value)) return value.map((item, index) => ["", item, `${location}[${index}]`] as const);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).map(([name, member]) => [name, member, `${location}/${name}`] as const);
}

function lookAtExpressions(value: Json, place: Place, looking: Looking): void {
  looking.work.pay(1);
  if (typeof value === "string") return lookAtExpression(value, place, looking);
  for (const [, member, location] of membersIn(value, place))
    lookAtExpressions(member, { ...place, location }, looking);
}

function lookAtExpression(text: string, place: Place, { found, work }: Looking): void {
  const source = expressionText(text);
  if (source === undefined) {
    if (looksLikePath(text) || /^\$[A-Za-z_]\w*\.\w/.test(text))
      found.push(warning("NO_EXPRESSION", unevaluated(text), place));
    return;
  }
  for (const name of jsonataVariables(source, work)) {
    if (found.length >= mostWarnings) return;
    if (name === "states" || place.assigned.has(name)) continue;
    const isCalled = new RegExp(String.raw`\$${name.replaceAll(/\W/g, String.raw`\$&`)}\s*\(`).test(source);
    if (isCalled) {
      const message = `There is no function $${name}${didYouMean(name, builtinNames)}`;
      found.push(warning("UNKNOWN_FUNCTION", message, place));
    } else found.push(unassigned(name, place, [...place.assigned, "states"]));
  }
}

const builtinNames = awsBuiltins.map(({ name }) => name);

function unevaluated(text: string): string {
  const isPath = text.startsWith("$.") || text === "$";
  if (text.startsWith("States."))
    return "Intrinsic functions are of JSONPath, and this state has JSONata: the text is passed on as it stands";
  const expression = isPath ? `$states.input${text.slice(1)}` : text;
  return `The text is passed on as it stands. To evaluate it: {% ${expression} %}`;
}

function lookAtField(field: string, value: Json, place: Place, looking: Looking): void {
  looking.work.pay(1);
  if (skippedFields.has(field)) return;
  if (templateFields.has(field)) return lookAtTemplate(value, place, looking);
  if (typeof value === "string") {
    if (field.endsWith("Path") || field === "Variable") lookAtText(value, place, looking);
    return;
  }
  for (const [name, member, location] of membersIn(value, place)) {
    lookAtField(name === "" ? field : name, member, { ...place, location }, looking);
  }
}

function lookAtTemplate(value: Json, place: Place, looking: Looking): void {
  looking.work.pay(1);
  for (const [name, member, location] of membersIn(value, place)) {
    const at = { ...place, location };
    if (typeof member !== "string") lookAtTemplate(member, at, looking);
    else if (name.endsWith(".$")) lookAtText(member, at, looking);
  }
}

/** A path or a call of an intrinsic function. */
function lookAtText(text: string, place: Place, looking: Looking): void {
  const { found, work } = looking;
  if (text.startsWith("$")) {
    const compiled = compileJsonPath(text, work);
    if ("path" in compiled) lookAtVariable(compiled.path.variable, place, found);
    return;
  }
  const parsed = parseCall(text, work);
  if ("result" in parsed) lookAtCall(parsed.result, place, found);
}

function lookAtCall(call: Call, place: Place, found: Diagnostic[]): void {
  const { intrinsic, arguments: given } = call;
  const [fewest, most] = intrinsic.argumentCount;
  if (given.length < fewest || given.length > most) {
    found.push(warning("WRONG_ARGUMENT_COUNT", countMessage(call), place));
  }
  for (const argument of given) lookAtArgument(argument, place, found);
}

function lookAtArgument(argument: Argument, place: Place, found: Diagnostic[]): void {
  if (argument.kind === "call") lookAtCall(argument.call, place, found);
  if (argument.kind === "path") lookAtVariable(argument.path.path.variable, place, found);
}

function countMessage({ intrinsic: { name, argumentCount }, arguments: { length } }: Call): string {
  const [fewest, most] = argumentCount;
  const wanted = fewest === most ? `${fewest}` : Number.isFinite(most) ? `${fewest} to ${most}` : `at least ${fewest}`;
  const noun = wanted.endsWith("1") ? "argument" : "arguments";
  return `${name} takes ${wanted} ${noun}, and is given ${length}: the state fails when it runs`;
}

function lookAtVariable(name: string | undefined, place: Place, found: Diagnostic[]): void {
  if (found.length >= mostWarnings) return;
  if (name !== undefined && !place.assigned.has(name)) found.push(unassigned(name, place, [...place.assigned]));
}

function unassigned(name: string, place: Place, known: readonly string[]): Diagnostic {
  const message = name === "states" ? "JSONPath has no $states: the input is $, the context object $$" : undefined;
  return warning("UNKNOWN_VARIABLE", message ?? `Nothing assigns $${name}${didYouMean(name, known)}`, place);
}

function didYouMean(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? "" : `. Did you mean $${nearest}?`;
}

function warning(code: string, message: string, { location }: Place): Diagnostic {
  return { severity: "WARNING", code, message, location };
}
