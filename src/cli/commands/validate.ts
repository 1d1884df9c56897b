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
import { type CheckedFile, problemsAsJson, problemsForGithub } from "../definitions/problem-formats.ts";
import { renderProblem } from "../definitions/problem-text.ts";
import { noSubstitutions } from "../../server/configuration/substitution-settings.ts";
import { type Configured, configuredFor } from "../definitions/configured.ts";
import { type SubstitutionFlags, substitutionsFor } from "../definitions/substitutions.ts";
import { loadConfiguration } from "../session/load-configuration.ts";
import { counted, paintFor } from "../terminal/terminal.ts";
import { exitCodes, UsageError } from "../usage-error.ts";

type ValidateFormat = "text" | "json" | "github";

export interface ValidateFlags extends SubstitutionFlags {
  readonly config?: string;
  readonly express?: boolean;
  readonly json?: boolean;
  readonly format?: ValidateFormat;
}

/** @throws ConfigurationError */
export async function validateFiles(paths: readonly string[], flags: ValidateFlags): Promise<number> {
  const files: NamedFile[] = [];
  for (const path of paths) files.push(...(await filesAt(path, flags)));
  const checked = files.map((file) => check(file, flags));
  process.stdout.write(rendered(checked, flags.json === true ? "json" : (flags.format ?? "text")));
  return checked.every(({ isValid }) => isValid) ? exitCodes.succeeded : exitCodes.failed;
}

function check({ file: named, ...given }: NamedFile, flags: ValidateFlags): CheckedFile {
  const file: DefinitionFile = flags.express === true ? { ...named, type: "EXPRESS" } : named;
  const { text, ...checked } = checkFile(file, given);
  return { ...file, text, isValid: !hasErrors(checked), problems: checked.problems };
}

function rendered(files: readonly CheckedFile[], format: ValidateFormat): string {
  switch (format) {
    case "json":
      return problemsAsJson(files);
    case "github":
      return problemsForGithub(files, process.env["GITHUB_WORKSPACE"] || process.cwd());
    case "text":
      return asText(files);
  }
}

function asText(files: readonly CheckedFile[]): string {
  const paint = paintFor(process.stdout);
  const lines = files.flatMap(({ path, text, problems, isValid }) => {
    const source = { file: shownPath(path), text };
    const said = problems.map((problem) => renderProblem(problem, source, paint));
    return isValid ? [...said, `${source.file}: ${paint("green", "valid")}${warningsText(problems.length)}\n`] : said;
  });
  const valid = files.filter(({ isValid }) => isValid).length;
  const sum = `${counted(files.length, "file")}, ${valid === files.length ? "all" : valid} valid\n`;
  return [...lines, ...(files.length > 1 ? [sum] : [])].join("");
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
