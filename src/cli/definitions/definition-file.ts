// Definitions in files: JSON or YAML, and their names and types.
// `order.asl.json` is the Standard machine `order`, `order.express.asl.yaml` the Express machine `order`.
import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { MachineType } from "../../asl/validate/place.ts";
import { readProblem } from "../../server/file-problem.ts";
import { UsageError } from "../usage-error.ts";

export interface DefinitionFile {
  readonly path: string;
  /** The name of the state machine. */
  readonly name: string;
  readonly type: MachineType;
  readonly format: "json" | "yaml";
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

/** Any file is one: where its name has another form, it is a Standard machine, named by what is before the first dot. */
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
    throw new UsageError(`${readProblem(path, cause)}.`, { cause });
  }
}

/** From the working directory where that is shorter. */
export function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), path) || ".";
  return fromHere.length < path.length ? fromHere : path;
}
