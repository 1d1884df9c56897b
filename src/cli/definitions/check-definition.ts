// Everything that is wrong with the text of a definition, each problem at its place: what AWS refuses, what Pawl cannot
// run yet, and what JSON and YAML take without a word though nobody means it.
import { type Document, isScalar, LineCounter, parseDocument } from "yaml";
import { type Advised, advised, adviceText, isReadable, locationMeant } from "../../asl/advice/advice.ts";
import { wholeAdvice } from "../../asl/advice/wholes.ts";
import { nameWarnings } from "../../asl/advice/names.ts";
import { jsonTextProblem } from "../../asl/advice/json-text.ts";
import { type Json, parseJson } from "../../asl/json.ts";
import { inOneGo } from "../../asl/pieces.ts";
import { fillPlaceholders, type Substitutions } from "../../asl/placeholder.ts";
import { maxDefinitionBytes, validateDefinition } from "../../asl/validate/validate.ts";
import { actionsOf, isUnknownAction } from "../../tasks/services/aws-sdk.ts";
import type { DefinitionFile } from "./definition-file.ts";
import { duplicateNames } from "./duplicate-names.ts";
import { positionOf, type Problem } from "./problem-text.ts";
import { locate, type Range, scalarAt } from "./source-position.ts";
import { unfilledAdvice, unfilledAt, unfilledParameters } from "./unfilled-placeholders.ts";
import { missingNames } from "./missing-names.ts";
import type { Configured } from "./configured.ts";
import { unsupportedStates } from "./unsupported-states.ts";
import { yamlMessage, type YamlProblem } from "./yaml-advice.ts";

export interface CheckedDefinition {
  /** JSON text; absent when the file cannot be read as JSON or YAML. JSON stays as it was written. */
  readonly definition?: string | undefined;
  /** In the order of the text. */
  readonly problems: readonly Problem[];
}

export interface CheckOptions extends Omit<DefinitionFile, "path" | "name"> {
  /** By which the mock file knows the machine. */
  readonly name?: string | undefined;
  /** Fill the placeholders of the text before it is read; places are those of the text as it was written. */
  readonly substitutions?: Substitutions | undefined;
  /** For definitions that are to run with a configuration that is known. */
  readonly configured?: Configured | undefined;
}

export function checkDefinition(written: string, options: CheckOptions): CheckedDefinition {
  const filled = fillPlaceholders(written, options.substitutions ?? new Map(), 2 * maxDefinitionBytes);
  if (filled === undefined) {
    const message = `With its substitutions it is larger than ${maxDefinitionBytes} bytes`;
    return { problems: [{ severity: "ERROR", code: "DEFINITION_TOO_LARGE", message }] };
  }
  const check = options.format === "json" ? checkJson : checkYaml;
  const { definition, problems } = check(filled.text, options);
  const placedAsWritten = problems.map((problem) =>
    problem.range === undefined ? problem : { ...problem, range: filled.written(problem.range) },
  );
  return { definition, problems: placedAsWritten };
}

export function hasErrors({ problems }: Pick<CheckedDefinition, "problems">): boolean {
  return problems.some(isError);
}

function isError({ severity }: Pick<Problem, "severity">): boolean {
  return severity === "ERROR";
}

function checkJson(source: string, options: CheckOptions): CheckedDefinition {
  const problem = source.trim() === "" ? undefined : jsonTextProblem(source);
  if (problem !== undefined) {
    const message = unfilledAt(source, problem.offset) ?? adviceText(problem);
    return { problems: [{ severity: "ERROR", code: "INVALID_JSON_DESCRIPTION", message, range: problem.range }] };
  }
  const parse = (): Document => parseDocument(source, { uniqueKeys: false, strict: false, logLevel: "silent" });
  const duplicates = duplicateNames(source).map(({ name, range, first }): Problem => {
    const { line } = positionOf(source, first);
    const message = `${JSON.stringify(name)} is already there on line ${line}, and only the last one counts`;
    return { severity: "WARNING", code: "DUPLICATE_NAME", message, range };
  });
  const problems = [...duplicates, ...placed(diagnosticsOf(source, options), source, parse)];
  return { definition: source, problems: problems.toSorted(byPlace) };
}

