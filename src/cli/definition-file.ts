// Definitions in files: JSON or YAML, their names and types, and everything that is wrong with them, each at its place.
// `order.asl.json` is the Standard machine `order`, `order.express.asl.yaml` the Express machine `order`.
import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { type Document, LineCounter, parseDocument } from "yaml";
import type { Diagnostic } from "../asl/validate/diagnostic.ts";
import { jsonProblem } from "../asl/validate/json-problem.ts";
import type { MachineType } from "../asl/validate/place.ts";
import { validateDefinition } from "../asl/validate/validate.ts";
import type { Problem } from "./excerpt.ts";
import { locate, type Range } from "./locate.ts";
import { UsageError } from "./usage-error.ts";

export interface DefinitionFile {
  readonly path: string;
  /** Of the state machine. */
  readonly name: string;
  readonly type: MachineType;
  readonly format: "json" | "yaml";
}

export interface CheckedDefinition {
  /** JSON text; absent when the file cannot be read as JSON or YAML. JSON stays as it was written. */
  readonly definition?: string | undefined;
  readonly problems: readonly Problem[];
}

const definitionName = /^(.+?)(\.express)?\.asl\.(json|ya?ml)$/i;
/** Nobody keeps workflows there, and they are large. */
const skippedDirectories = new Set(["node_modules", ".git", ".pawl"]);

export function isSkippedDirectory(name: string): boolean {
  return skippedDirectories.has(name);
}

export function isDefinitionFile(path: string): boolean {
  return definitionName.test(basename(path));
}

/** Of any file: one whose name has another form is a Standard machine, named by what is before the first dot. */
export function definitionFileOf(path: string): DefinitionFile {
  const base = basename(path);
  const [, name = base.split(".")[0] ?? base, express] = definitionName.exec(base) ?? [];
  const isExpress = express !== undefined || /\.express\./i.test(base);
  return { path, name, type: isExpress ? "EXPRESS" : "STANDARD", format: /\.ya?ml$/i.test(base) ? "yaml" : "json" };
}

/** All definition files of a directory and those below it, by path. */
export function listDefinitionFiles(directory: string): readonly DefinitionFile[] {
  return [...pathsBelow(directory)].toSorted().map((path) => definitionFileOf(path));
}

function* pathsBelow(directory: string): Generator<string> {
  for (const entry of entriesOf(directory)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (!isSkippedDirectory(entry.name)) yield* pathsBelow(path);
    } else if (isDefinitionFile(entry.name)) yield path;
  }
}

export function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    // Removed since it was listed, or not ours to read.
    return [];
  }
}

/** @throws UsageError */
export function readSource(path: string): string {
  try {
    if (statSync(path).isDirectory()) throw new UsageError(`${path} is a directory: name a file.`);
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    throw new UsageError(`${path} ${isMissing ? "is not there" : "cannot be read"}.`, { cause });
  }
}

/** From the working directory where that is shorter. */
export function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), path) || ".";
  return fromHere.length < path.length ? fromHere : path;
}

export function checkDefinition(
  source: string,
  { format, type }: Omit<DefinitionFile, "path" | "name">,
): CheckedDefinition {
  return format === "json" ? checkJson(source, type) : checkYaml(source, type);
}

export function hasErrors({ problems }: CheckedDefinition): boolean {
  return problems.some(({ severity }) => severity === "ERROR");
}

function checkJson(source: string, type: MachineType): CheckedDefinition {
  const problem = source.trim() === "" ? undefined : jsonProblem(source);
  if (problem !== undefined) {
    const range = wordAt(source, offsetOf(source, problem));
    return { problems: [{ severity: "ERROR", code: "INVALID_JSON_DESCRIPTION", message: problem.message, range }] };
  }
  const diagnostics = validateDefinition(source, { type });
  const parse = (): Document => parseDocument(source, { uniqueKeys: false, strict: false, logLevel: "silent" });
  return { definition: source, problems: placed(diagnostics, source, parse) };
}

/** The column is that of the character after the one that is wrong. */
function offsetOf(source: string, { line, column }: { readonly line: number; readonly column: number }): number {
  const before = source.split("\n", line - 1);
  const offset = before.reduce((length, { length: more }) => length + more + 1, 0) + column - 2;
  return Math.min(offset, source.trimEnd().length);
}

/** A word that should not be there is found at its end. */
function wordAt(source: string, offset: number): Range {
  const word = /\w*$/.exec(source.slice(0, offset + 1))?.[0] ?? "";
  return word === "" ? { start: offset, end: offset + 1 } : { start: offset + 1 - word.length, end: offset + 1 };
}

function checkYaml(source: string, type: MachineType): CheckedDefinition {
  const document = parseDocument(source, { merge: true, prettyErrors: false, lineCounter: new LineCounter() });
  if (document.errors.length > 0) return { problems: document.errors.map((error) => yamlProblem(error)) };
  let definition: string;
  try {
    definition = JSON.stringify(document.toJS() ?? null, null, 2);
  } catch (error) {
    // Aliases that lead nowhere, to themselves or to far too much.
    return { problems: [yamlProblem({ message: error instanceof Error ? error.message : String(error) })] };
  }
  return { definition, problems: placed(validateDefinition(definition, { type }), source, () => document) };
}

function yamlProblem({
  message,
  pos,
}: {
  readonly message: string;
  readonly pos?: readonly [number, number];
}): Problem {
  const range = pos === undefined ? undefined : { start: pos[0], end: pos[1] };
  return { severity: "ERROR", code: "INVALID_YAML", message, range };
}

/** The document is parsed for its places only where there is something to place. */
function placed(diagnostics: readonly Diagnostic[], source: string, parse: () => Document): readonly Problem[] {
  if (diagnostics.length === 0) return [];
  const document = diagnostics.some(({ location }) => location !== undefined) ? parse() : undefined;
  // What concerns the definition as a whole stands at its beginning.
  const start = Math.max(0, source.search(/\S/));
  const whole: Range = { start, end: start + 1 };
  return diagnostics.map(({ severity, code, message, location }) => {
    const found = document === undefined || location === undefined ? undefined : locate(document, location);
    return { severity, code, message, range: found ?? whole };
  });
}
