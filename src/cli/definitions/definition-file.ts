// Definitions in files: JSON or YAML, and their names and types.
// `order.asl.json` is the Standard machine `order`, `order.express.asl.yaml` the Express machine `order`.
import { type Dirent, readdirSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { MachineType } from "../../asl/validate/place.ts";
import { readProblem } from "../../server/file-problem.ts";
import { readTextFile } from "../../server/text-file.ts";
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

/** Tools put copies of definitions there. Functions are watched in them: they may be what is run. */
const buildDirectories = new Set(["build", "cdk.out", "coverage", "dist"]);

function holdsCopies(name: string): boolean {
  return isSkippedDirectory(name) || name.startsWith(".") || buildDirectories.has(name);
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

/** All definition files of a directory and those below it, by path; hidden and build folders are left out. */
export function listDefinitionFiles(directory: string): readonly DefinitionFile[] {
  return [...pathsBelow(directory)].toSorted().map((path) => definitionFileOf(path));
}

function* pathsBelow(directory: string): Generator<string> {
  for (const entry of entriesOf(directory)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (!holdsCopies(entry.name)) yield* pathsBelow(path);
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

/** A file is there, and is no text that can be read. */
export class UnreadableFile extends UsageError {
  /** Such as `The file is in UTF-16`. */
  readonly sentence: string;

  constructor(message: string, encoding: string) {
    super(message);
    this.sentence = `The file ${encoding}`;
  }
}

/** @throws UsageError, and UnreadableFile among these */
export function readSource(path: string): string {
  try {
    if (statSync(path).isDirectory()) throw new UsageError(`${path} is a directory: name a file.`);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${readProblem(path, cause)}.`, { cause });
  }
  const read = readTextFile(path, shownPath(path));
  if ("text" in read) return read.text;
  const { problem, encoding } = read;
  throw encoding === undefined ? new UsageError(`${problem}.`) : new UnreadableFile(`${problem}.`, encoding);
}

/** From the working directory where that is shorter. */
export function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), path) || ".";
  return fromHere.length < path.length ? fromHere : path;
}
