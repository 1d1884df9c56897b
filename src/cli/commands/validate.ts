// `pawl validate`: problems of definition files, each at its place, and what the configuration beside them lacks.
import { statSync } from "node:fs";
import { dirname } from "node:path";
import type { Substitutions } from "../../asl/placeholder.ts";
import { hasErrors } from "../definitions/check-definition.ts";
import { checkFile } from "../definitions/check-file.ts";
import {
  type DefinitionFile,
  definitionFileOf,
  listDefinitionFiles,
  shownPath,
} from "../definitions/definition-file.ts";
import { renderProblem } from "../definitions/problem-text.ts";
import { noSubstitutions } from "../../server/configuration/substitution-settings.ts";
import { type Configured, configuredFor } from "../definitions/configured.ts";
import { type SubstitutionFlags, substitutionsFor } from "../definitions/substitutions.ts";
import { loadConfiguration } from "../session/server-session.ts";
import { counted, paintFor } from "../terminal/terminal.ts";
import { exitCodes, UsageError } from "../usage-error.ts";

export interface ValidateFlags extends SubstitutionFlags {
  readonly config?: string;
  readonly express?: boolean;
}

/** @throws ConfigurationError */
export async function validateFiles(paths: readonly string[], flags: ValidateFlags): Promise<number> {
  const files: NamedFile[] = [];
  for (const path of paths) files.push(...(await filesAt(path, flags)));
  const paint = paintFor(process.stdout);
  let invalid = 0;
  for (const { file: named, ...given } of files) {
    const file: DefinitionFile = flags.express === true ? { ...named, type: "EXPRESS" } : named;
    const { text, ...checked } = checkFile(file, given);
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

interface NamedFile {
  readonly file: DefinitionFile;
  readonly substitutions: Substitutions;
  readonly configured: Configured;
}

/** A folder is one configuration's, as it is for `pawl dev`. */
async function filesAt(path: string, flags: ValidateFlags): Promise<readonly NamedFile[]> {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const files = isFolder ? listDefinitionFiles(path) : [definitionFileOf(path)];
  if (files.length === 0) throw new UsageError(`${path} has no *.asl.json, *.asl.yaml or *.asl.yml.`);
  const { configuration, file: read } = await loadConfiguration(flags, [
    isFolder ? path : dirname(path),
    process.cwd(),
  ]);
  const fill = substitutionsFor(configuration.substitutions ?? noSubstitutions, flags);
  // Without a file nobody knows which functions there will be.
  const functions = read === undefined ? undefined : configuration.functions;
  const configured = await configuredFor({ ...configuration, functions }, process.env);
  return files.map((file) => ({ file, substitutions: fill(file.name), configured }));
}
