// `pawl validate`: problems of definition files, each at its place.
import { statSync } from "node:fs";
import { checkDefinition, hasErrors } from "../definitions/check-definition.ts";
import {
  type DefinitionFile,
  definitionFileOf,
  listDefinitionFiles,
  readSource,
  shownPath,
} from "../definitions/definition-file.ts";
import { renderProblem } from "../definitions/problem-text.ts";
import { unconfiguredServices } from "../definitions/service-places.ts";
import { loadConfiguration } from "../session/server-session.ts";
import { counted, paintFor } from "../terminal/terminal.ts";
import { exitCodes, UsageError } from "../usage-error.ts";

export interface ValidateFlags {
  readonly config?: string;
  readonly express?: boolean;
}

export async function validateFiles(paths: readonly string[], flags: ValidateFlags): Promise<number> {
  const { configuration } = await loadConfiguration(flags, [process.cwd()]);
  const unconfigured = await unconfiguredServices(configuration, process.env);
  const files = paths.flatMap((path) => filesAt(path));
  const paint = paintFor(process.stdout);
  let invalid = 0;
  for (const named of files) {
    const file: DefinitionFile = flags.express === true ? { ...named, type: "EXPRESS" } : named;
    const text = readSource(file.path);
    const checked = checkDefinition(text, { ...file, unconfigured });
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

function warningsText(count: number): string {
  return count === 0 ? "" : `, with ${counted(count, "warning")}`;
}

function filesAt(path: string): readonly DefinitionFile[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [definitionFileOf(path)];
  const files = listDefinitionFiles(path);
  if (files.length === 0) throw new UsageError(`${path} has no *.asl.json, *.asl.yaml or *.asl.yml.`);
  return files;
}