function checkYaml(source: string, options: CheckOptions): CheckedDefinition {
  const document = parseDocument(source, { merge: true, prettyErrors: false, lineCounter: new LineCounter() });
  if (document.errors.length > 0) return { problems: yamlProblems(document, source) };
  let [definition, isOther] = ["", false];
  try {
    const value = (document.toJS() ?? null) as Json;
    // A file that is something else may have tags that mean something there.
    isOther = wholeAdvice(value) !== undefined;
    definition = JSON.stringify(value, null, 2);
  } catch (error) {
    // Aliases that lead nowhere, to themselves or to far too much.
    return { problems: [yamlProblem({ message: error instanceof Error ? error.message : String(error) }, source)] };
  }
  const warnings = (isOther ? [] : document.warnings).map((warning): Problem => {
    return { ...yamlProblem(warning, source), severity: "WARNING" };
  });
  const problems = [...warnings, ...placed(diagnosticsOf(definition, options), source, () => document)];
  return { definition, problems: problems.toSorted(byPlace) };
}

/** A text that was misread at one place is misread from there on: nothing that follows is told. */
function yamlProblems({ errors }: Document, source: string): readonly Problem[] {
  const sorted = errors.toSorted((one, other) => one.pos[0] - other.pos[0]);
  const first = sorted.findIndex(({ code }) => code !== "DUPLICATE_KEY");
  return sorted.slice(0, first === -1 ? sorted.length : first + 1).map((error) => yamlProblem(error, source));
}

function yamlProblem(problem: YamlProblem, source: string): Problem {
  const { pos } = problem;
  // A line that is wrong as a whole is pointed at where its text begins.
  const start =
    pos === undefined ? 0 : pos[0] + (/^[ ]*(?=\S)/.exec(source.slice(pos[0], pos[0] + 200))?.[0].length ?? 0);
  const range = pos === undefined ? undefined : { start, end: Math.max(start + 1, pos[1]) };
  return { severity: "ERROR", code: "INVALID_YAML", message: yamlMessage(problem, source), range };
}

function diagnosticsOf(definition: string, { name, type, configured }: CheckOptions): readonly Advised[] {
  const found = inOneGo(validateDefinition(definition, { type, isUnknownAction }));
  const value = isReadable(found) ? parseJson(definition) : undefined;
  const [first] = found;
  if (first !== undefined && /^\s*(?:null\s*)?$/.test(definition)) return [{ ...first, advice: "The file is empty" }];
  const told = advised(found, value, actionsOf);
  if (value === undefined || found.some(isError)) return told;
  const missing = configured === undefined ? [] : missingNames(value, configured, name);
  return [
    ...told,
    ...nameWarnings(value),
    ...unsupportedStates(value, configured),
    ...missing,
    ...unfilledParameters(value),
  ];
}

/** The document is parsed for its places only where there is something to place. */
function placed(diagnostics: readonly Advised[], source: string, parse: () => Document): readonly Problem[] {
  if (diagnostics.length === 0) return [];
  const document = diagnostics.some(({ location }) => location !== undefined) ? parse() : undefined;
  // A problem of the definition as a whole stands at its beginning.
  const start = Math.max(0, source.search(/\S/));
  const whole: Range = { start, end: start + 1 };
  return diagnostics.map((diagnostic) => {
    const { severity, code, location, hint = {} } = diagnostic;
    const message = adviceText(diagnostic);
    if (document === undefined || location === undefined) return { severity, code, message, range: whole };
    const range = locate(document, locationMeant(diagnostic), hint.member) ?? whole;
    const unfilled =
      severity === "ERROR" ? unfilledAdvice(source.slice(range.start, range.end), memberAt(location)) : undefined;
    if (unfilled !== undefined) return { severity, code, message: unfilled, range };
    const advice = severity === "ERROR" ? wordAdvice(document, location) : undefined;
    const told = advice === undefined ? message : adviceText({ message: diagnostic.message, advice });
    return { severity, code, message: told, range };
  });
}

function memberAt(location: string): string {
  return location.slice(location.lastIndexOf("/") + 1);
}

const switches: ReadonlyMap<string, boolean> = new Map([
  ...["y", "yes", "on"].map((word) => [word, true] as const),
  ...["n", "no", "off"].map((word) => [word, false] as const),
]);

/** Some words that YAML 1.1 took for booleans are texts in YAML 1.2. */
function wordAdvice(document: Document, location: string): string | undefined {
  const scalar = scalarAt(document, location);
  if (!isScalar(scalar) || scalar.type !== "PLAIN" || typeof scalar.value !== "string") return undefined;
  const meant = switches.get(scalar.value.toLowerCase());
  return meant === undefined ? undefined : `In YAML 1.2, ${scalar.value} is a text: write ${meant}`;
}

function byPlace(one: Problem, other: Problem): number {
  return (one.range?.start ?? 0) - (other.range?.start ?? 0);
}
