// `pawl validate`: problems of definition files, each at its place, and what the configuration beside them lacks.
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { findConfigurationFile, readConfigurationFile } from "../../server/configuration/configuration-file.ts";
import { checkDefinition, hasErrors } from "../definitions/check-definition.ts";
import {
  type DefinitionFile,
  definitionFileOf,
  listDefinitionFiles,
  readSource,
  shownPath,
} from "../definitions/definition-file.ts";
import { renderProblem } from "../definitions/problem-text.ts";
import { counted, paintFor } from "../terminal/terminal.ts";
import { exitCodes, UsageError } from "../usage-error.ts";

export interface ValidateFlags {
  readonly express?: boolean;
  readonly config?: string;
}

/** @throws ConfigurationError */
export async function validateFiles(paths: readonly string[], flags: ValidateFlags): Promise<number> {
  const configured = await readConfigurationFile(flags.config ?? configurationNear(paths));
  const files = paths.flatMap((path) => filesAt(path));
  const paint = paintFor(process.stdout);
  let invalid = 0;
  for (const named of files) {
    const file: DefinitionFile = flags.express === true ? { ...named, type: "EXPRESS" } : named;
    const text = readSource(file.path);
    const checked = checkDefinition(text, file, configured);
    const source = { file: shownPath(file.path), text };
    for (const problem of checked.problems) process.stdout.write(renderProblem(problem, source, paint));
    if (hasErrors(checked)) invalid++;
    else process.stdout.write(`${source.file}: ${paint("green", "valid")}${warningsText(checked.problems.length)}\n`);
  }
  if (files.length > 1) {
    process.stdout.write(`${counted(files.length, "file")}, ${invalid === 0 ? "all" : files.length - invalid} valid\n`);
  }
  return invalid === 0 ? exitCodes.succeeded : exitCodes.failed;
}

/** The file that the server of these workflows would find: that of their folder, or of the working directory. */
function configurationNear(paths: readonly string[]): string | undefined {
  const named = process.env["PAWL_CONFIG"] || undefined;
  const directories = [...paths.map((path) => (isDirectory(path) ? path : dirname(path))), process.cwd()];
  return named ?? directories.map((each) => findConfigurationFile(each)).find((found) => found !== undefined);
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function warningsText(count: number): string {
  return count === 0 ? "" : `, with ${counted(count, "warning")}`;
}

function filesAt(path: string): readonly DefinitionFile[] {
  if (!isDirectory(path)) return [definitionFileOf(path)];
  const files = listDefinitionFiles(path);
  if (files.length === 0) throw new UsageError(`${path} has no *.asl.json, *.asl.yaml or *.asl.yml.`);
  return files;
}
